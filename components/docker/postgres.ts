import type { Container } from "@pulumi/docker/container.js";
import type { Volume } from "@pulumi/docker/volume.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { prefixOf } from "../../src/config/connections.ts";
import type { Access } from "../../src/config/model.ts";
import { cores, mebibytes, minutes } from "../../src/config/units.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { connectionEnv, connectionUrl } from "../data/postgres/connection.ts";
import {
  ADMIN,
  databaseOf,
  EXPORTER,
  grantSql,
  IS_NEW_SQL,
  initFiles,
  loginsOf,
  PORT,
  prepareSql,
} from "../data/postgres/setup.ts";
import { renderPostgresQueries } from "../monitoring/postgres-queries.ts";
import { BUSYBOX, type ContainerSpec, createContainer, PROBING } from "./container.ts";
import { type Deployment, nameOf, VERSION_LABEL } from "./deployment.ts";
import { exporterTarget } from "./exporter.ts";
import type { DockerGrant, DockerHandles } from "./handles.ts";
import type { LocalImage } from "./image.ts";
import { succeeded } from "./job.ts";
import { HOST_RULES, SOCKETS, serverConfig, startScript } from "./postgres/server.ts";
import { setupScript } from "./postgres/setup.ts";
import { createVolume } from "./volume.ts";

export interface PostgresArgs extends DataArgs<"postgres", DockerHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** The image's own folder, so that a new volume belongs to its user. */
const VOLUME_FOLDER = "/var/lib/postgresql/data";
/** The database itself is one level below, because initdb wants a folder of its own. */
const DATA_FOLDER = `${VOLUME_FOLDER}/pgdata`;
const USER = "999:999";
const EXPORTER_PORT = 9187;

/** A Postgres database on a Docker host: one server on a volume, TLS only, one login per service.
 *
 * Costs nothing but the host's memory: `memory` for the server, 64 MiB for the exporter. The server comes first,
 * then a setup job makes roles, passwords, grants and extensions; whoever uses the database waits for that job.
 * A change of users or of scale runs the job again and leaves the server alone. A change of size restarts it.
 * @example new Postgres("db", { ...shop.part("db"), secrets, network })
 */
export class Postgres extends ComponentResource implements DataPart<DockerHandles> {
  readonly scrape: readonly ScrapeTarget[];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: PostgresArgs;
  readonly #ready: Input<Resource>;

  constructor(name: string, args: PostgresArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Postgres", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { deployment } = args;
    const volume = createVolume(this, deployment, name, { [VERSION_LABEL]: String(args.spec.version) });
    const server = createContainer(this, deployment, describeServer(name, args, volume));
    const setup = createContainer(this, deployment, describeSetup(name, args, server));
    this.#ready = succeeded(`data.${name}`, setup, [adminPassword(name, args)]);
    createContainer(this, deployment, describeExporter(name, args, this.#ready));
    this.scrape = [exporterTarget("postgres", name, `${name}-exporter`, EXPORTER_PORT)];
    this.handle = server.name;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts, with the login of one service. */
  grant(consumer: string, _access: Access): DockerGrant {
    const { spec, secrets } = this.#args;
    const prefix = prefixOf(this.#name);
    const password = secrets.password(`${this.#name}/${consumer}`);
    const login = { host: this.#name, user: consumer };
    const url = connectionUrl(this.#name, login, password.value);
    return {
      env: connectionEnv(this.#name, login, spec),
      secrets: {
        [`${prefix}PASSWORD`]: password,
        [`${prefix}URL`]: secrets.store(`${this.#name}/${consumer}/url`, url),
      },
      mounts: [],
      ready: [this.#ready],
    };
  }
}

function describeServer(name: string, args: PostgresArgs, volume: Volume): ContainerSpec {
  const { deployment, spec, network } = args;
  const { cpu, memory, storage, pool } = spec;
  return {
    part: "data",
    name,
    of: name,
    image: imageOf(args),
    state: "stateful",
    run: "always",
    entrypoint: [BUSYBOX, "sh", "/run/config/start"],
    env: { PGDATA: DATA_FOLDER },
    files: {
      config: {
        start: startScript(name),
        "postgresql.conf": serverConfig(DATA_FOLDER, { cpu, memory, storage, connections: pool.total }),
        "pg_hba.conf": HOST_RULES,
      },
      secrets: { admin: adminPassword(name, args) },
    },
    networks: [network.own(name)],
    volumes: [{ source: nameOf(deployment, name), path: VOLUME_FOLDER, readOnly: false }],
    // Parallel queries share memory there; Docker's own 64 MiB are soon full.
    scratch: { "/dev/shm": mebibytes(256) },
    user: USER,
    limits: { cpu, memory },
    health: {
      test: ["CMD", "pg_isready", "-q", "-h", SOCKETS, "-d", "postgres", "-U", ADMIN],
      ...PROBING,
      startup: minutes(1),
    },
    // Fast shutdown: open transactions are rolled back, and a checkpoint is written.
    stop: { signal: "SIGINT", grace: minutes(1) },
    dependsOn: [volume],
  };
}

function describeSetup(name: string, args: PostgresArgs, server: Container): ContainerSpec {
  const { spec, network, secrets } = args;
  const database = databaseOf(name);
  const init = initFiles(spec.init);
  const prepare = prepareSql({
    database,
    logins: loginsOf(name, args, (role) => secrets.password(`${name}/${role}`).value),
    exporterPassword: secrets.password(`${name}/${EXPORTER}`).value,
    extensions: spec.extensions,
  });
  return {
    part: "data",
    name: `${name}-setup`,
    of: name,
    image: imageOf(args),
    state: "stateless",
    run: "once",
    entrypoint: [BUSYBOX, "sh", "/run/config/setup"],
    files: {
      config: {
        setup: setupScript(name, database, Object.keys(init)),
        "grants.sql": grantSql(),
        "is-new.sql": IS_NEW_SQL,
        ...init,
      },
      secrets: { "prepare.sql": prepare, pgpass: `*:*:*:${ADMIN}:${adminPassword(name, args)}\n` },
    },
    networks: [network.join(name)],
    user: USER,
    limits: { cpu: cores(0.5), memory: mebibytes(128) },
    dependsOn: [server],
  };
}

function describeExporter(name: string, args: PostgresArgs, ready: Input<Resource>): ContainerSpec {
  const { deployment, network, secrets } = args;
  return {
    part: "data",
    name: `${name}-exporter`,
    of: name,
    image: deployment.images.get("postgres-exporter"),
    state: "stateless",
    run: "always",
    env: {
      DATA_SOURCE_URI: `${name}:${PORT}/${databaseOf(name)}?sslmode=require`,
      DATA_SOURCE_USER: EXPORTER,
      DATA_SOURCE_PASS_FILE: "/run/secrets/password",
      PG_EXPORTER_EXTEND_QUERY_PATH: "/run/config/queries.yaml",
    },
    files: {
      config: { "queries.yaml": renderPostgresQueries() },
      secrets: { password: secrets.password(`${name}/${EXPORTER}`).value },
    },
    networks: [network.own(`${name}-exporter`), network.join(name)],
    user: "65534:65534",
    limits: { cpu: cores(0.25), memory: mebibytes(64) },
    dependsOn: [ready],
  };
}

function adminPassword(name: string, { secrets }: PostgresArgs): string {
  return secrets.password(`${name}/${ADMIN}`).value;
}

/** The official image follows the version; Debian has one. */
function imageOf({ deployment, spec }: PostgresArgs): LocalImage {
  return deployment.images.get("postgres", `postgres:${spec.version}-bookworm`);
}
