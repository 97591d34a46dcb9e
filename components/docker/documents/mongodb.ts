/** MongoDB: its official image, one user with one role per service. */
import type { Container } from "@pulumi/docker/container.js";
import type { Volume } from "@pulumi/docker/volume.js";
import type { ComponentResource } from "@pulumi/pulumi";
import { prefixOf } from "../../../src/config/connections.ts";
import { cores, mebibytes, minutes, seconds } from "../../../src/config/units.ts";
import { type ContainerSpec, createContainer } from "../container.ts";
import { nameOf } from "../deployment.ts";
import { succeeded } from "../job.ts";
import { createVolume } from "../volume.ts";
import type { DocumentsArgs, Engine } from "./engine.ts";

const PORT = 27017;
const USER = "999:999";
/** Service names have no underscore, so no service can be called the same. */
const ADMIN = "atelier_admin";

export function createMongodb(parent: ComponentResource, name: string, args: DocumentsArgs): Engine {
  const { deployment, secrets } = args;
  const volume = createVolume(parent, deployment, name);
  const server = createContainer(parent, deployment, describeServer(name, args, volume));
  const setup = createContainer(parent, deployment, describeSetup(name, args, server));
  const ready = succeeded(`data.${name}`, setup, [passwordOf(name, args, ADMIN)]);
  const prefix = prefixOf(name);
  const database = databaseOf(name);
  return {
    handle: server.name,
    grant(consumer) {
      const password = secrets.password(`${name}/${consumer}`);
      const login = `${encodeURIComponent(consumer)}:${encodeURIComponent(password.value)}`;
      const url = `mongodb://${login}@${name}:${PORT}/${database}?authSource=${database}`;
      return {
        env: {
          [`${prefix}HOST`]: name,
          [`${prefix}PORT`]: String(PORT),
          [`${prefix}NAME`]: database,
          [`${prefix}USER`]: consumer,
        },
        secrets: {
          [`${prefix}PASSWORD`]: password,
          [`${prefix}URL`]: secrets.store(`${name}/${consumer}/url`, url),
        },
        mounts: [],
        ready: [ready],
      };
    },
  };
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
