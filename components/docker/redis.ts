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
import { cores, mebibytes, seconds } from "../../src/config/units.ts";
import type { DataArgs, DataPart } from "../contracts/data.ts";
import type { ScrapeTarget } from "../contracts/monitoring.ts";
import { BUSYBOX, type ContainerSpec, createContainer, PROBING } from "./container.ts";
import { type Deployment, nameOf } from "./deployment.ts";
import { exporterTarget } from "./exporter.ts";
import type { DockerGrant, DockerHandles } from "./handles.ts";
import { succeeded } from "./job.ts";
import { ADMIN, aclCommands, aclFile, consumerUser, EXPORTER, HEALTH, platformUsers } from "./redis/acl.ts";
import { containerMemory, PORT, START_SCRIPT, serverConfig, setupScript } from "./redis/server.ts";
import { createVolume } from "./volume.ts";

export interface RedisArgs extends DataArgs<"redis", DockerHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

const USER = "999:999";
const EXPORTER_PORT = 9121;

/** A Redis on a Docker host: one server, one ACL user per service, `memory` for data.
 *
 * Costs the host a third more memory than `memory` says, two thirds more with persistence. There is no TLS: the
 * part's network is internal to the host, and only its users are on it. The default user is off. A change of users
 * is a job that tells the running server; a change of size or persistence restarts it.
 * @example new Redis("cache", { ...shop.part("cache"), secrets, network })
 */
export class Redis extends ComponentResource implements DataPart<DockerHandles> {
  readonly scrape: readonly ScrapeTarget[];
  readonly handle: Output<string>;
  readonly #name: string;
  readonly #args: RedisArgs;
  readonly #ready: Input<Resource>;

  constructor(name: string, args: RedisArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Redis", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { deployment } = args;
    const volume = createVolume(this, deployment, name);
    const server = createContainer(this, deployment, describeServer(name, args, volume));
    const setup = createContainer(this, deployment, describeSetup(name, args, server));
    this.#ready = succeeded(`data.${name}`, setup, [passwordOf(name, args, ADMIN)]);
    createContainer(this, deployment, describeExporter(name, args, server));
    this.scrape = [exporterTarget("redis", name, `${name}-exporter`, EXPORTER_PORT)];
    this.handle = server.name;
    this.registerOutputs({});
  }

  /** The connection contract of src/config/connections.ts, with the user of one service. */
  grant(consumer: string, _access: Access): DockerGrant {
    const { secrets } = this.#args;
    const prefix = prefixOf(this.#name);
    const password = secrets.password(`${this.#name}/${consumer}`);
    const login = `${encodeURIComponent(consumer)}:${encodeURIComponent(password.value)}`;
    const url = `redis://${login}@${this.#name}:${PORT}/0`;
    return {
      env: {
        [`${prefix}HOST`]: this.#name,
        [`${prefix}PORT`]: String(PORT),
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

function describeServer(name: string, args: RedisArgs, volume: Volume): ContainerSpec {
  const { deployment, spec, network } = args;
  return {
    part: "data",
    name,
    of: name,
    image: deployment.images.get("redis"),
    state: "stateful",
    run: "always",
    entrypoint: [BUSYBOX, "sh", "/run/config/start"],
    files: {
      config: { start: START_SCRIPT, "redis.conf": serverConfig(spec) },
      secrets: {
        "platform.acl": aclFile(platformUsers((user) => passwordOf(name, args, user))),
        health: passwordOf(name, args, HEALTH),
      },
    },
    networks: [network.own(name)],
    volumes: [{ source: nameOf(deployment, name), path: "/data", readOnly: false }],
    user: USER,
    limits: {
      cpu: cores(1),
      memory: containerMemory(spec),
      reserve: { cpu: cores(0.25), memory: spec.memory },
    },
    health: {
      test: [
        "CMD",
        BUSYBOX,
        "sh",
        "-c",
        `REDISCLI_AUTH="$(cat /run/secrets/health)" redis-cli -p ${PORT} --user ${HEALTH} ping | grep -q -x PONG`,
      ],
      ...PROBING,
      startup: seconds(30),
    },
    stop: { grace: seconds(30) },
    dependsOn: [volume],
  };
}

function describeSetup(name: string, args: RedisArgs, server: Container): ContainerSpec {
  const { deployment, network, consumers } = args;
  const users = Object.entries(consumers).map(([service, { access }]) =>
    consumerUser(service, passwordOf(name, args, service), access),
  );
  return {
    part: "data",
    name: `${name}-setup`,
    of: name,
    image: deployment.images.get("redis"),
    state: "stateless",
    run: "once",
    entrypoint: [BUSYBOX, "sh", "/run/config/setup"],
    files: {
      config: { setup: setupScript(name, Object.keys(consumers)) },
      secrets: { admin: passwordOf(name, args, ADMIN), "users.redis": aclCommands(users) },
    },
    networks: [network.join(name)],
    user: USER,
    limits: { cpu: cores(0.25), memory: mebibytes(32) },
    dependsOn: [server],
  };
}

function describeExporter(name: string, args: RedisArgs, server: Container): ContainerSpec {
  const { deployment, network } = args;
  const password = passwordOf(name, args, EXPORTER);
  const address = `${name}:${PORT}`;
  return {
    part: "data",
    name: `${name}-exporter`,
    of: name,
    image: deployment.images.get("redis-exporter"),
    state: "stateless",
    run: "always",
    env: {
      REDIS_ADDR: `redis://${address}`,
      REDIS_USER: EXPORTER,
      REDIS_PASSWORD_FILE: "/run/secrets/passwords.json",
      REDIS_EXPORTER_INCL_CONFIG_METRICS: "false",
    },
    files: {
      secrets: {
        // By address; whether the user is part of it depends on the exporter's version.
        "passwords.json": JSON.stringify({
          [`redis://${address}`]: password,
          [`redis://${EXPORTER}@${address}`]: password,
        }),
      },
    },
    networks: [network.own(`${name}-exporter`), network.join(name)],
    user: "65534:65534",
    limits: { cpu: cores(0.25), memory: mebibytes(64) },
    dependsOn: [server],
  };
}

function passwordOf(name: string, { secrets }: RedisArgs, user: string): string {
  return secrets.password(`${name}/${user}`).value;
}
