/** Resolved apps for tests: small, complete, and changed in one place at a time. */
import type { App, DataOf, Service } from "../../src/config/model.ts";
import { cores, days, gibibytes, mebibytes, minutes, percent, seconds } from "../../src/config/units.ts";

export function makeService(changes: Partial<Service> = {}): Service {
  return {
    kind: "worker",
    source: { type: "image", reference: "example.com/app:1", repository: "app", tag: "1" },
    cpu: cores(0.5),
    memory: mebibytes(128),
    reserve: { cpu: cores(0.25), memory: mebibytes(64) },
    scale: { min: 1, max: 1, on: {} },
    timeout: seconds(60),
    stopGrace: seconds(10),
    uses: {},
    env: {},
    envNames: {},
    secrets: [],
    secretsAs: "files",
    egress: [],
    rollout: { strategy: "blue-green", rollback: "automatic" },
    after: [],
    scratch: [],
    ...changes,
  };
}

export function makeApp(changes: Partial<App> = {}): App {
  return {
    name: "shop",
    environment: "dev",
    preset: "dev",
    directory: "/srv/shop",
    services: {},
    data: {},
    secrets: {},
    routes: {},
    edge: {
      domain: "shop.example",
      aliases: [],
      waf: "block",
      wafExclusions: {},
      hsts: { maxAge: days(365), subdomains: true, preload: false },
      headers: {},
      compression: true,
      user: { from: "authorization", name: "authorization" },
    },
    monitoring: {
      grafana: false,
      retention: days(15),
      logs: { retention: days(14) },
      alerts: { email: [], webhooks: [] },
    },
    usage: { users: 10, requestsPerUser: 300, tokensPerRequest: 200, mediaPerUser: mebibytes(20) },
    regions: [],
    protect: false,
    development: false,
    ...changes,
  };
}

export function makePostgres(changes: Partial<DataOf<"postgres">> = {}): DataOf<"postgres"> {
  return {
    kind: "postgres",
    version: 15,
    cpu: cores(1),
    memory: mebibytes(512),
    storage: gibibytes(10),
    init: [],
    extensions: [],
    pool: { max: 5, total: 40 },
    replicas: 0,
    highAvailability: false,
    ...changes,
  };
}

export function makeRedis(changes: Partial<DataOf<"redis">> = {}): DataOf<"redis"> {
  return {
    kind: "redis",
    version: 7,
    memory: mebibytes(96),
    eviction: "allkeys-lru",
    persistence: "none",
    highAvailability: false,
    ...changes,
  };
}

export function makeVectors(changes: Partial<DataOf<"vectors">> = {}): DataOf<"vectors"> {
  return {
    kind: "vectors",
    dimensions: 512,
    storage: gibibytes(1),
    staleAfter: days(1),
    ...changes,
  };
}

export function makeBucket(changes: Partial<DataOf<"bucket">> = {}): DataOf<"bucket"> {
  return { kind: "bucket", storage: gibibytes(1), cdn: false, versioning: false, ...changes };
}

export function makeDocuments(changes: Partial<DataOf<"documents">> = {}): DataOf<"documents"> {
  return {
    kind: "documents",
    engine: "mongodb",
    version: 7,
    cpu: cores(1),
    memory: gibibytes(1),
    storage: gibibytes(10),
    highAvailability: false,
    ...changes,
  };
}

export function makeAuth(changes: Partial<DataOf<"auth">> = {}): DataOf<"auth"> {
  return {
    kind: "auth",
    provider: "firebase",
    signIn: ["email"],
    clients: {},
    domains: [],
    signUp: "open",
    ...changes,
  };
}

/** A web service with health and metrics, for tests that need one in full. */
export function makeWeb(changes: Partial<Service> = {}): Service {
  return makeService({
    kind: "web",
    port: 8080,
    health: {
      live: "/health/live",
      ready: "/health/ready",
      every: seconds(5),
      timeout: seconds(2),
      failAfter: 3,
      startup: minutes(1),
    },
    metrics: { port: 9092, path: "/metrics", every: seconds(15), declares: {} },
    scale: { min: 1, max: 3, on: { cpu: percent(70) } },
    ...changes,
  });
}
