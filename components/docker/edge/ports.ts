/** Development only: host ports that lead straight to services and tools, so that no service holds a host port
 * and each can be replaced while its port stays.
 */
import { seconds } from "../../../src/config/units.ts";
import { PORTS } from "./layout.ts";
import { globalSection, passingDefaults, resolversSection } from "./process.ts";
import { section } from "./text.ts";

export interface PublishedPort {
  /** Network alias of what answers. */
  readonly alias: string;
  readonly port: number;
  /** Port inside the forwarder; the host's port is mapped to it. Above 1024. */
  readonly listen: number;
}

export function renderPorts(published: readonly PublishedPort[]): string {
  return [
    globalSection({ maxConnections: 1000, drain: seconds(5) }),
    resolversSection(),
    passingDefaults(4, "1h"),
    ...published.map(({ alias, port, listen }) =>
      section(`listen ${alias}_${listen}`, [
        `bind :${listen}`,
        "default-server check inter 1s fastinter 300ms downinter 300ms fall 2 rise 1",
        `server-template s 1-4 ${alias}:${port} resolvers docker init-addr none`,
      ]),
    ),
    section("frontend health", [
      "mode http",
      `bind :${PORTS.internal}`,
      "timeout client 5s",
      "no log",
      "http-request return status 200",
    ]),
  ].join("\n");
}
