/** How long answers may be kept, by browsers and by the edge itself, and how they are compressed. */
import { inSeconds } from "../../../src/config/units.ts";
import { onRoute, type Routed } from "./routes.ts";
import { section } from "./text.ts";

const COMPRESSED = [
  "text/html",
  "text/css",
  "text/plain",
  "text/xml",
  "text/javascript",
  "text/markdown",
  "application/javascript",
  "application/json",
  "application/manifest+json",
  "application/xml",
  "application/wasm",
  "image/svg+xml",
  "font/ttf",
];

/** Filters run in this order; it has to be spelled out because the WAF's filter is there as well. */
export function filters(routes: readonly Routed[], compression: boolean): string[] {
  return [
    ...(shared(routes).length > 0 ? ["filter cache answers"] : []),
    ...(compression
      ? ["filter compression", "compression algo gzip", `compression type ${COMPRESSED.join(" ")}`]
      : []),
  ];
}

/** Routes whose answers are the same for everybody: those with a `sharedMaxAge`. */
const shared = (routes: readonly Routed[]) => routes.filter(({ route }) => route.cache?.sharedMaxAge);

export function cacheSection(routes: readonly Routed[]): string[] {
  const longest = Math.max(
    0,
    ...shared(routes).map(({ route }) => inSeconds(route.cache?.sharedMaxAge ?? (0 as never))),
  );
  if (longest === 0) return [];
  return [
    section("cache answers", [
      "total-max-size 16",
      "max-object-size 262144",
      `max-age ${Math.floor(longest)}`,
      "process-vary on",
    ]),
  ];
}

const READS = "{ method GET HEAD }";

export function cacheRequests(routes: readonly Routed[]): string[] {
  return shared(routes).map(({ id }) => `http-request cache-use answers if ${onRoute(id)} ${READS}`);
}

/** A service that says `no-store` or `private`, or sets a cookie, is obeyed. */
export function cacheResponses(routes: readonly Routed[]): string[] {
  const personal = [
    "http-response set-var(txn.personal) bool(true) if { res.hdr(cache-control) -m sub no-store private }",
    "http-response set-var(txn.personal) bool(true) if { res.hdr(set-cookie) -m found }",
  ];
  const cached = routes.filter(({ route }) => route.cache);
  if (cached.length === 0) return [];
  const good = "{ status 200:399 } !{ var(txn.personal) -m bool }";
  return [
    "http-request set-var(txn.reads) bool(true) if { method GET HEAD }",
    ...personal,
    ...cached.map(
      ({ id, route }) =>
        `http-response set-header Cache-Control '${cacheControl(route.cache)}' if ${onRoute(id)} { var(txn.reads) -m bool } ${good}`,
    ),
    ...shared(routes).map(({ id }) => `http-response cache-store answers if ${onRoute(id)} ${good}`),
  ];
}

function cacheControl(cache: Routed["route"]["cache"]): string {
  if (!cache) return "no-store";
  const { maxAge, sharedMaxAge, staleWhileRevalidate } = cache;
  const parts = [sharedMaxAge ? "public" : "private", `max-age=${Math.floor(inSeconds(maxAge))}`];
  if (sharedMaxAge) parts.push(`s-maxage=${Math.floor(inSeconds(sharedMaxAge))}`);
  if (staleWhileRevalidate)
    parts.push(`stale-while-revalidate=${Math.floor(inSeconds(staleWhileRevalidate))}`);
  return parts.join(", ");
}
