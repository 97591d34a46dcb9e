import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { cores, mebibytes, seconds } from "../../src/config/units.ts";
import { createContainer, httpProbe, PROBING } from "./container.ts";
import type { Deployment } from "./deployment.ts";
import { PORTS } from "./edge/layout.ts";
import { renderPorts } from "./edge/ports.ts";
import type { Network } from "./network.ts";
import type { PublishedPort } from "./publish.ts";

export interface PortsArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** Where the services are. */
  readonly network: Network;
  /** Which port of the host leads to which service. */
  readonly published: readonly PublishedPort[];
}

/** Ports inside the forwarder count up from here; its own health is on PORTS.internal. */
const FIRST = 20_000;

/** In development: one forwarder holds the host ports of all services and tools, on 127.0.0.1, so that each of
 * them can be replaced while its port stays.
 *
 * Costs nothing but the host's memory.
 * @example new Ports("ports", { deployment, network, published })
 */
export class Ports extends ComponentResource {
  constructor(name: string, { deployment, network, published }: PortsArgs, opts?: ComponentResourceOptions) {
    super("atelier:docker:Ports", name, {}, opts);
    const numbered = published.map((entry, index) => ({ ...entry, listen: FIRST + index }));
    const aliases = [...new Set(numbered.map(({ alias }) => alias))].sort();
    createContainer(this, deployment, {
      part: "edge",
      name: "ports",
      of: "ports",
      image: deployment.images.get("edge"),
      state: "stateful",
      run: "always",
      files: { config: { "haproxy.cfg": renderPorts(numbered) } },
      networks: [network.own("public", ["ports"]), ...aliases.map((alias) => network.join(alias))],
      ports: numbered.map(({ listen, hostPort }) => ({
        internal: listen,
        external: hostPort,
        ip: "127.0.0.1",
        protocol: "tcp",
      })),
      limits: { cpu: cores(0.5), memory: mebibytes(128) },
      health: {
        test: httpProbe(PORTS.internal, "/"),
        ...PROBING,
        startup: seconds(10),
      },
    });
    this.registerOutputs({});
  }
}
