/** Routes: each leads to something that answers, and no two to the same path. */
import type { App, Route } from "../model.ts";
import type { Path } from "../places.ts";
import { TOOLS } from "../resolve/routes-and-edge.ts";
import { type Find, own, unknownName } from "./find.ts";
import { serves } from "./names.ts";

export function checkRoutes(app: App): Find[] {
  return Object.entries(app.routes).flatMap(([path, route]) => {
    const where = ["routes", path];
    return [
      ...checkDestination(app, where, route),
      ...checkLimitedPaths(where, path, route),
      ...checkLoop(app, where, path, route),
      ...checkCache(app, where, route),
    ];
  });
}

function checkDestination(app: App, where: Path, { to }: Route): Find[] {
  if (to.type === "service") return checkService(app, [...where, "service"], to.service);
  if (to.type === "bucket") return checkBucket(app, [...where, "bucket"], to.bucket);
  if (to.type === "operators" && typeof to.tool === "object") {
    return checkMetricsOf(app, [...where, "operators"], to.tool.metricsOf);
  }
  const off = to.type === "operators" && to.tool === "grafana" && !app.monitoring.grafana;
  return off
    ? [
        {
          path: [...where, "operators"],
          what: "grafana is switched off",
          remedy: "remove the route, or set monitoring.grafana: true",
        },
      ]
    : [];
}

function checkService(app: App, path: Path, name: string): Find[] {
  const service = own(app.services, name);
  const serving = Object.keys(app.services).filter((other) => serves(app.services[other]));
  if (!service) {
    const data = own(app.data, name);
    if (data) {
      const remedy = data.kind === "bucket" ? `write { bucket: ${name} }` : "name a service";
      return [{ path, what: `${name} is data of kind ${data.kind}, not a service`, remedy }];
    }
    return [unknownName(path, name, "service", serving, "declare it under services")];
  }
  if (serves(service)) return [];
  const what = `${name} is a ${service.kind} service, which takes no requests`;
  return [
    {
      path,
      what,
      ...(serving.length > 0 && { allowed: serving.join(", ") }),
      remedy: "route to a service of kind web, model or static",
    },
  ];
}

function checkBucket(app: App, path: Path, name: string): Find[] {
  const buckets = Object.keys(app.data).filter((other) => app.data[other]?.kind === "bucket");
  const data = own(app.data, name);
  if (!data) return [unknownName(path, name, "bucket", buckets, "declare it under data")];
  if (data.kind === "bucket") return [];
  return [
    {
      path,
      what: `${name} is data of kind ${data.kind}, not a bucket`,
      ...(buckets.length > 0 && { allowed: buckets.join(", ") }),
      remedy: "only buckets can be served directly; route to a service",
    },
  ];
}

function checkMetricsOf(app: App, path: Path, name: string): Find[] {
  const measured = Object.keys(app.services).filter((other) => app.services[other]?.metrics);
  const service = own(app.services, name);
  const known = [...TOOLS, ...measured];
  if (!service) return [unknownName(path, name, "tool or service with metrics", known, "name one of them")];
  if (service.metrics) return [];
  return [
    {
      path,
      what: `${name} has no metrics to show`,
      allowed: known.join(", "),
      remedy: `add services.${name}.metrics or name another`,
    },
  ];
}

/** Two routes on one path: `/api` and `/api/`. */
export function checkSamePath(app: App): Find[] {
  const seen = new Map<string, string>();
  return Object.keys(app.routes).flatMap((path): Find[] => {
    const bare = trimmed(path);
    const other = seen.get(bare);
    if (other === undefined) seen.set(bare, path);
    if (other === undefined) return [];
    return [{ path: ["routes", path], what: `is the same path as ${other}`, remedy: "keep one of the two" }];
  });
}

const trimmed = (path: string) => path.replace(/\/$/, "");

/** Whether requests for `path` belong to the route `prefix`. */
export function covers(prefix: string, path: string): boolean {
  const bare = trimmed(prefix);
  return path === bare || path.startsWith(`${bare}/`);
}

function checkLimitedPaths(where: Path, path: string, { rateLimit }: Route): Find[] {
  return Object.keys(rateLimit.paths).flatMap((limited): Find[] => {
    if (covers(path, limited) && trimmed(limited) !== trimmed(path)) return [];
    const below = `${trimmed(path)}/…`;
    return [
      {
        path: [...where, "rateLimit", "paths", limited],
        what: `${limited} is not below ${path}`,
        allowed: `paths such as ${below}`,
        remedy:
          trimmed(limited) === trimmed(path)
            ? "write perMinute for the route itself"
            : "move it to its own route",
      },
    ];
  });
}

function checkLoop(app: App, where: Path, path: string, { to }: Route): Find[] {
  if (to.type !== "redirect" || !to.location.startsWith("/")) return [];
  const target = to.location.split(/[?#]/)[0] ?? "";
  const taken = Object.keys(app.routes)
    .filter((other) => covers(other, target))
    .sort((a, b) => b.length - a.length)[0];
  if (taken !== path) return [];
  const remedy = "redirect to a path that another route takes";
  return [{ path: [...where, "redirect"], what: `${to.location} leads back to this route`, remedy }];
}

function checkCache(app: App, where: Path, { to, cache }: Route): Find[] {
  if (!cache || to.type !== "service" || !own(app.services, to.service)?.streaming) return [];
  return [
    {
      path: [...where, "cache"],
      what: `${to.service} streams, and a cache would hold its answers back`,
      remedy: "remove cache, or serve what can be cached from another service",
    },
  ];
}
