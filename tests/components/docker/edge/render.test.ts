import { describe, expect, test } from "vitest";
import { renderWaf } from "../../../../components/docker/edge/agent.ts";
import { renderDoor } from "../../../../components/docker/edge/door.ts";
import { renderPorts } from "../../../../components/docker/edge/ports.ts";
import { type EdgeInput, renderEdge } from "../../../../components/docker/edge/render.ts";
import { hours, minutes, seconds } from "../../../../src/config/units.ts";
import { app, backend, edge, ROUTES, route, service, toService } from "./fixture.ts";

const render = (overrides: Partial<EdgeInput> = {}) =>
  renderEdge({ app: app(), routes: ROUTES, ...overrides });
const config = (overrides: Partial<EdgeInput> = {}) => render(overrides).files["haproxy.cfg"] ?? "";
const lines = (text: string, start: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith(start));
/** The lines of one section. */
function sectionOf(text: string, title: string): string {
  const from = text.indexOf(`${title}\n`);
  expect(from, title).toBeGreaterThanOrEqual(0);
  return text.slice(from, text.indexOf("\n\n", from));
}
/** Positions of texts, in the order in which they stand. */
const order = (text: string, ...parts: string[]) => parts.map((part) => text.indexOf(part));

describe("routes", () => {
  test("are tried longest first, whole segments only", () => {
    const chosen = lines(config(), "http-request set-var(txn.route) ").map(
      (line) => /str\((\w+)\)/.exec(line)?.[1],
    );
    expect([...new Set(chosen)]).toEqual([
      "r_prometheus",
      "r_grafana",
      "r_metrics",
      "r_static",
      "r_media",
      "r_chat",
      "r_api",
      "r_old",
      "r_v1",
      "r_root",
    ]);
    expect(config()).toContain("set-var(txn.route) str(r_api) if { var(txn.path) -m beg /api/ }");
  });
  test("with names that fall together stay apart", () => {
    const routes = ["/a-b", "/a_b"].map((path) => ({
      path,
      route: route(toService("api")),
      backend: backend("api"),
    }));
    const text = config({ routes });
    expect(text).toContain("str(r_a_b) if { var(txn.path) -m str /a_b }");
    expect(text).toContain("str(r_a_b_1) if { var(txn.path) -m str /a-b }");
  });
  test("that share a service share its checks", () => {
    expect(config().match(/^backend api_8080$/gm)).toHaveLength(1);
  });
  test("strip their prefix", () => {
    expect(config()).toContain("replace-path '^\\/v1/*(.*)$' '/\\1' if { var(txn.route) -m str r_v1 }");
  });
});

describe("a request", () => {
  test("is looked at in order: host, login, limits, body, WAF, cache", () => {
    const text = sectionOf(config(), "frontend https");
    const positions = order(
      text,
      "acl known_host",
      "http_auth(operators)",
      "track-sc0 src",
      "req.body_size",
      "wait-for-body",
      "send-spoe-group",
      "cache-use",
      "use_backend",
    );
    expect(positions.every((position) => position > 0)).toBe(true);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });
  test("is limited by address, by user's hash and by path", () => {
    const text = config();
    expect(text).toContain("{ sc_gpc0_rate(0) ge 1000 }");
    expect(text).toContain("track-sc1 req.hdr(authorization),sha2(256) table r_api_user");
    expect(text).toContain("{ sc_gpc0_rate(1) ge 60 }");
    expect(text).toContain(
      "str(r_api_path_0) if { var(txn.route) -m str r_api } { var(txn.path) -m str /api/recommend }",
    );
    expect(text).toContain("{ sc_gpc0_rate(2) ge 30 }");
    expect(text).toContain("return status 429 content-type application/json");
  });
  test("names its user by header or cookie where the app says so", () => {
    const by = (from: "header" | "cookie", name: string) =>
      config({ app: app({ edge: edge({ user: { from, name } }) }) });
    expect(by("header", "x-user")).toContain("track-sc1 req.hdr(x-user),sha2(256)");
    expect(by("cookie", "session")).toContain("track-sc1 req.cook(session),sha2(256)");
  });
  test("is only taken from the door where its network is known", () => {
    const text = config({ networks: { door: "10.83.0.0/27", monitoring: "10.83.0.32/27" } });
    expect(sectionOf(text, "frontend https")).toContain(
      "tcp-request connection reject if !{ src 10.83.0.0/27 }",
    );
    expect(sectionOf(text, "frontend internal")).toContain(
      "reject if !{ src 127.0.0.0/8 10.83.0.0/27 10.83.0.32/27 }",
    );
  });
  test("over plain HTTP is sent to the port that the host has", () => {
    expect(config()).toContain("redirect location https://%[req.hdr(host),host_only]%[url] code 301");
    expect(config({ httpsPort: 8443 })).toContain("https://%[req.hdr(host),host_only]:8443%[url] code 308");
  });
});

describe("headers", () => {
  test("have defaults that the app replaces or leaves out, in any case of letters", () => {
    const text = config({
      app: app({
        edge: edge({
          headers: { "x-frame-options": "SAMEORIGIN", "Referrer-Policy": "", "X-Note": "it's 100%" },
        }),
      }),
    });
    expect(lines(text, "http-after-response set-header x-frame-options")).toHaveLength(1);
    expect(text).not.toContain("X-Frame-Options DENY");
    expect(text).not.toContain("set-header Referrer-Policy");
    expect(text).toContain("set-header X-Note 'it'\\''s 100%%'");
  });
  test("carry the configured policy in place of the default", () => {
    const text = config({
      app: app({ edge: edge({ headers: { "Content-Security-Policy": "default-src 'none'" } }) }),
    });
    expect(lines(text, "http-after-response set-header Content-Security-Policy")).toEqual([
      "http-after-response set-header Content-Security-Policy 'default-src '\\''none'\\''' if !{ var(txn.operator) -m bool }",
    ]);
  });
  test("of HSTS follow the app", () => {
    const hsts = { maxAge: hours(24), subdomains: false, preload: false };
    expect(config({ app: app({ edge: edge({ hsts }) }) })).toContain(
      "set-header Strict-Transport-Security max-age=86400\n",
    );
  });
});

describe("services", () => {
  test("that stream get the time between three heartbeats; others their own timeout", () => {
    const services = {
      api: service({
        timeout: seconds(20),
        streaming: { kind: "sse", longest: minutes(30), heartbeat: seconds(25) },
      }),
      frontend: service({ timeout: seconds(7) }),
    };
    const text = config({ app: app({ services }), routes: ROUTES.slice(0, 2) });
    expect(sectionOf(text, "backend api_8080")).toContain("timeout server 75000ms");
    expect(sectionOf(text, "backend frontend_3000")).toContain("timeout server 7000ms");
    expect(sectionOf(text, "defaults")).toContain("timeout client 75000ms");
  });
  test("are found by name, checked, and retried only where nothing can happen twice", () => {
    const text = sectionOf(config(), "backend api_8080");
    expect(text).toContain("http-check send meth GET uri /health/ready");
    expect(text).toContain("disable-l7-retry unless { method GET HEAD OPTIONS }");
  });
  test("get requests only through slots that name no one, which a probe by name fills", () => {
    const servers = lines(sectionOf(config(), "backend api_8080"), "server-template ");
    expect(servers).toEqual([
      "server-template probe 1-10 api:8080 resolvers docker init-addr none weight 0 check inter 250ms fastinter 100ms downinter 100ms fall 1 rise 2",
      "server-template s 1-10 192.0.2.1:8080 disabled check inter 1000ms fastinter 300ms downinter 300ms fall 3 rise 1 observe layer4 error-limit 3 on-error mark-down pool-purge-delay 1s",
    ]);
    expect(sectionOf(config(), "global")).toContain("lua-load /run/config/readiness.lua");
    expect(render().files["readiness.lua"]).toContain("core.register_task");
  });
  test("have as many probes as slots, for two generations and two more", () => {
    const many = app({
      services: { ...app().services, api: service({ scale: { min: 6, max: 8, on: {} } }) },
    });
    const servers = lines(sectionOf(config({ app: many }), "backend api_8080"), "server-template ");
    expect(servers.map((line) => line.split(" ").slice(1, 3).join(" "))).toEqual(["probe 1-14", "s 1-14"]);
  });
  test("keep the edge's generation when only their scale changes within the slots", () => {
    const scaled = app({
      services: {
        ...app().services,
        api: service({ ...app().services.api, scale: { min: 3, max: 6, on: {} } }),
      },
    });
    expect(render({ app: scaled }).generation).toBe(render().generation);
    expect(render({ httpsPort: 444 }).generation).not.toBe(render().generation);
  });
});

describe("what the container needs", () => {
  test("a login's password for operators, and an authority where no certificate is given", () => {
    expect(render()).toMatchObject({
      secretsNeeded: { "operators-password": { type: "password", purpose: "edge/operators" } },
      authority: "/var/lib/atelier/authority",
      stopSignal: "SIGUSR1",
      stopGrace: 36_000,
      health: { port: 8404, path: "/health" },
    });
    expect(render().files["edge.env"]).toBe(
      'CERTIFICATE=self-signed\nNAMES="flashfit.example www.flashfit.example localhost 127.0.0.1 [::1]"\nOPERATORS=yes\n',
    );
  });
  test("a given certificate as two secret files", () => {
    const given = render({
      app: app({ edge: edge({ certificate: { chain: "TLS_CHAIN", key: "TLS_KEY" } }) }),
      routes: ROUTES.slice(0, 2),
    });
    expect(given.secretsNeeded).toEqual({
      "tls-chain": { type: "app", name: "TLS_CHAIN" },
      "tls-key": { type: "app", name: "TLS_KEY" },
    });
    expect(given.authority).toBeUndefined();
    expect(given.files["edge.env"]).toContain("CERTIFICATE=given");
  });
  test("no secret in any file", () => {
    expect(JSON.stringify(render().files)).not.toMatch(/password \$|insecure-password/);
  });
});

describe("the WAF", () => {
  test("refuses what it cannot inspect in block mode only", () => {
    const by = (waf: "block" | "detect" | "off") => config({ app: app({ edge: edge({ waf }) }) });
    expect(by("block")).toContain("set-var(txn.refused) str(uninspected)");
    expect(by("detect")).not.toContain("uninspected");
    expect(by("off")).not.toMatch(/spoe|tune.bufsize|waf_agent/);
    expect(render({ app: app({ edge: edge({ waf: "off" }) }) }).files["spoe.cfg"]).toBeUndefined();
  });
  test("is told the mode and what to leave out", () => {
    const waf = renderWaf({
      edge: edge({ waf: "detect", wafExclusions: { 942100: "search", 941390: "notes" } }),
    });
    expect(JSON.parse(waf?.files["waf.json"] ?? "")).toEqual({
      mode: "detect",
      paranoia: 1,
      exclusions: [941390, 942100],
    });
    expect(renderWaf({ edge: edge({ waf: "off" }) })).toBeUndefined();
  });
});

test("the door knows nothing of the app and hands connections on with their address", () => {
  const text = renderDoor().files["haproxy.cfg"] ?? "";
  expect(renderDoor()).toEqual(renderDoor());
  const servers = lines(sectionOf(text, "listen https"), "server-template ");
  expect(servers).toEqual([
    "server-template probe 1-4 edge:8443 resolvers docker init-addr none weight 0 check port 8404 inter 250ms fastinter 100ms downinter 100ms fall 1 rise 2",
    "server-template s 1-4 192.0.2.1:8443 disabled check port 8404 inter 200ms fastinter 100ms downinter 200ms fall 2 rise 1 send-proxy-v2",
  ]);
  expect(sectionOf(text, "global")).toContain("lua-load /run/config/readiness.lua");
  expect(renderDoor().files["readiness.lua"]).toBe(
    renderEdge({ app: app(), routes: [] }).files["readiness.lua"],
  );
});

test("the forwarder has one listener per published port", () => {
  const text = renderPorts([
    { alias: "api", port: 8080, listen: 8080 },
    { alias: "api", port: 9092, listen: 9092 },
  ]);
  expect(lines(text, "listen ")).toEqual(["listen api_8080", "listen api_9092"]);
});
