import { describe, expect, test } from "vitest";
import { edgeDifferences } from "../../../../components/gcp/edge/differences.ts";
import { refuseEdge } from "../../../../components/gcp/edge/refusals.ts";
import type { GcpSettings } from "../../../../components/gcp/settings.ts";
import type { App, Edge, Route } from "../../../../src/config/model.ts";
import { formatProblem } from "../../../../src/config/problem.ts";
import { days, hours, mebibytes, perMinute } from "../../../../src/config/units.ts";
import { makeGcp } from "../../../helpers/gcp.ts";
import { app, ROUTES, route, service } from "./fixture.ts";

const OPERATORS = { operators: ["group:ops@acme.example"] };
const refused = (of: App, settings: Partial<GcpSettings> = OPERATORS) =>
  refuseEdge(of, makeGcp(of, settings).settings).map(formatProblem);
const withEdge = (changes: Partial<Edge>) => app({ edge: { ...app().edge, ...changes } });
const withRoute = (path: string, each: Route) => app({ routes: { [path]: each } });
const limit = (rateLimit: Partial<Route["rateLimit"]>) =>
  route(service("api"), { rateLimit: { paths: {}, ...rateLimit } });

describe("is refused", () => {
  test("nothing of an app with one route of each kind", () => {
    expect(refused(app())).toEqual([]);
  });
  test("nothing of an app without routes", () => {
    expect(refused(app({ routes: {}, edge: { ...app().edge, domain: "localhost" } }))).toEqual([]);
  });
  test("a route for operators whom nobody named", () => {
    expect(refused(withRoute("/grafana", ROUTES["/grafana"] ?? limit({})), {})).toEqual([
      'routes./grafana: nobody could pass its login: no operators are named; name them in the stack config, for instance operators: ["group:ops@acme.example"], or remove the route',
    ]);
  });
  test("a domain that nobody certifies", () => {
    expect(refused(withEdge({ domain: "localhost" }))).toEqual([
      "edge.domain: nobody issues a certificate for localhost; name a domain that is yours, for instance shop.example",
    ]);
  });
  test("more names than one certificate takes", () => {
    const aliases = Array.from({ length: 100 }, (_, index) => `a${index}.shop.example`);
    expect(refused(withEdge({ aliases }))).toEqual([
      "edge.aliases: 101 names do not fit into one certificate; allowed: 100 names; remove aliases, or spread them over two apps",
    ]);
  });
  test("an alias outside of the zone that is made", () => {
    const dns = { zone: "shop", create: true };
    expect(
      refused(withEdge({ aliases: ["www.shop.example", "other.example"] }), { ...OPERATORS, dns }),
    ).toEqual([
      "edge.aliases.1: other.example does not lie in the zone of shop.example, which settings.dns.create makes; leave out dns.create and name a zone that has both, or remove the alias",
    ]);
  });
  test("a certificate that lies in Secret Manager", () => {
    const of = withEdge({ certificate: { chain: "TLS_CHAIN", key: "TLS_KEY" } });
    const secrets: App["secrets"] = {
      TLS_CHAIN: { source: "required" },
      TLS_KEY: { source: "existing", name: "tls-key" },
    };
    expect(refused({ ...of, secrets })).toEqual([
      "edge.certificate.key: TLS_KEY lies in Secret Manager, where a load balancer cannot read it; declare secrets.TLS_KEY: required and set its value, or leave edge.certificate out for one that Google renews",
    ]);
  });
  test.each([
    ["/app?x=1", "/app?x=1 carries a query or a fragment"],
    ["http://shop.example/", "http://shop.example/ leads to plain HTTP"],
    ["https://shop.example:8443/", "https://shop.example:8443/ names a port"],
  ])("a redirect to %s", (location, what) => {
    expect(refused(withRoute("/old", route({ type: "redirect", location, permanent: false })))).toEqual([
      `routes./old.redirect: ${what}, which a URL map cannot send to; allowed: a path, or https:// with a host and a path; let a service answer the redirect, or change the location`,
    ]);
  });
  test("an old answer that serves too long", () => {
    const cache = { maxAge: hours(1), staleWhileRevalidate: days(8) };
    expect(refused(withRoute("/", route(service("api"), { cache })))).toEqual([
      "routes./.cache.staleWhileRevalidate: is longer than Cloud CDN serves an old answer; allowed: up to 7d; set 7d or less",
    ]);
  });
  test("a rate that is not whole in any span", () => {
    expect(refused(withRoute("/", limit({ perUser: perMinute(0.013) })))).toEqual([
      "routes./.rateLimit.perUser: 0.013 a minute is no whole number of requests in any span that Cloud Armor counts over; set 1/min",
    ]);
  });
  test("a rate that is more than is counted", () => {
    expect(refused(withRoute("/", limit({ paths: { "/a": perMinute(2_000_000) } })))).toEqual([
      "routes./.rateLimit.paths./a: 2000000 a minute is more than Cloud Armor counts; allowed: up to 1000000/min; lower it, or remove it",
    ]);
  });
  test("a rate on files", () => {
    const rateLimit = { perMinute: perMinute(10), paths: {} };
    const files = [
      withRoute("/media", route({ type: "bucket", bucket: "media" }, { rateLimit })),
      withRoute("/media", route(service("site"), { rateLimit })),
    ];
    for (const of of files) {
      expect(refused(of)).toEqual([
        "routes./media.rateLimit: cannot be kept for files: Cloud Armor counts no requests to a bucket; remove it for this target under environments.prod.routes",
      ]);
    }
  });
  test("more exclusions than a rule can name", () => {
    const wafExclusions = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`9421${index + 10}`, "x"]),
    );
    expect(refused(withEdge({ wafExclusions }))).toEqual([
      "edge.wafExclusions: leaves out more rules of sqli than one rule of Cloud Armor can name; allowed: about 25 of a set, 128 at the very most; leave out fewer, or set waf: detect",
    ]);
  });
  test("exceptions that make a condition too long", () => {
    const large = Array.from({ length: 80 }, (_, index): [string, Route] => [
      `/a-rather-long-path-${index}`,
      route(service("api"), { bodyLimit: mebibytes(50) }),
    ]);
    const [problem] = refused(
      app({
        routes: { "/": route(service("api"), { bodyLimit: mebibytes(1) }), ...Object.fromEntries(large) },
      }),
    );
    expect(problem).toMatch(
      /^routes: the rule "Bodies of \/" has \d+ characters, more than Cloud Armor reads; allowed: 2048 characters; give routes below it the same bodyLimit, or shorten their paths$/,
    );
  });
});

describe("means something else", () => {
  const BODY =
    "routes: a body above bodyLimit gets 403, not 413, and one that does not announce its length is limited by the service alone";
  const POLICY =
    "edge.headers: the default Content-Security-Policy takes the place of a service's own; set csp, or Content-Security-Policy: '' to leave it to the services";
  const quiet = (routes: App["routes"], edge: Partial<Edge> = {}) =>
    app({
      routes,
      edge: { ...app().edge, compression: false, headers: { "Content-Security-Policy": "" }, ...edge },
    });

  test("nothing of an app without routes", () => {
    expect(edgeDifferences(app({ routes: {} }))).toEqual([]);
  });
  test("the status of a body that is too large", () => {
    expect(edgeDifferences(quiet({ "/": route(service("api")) }))).toEqual([BODY]);
  });
  test("a limit per user, and limits of longer paths", () => {
    const rateLimit = {
      perMinute: perMinute(1000),
      perUser: perMinute(60),
      paths: { "/api/ai": perMinute(30) },
    };
    expect(edgeDifferences(quiet({ "/api": route(service("api"), { rateLimit }) }))).toEqual([
      "routes./api.rateLimit.perUser: counts per user and address, by the first 128 bytes of authorization; a request that carries it is not counted for its address, so made-up values get around perMinute",
      "routes./api.rateLimit.paths: requests below /api/ai are counted there and not for /api",
      BODY,
    ]);
  });
  test("compression, the default policy, caching, the login and an exclusion without a rule", () => {
    const of = app({
      routes: {
        "/": route(service("api")),
        "/static": route(service("frontend"), { cache: { maxAge: hours(1) } }),
        "/grafana": ROUTES["/grafana"] ?? route(service("api")),
      },
      edge: { ...app().edge, wafExclusions: { "920350": "an address as host", "942100": "search" } },
    });
    expect(edgeDifferences(of)).toEqual([
      BODY,
      "edge.compression: Google compresses what Cloud CDN carries; other answers leave as the service wrote them",
      POLICY,
      "routes: Cloud CDN keeps files of static types by itself, and other answers only when the service marks them as public",
      "routes: operators log in with Google accounts of the project's organization",
      "edge.wafExclusions.920350: Cloud Armor does not carry this rule, so there is nothing to leave out",
    ]);
  });
  test("many rules, which need a higher quota", () => {
    const rateLimit = {
      paths: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`/p${index}`, perMinute(5)])),
    };
    expect(edgeDifferences(quiet({ "/": route(service("api"), { rateLimit }) })).at(-1)).toBe(
      "edge: 36 rules with conditions are needed; a project may have 20 until it asks for a higher quota",
    );
  });
});
