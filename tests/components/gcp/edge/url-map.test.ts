import { describe, expect, test } from "vitest";
import { minutes } from "../../../../src/config/units.ts";
import type { Json } from "../../../helpers/program.ts";
import { app, type EdgeOptions, ROUTES, route, runEdge, serverless, service } from "./fixture.ts";

type Fields = Record<string, Json>;
interface Rule extends Fields {
  priority: number;
  matchRules: Fields[];
}

async function mapOf(options: EdgeOptions = {}) {
  const { get } = await runEdge(options);
  const { inputs } = get("shop-prod-edge-routes");
  const [matcher] = inputs.pathMatchers as unknown as (Fields & { routeRules: Rule[] })[];
  const ruleOf = (path: string) =>
    matcher?.routeRules.find(({ matchRules }) =>
      matchRules.some(({ fullPathMatch, prefixMatch }) => (fullPathMatch ?? prefixMatch) === path),
    );
  return { inputs, matcher, ruleOf };
}

const abort = (httpStatus: number) => ({ faultInjectionPolicy: { abort: { httpStatus, percentage: 100 } } });

describe("routes", () => {
  test("are tried longest first (CG-02)", async () => {
    const { matcher } = await mapOf();
    const tried = matcher?.routeRules.map(({ priority, matchRules }) => [
      priority,
      matchRules[0]?.fullPathMatch ?? matchRules[0]?.prefixMatch,
    ]);
    expect(tried).toEqual([
      [1, "/metrics/api"],
      [2, "/prometheus"],
      [3, "/grafana"],
      [4, "/static"],
      [5, "/media"],
      [6, "/site"],
      [7, "/api"],
      [8, "/old"],
      [9, "/v1"],
      [10, "/"],
    ]);
  });

  test("take whole segments: /apix is not /api", async () => {
    const { ruleOf } = await mapOf();
    expect(ruleOf("/api")?.matchRules).toEqual([{ fullPathMatch: "/api" }, { prefixMatch: "/api/" }]);
    expect(ruleOf("/")?.matchRules).toEqual([{ prefixMatch: "/" }]);
  });

  test("strip their prefix and tell the service, who alone may hear it", async () => {
    const { ruleOf } = await mapOf();
    expect(ruleOf("/v1")).toMatchObject({
      service: "shop-prod-edge-api-id",
      routeAction: { urlRewrite: { pathPrefixRewrite: "/" } },
      headerAction: {
        requestHeadersToAdds: [{ headerName: "X-Forwarded-Prefix", headerValue: "/v1", replace: true }],
      },
    });
    expect(ruleOf("/api")?.routeAction).not.toHaveProperty("urlRewrite");
    expect(ruleOf("/api")?.headerAction).toMatchObject({ requestHeadersToRemoves: ["X-Forwarded-Prefix"] });
  });

  test("to a bucket name its files from the root", async () => {
    const { ruleOf } = await mapOf();
    expect(ruleOf("/media")).toMatchObject({
      service: "shop-prod-edge-media-bucket-id",
      routeAction: { urlRewrite: { pathPrefixRewrite: "/" } },
    });
    expect(ruleOf("/media")?.routeAction).not.toHaveProperty("retryPolicy");
  });

  test("to static files answer unknown paths with the fallback (NW-04)", async () => {
    const { ruleOf } = await mapOf();
    expect(ruleOf("/site")?.customErrorResponsePolicy).toEqual({
      errorService: "shop-prod-edge-site-bucket-id",
      errorResponseRules: [{ matchResponseCodes: ["404"], path: "/index.html", overrideResponseCode: 200 }],
    });
  });

  test("to a service's metrics lead to their path", async () => {
    const { ruleOf } = await mapOf();
    expect(ruleOf("/metrics/api")).toMatchObject({
      service: "shop-prod-edge-api-metrics-operators-id",
      routeAction: { urlRewrite: { pathPrefixRewrite: "/internal/metrics" } },
    });
  });

  test("to a tool that does not run here answer 404", async () => {
    const { ruleOf } = await mapOf();
    expect(ruleOf("/prometheus")).toMatchObject({
      service: "shop-prod-edge-nowhere-id",
      routeAction: abort(404),
    });
  });

  test("redirect with the codes that keep the method", async () => {
    const elsewhere = route({ type: "redirect", location: "https://help.example/start", permanent: false });
    const { ruleOf } = await mapOf({ app: app({ routes: { ...ROUTES, "/help": elsewhere } }) });
    expect(ruleOf("/old")?.urlRedirect).toEqual({
      httpsRedirect: true,
      pathRedirect: "/api",
      redirectResponseCode: "PERMANENT_REDIRECT",
      stripQuery: true,
    });
    expect(ruleOf("/help")?.urlRedirect).toEqual({
      httpsRedirect: true,
      hostRedirect: "help.example",
      pathRedirect: "/start",
      redirectResponseCode: "TEMPORARY_REDIRECT",
      stripQuery: true,
    });
    expect(ruleOf("/help")).not.toHaveProperty("service");
  });

  test("split requests between two versions by their weights (SA-08)", async () => {
    const groups = [
      { region: "us-central1", group: "migs/stable", weight: 90 },
      { region: "europe-west1", group: "migs/stable-eu", weight: 90 },
      { region: "us-central1", group: "migs/next", weight: 10 },
    ];
    const { ruleOf, inputs } = await mapOf({ backends: { api: serverless("api", { groups }) } });
    expect(ruleOf("/api")).not.toHaveProperty("service");
    expect(ruleOf("/api")?.routeAction).toMatchObject({
      weightedBackendServices: [
        { backendService: "shop-prod-edge-api-id", weight: 90 },
        { backendService: "shop-prod-edge-api-version-2-id", weight: 10 },
      ],
    });
    expect((inputs.tests as Fields[]).map(({ path }) => path)).not.toContain("/api");
  });
});

describe("hosts", () => {
  test("are the app's own; any other gets 421", async () => {
    const of = app({ edge: { ...app().edge, aliases: ["www.shop.example"] } });
    const { inputs, matcher } = await mapOf({ app: of });
    expect(inputs.hostRules).toEqual([
      { hosts: ["shop.example", "www.shop.example"], pathMatcher: "routes" },
    ]);
    expect(inputs.defaultService).toBe("shop-prod-edge-nowhere-id");
    expect(inputs.defaultRouteAction).toEqual(abort(421));
    expect(matcher?.defaultRouteAction).toEqual(abort(404));
  });
});

describe("a request", () => {
  test("may take as long as its service, or as long as a stream lives (SA-01)", async () => {
    const { ruleOf } = await mapOf();
    expect(ruleOf("/api")?.routeAction).toMatchObject({ timeout: { seconds: "600" } });
    expect(ruleOf("/")?.routeAction).toMatchObject({ timeout: { seconds: "60" } });
  });

  test("is tried again only when it never reached the service", async () => {
    const { ruleOf } = await mapOf();
    expect(ruleOf("/api")?.routeAction).toMatchObject({
      retryPolicy: { numRetries: 2, retryConditions: ["connect-failure", "refused-stream"] },
    });
  });

  test("loses the headers that only the edge may say", async () => {
    const { inputs } = await mapOf();
    const { requestHeadersToRemoves } = inputs.headerAction as { requestHeadersToRemoves: string[] };
    expect(requestHeadersToRemoves).toEqual(
      expect.arrayContaining(["X-WEBAUTH-USER", "X-HTTP-Method-Override", "X-Forwarded-Host", "Proxy"]),
    );
    // The map's own removals come last and would take away what a route just said.
    expect(requestHeadersToRemoves).not.toContain("X-Forwarded-Prefix");
  });
});

describe("an answer", () => {
  test("has HSTS and the headers of the app, whoever gave it (CG-06, PM-08)", async () => {
    const headers = { "Referrer-Policy": "no-referrer", "X-XSS-Protection": "", "X-Note": "hello" };
    const hsts = { maxAge: minutes(1), subdomains: true, preload: true };
    const { inputs } = await mapOf({ app: app({ edge: { ...app().edge, headers, hsts } }) });
    const { responseHeadersToAdds, responseHeadersToRemoves } = inputs.headerAction as Record<string, Json[]>;
    const set = (headerName: string, headerValue: string) => ({ headerName, headerValue, replace: true });
    expect(responseHeadersToAdds).toEqual([
      set("Strict-Transport-Security", "max-age=60; includeSubDomains; preload"),
      set("X-Content-Type-Options", "nosniff"),
      set("Permissions-Policy", "camera=(self), geolocation=(), microphone=(self), payment=()"),
      set("Cross-Origin-Opener-Policy", "same-origin"),
      set("Referrer-Policy", "no-referrer"),
      set("X-Note", "hello"),
    ]);
    expect(responseHeadersToRemoves).toEqual([
      "Server",
      "X-Powered-By",
      "X-AspNet-Version",
      "X-AspNetMvc-Version",
      "X-Generator",
    ]);
  });

  test("may be framed by nobody; an operator's tool by itself", async () => {
    const { ruleOf } = await mapOf();
    const framing = (path: string) =>
      (
        ruleOf(path)?.headerAction as { responseHeadersToAdds: Fields[] } | undefined
      )?.responseHeadersToAdds.map(({ headerName, headerValue }) => [
        headerName,
        String(headerValue).slice(0, 18),
      ]);
    expect(framing("/")).toEqual([
      ["X-Frame-Options", "DENY"],
      ["Content-Security-Policy", "default-src 'self'"],
    ]);
    expect(framing("/grafana")).toEqual([["X-Frame-Options", "SAMEORIGIN"]]);
  });

  test("keeps the service's policy where the app leaves it out", async () => {
    const headers = { "Content-Security-Policy": "" };
    const { ruleOf } = await mapOf({ app: app({ edge: { ...app().edge, headers } }) });
    expect(JSON.stringify(ruleOf("/")?.headerAction)).not.toContain("Content-Security-Policy");
  });
});

describe("calls from other origins", () => {
  const cors = {
    origins: ["https://admin.example"],
    methods: ["GET", "POST"],
    headers: ["Authorization"],
    credentials: true,
    maxAge: minutes(10),
  };
  test("are allowed to services as the app says, and never to operators' tools (FF-04)", async () => {
    const { ruleOf } = await mapOf({ app: app({ edge: { ...app().edge, cors } }) });
    expect(ruleOf("/api")?.routeAction).toMatchObject({
      corsPolicy: {
        allowOrigins: ["https://admin.example"],
        allowMethods: ["GET", "POST"],
        allowHeaders: ["Authorization"],
        allowCredentials: true,
        maxAge: 600,
      },
    });
    expect(ruleOf("/grafana")?.routeAction).not.toHaveProperty("corsPolicy");
    expect((await mapOf()).ruleOf("/api")?.routeAction).not.toHaveProperty("corsPolicy");
  });
  test("with credentials are never allowed to everybody", async () => {
    const { ruleOf } = await mapOf({
      app: app({ edge: { ...app().edge, cors: { ...cors, origins: ["*"] } } }),
    });
    expect(ruleOf("/api")?.routeAction).not.toHaveProperty("corsPolicy");
  });
});

test("the map carries tests of its own for every route and for what has none", async () => {
  const { inputs } = await mapOf({
    app: app({ routes: { "/api": route(service("api")), "/old": ROUTES["/old"] ?? route(service("api")) } }),
  });
  expect(inputs.tests).toEqual([
    { host: "not-shop.example", path: "/", service: "shop-prod-edge-nowhere-id" },
    { host: "shop.example", path: "/api", service: "shop-prod-edge-api-id" },
    { host: "shop.example", path: "/api/x", service: "shop-prod-edge-api-id" },
    { host: "shop.example", path: "/old", expectedRedirectResponseCode: 308 },
    { host: "shop.example", path: "/old/x", expectedRedirectResponseCode: 308 },
  ]);
});

test("the map has no more tests than Google takes", async () => {
  const routes = Object.fromEntries(
    Array.from({ length: 80 }, (_, index) => [`/r${index}`, route(service("api"))]),
  );
  const { inputs } = await mapOf({ app: app({ routes }) });
  expect((inputs.tests as Json[]).length).toBe(100);
});
