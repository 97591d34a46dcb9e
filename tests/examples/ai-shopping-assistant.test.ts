/** The AI Shopping Assistant's app.yaml row by row of its requirements (SA-01 to SA-20), and that it agrees with the
 * services' sources.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { definers } from "../../components/data/postgres/setup.ts";
import { spendQuery } from "../../components/monitoring/ai-spend.ts";
import { linksOf } from "../../src/app/links.ts";
import { lint } from "../../src/app/lints.ts";
import { loadApp } from "../../src/config/index.ts";
import type { App } from "../../src/config/model.ts";
import { formatProblem } from "../../src/config/problem.ts";
import { cores, days, gibibytes, hours, minutes, seconds } from "../../src/config/units.ts";
import { targetNamed } from "../../stacks/targets.ts";
import { loadExample, runGoogle } from "../helpers/google-stack.ts";

const FOLDER = fileURLToPath(new URL("../../examples/ai-shopping-assistant/", import.meta.url));
const read = (file: string) => readFileSync(FOLDER + file, "utf8");
const load = (environment: string): App => loadApp({ file: `${FOLDER}app.yaml`, environment }).app;
const [dev, staging, prod] = ["dev", "staging", "prod"].map(load) as [App, App, App];
const stackConfig = (environment: string) =>
  (parse(read(`Pulumi.${environment}.yaml`)) as { config: Record<string, unknown> }).config;
const sizeOf = ({ services }: App, name: string) => [services[name]?.cpu, services[name]?.memory];

it("SA-01: has a storefront and a middleware on 4000 of at least the document's size, and streams events", () => {
  const kinds = Object.entries(prod.services).map(([name, { kind, port }]) => [name, kind, port]);
  expect(kinds).toEqual([
    ["storefront", "web", 3000],
    ["middleware", "web", 4000],
    ["migrate", "job", undefined],
  ]);
  expect(prod.services.storefront?.cpu).toBeGreaterThanOrEqual(cores(2));
  expect(prod.services.storefront?.memory).toBeGreaterThanOrEqual(gibibytes(2));
  expect(prod.services.middleware?.cpu).toBeGreaterThanOrEqual(cores(4));
  expect(prod.services.middleware?.memory).toBeGreaterThanOrEqual(gibibytes(4));
  expect(prod.services.middleware?.streaming).toEqual({
    kind: "sse",
    longest: minutes(15),
    heartbeat: seconds(15),
  });
});

it("SA-02: runs production on Cloud Run in the document's region", () => {
  expect(stackConfig("prod")).toMatchObject({ "atelier:target": "gcp-cloud-run" });
  expect(prod.regions[0]).toBe("us-central1");
});

it("SA-04: asks the storefront for /api/health, which its own route leads to it", () => {
  expect(prod.services.storefront?.health).toMatchObject({
    live: "/api/health",
    every: seconds(10),
    startup: seconds(30),
  });
  expect(prod.routes["/api/health"]?.to).toEqual({ type: "service", service: "storefront" });
});

it("SA-05: has Redis, Postgres, object storage behind the CDN, and a firewall", () => {
  expect(prod.data).toMatchObject({
    cache: { kind: "redis", version: 7 },
    db: { kind: "postgres", version: 15 },
    catalogue: { kind: "bucket", cdn: true },
  });
  expect(prod.edge.waf).toBe("block");
});

it("SA-06: is sized per environment, and says what the document's .env files say", () => {
  expect([dev, staging, prod].map((app) => sizeOf(app, "storefront"))).toEqual([
    [cores(0.5), gibibytes(1)],
    [cores(1), gibibytes(2)],
    [cores(2), gibibytes(4)],
  ]);
  expect([dev, staging, prod].map((app) => sizeOf(app, "middleware"))).toEqual([
    [cores(1), gibibytes(2)],
    [cores(2), gibibytes(4)],
    [cores(4), gibibytes(8)],
  ]);
  expect([dev, staging, prod].map(({ services }) => services.middleware?.env)).toEqual([
    { NODE_ENV: "development", LOG_LEVEL: "debug", OPENAI_MODEL: "gpt-4o-mini" },
    { NODE_ENV: "staging", LOG_LEVEL: "info", OPENAI_MODEL: "gpt-4o-mini" },
    { NODE_ENV: "production", LOG_LEVEL: "warn", OPENAI_MODEL: "gpt-4o-mini" },
  ]);
  const demo = [dev, staging, prod].map(({ services }) => services.storefront?.env.NEXT_PUBLIC_DEMO_MODE);
  expect(demo).toEqual(["true", "false", "false"]);
  expect(prod.services.middleware?.envNames).toEqual({ CACHE_URL: "REDIS_URL", DB_URL: "DATABASE_URL" });
});

it("SA-07: migrates before the middleware starts, and the job alone may change tables", () => {
  expect(prod.services.middleware?.after).toEqual(["migrate"]);
  const { db } = prod.data;
  if (db?.kind !== "postgres") throw new Error("db is not a postgres");
  const users = { middleware: { access: "write" }, migrate: { access: "write" } } as const;
  expect(definers(prod, db, users)).toEqual(["migrate"]);
});

it("SA-08: rolls out blue-green and goes back by itself", () => {
  for (const name of ["storefront", "middleware"]) {
    expect(prod.services[name]?.rollout, name).toEqual({ strategy: "blue-green", rollback: "automatic" });
  }
});

it("SA-09: declares the document's metrics, and exposes these with its buckets", () => {
  const declared = prod.services.middleware?.metrics?.declares ?? {};
  expect(Object.entries(declared).map(([name, { type, labels }]) => [name, type, labels])).toEqual([
    ["ai_assistant_requests_total", "counter", ["action", "status"]],
    ["ai_assistant_request_duration_seconds", "histogram", ["action"]],
    ["ai_assistant_tokens_total", "counter", ["model", "type"]],
  ]);
  const source = read("middleware/metrics.mjs");
  expect(source).toContain("const BUCKETS = [0.1, 0.5, 1, 2, 5];");
  const exposed = [...source.matchAll(/family\("([^"]+)"|family\(\s*"([^"]+)"/g)].map(([, a, b]) => a ?? b);
  expect(exposed).toEqual(Object.keys(declared));
});

it("SA-10: tells life from readiness, and asks every dependency for the latter", () => {
  expect(prod.services.middleware?.health).toMatchObject({ live: "/health/live", ready: "/health" });
  expect(prod.routes["/health"]?.to).toEqual({ type: "service", service: "middleware" });
  expect(read("middleware/health.mjs")).toMatch(/asked\(database\), asked\(cache\)/);
});

it("SA-11: scales from 2 to 10 on 70 % cpu, 80 % memory and 100 requests a second", () => {
  expect(prod.services.storefront?.scale).toEqual({
    min: 2,
    max: 10,
    on: { cpu: 0.7, memory: 0.8, requestsPerSecond: 100 },
  });
  expect(prod.services.middleware?.scale).toMatchObject({ min: 2, max: 5 });
});

it("SA-12: has three levels of cache with the document's times", () => {
  expect(prod.routes["/static"]?.cache).toMatchObject({
    maxAge: seconds(86_400),
    sharedMaxAge: seconds(3600),
  });
  const source = read("middleware/cache.mjs");
  expect(source).toContain("const MEMORY = { max: 1000, milliseconds: 5 * 60_000 };");
  expect(source).toContain('const REDIS = { seconds: 3600, prefix: "ai:assistant:" };');
});

it("SA-13: limits requests to 1000 a minute, 60 per user, 30 for the assistant", () => {
  expect(prod.routes["/api"]?.rateLimit).toEqual({
    perMinute: 1000,
    perUser: 60,
    paths: { "/api/assistant": 30 },
  });
});

it("SA-14: backs up database and pictures daily, tries it each month, and keeps nothing in Redis that would be missed", () => {
  for (const name of ["db", "catalogue"]) {
    expect(prod.data[name]?.backup, name).toEqual({ every: hours(24), keep: days(30), drill: "monthly" });
  }
  expect(prod.data.cache).toMatchObject({ persistence: "snapshot", eviction: "allkeys-lru" });
  expect(prod.data.cache?.backup).toBeUndefined();
});

it("SA-15: runs in two regions at once", () => {
  expect(prod.regions).toEqual(["us-central1", "europe-west1"]);
  expect([dev.regions, staging.regions]).toEqual([[], []]);
});

it("SA-02, SA-15, SA-18: registers both services on Cloud Run in both regions, each secret for its reader alone", async () => {
  const settings = stackConfig("prod")["atelier:gcp-cloud-run"] as Record<string, unknown>;
  const { resources } = await runGoogle(loadExample("ai-shopping-assistant"), {
    target: "gcp-cloud-run",
    settings,
  });
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const services = of("gcp:cloudrunv2/service:Service").map(({ name }) => name);
  expect(services).toEqual(
    expect.arrayContaining(
      ["storefront", "middleware"].flatMap((service) =>
        prod.regions.map((region) => `assistant-prod-${service}-${region}`),
      ),
    ),
  );
  const readers = of("gcp:secretmanager/secretIamMember:SecretIamMember")
    .filter(({ name }) => name.includes("-secret-OPENAI_API_KEY-"))
    .map(({ inputs }) => [inputs.role, String(inputs.member).split("@")[0]]);
  expect(readers).toEqual([
    ["roles/secretmanager.secretAccessor", "serviceAccount:assistant-prod-middleware"],
  ]);
});

it("SA-16: has the document's budgets, and counts OpenAI's from the tokens", () => {
  expect(prod.budget).toEqual({ monthly: 500, ai: { openai: { daily: 100 } } });
  const spent = spendQuery(prod, "openai", "1d");
  expect(spent?.from).toBe("tokens");
  expect(spent?.expr).toContain("ai_assistant_tokens_total");
});

it("SA-17: opens exactly the paths that the services need", () => {
  const uses = Object.fromEntries(
    Object.entries(prod.services).map(([name, service]) => [name, service.uses]),
  );
  expect(uses).toEqual({
    storefront: { middleware: "read" },
    middleware: { cache: "write", db: "write", catalogue: "read" },
    migrate: { db: "write", catalogue: "write" },
  });
  expect(prod.services.middleware?.egress).toEqual(["api.openai.com", "o1.ingest.sentry.io"]);
  expect(prod.services.storefront?.egress).toEqual([]);
  const open = linksOf(prod).flatMap((link) =>
    link.type === "use" && link.from === "storefront" ? [link.to] : [],
  );
  expect(open).toEqual(["middleware"]);
});

it("SA-18: gives each secret to the one service that needs it", () => {
  const given = Object.fromEntries(
    Object.entries(prod.services).map(([name, { secrets }]) => [name, secrets]),
  );
  expect(given).toEqual({ storefront: [], middleware: ["OPENAI_API_KEY", "SENTRY_DSN"], migrate: [] });
  expect(prod.secrets).toEqual({
    OPENAI_API_KEY: { source: "required" },
    SENTRY_DSN: { source: "required" },
  });
});

it.each([dev, staging, prod])("SA-20: nothing in $environment is likely not meant", (app) => {
  expect(lint(app)).toEqual([]);
});

describe("SA-02, SA-20: the same app.yaml", () => {
  const google = {
    project: "acme-assistant",
    region: "us-central1",
    billingAccount: "01A2B3-4C5D6E-7F8A9B",
    operators: ["group:ops@assistant.example"],
  };
  it.each([
    ["docker", {}, dev],
    ["docker", { selfSigned: true }, prod],
    ["gcp-cloud-run", google, staging],
    ["gcp-cloud-run", stackConfig("prod")["atelier:gcp-cloud-run"], prod],
    ["gcp-compute", google, staging],
    ["gcp-compute", google, prod],
  ] as const)("is taken by %s", async (name, chosen, app) => {
    const target = await targetNamed(name);
    expect(target.refuse(app, target.settings.parse(chosen)).map(formatProblem)).toEqual([]);
  });
});

describe("app.yaml agrees with the sources", () => {
  it("on the heartbeat of streams", () => {
    const [, heartbeat] = /^const HEARTBEAT = ([\d_]+);$/m.exec(read("middleware/routes.mjs")) ?? [];
    const milliseconds = Number(heartbeat?.replace("_", ""));
    expect(milliseconds / 1000).toBeLessThan((prod.services.middleware?.streaming?.heartbeat ?? 0) / 1000);
  });

  it("on the time of a readiness check", () => {
    const [, patience] = /^const PATIENCE = (\d+);$/m.exec(read("middleware/health.mjs")) ?? [];
    expect(seconds(Number(patience) / 1000)).toBeLessThan(prod.services.middleware?.health?.timeout ?? 0);
  });

  it("on what the page names", () => {
    for (const [, file] of read("storefront/page.mjs").matchAll(/file\("([^"]+)"\)/g)) {
      expect(read(`storefront/public/${file}`)).not.toBe("");
    }
  });
});

describe("the repository", () => {
  it("names the schema for editors", () => {
    const [first] = read("app.yaml").split("\n");
    expect(first).toBe("# yaml-language-server: $schema=../../schema/app.schema.json");
  });

  it("has a stack on Docker for development", () => {
    expect(stackConfig("dev")).toEqual({
      "atelier:app": "app.yaml",
      "atelier:environment": "dev",
      "atelier:target": "docker",
    });
  });

  it("builds the migration on the layer of FlashFit AI's", () => {
    const layer = (file: string) => /^RUN apt-get[\s\S]*?\n\n/m.exec(readFileSync(file, "utf8"))?.[0];
    const own = layer(`${FOLDER}migrate/Dockerfile`);
    expect(own).toContain("python3-psycopg");
    expect(own).toBe(layer(`${FOLDER}../flashfit-ai/backend/Dockerfile`));
  });
});
