/** The door: holds the host's ports and never changes. It passes connections, unopened, to an edge that is ready,
 * and tells it the client's address by the PROXY protocol.
 */
import { seconds } from "../../../src/config/units.ts";
import { ALIAS, PORTS } from "./layout.ts";
import { globalSection, passingDefaults, resolversSection } from "./process.ts";
import { instances, readinessFile, readinessSettings } from "./readiness.ts";
import { section } from "./text.ts";

export interface RenderedDoor {
  /** Name below /run/config → text. */
  readonly files: Readonly<Record<string, string>>;
  readonly ports: { readonly http: number; readonly https: number };
  readonly health: { readonly port: number; readonly path: string };
}

export function renderDoor(): RenderedDoor {
  const config = [
    globalSection({ maxConnections: 4000, drain: seconds(10), extra: readinessSettings() }),
    resolversSection(),
    // The edge knows how long a connection may live; the door only forgets the dead.
    passingDefaults(6, "24h", ["option clitcpka", "option srvtcpka"]),
    passage("http", PORTS.http),
    passage("https", PORTS.https),
    section("frontend health", [
      "mode http",
      `bind :${PORTS.internal}`,
      "timeout client 5s",
      "no log",
      "http-request return status 200",
    ]),
  ];
  return {
    files: { "haproxy.cfg": config.join("\n"), ...readinessFile() },
    ports: { http: PORTS.http, https: PORTS.https },
    health: { port: PORTS.internal, path: "/" },
  };
}

function passage(name: string, port: number): string {
  return section(`listen ${name}`, [
    `bind :${port}`,
    "option httpchk GET /ready",
    "http-check expect status 200",
    "timeout check 500ms",
    ...instances({
      ...{ alias: ALIAS.edge, port, slots: 4 },
      asked: `port ${PORTS.internal}`,
      serving: "inter 200ms fastinter 100ms downinter 200ms fall 2 rise 1 send-proxy-v2",
    }),
  ]);
}
