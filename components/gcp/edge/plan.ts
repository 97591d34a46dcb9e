/** Which backends the load balancer needs for the routes: one per service, way of caching and way of logging in. */
import { createHash } from "node:crypto";
import { byPrefixLength } from "../../../src/app/routes.ts";
import type { App, Route } from "../../../src/config/model.ts";
import { type Duration, inSeconds } from "../../../src/config/units.ts";
import type { BoundRoute } from "../../contracts/edge.ts";
import type { GcpBackend, GcpBucketBackend, GcpGroups } from "../handles.ts";
import { LONGEST, shorten, stackOf } from "../names.ts";

/** How long Cloud CDN and browsers keep an answer, in seconds. */
export interface Caching {
  readonly shared: number;
  readonly browser: number;
  readonly stale: number;
}

export interface PlannedBackend<B extends GcpBackend = GcpBackend> {
  /** Unique in the deployment: `api`, `api-operators`, `api-cache-1a2b3c`. */
  readonly key: string;
  readonly backend: B;
  readonly caching?: Caching;
  /** Identity-Aware Proxy asks for a login. */
  readonly login: boolean;
}

export interface PlannedRoute {
  readonly path: string;
  readonly route: Route;
  /** Absent for redirects, and for a tool that does not run here. */
  readonly to?: PlannedBackend;
}

/** Longest prefix first. */
export function planRoutes(routes: readonly BoundRoute<GcpBackend>[]): PlannedRoute[] {
  const bound = new Map(routes.map((route) => [route.path, route]));
  const ordered = byPrefixLength(Object.fromEntries(routes.map(({ path, route }) => [path, route])));
  return ordered.map(([path, route]) => {
    const backend = bound.get(path)?.backend;
    return { path, route, ...(backend && { to: planBackend(route, backend) }) };
  });
}

/** Every backend once, by key. */
export function backendsOf(routes: readonly PlannedRoute[]): PlannedBackend[] {
  const all = new Map(routes.flatMap(({ to }) => (to ? [[to.key, to] as const] : [])));
  return [...all.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

export const isGroups = (planned: PlannedBackend): planned is PlannedBackend<GcpGroups> =>
  planned.backend.type === "groups";
export const isBucket = (planned: PlannedBackend): planned is PlannedBackend<GcpBucketBackend> =>
  planned.backend.type === "bucket";

function planBackend(route: Route, backend: GcpBackend): PlannedBackend {
  const login = route.to.type === "operators";
  // Identity-Aware Proxy and Cloud CDN exclude each other, and an operator's page is nobody else's.
  const caching = login ? undefined : cachingOf(route);
  const parts = [
    backend.name,
    ...(backend.type === "bucket" ? ["bucket"] : []),
    ...(login ? ["operators"] : []),
    ...(caching ? ["cache", checksum(caching)] : []),
  ];
  return { key: parts.join("-"), backend, login, ...(caching && { caching }) };
}

/** Without a time of its own, what is shared is kept as long as browsers keep it. */
function cachingOf({ cache }: Route): Caching | undefined {
  if (!cache) return undefined;
  const whole = (time: Duration) => Math.floor(inSeconds(time));
  return {
    browser: whole(cache.maxAge),
    shared: whole(cache.sharedMaxAge ?? cache.maxAge),
    stale: cache.staleWhileRevalidate === undefined ? 0 : whole(cache.staleWhileRevalidate),
  };
}

const checksum = (caching: Caching) =>
  createHash("sha256").update(JSON.stringify(caching)).digest("hex").slice(0, 6);

/** Hyphen and seven hex digits, which the engine adds to a name that it makes. */
const SUFFIX = 8;

/** Name of a resource whose real name the engine completes, so that a replacement can stand beside what it replaces:
 * nothing that a load balancer refers to can be deleted first (TPG#7503).
 */
export const replaceable = (app: Pick<App, "name" | "environment">, ...parts: readonly string[]): string =>
  shorten([stackOf(app), "edge", ...parts].join("-"), LONGEST.compute - SUFFIX);

/** A host name or a member as a part of a resource's name; two different ones stay different. */
export const hyphened = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]/g, (sign) => (sign === "-" ? "--" : `-${sign.charCodeAt(0).toString(16)}-`))
    .replaceAll(".", "-");

/** Every host name of the app, each once. */
export const namesOf = ({ app: { edge } }: { readonly app: Pick<App, "edge"> }): string[] => [
  ...new Set([edge.domain, ...edge.aliases].map((name) => name.toLowerCase())),
];
