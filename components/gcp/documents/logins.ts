/** Who gets into a Firestore database: the services' own accounts, or users with passwords where MongoDB's drivers
 * log in. Either has one role, on this database alone.
 */
import type { Database } from "@pulumi/gcp/firestore/database.js";
import { UserCreds } from "@pulumi/gcp/firestore/userCreds.js";
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import { type Input, interpolate, type Output, output, type Resource, secret } from "@pulumi/pulumi";
import type { Access, Documents } from "../../../src/config/model.ts";
import type { Consumers } from "../../contracts/data.ts";
import type { Deployment } from "../deployment.ts";
import type { GcpSecret, GcpSecrets } from "../handles.ts";
import { nameOf } from "../names.ts";

export interface Login {
  readonly ready: Resource;
  /** Only for MongoDB's drivers. */
  readonly user?: { readonly name: string; readonly password: GcpSecret; readonly url: GcpSecret };
}

const ROLES: Readonly<Record<Access, string>> = {
  read: "roles/datastore.viewer",
  write: "roles/datastore.user",
};

interface LoginArgs {
  readonly deployment: Deployment;
  readonly secrets: GcpSecrets;
}

type Grantee = Consumers[string] & { readonly service: string };
type LoginMaker = (
  parent: Resource,
  name: string,
  args: LoginArgs,
  database: Database,
) => (grantee: Grantee) => Login;

/** By engine. */
export const makeLogin: Readonly<Record<Documents["engine"], LoginMaker>> = {
  firestore:
    (parent, name, args, database) =>
    ({ service, access, identity }) => ({
      ready: admit(parent, `${name}-${service}`, args, { database, access, member: identity.principal }),
    }),
  mongodb:
    (parent, name, args, database) =>
    ({ service, access, identity }) => {
      const { deployment, secrets } = args;
      const user = nameOf(deployment.app, "firestore", service);
      const credentials = new UserCreds(
        `${name}-${service}`,
        { database: database.name, name: user },
        { parent },
      );
      const member = principalOf(credentials);
      const store = (suffix: string, value: Output<string>) =>
        secrets.store(`${name}/${service}/${suffix}`, secret(value), { reader: identity });
      return {
        ready: admit(parent, `${name}-${service}`, args, { database, access, member }),
        user: {
          name: user,
          password: store("password", credentials.securePassword),
          url: store("url", urlOf(user, credentials.securePassword, database)),
        },
      };
    },
};

/** Who the user is to IAM. A program that runs without Google has no answer to that. */
function principalOf({ resourceIdentities }: UserCreds): Output<string> {
  return resourceIdentities.apply(
    (identities: readonly { readonly principal: string }[] | undefined) => identities?.[0]?.principal ?? "",
  );
}

/** `0a1b….us-central1.firestore.goog`. */
export function mongoHostOf(database: Database): Output<string> {
  return interpolate`${database.uid}.${database.locationId}.firestore.goog`;
}

/** Firestore wants load-balanced mode, TLS and no retryable writes
 * (cloud.google.com/firestore/mongodb-compatibility/docs/connect).
 */
function urlOf(user: string, password: Output<string>, database: Database): Output<string> {
  const encoded = output(password).apply(encodeURIComponent);
  const options = "loadBalanced=true&authMechanism=SCRAM-SHA-256&tls=true&retryWrites=false";
  return interpolate`mongodb://${user}:${encoded}@${mongoHostOf(database)}:443/${database.name}?${options}`;
}

interface Admission {
  readonly database: Database;
  readonly access: Access;
  readonly member: Input<string>;
}

/** Roles on Firestore are the project's; the condition narrows them to the database. */
function admit(
  parent: Resource,
  name: string,
  { deployment: { settings } }: LoginArgs,
  { database, access, member }: Admission,
): IAMMember {
  return new IAMMember(
    name,
    {
      project: settings.project,
      role: ROLES[access],
      member,
      condition: {
        title: database.name,
        description: "This database alone.",
        expression: interpolate`resource.name == "projects/${settings.project}/databases/${database.name}"`,
      },
    },
    { parent },
  );
}
