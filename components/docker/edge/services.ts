/** What stands behind the routes: the containers of a service, found by name, checked, and replaced under load. */
import type { App } from "../../../src/config/model.ts";
import { type Duration, milliseconds, seconds } from "../../../src/config/units.ts";
import type { DockerBackend } from "./backend.ts";
import { instances } from "./readiness.ts";
import { type Routed, sectionOf } from "./routes.ts";
import { section, time, word } from "./text.ts";

/** Instances that one backend can have at a time; two generations of a service are there during a switch. */
const SLOTS = 10;

export function serviceSections(routes: readonly Routed[], app: Pick<App, "services" | "edge">): string[] {
  const seen = new Map<string, string>();
  for (const { backend, route } of routes) {
    if (!backend) continue;
    const service = route.to.type === "service" ? app.services[route.to.service] : undefined;
    seen.set(sectionOf(backend), serviceSection(backend, patience(service), slots(service), app.edge.domain));
  }
  return [...seen.values()];
}

type Service = App["services"][string];

const slots = (service: Service | undefined) => Math.max(SLOTS, 2 * (service?.scale.min ?? 1) + 2);

interface Patience {
  /** Longest silence while an answer is awaited or runs. */
  readonly answer: Duration;
  /** Longest silence of an upgraded connection. */
  readonly tunnel: Duration;
}

/** A stream may be silent between two heartbeats; three missed ones end it. */
function patience(service: Service | undefined): Patience {
  const answer = service?.timeout ?? seconds(60);
  const { streaming } = service ?? {};
  if (!streaming) return { answer, tunnel: answer };
  const silence = milliseconds(3 * streaming.heartbeat);
  return {
    answer: milliseconds(Math.max(answer, silence)),
    tunnel: streaming.kind === "websocket" ? milliseconds(Math.max(answer, silence)) : answer,
  };
}

/** Longest silence that any client connection must bear. */
export function longestSilence(app: Pick<App, "services">): Duration {
  const all = Object.values(app.services).map((service) => patience(service).answer);
  return milliseconds(Math.max(seconds(30), ...all));
}

function serviceSection(
  backend: DockerBackend,
  { answer, tunnel }: Patience,
  count: number,
  host: string,
): string {
  const { alias, port, health } = backend;
  return section(`backend ${sectionOf(backend)}`, [
    "balance leastconn",
    // A connection of its own for each request: on one that waited idle, a POST could arrive just as the container
    // that stops closes it, and could not be sent again.
    "option http-server-close",
    // A container that is gone answers nothing at all; on one host half a second is long.
    "timeout connect 500ms",
    `timeout server ${time(answer)}`,
    `timeout tunnel ${time(tunnel)}`,
    "option redispatch 1",
    "retries 5",
    // Before anything was sent, a retry is always safe. After it, only where the method promises no effect.
    "retry-on conn-failure empty-response",
    "http-request disable-l7-retry unless { method GET HEAD OPTIONS }",
    ...(health
      ? [
          `option httpchk`,
          `http-check send meth GET uri ${word(health.path)} ver HTTP/1.1 hdr Host ${word(host)}`,
          "http-check expect status 200-399",
        ]
      : []),
    ...(health ? [`timeout check ${time(health.timeout)}`] : []),
    ...instances({
      ...{ alias, port, slots: count },
      serving: `${checkTimes(health)} observe layer4 error-limit 3 on-error mark-down pool-purge-delay 1s`,
    }),
  ]);
}

/** Routing reacts faster than the restart of a container, whatever `every` says. */
function checkTimes(health: DockerBackend["health"]): string {
  const every = Math.min(Math.max(health?.every ?? 1000, 300), 1000);
  return `inter ${every}ms fastinter 300ms downinter 300ms fall ${Math.min(health?.failAfter ?? 2, 3)} rise 1`;
}
