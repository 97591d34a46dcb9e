/** How often and how much: rate limits by stick tables, and sizes of bodies.
 *
 * A refused request is not counted. A client that keeps asking therefore gets its full rate, not nothing.
 * The counters live in the edge's memory and begin anew with a new generation of the edge.
 */
import type { App } from "../../../src/config/model.ts";
import { INSPECTED_BODY } from "./layout.ts";
import { refuse } from "./refusals.ts";
import { onRoute, type Routed } from "./routes.ts";
import { below, section } from "./text.ts";

/** One client: an IPv4 address, or the /64 that an IPv6 household gets. */
const CLIENT = "src,ipmask(32,64)";

type Scope = "client" | "user" | "path";
/** HAProxy has three counters per request; each scope has its own. */
const COUNTER = { client: 0, user: 1, path: 2 } as const satisfies Record<Scope, number>;

export function rateLimits({ route, id }: Routed, user: App["edge"]["user"]): string[] {
  const { perMinute, perUser, paths } = route.rateLimit;
  return [
    ...(perMinute ? limit(id, "client", CLIENT, perMinute, [onRoute(id)]) : []),
    ...(perUser
      ? limit(id, "user", userKey(user), perUser, [onRoute(id), `{ ${userKey(user)} -m found }`])
      : []),
    ...longestFirst(paths).flatMap(([path, most], index) => pathLimit(id, index, path, most)),
  ];
}

function pathLimit(id: string, index: number, path: string, most: number): string[] {
  const name = pathTable(id, index);
  return [
    ...below(path).map(
      (condition) =>
        `http-request set-var(txn.limited) str(${name}) if ${onRoute(id)} ${condition} !{ var(txn.limited) -m found }`,
    ),
    ...limit(id, "path", CLIENT, most, [`{ var(txn.limited) -m str ${name} }`], name),
  ];
}

function limit(
  id: string,
  scope: Scope,
  key: string,
  most: number,
  when: readonly string[],
  table = `${id}_${scope}`,
): string[] {
  const counter = COUNTER[scope];
  return [
    `http-request track-sc${counter} ${key} table ${table} if ${when.join(" ")}`,
    ...refuse("too_many", ...when, `{ sc_gpc0_rate(${counter}) ge ${most} }`),
  ];
}

/** Counts what got through every limit. */
export function countRequests(): string[] {
  return Object.values(COUNTER).map(
    (counter) => `http-request sc-inc-gpc0(${counter}) if { sc${counter}_tracked }`,
  );
}

/** A user is known by a hash only; tokens stay out of the table. */
function userKey({ from, name }: App["edge"]["user"]): string {
  const source = {
    authorization: "req.hdr(authorization)",
    header: `req.hdr(${name})`,
    cookie: `req.cook(${name})`,
  }[from];
  return `${source},sha2(256)`;
}

export function rateTables({ route, id }: Routed): string[] {
  const { perMinute, perUser, paths } = route.rateLimit;
  const table = (name: string, type: string) =>
    section(`backend ${name}`, [`stick-table type ${type} size 100k expire 2m store gpc0_rate(60s)`]);
  return [
    ...(perMinute ? [table(`${id}_client`, "ipv6")] : []),
    ...(perUser ? [table(`${id}_user`, "binary len 32")] : []),
    ...longestFirst(paths).map((_, index) => table(pathTable(id, index), "ipv6")),
  ];
}

const pathTable = (id: string, index: number) => `${id}_path_${index}`;

const longestFirst = (paths: Readonly<Record<string, number>>) =>
  Object.entries(paths).sort(([a], [b]) => b.length - a.length || a.localeCompare(b));

/** A body that does not announce its length may be as large as the edge can look at in one piece. */
export function bodyLimits({ route, id }: Routed): string[] {
  return refuse("too_large", onRoute(id), `{ req.body_size gt ${Math.floor(route.bodyLimit)} }`);
}

export function wholeBody(): string[] {
  const carries = "{ method POST PUT PATCH DELETE }";
  return [
    `http-request wait-for-body time 10s at-least ${INSPECTED_BODY} if ${carries}`,
    ...refuse(
      "length_required",
      carries,
      "{ req.hdr_cnt(content-length) eq 0 }",
      `{ req.body_len ge ${INSPECTED_BODY} }`,
    ),
  ];
}
