/** Merged routes and edge → Route and Edge. */
import type { Edge, OperatorTool, Route } from "../model.ts";
import type { Path } from "../places.ts";
import type { Overlay } from "../schema/app.ts";
import { joinPolicy } from "../schema/csp.ts";
import { bytes, milliseconds } from "../units.ts";
import { type Missing, present } from "./missing.ts";

type ParsedRoute = NonNullable<Overlay["routes"]>[string];
type ParsedEdge = NonNullable<Overlay["edge"]>;

export const TOOLS = ["grafana", "prometheus", "alertmanager"] as const satisfies readonly OperatorTool[];
const isTool = (name: string): name is OperatorTool => (TOOLS as readonly string[]).includes(name);

const WAYS = ["service", "operators", "bucket", "redirect"] as const;

export function resolveRoute(path: string, route: ParsedRoute, missing: Missing): Route {
  const where = ["routes", path];
  const { cache, rateLimit } = route;
  return present({
    to: destinationOf(where, route, missing),
    strip: route.strip ?? false,
    rateLimit: present({ ...rateLimit, paths: rateLimit?.paths ?? {} }),
    cache:
      cache &&
      present({
        ...cache,
        maxAge: missing.need([...where, "cache", "maxAge"], cache.maxAge, milliseconds(1), {
          remedy: "add maxAge: 24h for instance",
        }),
      }),
    bodyLimit: missing.need([...where, "bodyLimit"], route.bodyLimit, bytes(1)),
  });
}

function destinationOf(where: Path, route: ParsedRoute, missing: Missing): Route["to"] {
  const { service, operators, bucket, redirect } = route;
  const ways = WAYS.filter((way) => route[way] !== undefined);
  if (ways.length !== 1) {
    missing.add({
      path: where,
      what: ways.length === 0 ? "leads nowhere" : `leads to ${ways.join(" and ")} at once`,
      allowed: `one of ${WAYS.join(", ")}`,
      remedy: ways.length === 0 ? "add service: api for instance" : "keep one of them",
    });
  }
  if (service !== undefined) return { type: "service", service };
  if (bucket !== undefined) return { type: "bucket", bucket };
  if (operators !== undefined) {
    return { type: "operators", tool: isTool(operators) ? operators : { metricsOf: operators } };
  }
  const location = redirect
    ? missing.need([...where, "redirect", "location"], redirect.location, "/", {
        remedy: "add location: /app for instance",
      })
    : "/";
  return { type: "redirect", location, permanent: redirect?.permanent ?? false };
}

export function resolveEdge(
  edge: ParsedEdge,
  { missing, routed }: { readonly missing: Missing; readonly routed: boolean },
): Edge {
  const { hsts, cors, certificate, user } = edge;
  const where = ["edge"];
  const domain = routed
    ? missing.need([...where, "domain"], edge.domain, "localhost", {
        remedy: "add the app's host name, for instance domain: flashfit.example",
      })
    : (edge.domain ?? "localhost");
  return present({
    domain,
    aliases: edge.aliases ?? [],
    waf: missing.need([...where, "waf"], edge.waf, "block"),
    wafExclusions: edge.wafExclusions ?? {},
    certificate: certificate && {
      chain: missing.need([...where, "certificate", "chain"], certificate.chain, "", {
        remedy: "name the secret with the PEM chain",
      }),
      key: missing.need([...where, "certificate", "key"], certificate.key, "", {
        remedy: "name the secret with the PEM key",
      }),
    },
    hsts: {
      maxAge: missing.need([...where, "hsts", "maxAge"], hsts?.maxAge, milliseconds(1)),
      subdomains: hsts?.subdomains ?? false,
      preload: hsts?.preload ?? false,
    },
    headers: headersOf(edge.headers ?? {}, missing),
    cors: cors && {
      origins: missing.need([...where, "cors", "origins"], cors.origins, [], {
        remedy: "add origins: [https://shop.example] for instance",
      }),
      methods: missing.need([...where, "cors", "methods"], cors.methods, []),
      headers: missing.need([...where, "cors", "headers"], cors.headers, []),
      credentials: cors.credentials ?? false,
      maxAge: missing.need([...where, "cors", "maxAge"], cors.maxAge, milliseconds(1)),
    },
    compression: edge.compression ?? true,
    user: userOf(user, missing),
  });
}

const POLICY = "content-security-policy";

function headersOf(written: NonNullable<ParsedEdge["headers"]>, missing: Missing): Record<string, string> {
  const { csp, ...rest } = written;
  const twice = csp !== undefined && Object.keys(rest).find((name) => name.toLowerCase() === POLICY);
  if (twice) {
    missing.add({
      path: ["edge", "headers", twice],
      what: "stands beside csp",
      remedy: "remove one of the two",
    });
  }
  const headers = Object.entries(rest).map(([name, value]): [string, string] => [name, joinPolicy(value)]);
  return Object.fromEntries([
    ...headers,
    ...(csp === undefined ? [] : [["Content-Security-Policy", joinPolicy(csp)]]),
  ]);
}

function userOf(user: ParsedEdge["user"], missing: Missing): Edge["user"] {
  const from = user?.from ?? "authorization";
  if (from === "authorization") return { from, name: user?.name ?? "Authorization" };
  const name = missing.need(["edge", "user", "name"], user?.name, "", {
    remedy: `add the name of the ${from}`,
  });
  return { from, name };
}
