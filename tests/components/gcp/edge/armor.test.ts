import { describe, expect, test } from "vitest";
import { serviceRules } from "../../../../components/gcp/edge/armor.ts";
import { RULE_SETS, setOf, wafRules } from "../../../../components/gcp/edge/waf.ts";
import type { App, Edge, Route } from "../../../../src/config/model.ts";
import { mebibytes, perMinute } from "../../../../src/config/units.ts";
import { app, route, runEdge, service } from "./fixture.ts";

interface Rule {
  readonly priority: number;
  readonly action: string;
  readonly description: string;
  readonly preview?: boolean;
  readonly match: { readonly expr?: { readonly expression: string }; readonly versionedExpr?: string };
  readonly rateLimitOptions?: Record<string, unknown>;
}

const withEdge = (changes: Partial<Edge>) => app({ edge: { ...app().edge, ...changes } });
const rulesOf = (of: App = app()) => serviceRules(of) as unknown as Rule[];
const expressions = (of?: App) => rulesOf(of).flatMap(({ match }) => match.expr?.expression ?? []);
/** Action and condition of the rules whose description matches. */
const described = (of: App, pattern: RegExp) =>
  rulesOf(of)
    .filter(({ description }) => pattern.test(description))
    .map(({ action, match }) => [action, match.expr?.expression ?? "everyone"]);
const below = (path: string) => `request.path.urlDecode().matches('^${path}(?:/|$)')`;

describe("the policies", () => {
  test("look into JSON and bodies, log what they saw, and watch for floods", async () => {
    const { get } = await runEdge();
    expect(get("shop-prod-edge-services").inputs).toMatchObject({
      type: "CLOUD_ARMOR",
      adaptiveProtectionConfig: { layer7DdosDefenseConfig: { enable: true, ruleVisibility: "STANDARD" } },
      advancedOptionsConfig: {
        jsonParsing: "STANDARD",
        logLevel: "VERBOSE",
        requestBodyInspectionSize: "64KB",
      },
    });
  });
  test("carry their rules themselves, never beside them", async () => {
    const { get, resources } = await runEdge();
    expect(resources.filter(({ type }) => type.includes("ecurityPolicyRule"))).toEqual([]);
    expect(get("shop-prod-edge-services").inputs.rules).toHaveLength(serviceRules(app()).length);
    expect(get("shop-prod-edge-buckets").inputs.rules).toHaveLength(2);
  });
  test("of buckets let files be read and nothing else", async () => {
    const { get } = await runEdge();
    const { type, rules } = get("shop-prod-edge-buckets").inputs;
    expect(type).toBe("CLOUD_ARMOR_EDGE");
    expect((rules as unknown as Rule[]).map(({ action, match }) => [action, match.expr?.expression])).toEqual(
      [
        ["deny(403)", "!request.method.matches('^(?:GET|HEAD|OPTIONS)$')"],
        ["allow", undefined],
      ],
    );
  });
  test("are not made for buckets when there are none", async () => {
    const { named } = await runEdge({ app: app({ routes: { "/": route(service("api")) } }) });
    expect(named("shop-prod-edge-buckets")).toEqual([]);
  });
  test("end with the rule that each must have", () => {
    expect(rulesOf().at(-1)).toEqual({
      priority: 2_147_483_647,
      action: "allow",
      description: "Everything else",
      match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
    });
  });
  test("give each rule a priority of its own, with room between", () => {
    const priorities = rulesOf().map(({ priority }) => priority);
    expect(priorities.slice(0, 3)).toEqual([1000, 1010, 1020]);
    expect(new Set(priorities).size).toBe(priorities.length);
  });
});

describe("the firewall", () => {
  test("carries every set of the core rule set 4.22 at the first level", () => {
    const text = expressions().join("\n");
    for (const set of Object.keys(RULE_SETS)) {
      expect(text).toContain(`evaluatePreconfiguredWaf('${set}-v422-stable', {'sensitivity': 1})`);
    }
    expect(text).not.toContain("v33");
    // What 3.3 called nodejs is part of generic.
    expect(text).not.toContain("nodejs");
  });
  test("stops Log4j lookups in the form that scanners know (CKV_GCP_73)", () => {
    expect(rulesOf()).toContainEqual({
      priority: 1010,
      action: "deny(403)",
      description: "Log4j and other known holes",
      match: { expr: { expression: "evaluatePreconfiguredWaf('cve-canary')" } },
      preview: false,
    });
  });
  test("lets PUT, PATCH and DELETE through, which the rule set's own list of methods would refuse", () => {
    const text = expressions().join("\n");
    expect(text).not.toContain("methodenforcement");
    expect(text).toContain("!request.method.matches('^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$')");
  });
  test("only logs where the app says detect", () => {
    const previews = (waf: Edge["waf"]) =>
      rulesOf(withEdge({ waf })).flatMap(({ preview }) => (preview === undefined ? [] : [preview]));
    expect(new Set(previews("detect"))).toEqual(new Set([true]));
    expect(new Set(previews("block"))).toEqual(new Set([false]));
    expect(previews("off")).toEqual([]);
  });
  test("comes before every limit: a request within its limit passes at once", () => {
    const actions = rulesOf().map(({ action, description }) => `${action} ${description}`);
    const last = actions.findLastIndex((action) => action.includes("Core rule set"));
    const first = actions.findIndex((action) => action.startsWith("throttle"));
    expect(last).toBeGreaterThan(0);
    expect(first).toBeGreaterThan(last);
  });
  test("leaves out what the app excludes, by the ids of its set", () => {
    const text = expressions(
      withEdge({ wafExclusions: { "942100": "search", "942200": "search", "941100": "x" } }),
    ).join("\n");
    expect(text).toContain(
      "evaluatePreconfiguredWaf('sqli-v422-stable', {'sensitivity': 1, 'opt_out_rule_ids': ['owasp-crs-v042200-id942100-sqli', 'owasp-crs-v042200-id942200-sqli']})",
    );
    expect(text).toContain("'opt_out_rule_ids': ['owasp-crs-v042200-id941100-xss']");
    expect(setOf("920350")).toBeUndefined();
  });
  test("stays within the limits of an expression however much is excluded", () => {
    const excluded = Array.from({ length: 20 }, (_, index) => [`9421${index + 10}`, "noise"]);
    const xss = Array.from({ length: 20 }, (_, index) => [`9411${index + 10}`, "noise"]);
    const { length } = wafRules(withEdge({ wafExclusions: Object.fromEntries([...excluded, ...xss]) }));
    expect(length).toBeLessThan(9);
    for (const { expression } of wafRules(
      withEdge({ wafExclusions: Object.fromEntries([...excluded, ...xss]) }),
    )) {
      expect(expression.length).toBeLessThanOrEqual(2048);
      expect(expression.split(" || ").length).toBeLessThanOrEqual(5);
    }
  });
});

/** Comparisons and calls, as Google counts them. */
const parts = (expression: string) => expression.split(/&&|\|\|/).length;

describe("every condition", () => {
  test("has at most five parts, one regular expression, and a description that fits", () => {
    const routes: Record<string, Route> = {
      "/": route(service("api"), {
        bodyLimit: mebibytes(1),
        rateLimit: { perUser: perMinute(60), paths: {} },
      }),
      "/a": route(service("api"), {
        bodyLimit: mebibytes(2),
        rateLimit: { perUser: perMinute(60), paths: {} },
      }),
      "/a/b": route(service("api"), { bodyLimit: mebibytes(3) }),
      "/a/c": route(service("api"), { bodyLimit: mebibytes(1) }),
      [`/${"long".repeat(20)}`]: route(service("api"), { rateLimit: { perMinute: perMinute(5), paths: {} } }),
    };
    for (const { match, description } of rulesOf(
      app({ routes, edge: { ...app().edge, user: { from: "cookie", name: "session" } } }),
    )) {
      const expression = match.expr?.expression ?? "";
      expect(parts(expression), expression).toBeLessThanOrEqual(5);
      expect(expression.match(/\.matches\(/g)?.length ?? 0, expression).toBeLessThanOrEqual(1);
      expect(description.length).toBeLessThanOrEqual(64);
    }
  });
  test("reads paths as a lenient service would: decoded, doubled slashes, signs taken literally", () => {
    const routes = {
      "/v1.0/a+b": route(service("api"), { rateLimit: { perMinute: perMinute(5), paths: {} } }),
    };
    expect(described(app({ routes }), /per address/)).toEqual([["throttle", below("/+v1[.]0/+a[+]b")]]);
  });
});

describe("rates (SA-13, NW-08)", () => {
  const limited = (routes: Record<string, Route>) => described(app({ routes }), /^\/(?!.*Bodies)/);

  test("are kept by path, by user and by address, the longest path first", () => {
    expect(described(app(), /^\//)).toEqual([
      ["throttle", below("/+api/+recommend")],
      ["throttle", `${below("/+api")} && has(request.headers['authorization'])`],
      ["throttle", below("/+api")],
    ]);
  });
  test("count by exactly one of enforceOnKey and enforceOnKeyConfigs (TPG#14752)", () => {
    const options = rulesOf().flatMap(({ rateLimitOptions }) => (rateLimitOptions ? [rateLimitOptions] : []));
    expect(options).toHaveLength(3);
    for (const each of options) {
      expect("enforceOnKey" in each).not.toBe("enforceOnKeyConfigs" in each);
      expect(Object.values(each)).not.toContain("");
    }
    expect(options[2]).toEqual({
      conformAction: "allow",
      exceedAction: "deny(429)",
      rateLimitThreshold: { count: 1000, intervalSec: 60 },
      enforceOnKey: "IP",
    });
  });
  test("count a user together with the address, because only 128 bytes of a token are compared", () => {
    const keyOf = (user: Edge["user"]) =>
      rulesOf(withEdge({ user })).find(({ description }) => description === "/api per user");
    expect(
      keyOf({ from: "authorization", name: "authorization" })?.rateLimitOptions?.enforceOnKeyConfigs,
    ).toEqual([
      { enforceOnKeyType: "HTTP_HEADER", enforceOnKeyName: "authorization" },
      { enforceOnKeyType: "IP" },
    ]);
    const byCookie = keyOf({ from: "cookie", name: "session" });
    expect(byCookie?.rateLimitOptions?.enforceOnKeyConfigs).toEqual([
      { enforceOnKeyType: "HTTP_COOKIE", enforceOnKeyName: "session" },
      { enforceOnKeyType: "IP" },
    ]);
    expect(byCookie?.match.expr?.expression).toBe(
      `${below("/+api")} && has(request.headers['cookie']) && request.headers['cookie'].contains('session=')`,
    );
    expect(keyOf({ from: "header", name: "X-User" })?.match.expr?.expression).toBe(
      `${below("/+api")} && has(request.headers['x-user'])`,
    );
  });
  test("of a short path do not reach a longer route that has none", () => {
    const rateLimit = { perMinute: perMinute(10), paths: {} };
    const routes = { "/": route(service("frontend"), { rateLimit }), "/api": route(service("api")) };
    expect(limited(routes)).toEqual([
      ["allow", below("/+api")],
      ["throttle", "everyone"],
    ]);
  });
  test("per user alone do not leave the others to the limit of a shorter path", () => {
    const routes = {
      "/": route(service("frontend"), { rateLimit: { perMinute: perMinute(10), paths: {} } }),
      "/api": route(service("api"), { rateLimit: { perUser: perMinute(60), paths: {} } }),
    };
    expect(limited(routes)).toEqual([
      ["throttle", `${below("/+api")} && has(request.headers['authorization'])`],
      ["allow", below("/+api")],
      ["throttle", "everyone"],
    ]);
  });
  test("are whole numbers in a span that Cloud Armor counts over", () => {
    const of = (rate: number) => {
      const rateLimit = { perMinute: perMinute(rate), paths: {} };
      const [first] = rulesOf(app({ routes: { "/": route(service("api"), { rateLimit }) } })).flatMap(
        ({ rateLimitOptions }) => (rateLimitOptions ? [rateLimitOptions] : []),
      );
      return first?.rateLimitThreshold;
    };
    expect(of(30)).toEqual({ count: 30, intervalSec: 60 });
    expect(of(2.5)).toEqual({ count: 5, intervalSec: 120 });
    expect(of(1 / 60)).toEqual({ count: 1, intervalSec: 3600 });
  });
});

describe("bodies", () => {
  const tooLong = (bytes: number) =>
    `has(request.headers['content-length']) && int(request.headers['content-length']) > ${bytes}`;
  const bodies = (routes: Record<string, Route>) => described(app({ routes }), /^Bodies/);
  const ofSize = (size: number) => route(service("api"), { bodyLimit: mebibytes(size) });
  const MIB = 1024 ** 2;

  test("have one rule where every route has the same limit", () => {
    expect(bodies({ "/": ofSize(10), "/api": ofSize(10) })).toEqual([["deny(403)", tooLong(10 * MIB)]]);
  });
  test("may be larger below a path that says so", () => {
    expect(bodies({ "/": ofSize(1), "/upload": ofSize(50) })).toEqual([
      [
        "deny(403)",
        `${tooLong(50 * MIB)} && (request.path.urlDecode() == '/upload' || request.path.urlDecode().startsWith('/upload/'))`,
      ],
      ["deny(403)", `${tooLong(MIB)} && !${below("/+upload")}`],
    ]);
  });
  test("may be smaller below a path that says so", () => {
    expect(bodies({ "/": ofSize(10), "/api": ofSize(1) }).map(([, text]) => text)).toEqual([
      `${tooLong(MIB)} && (request.path.urlDecode() == '/api' || request.path.urlDecode().startsWith('/api/'))`,
      tooLong(10 * MIB),
    ]);
  });
});
