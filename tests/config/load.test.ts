import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import {
  ConfigError,
  gibibytes,
  hours,
  loadApp,
  loadAppText,
  mebibytes,
  minutes,
  seconds,
} from "../../src/config/index.ts";
import { failureOf } from "../helpers/failure.ts";

const file = "tests/fixtures/config/app.yaml";
const directory = resolve("tests/fixtures/config");

describe("the complete app", () => {
  const { app, origins } = loadApp({ file, environment: "prod" });

  it("is read into services with every shorthand expanded", () => {
    const { api, shop, model, worker, reindex, migrate } = app.services;
    expect(api).toMatchObject({
      kind: "web",
      source: {
        type: "build",
        context: resolve(directory, "api"),
        dockerfile: "Dockerfile",
        target: "runtime",
        args: { VERSION: "1" },
      },
      cpu: 0.5,
      memory: gibibytes(1),
      reserve: { cpu: 0.25, memory: mebibytes(512) },
      scale: { min: 2, max: 6, on: { cpu: 0.7, requestsPerSecond: 100 } },
      health: {
        live: "/live",
        ready: "/ready",
        every: seconds(5),
        timeout: seconds(3),
        failAfter: 3,
        startup: seconds(60),
      },
      streaming: { kind: "sse", longest: hours(1), heartbeat: seconds(15) },
      uses: { db: "write", cache: "write", index: "read", model: "read" },
      env: { LOG_LEVEL: "info", RATIO: "1.10" },
      metrics: { port: 9100, path: "/metrics", every: seconds(15) },
      user: "1000:1000",
      develop: { mount: { [resolve(directory, "api")]: "/srv" }, command: ["npm", "run", "dev"] },
    });
    expect(Object.keys(api?.metrics?.declares ?? {})).toEqual(["http_requests_total", "http_errors_ratio"]);
    expect(shop?.scale).toEqual({ min: 2, max: 2, on: {} });
    expect(model?.health).toMatchObject({ live: "/health", ready: "/health", startup: minutes(5) });
    expect(model?.gpu).toEqual({ kind: "nvidia-l4", count: 1 });
    expect(worker).toMatchObject({
      uses: { cache: "read", files: "read" },
      secretsAs: "environment",
      scratch: ["/tmp", "/var/cache/worker"],
    });
    expect(reindex?.schedule).toEqual({ cron: "0 3 * * *", timeZone: "Europe/Berlin" });
    expect(migrate?.timeout).toBe(minutes(10));
  });

  it("is read into data, secrets, routes, edge, monitoring and budget", () => {
    expect(app.data.db).toMatchObject({
      kind: "postgres",
      version: 16,
      init: [resolve(directory, "init.sql")],
      pool: { max: 10, total: 100 },
      backup: { every: hours(1), keep: hours(14 * 24), drill: "monthly" },
      highAvailability: true,
    });
    expect(app.secrets).toEqual({
      OPENAI_API_KEY: { source: "required" },
      JWT_SECRET: { source: "generate", format: "hex", bytes: 32, version: 1 },
      TLS_CHAIN: { source: "existing", name: "closet-chain" },
      TLS_KEY: { source: "existing", name: "closet-key" },
      SMTP_PASSWORD: { source: "required" },
    });
    expect(app.routes["/"]?.to).toEqual({ type: "service", service: "shop" });
    expect(app.routes["/api"]?.rateLimit).toEqual({
      perMinute: 1000,
      perUser: 60,
      paths: { "/api/recommend": 30 },
    });
    expect(app.routes["/start"]?.to).toEqual({ type: "redirect", location: "/", permanent: true });
    expect(app.routes["/grafana"]?.to).toEqual({ type: "operators", tool: "grafana" });
    expect(app.routes["/metrics"]?.to).toEqual({ type: "operators", tool: { metricsOf: "api" } });
    expect(app.edge.headers).toMatchObject({
      "Content-Security-Policy": "default-src 'self'; img-src 'self' data:",
      "X-Frame-Options": "DENY",
      "X-Content-Type-Options": "nosniff",
    });
    expect(app.edge.cors).toMatchObject({
      origins: ["https://admin.closet.example"],
      credentials: false,
      maxAge: minutes(10),
    });
    expect(app.edge.user).toEqual({ from: "cookie", name: "session" });
    expect(app.monitoring.alerts.smtp).toMatchObject({ port: 587, password: "SMTP_PASSWORD" });
    expect(app.budget).toEqual({ monthly: 300, ai: { openai: { daily: 100 } } });
  });

  it("is deeply frozen", () => {
    const open = (value: unknown): boolean =>
      typeof value === "object" &&
      value !== null &&
      (!Object.isFrozen(value) || Object.values(value).some(open));
    expect(open(app)).toBe(false);
  });

  it("says where every value comes from", () => {
    const from = (path: string) => {
      const origin = origins.get(path);
      return [origin?.written, origin?.label];
    };
    expect(from("services.api.memory")).toEqual(["1Gi", `${file}:11:13`]);
    expect(from("services.api.timeout")).toEqual(["60s", "default"]);
    expect(from("services.api.reserve.memory")).toEqual(["512Mi", "default (half of memory)"]);
    expect(from("services.shop.scale.max")).toEqual(["2", `${file}:5:82`]);
    expect(from("data.db.highAvailability")).toEqual(["true", "preset prod"]);
  });
});

const text = `name: closet
services:
  api: { kind: web, build: ./api, port: 8080, memory: 1Gi, rollout: { gate: { p95: 2s } } }
routes: { /: api }
edge: { domain: closet.example }
environments:
  prod:
    services: { api: { memory: 2Gi, image: "acme/api:1.0", rollout: { gate: null } } }
  qa: { preset: staging }
`;

describe("precedence", () => {
  const load = (options: object = {}) => loadAppText(text, { file: "app.yaml", ...options });
  const memory = (loaded: ReturnType<typeof load>) => [
    loaded.app.services.api?.memory,
    loaded.origins.get("services.api.memory")?.label,
  ];

  it("is defaults, preset, app.yaml, its environment, stack config, --set", () => {
    const overrides = { "services.api.memory": "3Gi" };
    const set = { "services.api.memory": "4Gi" };
    expect(load().origins.get("services.api.cpu")?.label).toBe("default");
    expect(load({ environment: "prod" }).origins.get("services.api.scale.min")?.label).toBe("preset prod");
    expect(memory(load())).toEqual([gibibytes(1), "app.yaml:3:55"]);
    expect(memory(load({ environment: "prod" }))).toEqual([
      gibibytes(2),
      "environments.prod (app.yaml:8:32)",
    ]);
    expect(memory(load({ environment: "prod", overrides }))).toEqual([gibibytes(3), "stack config"]);
    expect(memory(load({ environment: "prod", overrides, set }))).toEqual([gibibytes(4), "--set"]);
  });

  it("lets image in an environment take the place of build, and null take a key away", () => {
    const api = load({ environment: "prod" }).app.services.api;
    expect(api?.source).toEqual({
      type: "image",
      reference: "acme/api:1.0",
      repository: "acme/api",
      tag: "1.0",
    });
    expect(api?.rollout).toEqual({ strategy: "rolling", rollback: "automatic" });
  });

  it("chooses the preset by the environment's word, its name, else dev", () => {
    const preset = (environment: string) => load({ environment }).app.preset;
    expect([preset("qa"), preset("prod"), preset("staging"), preset("pr-17")]).toEqual([
      "staging",
      "prod",
      "staging",
      "dev",
    ]);
    expect(load({ environment: "qa", set: { preset: "prod" } }).app.preset).toBe("prod");
  });

  it("takes nested overrides and null in them", () => {
    const overrides = { services: { api: { scale: 3 } }, "services.api.memory": null };
    const { app } = load({ overrides });
    expect(app.services.api).toMatchObject({ scale: { min: 3, max: 3 }, memory: mebibytes(512) });
    expect(load({ set: { "edge.headers.X-Frame-Options": null } }).app.edge.headers).not.toHaveProperty(
      "X-Frame-Options",
    );
  });
});

it("names files below app.yaml that declare metrics, with the place in them", () => {
  const bad = "tests/fixtures/config/bad-metrics.yaml";
  expect(
    failureOf(() =>
      loadApp({ file, environment: "prod", set: { "services.api.metrics.declares": "./bad-metrics.yaml" } }),
    ),
  ).toBe(
    new ConfigError([
      {
        path: ["http_requests_total", "type"],
        what: "conter is not one of the allowed words",
        allowed: "counter, gauge, histogram, summary",
        remedy: "did you mean counter?",
        at: { file: bad, line: 1, column: 30 },
      },
      {
        path: ["http_requests_total", "lables"],
        what: "lables is not a key here",
        remedy: "did you mean labels?",
        at: { file: bad, line: 1, column: 65 },
      },
      {
        path: ["http_errors_ratio", "help"],
        what: "is missing",
        remedy: "add one line that says what it measures, with its unit",
        at: { file: bad, line: 2, column: 1 },
      },
    ]).message,
  );
});

it("says which file is missing", () => {
  expect(failureOf(() => loadApp({ file: "nowhere/app.yaml" }))).toBe(
    "nowhere/app.yaml: there is no such file; create it, or name another one with --app or atelier:app",
  );
  expect(() => loadApp({ file: "tests" })).toThrow("tests: is not a file; ");
});
