import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { cores, inSeconds, mebibytes, seconds } from "../../src/config/units.ts";
import { createContainer, httpProbe, PROBING } from "./container.ts";
import { type Deployment, nameOf, stackOf } from "./deployment.ts";
import { PORTS } from "./edge/layout.ts";
import type { Network } from "./network.ts";
import { renderSocketProxy } from "./socket-proxy.ts";
import { createVolume } from "./volume.ts";

export interface KeeperArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** Where it is asked, and where it asks the engine. */
  readonly network: Network;
}

/** Where the keeper answers for its health and its metrics. */
export const KEEPER_PORT = 9400;

const PROXY = "socket-proxy";
const PROXY_PORT = 2375;
const PROBE = { ...PROBING, startup: seconds(20) };

/** The keeper of a deployment: restarts what is ill, starts cron entries, measures containers, collects logs.
 *
 * It asks the container engine through a proxy that lets through a short list of questions, and orders only for
 * containers of this deployment. Nothing else ever sees the engine's socket.
 *
 * Costs the host 128 MiB of memory, and 16 MiB for the proxy.
 * @example new Keeper("keeper", { deployment, network })
 */
export class Keeper extends ComponentResource {
  constructor(name: string, args: KeeperArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Keeper", name, {}, opts);
    createSocketProxy(this, args);
    createKeeper(this, args);
    this.registerOutputs({});
  }
}

function createSocketProxy(parent: Keeper, { deployment, network }: KeeperArgs): void {
  createContainer(parent, deployment, {
    part: "keeper",
    name: PROXY,
    of: PROXY,
    image: deployment.images.get("edge"),
    state: "stateless",
    run: "always",
    files: { config: { "haproxy.cfg": renderSocketProxy(stackOf(deployment.app)) } },
    networks: [network.own("docker-api", [PROXY])],
    volumes: [{ source: "/var/run/docker.sock", path: "/var/run/docker.sock", readOnly: true }],
    user: `10001:${deployment.host.socketGroup}`,
    limits: { cpu: cores(0.25), memory: mebibytes(64) },
    health: { test: httpProbe(PORTS.internal, "/"), ...PROBE },
  });
}

function createKeeper(parent: Keeper, { deployment, network }: KeeperArgs): void {
  const { app } = deployment;
  const volume = createVolume(parent, deployment, "logs");
  createContainer(parent, deployment, {
    part: "keeper",
    name: "keeper",
    of: "keeper",
    image: deployment.images.get("keeper"),
    // It writes the log files and starts the cron entries: two would do both twice.
    state: "stateful",
    run: "always",
    env: {
      KEEPER_STACK: stackOf(app),
      KEEPER_DOCKER: `http://${PROXY}:${PROXY_PORT}`,
      KEEPER_PORT: String(KEEPER_PORT),
      KEEPER_LOG_RETENTION_SECONDS: String(inSeconds(app.monitoring.logs.retention)),
    },
    networks: [network.own("keeper"), network.join("docker-api")],
    volumes: [{ source: nameOf(deployment, "logs"), path: "/var/log/atelier", readOnly: false }],
    limits: { cpu: cores(0.5), memory: mebibytes(192) },
    health: { test: httpProbe(KEEPER_PORT, "/health"), ...PROBE },
    dependsOn: [volume],
  });
}
