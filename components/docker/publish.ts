/** In development, services and tools are also reachable on the host's own ports, on 127.0.0.1 only. */
import type { App } from "../../src/config/model.ts";
import type { Settings } from "./settings.ts";

export interface PublishedPort {
  /** Service or tool, as named in the setting `publish`. */
  readonly name: string;
  readonly hostPort: number;
  /** Network alias and port inside. */
  readonly alias: string;
  readonly port: number;
}

/** Ports of the operators' tools on the host; Grafana's own 3000 belongs to frontends. */
const TOOLS = { prometheus: 9090, grafana: 3001, alertmanager: 9093 } as const;
const TOOL_PORTS = { prometheus: 9090, grafana: 3000, alertmanager: 9093 } as const;

/** Everything that a development environment publishes; nothing elsewhere. */
export function publishedPorts(app: App, { publish }: Settings): PublishedPort[] {
  if (!app.development) return [];
  const services = Object.entries(app.services).flatMap(([name, { port, metrics }]): PublishedPort[] => [
    ...(port === undefined ? [] : [{ name, hostPort: publish[name] ?? port, alias: name, port }]),
    ...(metrics === undefined || metrics.port === port
      ? []
      : [
          {
            name: `${name}-metrics`,
            hostPort: publish[`${name}-metrics`] ?? metrics.port,
            alias: name,
            port: metrics.port,
          },
        ]),
  ]);
  const vectors = Object.entries(app.data).flatMap(([name, { kind }]) =>
    kind === "vectors"
      ? [{ name, hostPort: publish[name] ?? VECTORS_PORT, alias: name, port: VECTORS_PORT }]
      : [],
  );
  const taken = new Set([...services, ...vectors].map(({ hostPort }) => hostPort));
  const tools = Object.entries(TOOLS).map(([name, usual]) => {
    const hostPort = publish[name] ?? firstFree(usual, taken);
    taken.add(hostPort);
    return { name, hostPort, alias: name, port: TOOL_PORTS[name as keyof typeof TOOLS] };
  });
  return [...services, ...vectors, ...tools];
}

/** Where the vectors exporter answers. */
export const VECTORS_PORT = 9091;

/** A service that wants a tool's port has it; the tool takes the next one. */
function firstFree(port: number, taken: ReadonlySet<number>): number {
  return taken.has(port) ? firstFree(port + 1, taken) : port;
}
