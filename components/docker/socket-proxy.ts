/** The only way to the container engine: a proxy that knows every question the keeper may ask, to the letter.
 *
 * Whoever holds the engine's socket is root on the host. So what is let through is a short list: figures, states
 * and logs of this deployment's containers, and start, stop, restart and kill of them. Paths carry no API version,
 * because old versions of `start` take a whole host configuration in their body; bodies are refused for the same
 * reason. Queries are matched whole: Docker decodes names of parameters, so `%66ilters` would be a way around a
 * rule for `filters`.
 */
import { seconds } from "../../src/config/units.ts";
import { STACK_LABEL } from "./deployment.ts";
import { PORTS } from "./edge/layout.ts";
import { globalSection } from "./edge/process.ts";
import { section } from "./edge/text.ts";

/** Where the proxy listens. */
export const SOCKET_PROXY_PORT = 2375;
const SOCKET = "/var/run/docker.sock";

export interface Allowed {
  readonly method: "GET" | "POST";
  /** Regular expression for the whole path. */
  readonly path: string;
  /** Regular expression for the whole query; none when absent. */
  readonly query?: string;
}

/** Everything that is let through for the deployment `stack`. */
export function allowedRequests(stack: string): Allowed[] {
  const ours = `/containers/${escaped(stack)}-[A-Za-z0-9_.-]+`;
  const time = "[0-9]+(\\.[0-9]+)?";
  return [
    { method: "GET", path: "/_ping" },
    { method: "GET", path: "/version" },
    { method: "GET", path: "/containers/json", query: `all=1&filters=${escaped(listFilter(stack))}` },
    {
      method: "GET",
      path: "/events",
      query: `filters=${escaped(eventFilter(stack))}(&since=${time})?(&until=${time})?`,
    },
    { method: "GET", path: `${ours}/json` },
    { method: "GET", path: `${ours}/stats`, query: "stream=0&one-shot=1" },
    {
      method: "GET",
      path: `${ours}/logs`,
      query: `follow=[01]&stdout=1&stderr=1&timestamps=1(&since=${time})?`,
    },
    { method: "POST", path: `${ours}/start` },
    { method: "POST", path: `${ours}/(restart|stop)`, query: "t=[0-9]{1,3}" },
    { method: "POST", path: `${ours}/kill`, query: "signal=[A-Z0-9]{1,10}" },
  ];
}

/** Events that the keeper listens to; images/keeper/keeper/docker.py names the same in the same order. */
const EVENTS = ["start", "kill", "die", "stop", "destroy", "health_status"];

/** The filters as the keeper writes them; it asks for nothing else. */
const listFilter = (stack: string) => encode({ label: [`${STACK_LABEL}=${stack}`] });
const eventFilter = (stack: string) =>
  encode({ label: [`${STACK_LABEL}=${stack}`], type: ["container"], event: EVENTS });
const encode = (filters: Readonly<Record<string, readonly string[]>>) =>
  encodeURIComponent(JSON.stringify(filters));

/** The proxy's haproxy.cfg for the deployment `stack`. */
export function renderSocketProxy(stack: string): string {
  const conditions = allowedRequests(stack).map(({ method, path, query }) => {
    const asked = query === undefined ? "!{ query -m found }" : `{ query -m reg '^${query}$' }`;
    return `http-request allow if { method ${method} } { path -m reg '^${path}$' } ${asked}`;
  });
  return [
    globalSection({ maxConnections: 500, drain: seconds(2) }),
    section("defaults", [
      "mode http",
      "log global",
      "option dontlognull",
      "timeout connect 2s",
      "timeout http-request 5s",
      // Events and logs are followed for as long as both sides live.
      "timeout client 24h",
      "timeout server 24h",
      "option http-no-delay",
      "option clitcpka",
    ]),
    section("frontend questions", [
      `bind :${SOCKET_PROXY_PORT}`,
      "option dontlog-normal",
      `log-format '{"time":"%[date,utime(%Y-%m-%dT%H:%M:%SZ)]","status":%ST,"method":"%HM","path":"%HPO"}'`,
      "http-request deny deny_status 403 if { req.hdr_cnt(transfer-encoding) gt 0 } || { req.hdr_val(content-length) gt 0 }",
      "http-request deny deny_status 403 if { req.hdr_cnt(upgrade) gt 0 }",
      ...conditions,
      "http-request deny deny_status 403",
      "default_backend engine",
    ]),
    section("backend engine", [`server engine unix@${SOCKET}`]),
    section("frontend health", [
      `bind :${PORTS.internal}`,
      "timeout client 5s",
      "no log",
      "http-request return status 200",
    ]),
  ].join("\n");
}

/** For a regular expression, and for the single quotes around it. */
function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
