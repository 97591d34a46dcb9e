/** The wires of an app. `uses` and the routes are the only ones; a host outside comes from `egress`. */
import { linksOf } from "../app/links.ts";
import { byPrefixLength } from "../app/routes.ts";
import type { App, Route } from "../config/model.ts";
import { dataId, EDGE, hostId, MONITORING, OPERATORS, partId, serviceId, USERS } from "./ids.ts";
import type { Connection, ConnectionKind } from "./model.ts";
import { shortList } from "./words.ts";

export function connectionsOf(app: App): Connection[] {
  return [...entrances(app), ...routes(app), ...used(app), ...gates(app)];
}

/** From people to the edge; nobody comes where nothing is routed. */
function entrances(app: App): Connection[] {
  const kinds = new Set(Object.values(app.routes).map(kindOf));
  const secure = app.edge.domain === "localhost" ? "HTTP(S)" : "HTTPS";
  return [
    ...(kinds.has("request") ? [{ from: USERS, to: EDGE, kind: "request" as const, label: secure }] : []),
    ...(kinds.has("login") ? [{ from: OPERATORS, to: EDGE, kind: "login" as const, label: "log in" }] : []),
  ];
}

const kindOf = ({ to }: Route): ConnectionKind => (to.type === "operators" ? "login" : "request");

/** One wire per part and kind, with all the prefixes that lead there. */
function routes(app: App): Connection[] {
  const wires = new Map<string, { to: string; kind: ConnectionKind; prefixes: string[] }>();
  for (const [prefix, route] of byPrefixLength(app.routes).toReversed()) {
    const to = behind(app, route.to);
    if (to === undefined) continue;
    const kind = kindOf(route);
    const wire = wires.get(`${kind} ${to}`) ?? { to, kind, prefixes: [] };
    wire.prefixes.push(prefix);
    wires.set(`${kind} ${to}`, wire);
  }
  return [...wires.values()].map(({ to, kind, prefixes }) => ({
    from: EDGE,
    to,
    kind,
    label: shortList(prefixes, 3),
  }));
}

function behind(app: App, to: Route["to"]): string | undefined {
  if (to.type === "redirect") return undefined;
  if (to.type === "operators") return typeof to.tool === "string" ? MONITORING : serviceId(to.tool.metricsOf);
  return partId(app, to.type === "service" ? to.service : to.bucket);
}

function used(app: App): Connection[] {
  return linksOf(app).flatMap((link): Connection[] => {
    if (link.type === "route") return [];
    const from = serviceId(link.from);
    if (link.type === "egress") {
      return link.hosts.map((host) => ({ from, to: hostId(host), kind: "egress", label: "" }));
    }
    const isData = Object.hasOwn(app.data, link.to);
    return [
      isData
        ? { from, to: dataId(link.to), kind: link.access, label: "" }
        : { from, to: serviceId(link.to), kind: "call", label: "" },
    ];
  });
}

function gates(app: App): Connection[] {
  return Object.entries(app.services).flatMap(([name, { after }]) =>
    after.map((job): Connection => ({ from: serviceId(job), to: serviceId(name), kind: "after", label: "" })),
  );
}
