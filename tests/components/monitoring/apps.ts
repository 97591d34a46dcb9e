/** Resolved apps as the configuration would give them, with all that monitoring can show. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { App, DeclaredMetric, Service } from "../../../src/config/model.ts";
import {
  cores,
  days,
  dollars,
  gibibytes,
  hours,
  mebibytes,
  milliseconds,
  percent,
  seconds,
} from "../../../src/config/units.ts";

type Metrics = Readonly<Record<string, DeclaredMetric>>;
const declare = (type: DeclaredMetric["type"], help: string, ...labels: string[]): DeclaredMetric => ({
  type,
  help,
  labels,
});

export function service(declares?: Metrics, rest: Partial<Service> = {}): Service {
  return {
    kind: "web",
    source: { type: "build", context: "/app", dockerfile: "Dockerfile", args: {} },
    port: 8080,
    cpu: cores(1),
    memory: gibibytes(1),
    reserve: { cpu: cores(0.5), memory: mebibytes(512) },
    scale: { min: 2, max: 2, on: {} },
    timeout: seconds(30),
    stopGrace: seconds(10),
    uses: {},
    env: {},
    envNames: {},
    secrets: [],
    secretsAs: "files",
    egress: [],
    rollout: { strategy: "rolling", rollback: "automatic" },
    after: [],
    scratch: [],
    ...(declares && { metrics: { port: 9092, path: "/metrics", every: seconds(15), declares } }),
    ...rest,
  };
}

/** What FlashFit's services declare. */
export const apiMetrics = metricsFile("backend");
export const encoderMetrics = metricsFile("encoder");

function metricsFile(folder: string): Metrics {
  const file = new URL(`../../../examples/flashfit-ai/${folder}/metrics.yaml`, import.meta.url);
  return parse(readFileSync(file, "utf8"));
}

/** SA-09 and CG-11: other apps' names for the same things. */
export const assistantMetrics: Metrics = {
  ai_assistant_requests_total: declare("counter", "Assistant requests.", "action", "status"),
  ai_assistant_request_duration_seconds: declare("histogram", "Time of assistant requests.", "action"),
  ai_assistant_tokens_total: declare("counter", "Tokens used.", "model", "type"),
};

export const closetMetrics: Metrics = {
  http_requests_total: declare("counter", "Requests.", "method", "endpoint", "status"),
  http_request_duration_seconds: declare("histogram", "Time of requests."),
  active_users: declare("gauge", "Users who are active."),
  outfit_generations_total: declare("counter", "Outfits made."),
};

export function flashfit(change: Partial<App> = {}): App {
  return {
    name: "flashfit",
    environment: "dev",
    preset: "dev",
    directory: "/app",
    services: {
      frontend: service(),
      api: service(apiMetrics, {
        rollout: {
          strategy: "rolling",
          rollback: "automatic",
          gate: { errorRate: percent(1), for: seconds(60) },
        },
      }),
      encoder: service(encoderMetrics, { kind: "model" }),
      reindex: service(undefined, { kind: "cron", schedule: { cron: "0 3 * * *", timeZone: "UTC" } }),
    },
    data: {
      db: {
        kind: "postgres",
        version: 16,
        init: [],
        extensions: [],
        pool: { max: 20, total: 80 },
        replicas: 0,
        highAvailability: false,
        cpu: cores(1),
        memory: gibibytes(1),
        storage: gibibytes(10),
      },
      cache: {
        kind: "redis",
        version: 7,
        memory: mebibytes(256),
        eviction: "allkeys-lru",
        persistence: "snapshot",
        highAvailability: false,
      },
      queue: {
        kind: "redis",
        version: 7,
        memory: mebibytes(64),
        eviction: "noeviction",
        persistence: "none",
        highAvailability: false,
      },
      index: { kind: "vectors", dimensions: 512, storage: gibibytes(10), staleAfter: hours(24) },
    },
    secrets: { SMTP_PASSWORD: { source: "required" } },
    routes: {},
    edge: {
      domain: "flashfit.example",
      aliases: [],
      waf: "block",
      wafExclusions: {},
      hsts: { maxAge: milliseconds(0), subdomains: false, preload: false },
      headers: {},
      compression: true,
      user: { from: "authorization", name: "authorization" },
    },
    monitoring: {
      grafana: true,
      retention: days(15),
      logs: { retention: days(7) },
      alerts: {
        email: ["ops@flashfit.example"],
        webhooks: ["https://hooks.flashfit.example/alerts"],
        smtp: {
          host: "smtp.flashfit.example",
          port: 587,
          from: "alerts@flashfit.example",
          user: "alerts",
          password: "SMTP_PASSWORD",
        },
      },
    },
    budget: { monthly: dollars(300), ai: { openai: { daily: dollars(100) } } },
    usage: { users: 10, requestsPerUser: 300, tokensPerRequest: 200, mediaPerUser: mebibytes(20) },
    regions: [],
    protect: false,
    development: true,
    ...change,
  };
}
