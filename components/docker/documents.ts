/** Documents on a Docker host: MongoDB's official image, one user per service.
 *
 * Costs nothing but the host's memory. There is no TLS: the part's network is internal to the host, and only its
 * users are on it. Where no image registry is used the part is refused, because MongoDB is not packaged by Debian.
 * It has no exporter; its container's own figures and its health are watched.
 * @example new Documents("catalog", { deployment, app, spec, network, secrets, consumers })
 */
import type { Container } from "@pulumi/docker/container.js";
import type { Volume } from "@pulumi/docker/volume.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { prefixOf } from "../../src/app/connections.ts";
import type { Access, Documents as DocumentsSpec } from "../../src/config/model.ts";
import type { Problem } from "../../src/config/problem.ts";
import { cores, mebibytes, minutes, seconds } from "../../src/config/units.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { type ContainerSpec, createContainer } from "./container.ts";
import { type Deployment, nameOf } from "./deployment.ts";
import type { DockerGrant, DockerHandles } from "./handles.ts";
import type { ImageSource } from "./images.ts";
import { succeeded } from "./job.ts";
import { createVolume } from "./volume.ts";

export interface DocumentsArgs extends DataArgs<"documents", DockerHandles> {
  readonly deployment: Deployment;
}

const PORT = 27017;
const USER = "999:999";
/** Service names have no underscore, so no service can be called the same. */
const ADMIN = "atelier_admin";
/** Major version of the official image that the platform names. */
const VERSION = 7;

export class Documents extends ComponentResource implements DataPart<DockerHandles> {
  readonly scrape: readonly ScrapeTarget[] = [];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: DocumentsArgs;
  readonly #ready: Input<Resource>;

  constructor(name: string, args: DocumentsArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Documents", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { deployment } = args;
    const volume = createVolume(this, deployment, name);
    const server = createContainer(this, deployment, describeServer(name, args, volume));
    const setup = createContainer(this, deployment, describeSetup(name, args, server));
    this.#ready = succeeded(`data.${name}`, setup, [passwordOf(name, args, ADMIN)]);
    this.handle = server.name;
    this.registerOutputs({});
  }

  /** The connection contract of src/app/connections.ts, with the user of one service. */
  grant(consumer: string, _access: Access): DockerGrant {
    const { secrets } = this.#args;
    const prefix = prefixOf(this.#name);
    const database = databaseOf(this.#name);
    const password = secrets.password(`${this.#name}/${consumer}`);
    const login = `${encodeURIComponent(consumer)}:${encodeURIComponent(password.value)}`;
    const url = `mongodb://${login}@${this.#name}:${PORT}/${database}?authSource=${database}`;
    return {
      env: {
        [`${prefix}HOST`]: this.#name,
        [`${prefix}PORT`]: String(PORT),
        [`${prefix}NAME`]: database,
        [`${prefix}USER`]: consumer,
      },
      secrets: {
        [`${prefix}PASSWORD`]: password,
        [`${prefix}URL`]: secrets.store(`${this.#name}/${consumer}/url`, url),
      },
      mounts: [],
      ready: [this.#ready],
    };
  }
}

/** What this target can't do for documents. @param source absent while it is not known yet */
export function refuseDocuments(name: string, spec: DocumentsSpec, source?: ImageSource): Problem[] {
  if (spec.engine === "firestore") {
    return [
      {
        path: ["data", name, "engine"],
        what: "firestore runs at Google alone",
        allowed: "mongodb",
        remedy: "set engine: mongodb for this environment, or use a gcp target",
      },
    ];
  }
  return [
    ...(source === "debian"
      ? [
          {
            path: ["data", name],
            what: "MongoDB is not packaged by Debian, and no image registry is used here",
            remedy:
              "let the host reach an image registry and set atelier:docker.images: upstream, or use postgres with a jsonb column",
          },
        ]
      : []),
    ...(spec.version === VERSION
      ? []
      : [
          {
            path: ["data", name, "version"],
            what: `MongoDB ${spec.version} is not the version that the docker target carries`,
            allowed: String(VERSION),
            remedy: `set version: ${VERSION}`,
          },
        ]),
  ];
}

function describeServer(name: string, args: DocumentsArgs, volume: Volume): ContainerSpec {
  const { deployment, spec, network } = args;
  return {
    part: "data",
    name,
    of: name,
    image: deployment.images.get("documents"),
    state: "stateful",
    run: "always",
    // mongod sizes its cache by the container's limit itself.
    command: ["mongod", "--auth", "--bind_ip_all"],
    env: {
      HOME: "/tmp",
      MONGO_INITDB_ROOT_USERNAME: ADMIN,
      MONGO_INITDB_ROOT_PASSWORD_FILE: "/run/secrets/admin",
    },
    files: { secrets: { admin: passwordOf(name, args, ADMIN) } },
    networks: [network.own(name)],
    volumes: [{ source: nameOf(deployment, name), path: "/data/db", readOnly: false }],
    // The image declares a volume there, which would be left behind by each container.
    scratch: { "/data/configdb": mebibytes(16) },
    user: USER,
    limits: { cpu: spec.cpu, memory: spec.memory },
    health: {
      test: ["CMD", "mongosh", "--quiet", "--norc", "--eval", "quit(db.runCommand('ping').ok ? 0 : 1)"],
      every: seconds(10),
      timeout: seconds(8),
      failAfter: 3,
      startup: minutes(1),
    },
    stop: { grace: minutes(1) },
    dependsOn: [volume],
  };
}

function describeSetup(name: string, args: DocumentsArgs, server: Container): ContainerSpec {
  const { deployment, network } = args;
  return {
    part: "data",
    name: `${name}-setup`,
    of: name,
    image: deployment.images.get("documents"),
    state: "stateless",
    run: "once",
    entrypoint: ["mongosh", "--quiet", "--norc", "--nodb", "/run/secrets/setup.js"],
    env: { HOME: "/tmp" },
    files: { secrets: { "setup.js": setupScript(name, args) } },
    networks: [network.join(name)],
    user: USER,
    limits: { cpu: cores(0.5), memory: mebibytes(256) },
    dependsOn: [server],
  };
}

/** Users with exactly one role each. The password is in the file, never in an argument. */
function setupScript(name: string, args: DocumentsArgs): string {
  const database = databaseOf(name);
  const users = Object.entries(args.consumers).map(([user, { access }]) => ({
    user,
    pwd: passwordOf(name, args, user),
    roles: [{ role: access === "write" ? "readWrite" : "read", db: database }],
  }));
  return `const wanted = ${JSON.stringify(users, null, 2)};
const server = new Mongo("mongodb://${name}:${PORT}/");
server.getDB("admin").auth(${JSON.stringify(ADMIN)}, ${JSON.stringify(passwordOf(name, args, ADMIN))});
const database = server.getDB(${JSON.stringify(database)});
const there = new Set(database.getUsers().users.map(({ user }) => user));
for (const { user, ...rest } of wanted) {
  if (there.has(user)) database.updateUser(user, rest);
  else database.createUser({ user, ...rest });
}
for (const user of there) {
  if (!wanted.some((one) => one.user === user)) database.dropUser(user);
}
`;
}

function passwordOf(name: string, { secrets }: DocumentsArgs, user: string): string {
  return secrets.password(`${name}/${user}`).value;
}

/** `user-data` → `user_data`, as for the other kinds of data. */
function databaseOf(name: string): string {
  return name.replaceAll("-", "_");
}
