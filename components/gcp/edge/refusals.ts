/** What Google's load balancer would refuse, or could not keep its word on, with a remedy. */
import type { App, Route } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { days } from "../../../src/config/units.ts";
import type { GcpSettings } from "../settings.ts";
import { MOST_NAMES } from "./certificate.ts";
import { LONGEST_EXPRESSION } from "./expressions.ts";
import { bodyLimits, countOf, MOST_REQUESTS, rateLimits } from "./limits.ts";
import { obstacleOf } from "./redirects.ts";
import { MOST_EXCLUSIONS, overfullSets } from "./waf.ts";

/** Google's limit of `serveWhileStale`. */
const LONGEST_STALE = days(7);

export function refuseEdge(app: App, settings: GcpSettings): Problem[] {
  if (Object.keys(app.routes).length === 0) return [];
  const routes = Object.entries(app.routes).flatMap(([path, route]) => [
    ...refuseLogin(path, route, settings),
    ...refuseRedirect(path, route),
    ...refuseCache(path, route),
    ...refuseRates(app, path, route),
  ]);
  const rates = routes.length === 0 ? refuseExpressions(app) : [];
  return [
    ...refuseNames(app, settings),
    ...refuseCertificate(app),
    ...routes,
    ...rates,
    ...refuseExclusions(app),
  ];
}

function refuseNames({ edge }: App, { dns }: GcpSettings): Problem[] {
  const names = [edge.domain, ...edge.aliases];
  const outside = dns?.create
    ? edge.aliases.filter((alias) => alias !== edge.domain && !alias.endsWith(`.${edge.domain}`))
    : [];
  return [
    ...(edge.domain.includes(".")
      ? []
      : [
          {
            path: ["edge", "domain"],
            what: `nobody issues a certificate for ${edge.domain}`,
            remedy: "name a domain that is yours, for instance shop.example",
          },
        ]),
    ...(names.length > MOST_NAMES
      ? [
          {
            path: ["edge", "aliases"],
            what: `${names.length} names do not fit into one certificate`,
            allowed: `${MOST_NAMES} names`,
            remedy: "remove aliases, or spread them over two apps",
          },
        ]
      : []),
    ...outside.map((alias) => ({
      path: ["edge", "aliases", edge.aliases.indexOf(alias)],
      what: `${alias} does not lie in the zone of ${edge.domain}, which settings.dns.create makes`,
      remedy: "leave out dns.create and name a zone that has both, or remove the alias",
    })),
  ];
}

function refuseCertificate({ edge, secrets }: App): Problem[] {
  const { certificate } = edge;
  if (!certificate) return [];
  return (["chain", "key"] as const).flatMap((part) => {
    const name = certificate[part];
    return secrets[name]?.source === "existing"
      ? [
          {
            path: ["edge", "certificate", part],
            what: `${name} lies in Secret Manager, where a load balancer cannot read it`,
            remedy: `declare secrets.${name}: required and set its value, or leave edge.certificate out for one that Google renews`,
          },
        ]
      : [];
  });
}

function refuseLogin(path: string, { to }: Route, { operators }: GcpSettings): Problem[] {
  if (to.type !== "operators" || operators.length > 0) return [];
  return [
    {
      path: ["routes", path],
      what: "nobody could pass its login: no operators are named",
      remedy:
        'name them in the stack config, for instance operators: ["group:ops@acme.example"], or remove the route',
    },
  ];
}

function refuseRedirect(path: string, { to }: Route): Problem[] {
  const obstacle = to.type === "redirect" ? obstacleOf(to.location) : undefined;
  if (to.type !== "redirect" || !obstacle) return [];
  return [
    {
      path: ["routes", path, "redirect"],
      what: `${to.location} ${obstacle}, which a URL map cannot send to`,
      allowed: "a path, or https:// with a host and a path",
      remedy: "let a service answer the redirect, or change the location",
    },
  ];
}

function refuseCache(path: string, { cache }: Route): Problem[] {
  if (!cache?.staleWhileRevalidate || cache.staleWhileRevalidate <= LONGEST_STALE) return [];
  return [
    {
      path: ["routes", path, "cache", "staleWhileRevalidate"],
      what: "is longer than Cloud CDN serves an old answer",
      allowed: "up to 7d",
      remedy: "set 7d or less",
    },
  ];
}

function refuseRates(app: App, path: string, { to, rateLimit }: Route): Problem[] {
  const rates: [key: string[], rate: number | undefined][] = [
    [["perMinute"], rateLimit.perMinute],
    [["perUser"], rateLimit.perUser],
    ...Object.entries(rateLimit.paths).map(([below, rate]): [string[], number] => [["paths", below], rate]),
  ];
  const given = rates.flatMap(([key, rate]) => (rate === undefined ? [] : [{ key, rate }]));
  const files =
    to.type === "bucket" || (to.type === "service" && app.services[to.service]?.kind === "static");
  if (files && given.length > 0) {
    return [
      {
        path: ["routes", path, "rateLimit"],
        what: "cannot be kept for files: Cloud Armor counts no requests to a bucket",
        remedy: `remove it for this target under environments.${app.environment}.routes`,
      },
    ];
  }
  return given.flatMap(({ key, rate }): Problem[] => {
    const counted = countOf(rate);
    const where = { path: ["routes", path, "rateLimit", ...key] };
    if (!counted) {
      return [
        {
          ...where,
          what: `${rate} a minute is no whole number of requests in any span that Cloud Armor counts over`,
          remedy: `set ${Math.max(1, Math.round(rate))}/min`,
        },
      ];
    }
    if (counted.count <= MOST_REQUESTS) return [];
    return [
      {
        ...where,
        what: `${rate} a minute is more than Cloud Armor counts`,
        allowed: `up to ${MOST_REQUESTS}/min`,
        remedy: "lower it, or remove it",
      },
    ];
  });
}

function refuseExpressions(app: App): Problem[] {
  const long = [...bodyLimits(app), ...rateLimits(app)].filter(
    ({ expression }) => (expression?.length ?? 0) > LONGEST_EXPRESSION,
  );
  return long.map(({ description, expression }) => ({
    path: ["routes"],
    what: `the rule "${description}" has ${expression?.length} characters, more than Cloud Armor reads`,
    allowed: `${LONGEST_EXPRESSION} characters`,
    remedy: "give routes below it the same bodyLimit, or shorten their paths",
  }));
}

function refuseExclusions(app: App): Problem[] {
  return overfullSets(app).map((set) => ({
    path: ["edge", "wafExclusions"],
    what: `leaves out more rules of ${set} than one rule of Cloud Armor can name`,
    allowed: `about 25 of a set, ${MOST_EXCLUSIONS} at the very most`,
    remedy: "leave out fewer, or set waf: detect",
  }));
}
