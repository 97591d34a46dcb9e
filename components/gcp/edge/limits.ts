/** How often and how much, in Cloud Armor's rules: sizes of bodies, then rates.
 *
 * Cloud Armor applies the first rule that matches, and a rate that is not used up lets the request pass. So each request
 * is counted once, by the rule of the longest path that takes it; differences.ts says what that means.
 */
import { byPrefixLength } from "../../../src/app/routes.ts";
import type { App, Route } from "../../../src/config/model.ts";
import { all, below, type Condition, hasCookie, hasHeader, longerThan, not, within } from "./expressions.ts";

export interface Limit {
  readonly description: string;
  /** Undefined: every request. */
  readonly expression?: string;
  readonly action: "deny" | "throttle" | "allow";
  readonly rate?: Rate;
}

export interface Rate {
  readonly count: number;
  /** Seconds. */
  readonly interval: number;
  /** What tells clients apart beside their address. */
  readonly user?: { readonly type: "HTTP_HEADER" | "HTTP_COOKIE"; readonly name: string };
}

/** The only spans of time that Cloud Armor counts over, in seconds. */
const INTERVALS = [60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700, 3600];
/** Google's limit of requests in one of them. */
export const MOST_REQUESTS = 1_000_000;

/** A rate per minute as a whole number of requests; undefined when no span makes it whole. */
export function countOf(perMinute: number): Pick<Rate, "count" | "interval"> | undefined {
  const interval = INTERVALS.find((seconds) => Number.isInteger((perMinute * seconds) / 60));
  return interval === undefined ? undefined : { count: (perMinute * interval) / 60, interval };
}

/** Routes that a service or a tool answers. Files come from buckets, where no backend policy is asked. */
export function limitedRoutes(app: Pick<App, "routes" | "services">): [path: string, route: Route][] {
  return byPrefixLength(app.routes).filter(([, { to }]) => {
    if (to.type === "service") return app.services[to.service]?.kind !== "static";
    return to.type === "operators";
  });
}

const covers = (path: string, other: string) =>
  path === "/" || other === path || other.startsWith(`${path}/`);

/** A body above the limit of its route is refused by the length that it announces. */
export function bodyLimits(app: Pick<App, "routes" | "services">): Limit[] {
  const routes = limitedRoutes(app);
  return routes.flatMap(([path, { bodyLimit }]): Limit[] => {
    const [above] = routes.filter(([other]) => other !== path && covers(other, path));
    if (above && above[1].bodyLimit === bodyLimit) return [];
    const larger = routes.filter(
      ([other, route]) => other !== path && covers(path, other) && route.bodyLimit > bodyLimit,
    );
    const conditions: Condition[] = [
      ...longerThan(bodyLimit),
      ...(path === "/" ? [] : [within(path)]),
      ...(larger.length > 0 ? [not(below(...larger.map(([other]) => other)))] : []),
    ];
    return [{ description: `Bodies of ${path}`, expression: all(conditions), action: "deny" }];
  });
}

interface Scope {
  readonly path: string;
  readonly perMinute?: number | undefined;
  readonly perUser?: number | undefined;
}

export function rateLimits(app: Pick<App, "routes" | "services" | "edge">): Limit[] {
  const scopes = scopesOf(app);
  return scopes.flatMap((scope) => {
    const { path, perMinute, perUser } = scope;
    const where = path === "/" ? [] : [below(path)];
    const shorter = scopes.filter((other) => other !== scope && covers(other.path, path));
    const inherits = shorter.some((other) => other.perMinute ?? other.perUser);
    return [
      ...(perUser ? [throttle(`${path} per user`, [...where, ...marked(app)], perUser, markOf(app))] : []),
      ...(perMinute ? [throttle(`${path} per address`, where, perMinute)] : []),
      // Without a limit of its own, a route must not fall to that of a shorter one.
      ...(!perMinute && inherits ? [pass(path, where)] : []),
    ];
  });
}

/** Longest path first; a route's own limit after those of longer paths below it. */
function scopesOf(app: Pick<App, "routes" | "services">): Scope[] {
  const scopes = new Map<string, Scope>();
  for (const [path, { rateLimit }] of limitedRoutes(app)) {
    scopes.set(path, { path, perMinute: rateLimit.perMinute, perUser: rateLimit.perUser });
  }
  for (const [, { rateLimit }] of limitedRoutes(app)) {
    for (const [path, perMinute] of Object.entries(rateLimit.paths)) scopes.set(path, { path, perMinute });
  }
  return [...scopes.values()].sort((a, b) => b.path.length - a.path.length || a.path.localeCompare(b.path));
}

function throttle(
  description: string,
  where: readonly Condition[],
  perMinute: number,
  user?: Rate["user"],
): Limit {
  const counted = countOf(perMinute);
  // Refused before; this is for callers that build an edge without checking.
  if (!counted) throw new Error(`No span of Cloud Armor makes ${perMinute} requests a minute whole.`);
  return {
    description,
    ...(where.length > 0 && { expression: all(where) }),
    action: "throttle",
    rate: { ...counted, ...(user && { user }) },
  };
}

const pass = (path: string, where: readonly Condition[]): Limit => ({
  description: `${path} has no limit`,
  ...(where.length > 0 && { expression: all(where) }),
  action: "allow",
});

function marked({ edge: { user } }: Pick<App, "edge">): readonly Condition[] {
  return user.from === "cookie" ? hasCookie(user.name) : [hasHeader(headerOf(user))];
}

function markOf({ edge: { user } }: Pick<App, "edge">): NonNullable<Rate["user"]> {
  return user.from === "cookie"
    ? { type: "HTTP_COOKIE", name: user.name }
    : { type: "HTTP_HEADER", name: headerOf(user) };
}

const headerOf = ({ from, name }: App["edge"]["user"]) => (from === "authorization" ? "authorization" : name);
