/** Which request goes where: routes by longest prefix, what they do to the path, and their redirects. */
import type { App, Route } from "../../../src/config/model.ts";
import type { BoundRoute } from "../../contracts/edge.ts";
import type { DockerBackend } from "./backend.ts";
import { refuse } from "./refusals.ts";
import { below, formatWord, identifier, literal, word } from "./text.ts";

/** A route with the names that it has inside the configuration. */
export interface Routed {
  /** `r_api`, unique. */
  readonly id: string;
  readonly path: string;
  readonly route: Route;
  readonly backend?: DockerBackend;
  /** Section that its requests go to. */
  readonly section?: string;
}

/** Longest prefix first, named. */
export function nameRoutes(routes: readonly BoundRoute<DockerBackend>[]): Routed[] {
  const sorted = [...routes].sort((a, b) => b.path.length - a.path.length || a.path.localeCompare(b.path));
  const taken = new Map<string, number>();
  return sorted.map((bound) => {
    const plain = bound.path === "/" ? "r_root" : `r${identifier(bound.path)}`;
    const count = taken.get(plain) ?? 0;
    taken.set(plain, count + 1);
    const id = count === 0 ? plain : `${plain}_${count}`;
    return { id, ...bound, ...(bound.backend && { section: sectionOf(bound.backend) }) };
  });
}

/** Routes to the same port of the same containers share one section, and with it the health checks. */
export const sectionOf = ({ alias, port }: DockerBackend): string => `${alias}_${port}`;

export const onRoute = (id: string): string => `{ var(txn.route) -m str ${id} }`;

const FOUND = "{ var(txn.route) -m found }";

export function chooseRoute(routes: readonly Routed[]): string[] {
  return [
    ...routes.flatMap(({ id, path }) =>
      below(path).map((condition) => `http-request set-var(txn.route) str(${id}) if ${condition} !${FOUND}`),
    ),
    ...routes.map(
      ({ id, path }) =>
        `http-request set-var-fmt(txn.route_path) ${formatWord(JSON.stringify(path).slice(1, -1))} if ${onRoute(id)}`,
    ),
    ...refuse("not_found", `!${FOUND}`),
  ];
}

export function redirects(routes: readonly Routed[]): string[] {
  return routes.flatMap(({ id, route: { to } }) =>
    to.type === "redirect"
      ? [
          `http-request redirect location ${formatWord(to.location)} code ${to.permanent ? 308 : 307} if ${onRoute(id)}`,
        ]
      : [],
  );
}

/** The path as the service behind the route expects it. */
export function rewrites({ id, path, route }: Routed, app: Pick<App, "services">): string[] {
  const when = `if ${onRoute(id)}`;
  const { to } = route;
  if (to.type === "operators" && typeof to.tool === "object") {
    const metrics = app.services[to.tool.metricsOf]?.metrics?.path ?? "/metrics";
    return [`http-request set-path ${formatWord(metrics)} ${when}`];
  }
  if (to.type === "bucket") {
    const own = `/${to.bucket}`;
    return path === own && !route.strip ? [] : [replacePrefix(path, own, when)];
  }
  if (!route.strip || path === "/") return [];
  return [
    replacePrefix(path, "", when),
    `http-request set-header X-Forwarded-Prefix ${formatWord(path)} ${when}`,
  ];
}

/** `/api` and `/api/x` become `/` and `/x`, the query stays. The path is compared as it stands in the request. */
function replacePrefix(path: string, by: string, when: string): string {
  const prefix = path === "/" ? "" : literal(encodeURI(path));
  return `http-request replace-path ${word(`^${prefix}/*(.*)$`)} ${formatWord(`${by}/\\1`)} ${when}`;
}

export function dispatch(routes: readonly Routed[]): string[] {
  return routes.flatMap(({ id, section }) => (section ? [`use_backend ${section} if ${onRoute(id)}`] : []));
}
