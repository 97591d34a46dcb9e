import { ComponentResource, type ComponentResourceOptions, type Output, output } from "@pulumi/pulumi";
import { cores, mebibytes, seconds } from "../../src/config/units.ts";
import type { EdgeArgs, EdgePart } from "../contracts/edge.ts";
import { createContainer, httpProbe, PROBING } from "./container.ts";
import { type Deployment, nameOf, originOf } from "./deployment.ts";
import { renderWaf } from "./edge/agent.ts";
import { renderDoor } from "./edge/door.ts";
import { ALIAS } from "./edge/layout.ts";
import { type NeededSecret, type RenderedEdge, renderEdge } from "./edge/render.ts";
import type { DockerHandles } from "./handles.ts";
import type { Attachment } from "./network.ts";
import { createVolume } from "./volume.ts";

export interface DockerEdgeArgs extends EdgeArgs<DockerHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** Quick to notice a new generation, because `up` waits for it. */
const PROBE = { ...PROBING, startup: seconds(20) };

/** The one door of an app on a Docker host: `door` holds the host's ports, `edge` does the work behind it in
 * generations, `waf` judges each request.
 *
 * Costs nothing but the host. The door is replaced only when its ports change; everything else about the edge
 * changes without a lost request (docs/adr/004-edge.md).
 * @example new Edge("edge", { deployment, app, network, secrets, routes })
 */
export class Edge extends ComponentResource implements EdgePart {
  readonly url: Output<string>;

  constructor(name: string, args: DockerEdgeArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Edge", name, {}, opts);
    const rendered = renderEdge({
      app: args.app,
      routes: args.routes,
      httpsPort: args.deployment.settings.ports.https,
      networks: { door: args.network.subnet("door"), monitoring: args.network.subnet("edge") },
    });
    createWaf(this, args);
    createEdge(this, args, rendered);
    createDoor(this, args);
    this.url = output(originOf(args.deployment));
    this.registerOutputs({ url: this.url });
  }
}

/** Two agents, so that one can be replaced or restarted while the other answers. */
function createWaf(parent: Edge, { app, deployment, network }: DockerEdgeArgs): void {
  const rendered = renderWaf(app);
  if (!rendered) return;
  for (const instance of [1, 2]) {
    createContainer(parent, deployment, {
      part: "edge",
      name: `waf-${instance}`,
      of: ALIAS.waf,
      image: deployment.images.get("waf"),
      state: "stateless",
      run: "always",
      files: { config: rendered.files },
      networks: [network.own("waf", [rendered.alias])],
      limits: { cpu: cores(1), memory: mebibytes(256) },
      health: { test: httpProbe(rendered.health.port, rendered.health.path), ...PROBE },
      stop: { grace: rendered.stopGrace },
    });
  }
}

function createEdge(parent: Edge, args: DockerEdgeArgs, rendered: RenderedEdge): void {
  const { deployment, network } = args;
  createContainer(parent, deployment, {
    part: "edge",
    name: ALIAS.edge,
    of: ALIAS.edge,
    image: deployment.images.get("edge"),
    state: "stateless",
    run: "always",
    files: { config: rendered.files, secrets: secretFiles(args, rendered.secretsNeeded) },
    networks: [
      network.own("edge", [ALIAS.edge]),
      network.own("door", [ALIAS.edge]),
      ...(args.app.edge.waf === "off" ? [] : [network.join("waf")]),
      ...behindRoutes(args),
    ],
    ...authority(parent, deployment, rendered.authority),
    limits: { cpu: cores(1), memory: mebibytes(256) },
    health: { test: httpProbe(rendered.health.port, rendered.health.path), ...PROBE },
    stop: { signal: rendered.stopSignal, grace: rendered.stopGrace },
  });
}

function createDoor(parent: Edge, { deployment, network }: DockerEdgeArgs): void {
  const { files, ports, health } = renderDoor();
  const { http, https, address } = deployment.settings.ports;
  createContainer(parent, deployment, {
    part: "edge",
    name: "door",
    of: "door",
    image: deployment.images.get("edge"),
    // It holds host ports, so there can only be one.
    state: "stateful",
    run: "always",
    files: { config: files },
    networks: [network.own("public", ["door"]), network.join("door")],
    ports: [
      { internal: ports.http, external: http, ip: address, protocol: "tcp" },
      { internal: ports.https, external: https, ip: address, protocol: "tcp" },
    ],
    limits: { cpu: cores(1), memory: mebibytes(128) },
    health: { test: httpProbe(health.port, health.path), ...PROBE },
  });
}

/** The networks of everything that stands behind a route, each once. */
function behindRoutes({ network, routes }: DockerEdgeArgs): Attachment[] {
  const aliases = new Set(routes.flatMap(({ backend }) => (backend ? [backend.alias] : [])));
  return [...aliases].sort().map((alias) => network.join(alias));
}

function secretFiles(
  { secrets }: DockerEdgeArgs,
  needed: Readonly<Record<string, NeededSecret>>,
): Record<string, string> {
  const entries = Object.entries(needed).map(([file, need]) => {
    const { value } = need.type === "app" ? secrets.get(need.name) : secrets.password(need.purpose);
    return [file, value] as const;
  });
  return Object.fromEntries(entries);
}

/** The self-signed authority outlives every generation, so that it has to be trusted only once. */
function authority(parent: Edge, deployment: Deployment, path: string | undefined) {
  if (!path) return {};
  const volume = createVolume(parent, deployment, "authority");
  return {
    volumes: [{ source: nameOf(deployment, "authority"), path, readOnly: false }],
    dependsOn: [volume],
  };
}
