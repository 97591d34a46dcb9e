import { Database, type DatabaseArgs } from "@pulumi/gcp/firestore/database.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Access } from "../../src/config/model.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import type { Deployment } from "./deployment.ts";
import { createBackups } from "./documents/backup.ts";
import { documentsLocation } from "./documents/location.ts";
import { type Login, makeLogin, mongoHostOf } from "./documents/logins.ts";
import { denyBrowsers } from "./documents/rules.ts";
import { grantKey } from "./encryption.ts";
import type { GcpGrant, GcpHandles } from "./handles.ts";
import { nameOf } from "./names.ts";

export interface DocumentsArgs extends Omit<DataArgs<"documents", GcpHandles>, "network"> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

const EDITIONS: Readonly<Record<DocumentsArgs["spec"]["engine"], Partial<DatabaseArgs>>> = {
  firestore: { databaseEdition: "STANDARD" },
  mongodb: {
    databaseEdition: "ENTERPRISE",
    mongodbCompatibleDataAccessMode: "DATA_ACCESS_MODE_ENABLED",
    firestoreDataAccessMode: "DATA_ACCESS_MODE_DISABLED",
  },
};

/** Documents in a Firestore database of their own.
 *
 * Nothing is paid while nobody asks: in us-central1 $0.03 per 100,000 reads, $0.09 per 100,000 writes and $0.15 per
 * GiB and month; nam5 and eur3 cost about twice that (cloud.google.com/firestore/pricing). A region's database is
 * kept in several zones already, so `highAvailability` asks for nothing more.
 *
 * `engine: firestore` is the native interface; a service logs in as itself, through Google's libraries. `engine:
 * mongodb` is a database of the Enterprise edition that MongoDB's drivers log in to with a user per service; the
 * native interface is closed there. Where the app signs users in, browsers are denied all of it.
 * @example new Documents("items", { ...shop.part("items"), secrets })
 */
export class Documents extends ComponentResource implements DataPart<GcpHandles> {
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: DocumentsArgs;
  readonly #database: Database;
  readonly #logins: Readonly<Record<string, Login>>;

  constructor(name: string, args: DocumentsArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Documents", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.#database = createDatabase(this, name, args);
    createBackups(this, name, args.spec, this.#database);
    if (args.spec.engine === "firestore") denyBrowsers(this, name, args.deployment, this.#database);
    this.#logins = createLogins(this, name, args, this.#database);
    this.handle = this.#database.name;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts: for firestore PROJECT and no login, else one's own user. */
  grant(consumer: string, _access: Access): GcpGrant {
    const login = this.#logins[consumer];
    if (!login) throw new Error(`${consumer} does not use ${this.#name}.`);
    const prefix = prefixOf(this.#name);
    const { user, ready } = login;
    const env: Record<string, Input<string>> = user
      ? { HOST: mongoHostOf(this.#database), USER: user.name }
      : { HOST: "firestore.googleapis.com", PROJECT: this.#args.deployment.settings.project };
    return {
      env: prefixed(prefix, { ...env, PORT: "443", NAME: this.#database.name }),
      secrets: user ? prefixed(prefix, { PASSWORD: user.password, URL: user.url }) : {},
      mounts: [],
      ready: [ready],
    };
  }
}

/** Deleting is explicit: the provider would by default leave the database behind, and the next one of the same name
 * would be refused with 409.
 */
function createDatabase(parent: Resource, name: string, { app, deployment, spec }: DocumentsArgs): Database {
  const { encryptionKey } = deployment.settings;
  return new Database(
    name,
    {
      name: nameOf(app, "firestore", name),
      locationId: documentsLocation(name, deployment),
      type: "FIRESTORE_NATIVE",
      ...EDITIONS[spec.engine],
      pointInTimeRecoveryEnablement: spec.backup
        ? "POINT_IN_TIME_RECOVERY_ENABLED"
        : "POINT_IN_TIME_RECOVERY_DISABLED",
      deleteProtectionState: app.protect ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED",
      deletionPolicy: "DELETE",
      ...(encryptionKey !== undefined && { cmekConfig: { kmsKeyName: encryptionKey } }),
    },
    {
      parent,
      protect: app.protect,
      dependsOn: [...grantKey(parent, name, deployment, "firestore")],
    },
  );
}

function createLogins(
  parent: Resource,
  name: string,
  args: DocumentsArgs,
  database: Database,
): Record<string, Login> {
  const login = makeLogin[args.spec.engine](parent, name, args, database);
  return Object.fromEntries(
    Object.entries(args.consumers).map(([service, consumer]) => [service, login({ service, ...consumer })]),
  );
}

function prefixed<V>(prefix: string, record: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(record).map(([suffix, value]) => [prefix + suffix, value]));
}
