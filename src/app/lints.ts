/** Warnings: the app is valid, and something in it is probably not meant. */
import type { App, Service } from "../config/model.ts";
import type { Problem } from "../config/problem.ts";
import { consumersOf } from "./links.ts";
import { byPrefixLength } from "./routes.ts";

export type Warning = Pick<Problem, "path" | "what" | "remedy">;

type Lint = (app: App) => readonly Warning[];

const lints: readonly Lint[] = [
  unusedSecrets,
  unusedData,
  noHealth,
  noTrigger,
  publicMetrics,
  connectionsRunOut,
];

export function lint(app: App): Warning[] {
  return lints.flatMap((check) => check(app));
}

function unusedSecrets(app: App): Warning[] {
  const { certificate } = app.edge;
  const used = new Set([
    ...Object.values(app.services).flatMap(({ secrets }) => secrets),
    ...(certificate ? [certificate.chain, certificate.key] : []),
    app.monitoring.alerts.smtp?.password,
    ...Object.values(app.data).flatMap((part) =>
      part.kind === "auth" ? Object.values(part.clients).map(({ secret }) => secret) : [],
    ),
  ]);
  return Object.keys(app.secrets)
    .filter((name) => !used.has(name))
    .map((name) => ({
      path: ["secrets", name],
      what: "is declared and never used",
      remedy: "put it into a service's secrets or remove it",
    }));
}

function unusedData(app: App): Warning[] {
  const served = new Set(
    Object.values(app.routes).flatMap(({ to }) => (to.type === "bucket" ? [to.bucket] : [])),
  );
  return Object.keys(app.data)
    .filter((name) => !served.has(name) && Object.keys(consumersOf(app, name)).length === 0)
    .map((name) => ({
      path: ["data", name],
      what: "is used by no service",
      remedy: "put it into a service's uses or remove it",
    }));
}

function noHealth(app: App): Warning[] {
  return Object.entries(app.services)
    .filter(([, { kind, health }]) => !health && (kind === "web" || kind === "model"))
    .map(([name]) => ({
      path: ["services", name],
      what: "has no health, so a hung instance is never noticed",
      remedy: "add health: /health for instance",
    }));
}

function noTrigger(app: App): Warning[] {
  return Object.entries(app.services)
    .filter(([, { scale }]) => scale.max > scale.min && Object.keys(scale.on).length === 0)
    .map(([name]) => ({
      path: ["services", name, "scale"],
      what: "nothing says when instances are added",
      remedy: "add on: { cpu: 70% } for instance",
    }));
}

/** Metrics on the service's own port are public where a public route covers their path. */
function publicMetrics(app: App): Warning[] {
  return Object.entries(app.services).flatMap(([name, service]) => {
    const route = exposing(app, name, service);
    return route === undefined
      ? []
      : [
          {
            path: ["services", name, "metrics"],
            what: `can be read by everybody through the route ${route}`,
            remedy: "give metrics a port of their own, for instance metrics.port: 9100",
          },
        ];
  });
}

function exposing(app: App, name: string, { metrics, port }: Service): string | undefined {
  if (!metrics || metrics.port !== port) return undefined;
  const bare = (path: string) => path.replace(/\/$/, "");
  const outside = (path: string, strip: boolean) => (strip ? bare(path) : "") + metrics.path;
  return byPrefixLength(app.routes).find(([path, { to, strip }]) => {
    if (to.type !== "service" || to.service !== name) return false;
    const asked = outside(path, strip);
    const taken = byPrefixLength(app.routes).find(
      ([other]) => asked === bare(other) || asked.startsWith(`${bare(other)}/`),
    );
    return taken?.[0] === path;
  })?.[0];
}

function connectionsRunOut(app: App): Warning[] {
  return Object.entries(app.data).flatMap(([name, data]) => {
    if (data.kind !== "postgres") return [];
    const instances = Object.keys(consumersOf(app, name)).reduce(
      (sum, user) => sum + (app.services[user]?.scale.max ?? 0),
      0,
    );
    const most = instances * data.pool.max;
    return most <= data.pool.total
      ? []
      : [
          {
            path: ["data", name, "pool"],
            what: `${instances} instances with ${data.pool.max} connections each are more than ${data.pool.total} in all`,
            remedy: `set pool.max: ${Math.max(1, Math.floor(data.pool.total / instances))} or pool.total: ${most}`,
          },
        ];
  });
}
