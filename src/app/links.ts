/** The paths between parts that an app permits. `uses` is the only wire: everything here derives from it,
 * from the routes and from what is scraped.
 */
import type { Access, App, Route } from "../config/model.ts";

export type Link =
  /** A service uses another service or data. */
  | { readonly type: "use"; readonly from: string; readonly to: string; readonly access: Access }
  /** The edge sends requests to a service or a bucket. */
  | { readonly type: "route"; readonly to: string }
  /** A service calls hosts outside. */
  | { readonly type: "egress"; readonly from: string; readonly hosts: readonly string[] };

export function linksOf(app: App): readonly Link[] {
  const uses = Object.entries(app.services).flatMap(([from, service]) =>
    Object.entries(service.uses).map(([to, access]): Link => ({ type: "use", from, to, access })),
  );
  const routed = new Set(Object.values(app.routes).flatMap(({ to }) => behind(to)));
  const egress = Object.entries(app.services).flatMap(([from, { egress: hosts }]): Link[] =>
    hosts.length > 0 ? [{ type: "egress", from, hosts }] : [],
  );
  return [...uses, ...[...routed].map((to): Link => ({ type: "route", to })), ...egress];
}

/** Names of everything that a service or data part is used by. */
export function consumersOf(app: App, name: string): Readonly<Record<string, Access>> {
  return Object.fromEntries(
    Object.entries(app.services).flatMap(([service, { uses }]) => {
      const access = uses[name];
      return access ? [[service, access] as const] : [];
    }),
  );
}

/** The app's own part that a route leads to. */
function behind(to: Route["to"]): string[] {
  if (to.type === "service") return [to.service];
  if (to.type === "bucket") return [to.bucket];
  return to.type === "operators" && typeof to.tool === "object" ? [to.tool.metricsOf] : [];
}
