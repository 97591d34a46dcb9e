/** The way out of a service: a forward proxy of its own that lets through the hosts in `egress` and nothing else.
 *
 * Services sit on internal networks and have no other way. Applications find the proxy in HTTPS_PROXY; one that
 * ignores the variable reaches nothing.
 */
import type { Container } from "@pulumi/docker/container.js";
import type { ComponentResource } from "@pulumi/pulumi";
import type { Service } from "../../src/config/model.ts";
import { cores, mebibytes, seconds } from "../../src/config/units.ts";
import { BUSYBOX, createContainer } from "./container.ts";
import type { Deployment } from "./deployment.ts";
import type { Attachment, Network } from "./network.ts";

export interface Egress {
  readonly attachment: Attachment;
  readonly container: Container;
  readonly env: Readonly<Record<string, string>>;
}

const PORT = 8888;

export function createEgress(
  parent: ComponentResource,
  deployment: Deployment,
  network: Network,
  { name, spec }: { readonly name: string; readonly spec: Service },
): Egress | undefined {
  if (spec.egress.length === 0) return undefined;
  const link = `${name}-egress`;
  const container = createContainer(parent, deployment, {
    part: "egress",
    name: link,
    of: link,
    image: deployment.images.get("egress"),
    state: "stateless",
    run: "always",
    files: { config: { "tinyproxy.conf": proxyConfig(spec.egress), filter: allowList(spec.egress) } },
    networks: [network.own(link), network.join("outside")],
    limits: { cpu: cores(0.25), memory: mebibytes(32) },
    health: {
      // Debian's busybox has no `nc -z`; this one connects and leaves.
      test: ["CMD", BUSYBOX, "nc", "-w", "2", "127.0.0.1", String(PORT), "-e", BUSYBOX, "true"],
      every: seconds(5),
      timeout: seconds(2),
      failAfter: 2,
      startup: seconds(5),
    },
    outside: true,
  });
  const proxy = `http://${link}:${PORT}`;
  return {
    attachment: network.join(link),
    container,
    env: {
      HTTPS_PROXY: proxy,
      https_proxy: proxy,
      NO_PROXY: Object.keys(spec.uses).join(","),
      no_proxy: Object.keys(spec.uses).join(","),
    },
  };
}

/** `api.openai.com` or `smtp.example.com:587`. */
function split(host: string): { readonly name: string; readonly port: number } {
  const [name = host, port = "443"] = host.split(":");
  return { name, port: Number(port) };
}

export function proxyConfig(hosts: readonly string[]): string {
  const ports = [...new Set(hosts.map((host) => split(host).port))].sort((a, b) => a - b);
  return [
    `Port ${PORT}`,
    "Timeout 600",
    "MaxClients 200",
    "DisableViaHeader Yes",
    'Filter "/run/config/filter"',
    "FilterExtended On",
    "FilterDefaultDeny Yes",
    ...ports.map((port) => `ConnectPort ${port}`),
    "",
  ].join("\n");
}

/** One anchored expression per host; `*.example.com` lets through every name below it. */
export function allowList(hosts: readonly string[]): string {
  const expressions = hosts.map((host) => {
    const { name } = split(host);
    const escaped = name.replace(/^\*\./, "").replaceAll(".", "\\.");
    return name.startsWith("*.") ? `^.+\\.${escaped}$` : `^${escaped}$`;
  });
  return `${[...new Set(expressions)].sort().join("\n")}\n`;
}
