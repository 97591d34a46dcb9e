import { Database } from "@pulumi/gcp/sql/database.js";
import { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance.js";
import { User } from "@pulumi/gcp/sql/user.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Access } from "../../src/config/model.ts";
import type { DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { connectionEnv, connectionUrl } from "../data/postgres/connection.ts";
import { ADMIN, databaseOf } from "../data/postgres/setup.ts";
import { homeOf } from "./deployment.ts";
import { grantKey } from "./encryption.ts";
import type { GcpGrant, GcpHandles } from "./handles.ts";
import { LONGEST, nameOf, shorten } from "./names.ts";
import { type PostgresArgs, primaryArgs, replicaArgs, replicaRegions } from "./postgres/instance.ts";
import { createSetup } from "./postgres/setup.ts";

/** The engine adds eight characters: a name can't be used again for a week after its instance was deleted. */
const SUFFIX = 8;

/** A Postgres database on Cloud SQL: private address, TLS only, backed up, one login per service.
 *
 * Costs a month in us-central1 (Google's price list, Enterprise: $0.0413 per vCPU and $0.007 per GiB of memory and
 * hour, $0.17 per GiB of SSD): $10 as db-f1-micro for development, $52 with one core and 3.75 GiB, twice that when
 * highly available, and once more per replica. The instance comes first, then the setup job makes roles, grants,
 * extensions and tables; whoever uses the database waits for that job.
 *
 * Services are no users of Cloud SQL's own interface: each of those is a member of cloudsqlsuperuser and may create
 * roles and databases, and none can be deleted while it owns something. Only the administrator is one; the setup job
 * makes the rest, each with what it uses and no more. Services that only read log in at a replica, when there is one
 * in the home region.
 * @example new Postgres("db", { ...shop.part("db"), secrets, network })
 */
export class Postgres extends ComponentResource implements DataPart<GcpHandles> {
  /** Google Cloud watches Cloud SQL by itself. */
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: PostgresArgs;
  readonly #primary: DatabaseInstance;
  /** Where services that only read log in. */
  readonly #forReaders: DatabaseInstance;
  readonly #ready: Resource;

  constructor(name: string, args: PostgresArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Postgres", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.#primary = createPrimary(this, name, args);
    const replicas = createReplicas(this, name, args, this.#primary);
    this.#forReaders =
      replicas.find(({ region }) => region === homeOf(args.deployment))?.instance ?? this.#primary;
    const database = createDatabase(this, name, this.#primary, args);
    const admin = createAdmin(this, name, this.#primary, args);
    this.#ready = createSetup(this, name, args, { primary: this.#primary, dependsOn: [database, admin] });
    this.handle = this.#primary.name;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts, with the login of one service. */
  grant(consumer: string, access: Access): GcpGrant {
    const { spec, secrets } = this.#args;
    const prefix = prefixOf(this.#name);
    const login = {
      host: (access === "read" ? this.#forReaders : this.#primary).privateIpAddress,
      user: consumer,
    };
    const password = secrets.password(`${this.#name}/${consumer}`);
    const url = all([login.host, password.value]).apply(([host, value]) =>
      connectionUrl(this.#name, { ...login, host }, value),
    );
    const granted = { password, url: secrets.store(`${this.#name}/${consumer}/url`, url) };
    const identity = this.#args.consumers[consumer]?.identity;
    if (!identity) throw new Error(`${consumer} does not use ${this.#name}.`);
    const readable = Object.values(granted).map((secret) =>
      secret.readers(identity.principal, identity.service),
    );
    return {
      env: connectionEnv(this.#name, login, spec),
      secrets: { [`${prefix}PASSWORD`]: granted.password, [`${prefix}URL`]: granted.url },
      mounts: [],
      ready: [this.#ready, ...readable],
    };
  }
}

function createPrimary(parent: Resource, name: string, args: PostgresArgs): DatabaseInstance {
  const { deployment, network } = args;
  const key = grantKey(parent, name, deployment, "sqladmin");
  return new DatabaseInstance(instanceName(args, name), primaryArgs({ name, ...args }), {
    ...instanceOptions(parent, args),
    dependsOn: [...(network.privateServices ? [network.privateServices.ready] : []), ...key],
  });
}

interface Replica {
  readonly region: string;
  readonly instance: DatabaseInstance;
}

function createReplicas(
  parent: Resource,
  name: string,
  args: PostgresArgs,
  primary: DatabaseInstance,
): Replica[] {
  return replicaRegions(args).map((region, index) => ({
    region,
    instance: new DatabaseInstance(
      instanceName(args, name, `replica-${index + 1}`),
      replicaArgs({ name, ...args }, region, primary.name),
      instanceOptions(parent, args),
    ),
  }));
}

/** Names are the engine's to finish; see SUFFIX. */
function instanceName({ deployment }: PostgresArgs, ...parts: readonly string[]): string {
  return shorten(nameOf(deployment.app, "sql", ...parts), LONGEST.sql - SUFFIX);
}

/** A disk that has grown by itself would otherwise be a reason to replace the instance by a smaller one. */
function instanceOptions(parent: Resource, { app }: PostgresArgs): CustomResourceOptions {
  return { parent, protect: app.protect, ignoreChanges: ["settings.diskSize"] };
}

/** Goes with its instance: while anybody else has rights in it, Cloud SQL does not delete a database. */
function createDatabase(
  parent: Resource,
  name: string,
  primary: DatabaseInstance,
  { app }: PostgresArgs,
): Database {
  return new Database(
    nameOf(app, "sql", name, "database"),
    {
      name: databaseOf(name),
      instance: primary.name,
      charset: "UTF8",
      collation: "en_US.UTF8",
      deletionPolicy: "ABANDON",
    },
    { parent, protect: app.protect },
  );
}

/** The setup job's login. Goes with its instance too: it has granted roles, and can't be deleted before them. */
function createAdmin(
  parent: Resource,
  name: string,
  primary: DatabaseInstance,
  { app, secrets }: PostgresArgs,
): User {
  return new User(
    nameOf(app, "sql", name, "admin"),
    {
      name: ADMIN,
      instance: primary.name,
      type: "BUILT_IN",
      password: secrets.password(`${name}/${ADMIN}`).value,
      deletionPolicy: "ABANDON",
    },
    { parent },
  );
}
