/** FlashFit AI's app.yaml: what its two environments resolve to, and that it agrees with its services' sources. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadApp } from "../../../src/config/index.ts";
import type { App } from "../../../src/config/model.ts";
import { cores, gibibytes, seconds } from "../../../src/config/units.ts";

const FOLDER = fileURLToPath(new URL("../../../examples/flashfit-ai/", import.meta.url));
const read = (file: string) => readFileSync(FOLDER + file, "utf8");
const load = (environment: string): App => loadApp({ file: `${FOLDER}app.yaml`, environment }).app;
const dev = load("dev");
const prod = load("prod");

describe.each([dev, prod])("FlashFit AI in $environment", ({ services, data, routes, secrets }) => {
  it("has the parts of its architecture (FF-01, FF-02)", () => {
    const kinds = Object.entries(services).map(([name, { kind, port }]) => [name, kind, port]);
    expect(kinds).toEqual([
      ["frontend", "web", 3000],
      ["api", "web", 8080],
      ["encoder", "model", 8000],
      ["first-index", "job", undefined],
      ["reindex", "cron", undefined],
    ]);
    expect(Object.entries(data).map(([name, { kind }]) => [name, kind])).toEqual([
      ["db", "postgres"],
      ["cache", "redis"],
      ["index", "vectors"],
      ["media", "bucket"],
    ]);
  });

  it("lets each service reach what it needs and no more", () => {
    const uses = Object.fromEntries(Object.entries(services).map(([name, service]) => [name, service.uses]));
    expect(uses).toEqual({
      frontend: { api: "read" },
      api: { db: "write", cache: "write", index: "read", media: "write", encoder: "read" },
      encoder: {},
      "first-index": { index: "write", db: "read", encoder: "read" },
      reindex: { index: "write", db: "read", encoder: "read" },
    });
    expect(Object.values(services).flatMap(({ egress }) => egress)).toEqual(["api.openai.com"]);
  });

  it("limits the API and hides what is for operators (FF-04)", () => {
    expect(routes["/api"]?.rateLimit).toEqual({
      perMinute: 1000,
      perUser: 60,
      paths: { "/api/recommend": 30 },
    });
    for (const path of ["/grafana", "/prometheus", "/metrics"]) {
      expect(routes[path]?.to.type, path).toBe("operators");
    }
  });

  it("checks the health of every service that listens (FF-10)", () => {
    for (const [name, { port, health }] of Object.entries(services)) {
      if (port) expect(health, name).toMatchObject({ live: "/health/live", ready: "/health/ready" });
    }
  });

  it("serves only once there is an index", () => {
    expect(services.api?.after).toEqual(["first-index"]);
  });

  it("has no password that is written down (FF-11)", () => {
    expect(secrets).toMatchObject({
      OPENAI_API_KEY: { source: "required" },
      JWT_SECRET: { source: "generate" },
    });
  });
});

it("is small, open and mounted in development (FF-07)", () => {
  expect([dev.development, dev.edge.domain, dev.services.api?.scale.min]).toEqual([true, "localhost", 1]);
  expect(Object.values(dev.services.api?.develop?.mount ?? {})).toEqual(["/srv"]);
});

it("has the documented limits and three instances in production (FF-08)", () => {
  expect(prod.services.api).toMatchObject({
    cpu: cores(2),
    memory: gibibytes(2),
    reserve: { cpu: cores(1), memory: gibibytes(1) },
    scale: { min: 3 },
  });
  expect(prod.development).toBe(false);
  expect(prod.edge.certificate).toEqual({ chain: "TLS_CHAIN", key: "TLS_KEY" });
});

it("mails alerts in production (FF-06)", () => {
  expect(prod.monitoring.alerts.email).toEqual(["ops@flashfit.example"]);
  expect(prod.monitoring.alerts.smtp?.host).toBe("smtp.flashfit.example");
  expect(dev.monitoring.alerts.email).toEqual([]);
});

describe("app.yaml agrees with the sources", () => {
  it("on the length of a vector", () => {
    expect(read("encoder/encoders.py")).toMatch(/^DIMENSIONS = 512$/m);
    expect(dev.data.index).toMatchObject({ dimensions: 512 });
  });

  it("on the heartbeat of streams", () => {
    const [, heartbeat] = /^HEARTBEAT = ([\d.]+)$/m.exec(read("backend/flashfit/routes/stream.py")) ?? [];
    expect(seconds(Number(heartbeat))).toBeLessThan(dev.services.api?.streaming?.heartbeat ?? 0);
  });

  it("on the time of a readiness check", () => {
    const [, patience] = /^PATIENCE = ([\d.]+)$/m.exec(read("backend/flashfit/health.py")) ?? [];
    expect(seconds(Number(patience))).toBeLessThan(dev.services.api?.health?.timeout ?? 0);
  });

  it("on the daily budget", () => {
    expect(Number(dev.services.api?.env.OPENAI_DAILY_DOLLARS)).toBe(dev.budget?.ai.openai?.daily);
  });

  it("on the content security policy", () => {
    expect(read("frontend/server.mjs")).toContain(dev.edge.headers["Content-Security-Policy"]);
  });

  it("on the size of a picture", () => {
    expect(read("backend/flashfit/routes/recommend.py")).toContain("LARGEST_PICTURE = 8 * 2**20");
    expect(dev.routes["/api"]?.bodyLimit).toBeGreaterThan(8 * 1024 ** 2);
  });
});

describe("the repository", () => {
  it("names the schema for editors", () => {
    expect(read("app.yaml").split("\n")[0]).toBe(
      "# yaml-language-server: $schema=../../schema/app.schema.json",
    );
  });

  it.each(["dev", "prod"])("has a stack for %s", (environment) => {
    const { config } = parse(read(`Pulumi.${environment}.yaml`)) as { config: Record<string, string> };
    expect(config).toEqual({
      "atelier:app": "app.yaml",
      "atelier:environment": environment,
      "atelier:target": "docker",
    });
  });

  it("builds the three Python services on one shared layer", () => {
    const layer = (service: string) => read(`${service}/Dockerfile`).split("\n\n").slice(0, 2).join("\n\n");
    expect(layer("encoder")).toContain("apt-get install");
    expect(layer("backend")).toBe(layer("encoder"));
    expect(layer("indexer")).toBe(layer("encoder"));
  });
});
