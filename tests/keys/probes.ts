/** For each key of app.yaml a small app in which it means something, and a change of it. */
import type { KeyPath } from "../../src/config/key-paths.ts";
import type { Overrides } from "../../src/config/overrides.ts";

export interface Probe {
  readonly base: Base;
  /** Set in both apps. */
  readonly also?: Overrides;
  /** Set in the first app alone. */
  readonly before?: Overrides;
  readonly change: Overrides;
}

const IMAGE = "us-central1-docker.pkg.dev/acme-prod/shop/api";
const web = {
  name: "shop",
  services: { api: { kind: "web", image: `${IMAGE}:1.0.0`, port: 8080, health: "/health", cpu: 1 } },
  routes: { "/": { service: "api" } },
  edge: { domain: "shop.example" },
};
const withService = (service: object) => ({
  ...web,
  services: { ...web.services, other: { image: `${IMAGE}:1.0.0`, ...service } },
});
const withData = (part: object, access = "write") => ({
  ...web,
  services: { api: { ...web.services.api, uses: { part: access } } },
  data: { part },
});

/** Small apps by name; each is complete. */
export const BASES = {
  web,
  model: {
    ...web,
    services: { api: { ...web.services.api, kind: "model", cpu: 4, memory: "16Gi" } },
  },
  worker: withService({ kind: "worker" }),
  job: withService({ kind: "job" }),
  cron: withService({ kind: "cron", schedule: { cron: "0 3 * * *" } }),
  built: {
    ...web,
    services: { api: { ...web.services.api, image: undefined, build: { context: "./api" } } },
  },
  static: { ...web, services: { api: { kind: "static", build: "./site" } } },
  called: {
    ...web,
    services: {
      api: { ...web.services.api, uses: ["other"] },
      other: { kind: "web", image: `${IMAGE}:1.0.0`, port: 8000, health: "/health" },
    },
  },
  postgres: withData({ kind: "postgres", version: 16 }),
  redis: withData({ kind: "redis", backup: "none" }),
  documents: withData({ kind: "documents", engine: "mongodb", cpu: 1, memory: "1Gi" }),
  vectors: {
    ...withData({ kind: "vectors", dimensions: 512 }, "read"),
    services: {
      api: { ...web.services.api, uses: { part: "read" } },
      other: { kind: "job", image: `${IMAGE}:1.0.0`, uses: { part: "write" } },
    },
  },
  bucket: withData({ kind: "bucket" }),
  auth: withData({ kind: "auth" }),
  queue: {
    ...withService({ kind: "worker", uses: { part: "write" } }),
    data: { part: { kind: "redis", backup: "none" }, more: { kind: "redis", backup: "none" } },
  },
} as const;
export type Base = keyof typeof BASES;

const at = (base: Base, change: Overrides, rest: Omit<Probe, "base" | "change"> = {}): Probe => ({
  base,
  change,
  ...rest,
});
const on = (base: Base, key: string, value: unknown, rest: Omit<Probe, "base" | "change"> = {}) =>
  at(base, { [key]: value }, rest);
/** From one value to another. */
const turn = (base: Base, key: string, from: unknown, to: unknown, also: Overrides = {}) =>
  at(base, { [key]: to }, { before: { [key]: from }, also });

const api = "services.api";
const declared = `${api}.metrics.declares.outfits_total`;
const METRICS = { [`${api}.metrics.port`]: 9090 };
const DECLARED = { ...METRICS, [declared]: { type: "counter", help: "Outfits made.", labels: ["status"] } };
const REQUESTS = { type: "counter", help: "Requests.", labels: ["status"] };
const ON = { min: 1, max: 4, on: { cpu: "70%" } };
const QUEUE = { min: 1, max: 4, on: { queue: { data: "part", list: "jobs", length: 10 } } };
const CANARY = { strategy: "canary", share: "10%", rollback: "manual" };
const GATE = {
  ...CANARY,
  gate: { errorRate: "1%", p95: "2s", for: "2m", metric: { name: "outfits_total", max: 5 } },
};
const SMTP = { host: "smtp.example", port: 587, from: "a@shop.example", user: "alerts", password: "MAIL" };
const MAILED = {
  "monitoring.alerts": { email: ["ops@shop.example"], smtp: SMTP },
  "secrets.MAIL": "required",
  "secrets.POST": "required",
};
const root = "routes./";
const FILES = { "routes./files": { bucket: "part" } };

const services = {
  kind: on("worker", "services.other.kind", "job"),
  "build.context": on("built", `${api}.build.context`, "./other"),
  "build.dockerfile": on("built", `${api}.build.dockerfile`, "Other", {
    also: { [`${api}.build.context`]: "./api" },
  }),
  "build.target": on("built", `${api}.build`, { context: "./api", target: "runtime" }),
  "build.args": on("built", `${api}.build`, { context: "./api", args: { VERSION: "2" } }),
  image: on("web", `${api}.image`, `${IMAGE}:2.0.0`),
  command: on("web", `${api}.command`, ["serve", "--fast"]),
  port: on("web", `${api}.port`, 9000),
  cpu: on("web", `${api}.cpu`, 2),
  memory: on("web", `${api}.memory`, "1Gi"),
  "reserve.cpu": on("web", `${api}.reserve.cpu`, 0.75),
  "reserve.memory": on("web", `${api}.reserve.memory`, "400Mi"),
  "gpu.kind": turn("model", `${api}.gpu.kind`, "nvidia-l4", "nvidia-tesla-t4"),
  "gpu.count": turn("model", `${api}.gpu.count`, 1, 2, { [`${api}.gpu.kind`]: "nvidia-l4" }),
  "scale.min": turn("web", `${api}.scale.min`, 1, 2, {
    [`${api}.scale.max`]: 4,
    [`${api}.scale.on.cpu`]: "70%",
  }),
  "scale.max": turn("web", `${api}.scale.max`, 4, 6, {
    [`${api}.scale.min`]: 1,
    [`${api}.scale.on.cpu`]: "70%",
  }),
  "scale.on.cpu": turn("web", `${api}.scale.on.cpu`, "70%", "50%", { [`${api}.scale.max`]: 4 }),
  "scale.on.memory": turn("web", `${api}.scale`, ON, { ...ON, on: { cpu: "70%", memory: "80%" } }),
  "scale.on.requestsPerSecond": turn("web", `${api}.scale`, ON, {
    ...ON,
    on: { cpu: "70%", requestsPerSecond: 50 },
  }),
  "scale.on.queue.data": turn(
    "queue",
    "services.other.scale",
    QUEUE,
    { ...QUEUE, on: { queue: { ...QUEUE.on.queue, data: "more" } } },
    { "services.other.uses": { part: "write", more: "write" } },
  ),
  "scale.on.queue.list": turn("queue", "services.other.scale", QUEUE, {
    ...QUEUE,
    on: { queue: { ...QUEUE.on.queue, list: "mails" } },
  }),
  "scale.on.queue.length": turn("queue", "services.other.scale", QUEUE, {
    ...QUEUE,
    on: { queue: { ...QUEUE.on.queue, length: 50 } },
  }),
  "health.live": on("web", `${api}.health`, { live: "/live", ready: "/health" }),
  "health.ready": on("web", `${api}.health`, { live: "/health", ready: "/ready" }),
  "health.every": turn(
    "web",
    `${api}.health`,
    { live: "/health", every: "10s" },
    { live: "/health", every: "20s" },
  ),
  "health.timeout": turn(
    "web",
    `${api}.health`,
    { live: "/health", timeout: "3s" },
    { live: "/health", timeout: "5s" },
  ),
  "health.failAfter": turn(
    "web",
    `${api}.health`,
    { live: "/health", failAfter: 3 },
    { live: "/health", failAfter: 5 },
  ),
  "health.startup": turn(
    "web",
    `${api}.health`,
    { live: "/health", startup: "1m" },
    { live: "/health", startup: "3m" },
  ),
  "streaming.kind": turn("web", `${api}.streaming.kind`, "sse", "websocket", {
    [`${api}.streaming.heartbeat`]: "40s",
  }),
  "streaming.longest": turn(
    "web",
    `${api}.streaming`,
    { kind: "sse", longest: "10m" },
    { kind: "sse", longest: "40m" },
  ),
  "streaming.heartbeat": turn(
    "web",
    `${api}.streaming`,
    { kind: "sse", heartbeat: "15s" },
    { kind: "sse", heartbeat: "40s" },
  ),
  timeout: on("web", `${api}.timeout`, "90s"),
  stopGrace: turn("web", `${api}.stopGrace`, "5s", "80s"),
  uses: on("called", "services.other.uses", ["part"], {
    also: { "data.part": { kind: "bucket", backup: "none" } },
  }),
  env: on("web", `${api}.env.LOG_LEVEL`, "debug"),
  envNames: on("postgres", `${api}.envNames`, { PART_URL: "DATABASE_URL" }),
  secrets: on("web", `${api}.secrets`, ["TOKEN"], { also: { "secrets.TOKEN": "required" } }),
  secretsAs: on("web", `${api}.secretsAs`, "environment", {
    also: { "secrets.TOKEN": "required", [`${api}.secrets`]: ["TOKEN"] },
  }),
  egress: on("web", `${api}.egress`, ["api.openai.com"]),
  "metrics.port": turn("web", `${api}.metrics.port`, 9090, 9091),
  "metrics.path": on("web", `${api}.metrics.path`, "/numbers", { also: METRICS }),
  "metrics.every": on("web", `${api}.metrics.every`, "45s", { also: METRICS }),
  "metrics.declares.<name>.type": on("web", `${declared}.type`, "histogram", { also: DECLARED }),
  "metrics.declares.<name>.help": on("web", `${declared}.help`, "Answers.", {
    also: { ...DECLARED, "routes./grafana": { operators: "grafana" } },
  }),
  "metrics.declares.<name>.labels": on("web", `${declared}.labels`, ["status", "path"], { also: DECLARED }),
  "rollout.strategy": turn("web", `${api}.rollout.strategy`, "rolling", "blue-green"),
  "rollout.share": turn("web", `${api}.rollout`, CANARY, { ...CANARY, share: "25%" }),
  "rollout.gate.errorRate": turn(
    "web",
    `${api}.rollout`,
    GATE,
    { ...GATE, gate: { ...GATE.gate, errorRate: "5%" } },
    { ...DECLARED, [`${api}.metrics.declares.http_requests_total`]: REQUESTS },
  ),
  "rollout.gate.p95": turn(
    "web",
    `${api}.rollout`,
    GATE,
    { ...GATE, gate: { ...GATE.gate, p95: "5s" } },
    DECLARED,
  ),
  "rollout.gate.metric.name": turn(
    "web",
    `${api}.rollout`,
    GATE,
    { ...GATE, gate: { ...GATE.gate, metric: { name: "other_total", max: 5 } } },
    { ...DECLARED, [`${api}.metrics.declares.other_total`]: { type: "counter", help: "Others." } },
  ),
  "rollout.gate.metric.max": turn(
    "web",
    `${api}.rollout`,
    GATE,
    { ...GATE, gate: { ...GATE.gate, metric: { name: "outfits_total", max: 9 } } },
    DECLARED,
  ),
  "rollout.gate.for": turn(
    "web",
    `${api}.rollout`,
    GATE,
    { ...GATE, gate: { ...GATE.gate, for: "9m" } },
    DECLARED,
  ),
  "rollout.rollback": turn("web", `${api}.rollout.rollback`, "automatic", "manual"),
  "schedule.cron": on("cron", "services.other.schedule.cron", "30 4 * * *"),
  "schedule.timeZone": on("cron", "services.other.schedule.timeZone", "Europe/Berlin", {
    also: { "services.other.schedule.cron": "30 4 * * *" },
  }),
  after: on("job", `${api}.after`, ["other"]),
  scratch: on("web", `${api}.scratch`, ["/tmp", "/var/cache"]),
  user: on("web", `${api}.user`, "1000:1000"),
  fallback: on("static", `${api}.fallback`, "/404.html"),
  "develop.mount": on(
    "web",
    `${api}.develop`,
    { mount: { "./code": "/srv" } },
    { also: { development: true } },
  ),
  "develop.command": on("web", `${api}.develop.command`, ["npm", "run", "dev"], {
    also: { development: true, [`${api}.develop.mount`]: { "./code": "/srv" } },
  }),
} as const;

const part = "data.part";
/** From one backup to another. */
const backups = (base: Base) => ({
  "backup.every": turn(base, `${part}.backup`, { every: "24h", keep: "14d" }, { every: "168h", keep: "14d" }),
  "backup.keep": turn(base, `${part}.backup`, { every: "24h", keep: "14d" }, { every: "24h", keep: "21d" }),
  "backup.drill": turn(
    base,
    `${part}.backup`,
    { every: "24h", drill: "never" },
    { every: "24h", drill: "monthly" },
  ),
});

const data = {
  postgres: {
    kind: on("postgres", part, { kind: "documents" }),
    cpu: on("postgres", `${part}.cpu`, 2),
    memory: on("postgres", `${part}.memory`, "6Gi", { also: { [`${part}.cpu`]: 1 } }),
    storage: on("postgres", `${part}.storage`, "40Gi"),
    version: on("postgres", `${part}.version`, 15),
    init: turn("postgres", `${part}.init`, "./first.sql", "./second.sql"),
    extensions: on("postgres", `${part}.extensions`, ["pg_trgm"]),
    "pool.max": on("postgres", `${part}.pool.max`, 7),
    "pool.total": on("postgres", `${part}.pool.total`, 300),
    replicas: on("postgres", `${part}.replicas`, 1),
    highAvailability: on("postgres", `${part}.highAvailability`, true),
    ...backups("postgres"),
  },
  redis: {
    kind: on("redis", part, { kind: "documents" }),
    version: on("redis", `${part}.version`, 6),
    memory: on("redis", `${part}.memory`, "3Gi"),
    eviction: on("redis", `${part}.eviction`, "noeviction"),
    persistence: turn("redis", `${part}.persistence`, "none", "snapshot"),
    highAvailability: on("redis", `${part}.highAvailability`, true),
    ...backups("redis"),
  },
  documents: {
    kind: on("documents", part, { kind: "bucket" }),
    cpu: on("documents", `${part}.cpu`, 2),
    memory: on("documents", `${part}.memory`, "2Gi"),
    storage: on("documents", `${part}.storage`, "40Gi"),
    engine: on("documents", `${part}.engine`, "firestore"),
    version: on("documents", `${part}.version`, 6),
    highAvailability: on("documents", `${part}.highAvailability`, true),
    ...backups("documents"),
  },
  vectors: {
    kind: on("vectors", part, { kind: "bucket" }),
    dimensions: on("vectors", `${part}.dimensions`, 768),
    storage: on("vectors", `${part}.storage`, "20Gi"),
    staleAfter: turn("vectors", `${part}.staleAfter`, "24h", "48h"),
    ...backups("vectors"),
  },
  bucket: {
    kind: on("bucket", part, { kind: "documents" }),
    storage: on("bucket", `${part}.storage`, "40Gi"),
    cdn: on("bucket", `${part}.cdn`, true, { also: FILES }),
    versioning: turn("bucket", `${part}.versioning`, false, true),
    expireAfter: on("bucket", `${part}.expireAfter`, "30d"),
    ...backups("bucket"),
  },
  auth: {
    kind: on("auth", part, { kind: "bucket" }),
    provider: on("auth", `${part}.provider`, "firebase"),
    signIn: on("auth", `${part}.signIn`, ["email", "anonymous"]),
    "clients.<name>.id": on("auth", `${part}.clients.apple.id`, "com.acme.other", {
      also: {
        [`${part}.signIn`]: ["apple"],
        [`${part}.clients.apple`]: { id: "com.acme.shop", secret: "APPLE" },
        "secrets.APPLE": "required",
      },
    }),
    "clients.<name>.secret": on("auth", `${part}.clients.apple.secret`, "OTHER", {
      also: {
        [`${part}.signIn`]: ["apple"],
        [`${part}.clients.apple`]: { id: "com.acme.shop", secret: "APPLE" },
        "secrets.APPLE": "required",
        "secrets.OTHER": "required",
      },
    }),
    domains: on("auth", `${part}.domains`, ["admin.shop.example"]),
    signUp: on("auth", `${part}.signUp`, "closed"),
  },
} as const;

const routes = {
  service: turn(
    "called",
    root,
    { service: "api" },
    { service: "other" },
    {
      "routes./api": { service: "api" },
    },
  ),
  operators: on("web", "routes./grafana", { operators: "grafana" }),
  bucket: on("bucket", "routes./files", { bucket: "part" }),
  "redirect.location": turn("web", "routes./old", { redirect: "/new" }, { redirect: "/newer" }),
  "redirect.permanent": turn(
    "web",
    "routes./old.redirect",
    { location: "/new" },
    { location: "/new", permanent: true },
  ),
  strip: on(
    "web",
    "routes./api",
    { service: "api", strip: true },
    { before: { "routes./api": { service: "api" } } },
  ),
  "rateLimit.perMinute": on("web", root, { service: "api", rateLimit: { perMinute: 600 } }),
  "rateLimit.perUser": on("web", root, { service: "api", rateLimit: { perUser: 60 } }),
  "rateLimit.paths": on("web", root, { service: "api", rateLimit: { paths: { "/api/slow": 30 } } }),
  "cache.maxAge": turn(
    "web",
    root,
    { service: "api", cache: { maxAge: "1h", sharedMaxAge: "30m" } },
    { service: "api", cache: { maxAge: "2h", sharedMaxAge: "30m" } },
  ),
  "cache.sharedMaxAge": turn(
    "web",
    root,
    { service: "api", cache: { maxAge: "1h" } },
    { service: "api", cache: { maxAge: "1h", sharedMaxAge: "30m" } },
  ),
  "cache.staleWhileRevalidate": turn(
    "web",
    root,
    { service: "api", cache: { maxAge: "1h" } },
    { service: "api", cache: { maxAge: "1h", staleWhileRevalidate: "5m" } },
  ),
  bodyLimit: on("web", root, { service: "api", bodyLimit: "1Mi" }),
} as const;

const OWN = { "secrets.CHAIN": "required", "secrets.KEY": "required", "secrets.OTHER": "required" };
const CORS = { origins: ["https://app.example"] };

const edge = {
  domain: on("web", "edge.domain", "store.example"),
  aliases: on("web", "edge.aliases", ["www.shop.example"]),
  waf: turn("web", "edge.waf", "block", "detect"),
  wafExclusions: on("web", "edge.wafExclusions", { "942100": "search text looks like SQL" }),
  "certificate.chain": turn(
    "web",
    "edge.certificate",
    { chain: "CHAIN", key: "KEY" },
    { chain: "OTHER", key: "KEY" },
    OWN,
  ),
  "certificate.key": turn(
    "web",
    "edge.certificate",
    { chain: "CHAIN", key: "KEY" },
    { chain: "CHAIN", key: "OTHER" },
    OWN,
  ),
  "hsts.maxAge": on("web", "edge.hsts.maxAge", "400d"),
  "hsts.subdomains": on("web", "edge.hsts.subdomains", true),
  "hsts.preload": on("web", "edge.hsts.preload", true, { also: { "edge.hsts.subdomains": true } }),
  "headers.csp": on("web", "edge.headers.csp", "default-src 'none'"),
  "headers.<name>": on("web", "edge.headers.X-Team", "shop"),
  "cors.origins": on("web", "edge.cors.origins", ["https://other.example"], { also: { "edge.cors": CORS } }),
  "cors.methods": on("web", "edge.cors.methods", ["GET"], { also: { "edge.cors": CORS } }),
  "cors.headers": on("web", "edge.cors.headers", ["X-Shop"], { also: { "edge.cors": CORS } }),
  "cors.credentials": on("web", "edge.cors.credentials", true, { also: { "edge.cors": CORS } }),
  "cors.maxAge": on("web", "edge.cors.maxAge", "1h", { also: { "edge.cors": CORS } }),
  compression: turn("bucket", "edge.compression", true, false, {
    "routes./files": { bucket: "part" },
    "data.part.cdn": true,
  }),
  "user.from": turn(
    "web",
    "edge.user",
    { from: "header", name: "session" },
    { from: "cookie", name: "session" },
    { [`${root}.rateLimit.perUser`]: 60 },
  ),
  "user.name": turn(
    "web",
    "edge.user",
    { from: "header", name: "X-User" },
    { from: "header", name: "X-Person" },
    { [`${root}.rateLimit.perUser`]: 60 },
  ),
} as const;

const smtp = (key: string, value: unknown) =>
  on("web", `monitoring.alerts.smtp.${key}`, value, { also: MAILED });

const rest = {
  name: on("web", "name", "store"),
  "environments.<name>.preset": on("web", "environments.test.preset", "prod"),
  "monitoring.grafana": turn("web", "monitoring.grafana", true, false),
  "monitoring.retention": on("web", "monitoring.retention", "60d"),
  "monitoring.logs.retention": on("web", "monitoring.logs.retention", "60d"),
  "monitoring.alerts.email": on("web", "monitoring.alerts.email", ["oncall@shop.example"], { also: MAILED }),
  "monitoring.alerts.webhooks": on("web", "monitoring.alerts.webhooks", ["https://hooks.example/T1"]),
  "monitoring.alerts.smtp.host": smtp("host", "mail.example"),
  "monitoring.alerts.smtp.port": smtp("port", 465),
  "monitoring.alerts.smtp.from": smtp("from", "b@shop.example"),
  "monitoring.alerts.smtp.user": smtp("user", "post"),
  "monitoring.alerts.smtp.password": smtp("password", "POST"),
  "budget.monthly": turn("web", "budget.monthly", 300, 400),
  "budget.<name>.daily": turn("web", "budget.openai.daily", 100, 200, {
    "budget.monthly": 300,
    ...METRICS,
    [`${api}.metrics.declares.ai_cost_dollars_total`]: {
      type: "counter",
      help: "Dollars.",
      labels: ["provider"],
    },
  }),
  "usage.users": turn("web", "usage.users", 10, 20),
  "usage.requestsPerUser": turn("web", "usage.requestsPerUser", 300, 600),
  "usage.tokensPerRequest": turn("web", "usage.tokensPerRequest", 0, 500),
  "usage.mediaPerUser": turn("web", "usage.mediaPerUser", "20Mi", "40Mi"),
  regions: on("web", "regions", ["us-central1", "europe-west1"]),
  protect: turn("postgres", "protect", false, true),
  development: turn("web", "development", false, true),
  "secrets.<name>": on("web", "secrets.TOKEN", "required", {
    also: { [`${api}.secrets`]: ["TOKEN"] },
    before: { "secrets.TOKEN": { generate: "hex" } },
  }),
  "secrets.<name>.generate": turn("web", "secrets.TOKEN.generate", "hex", "base64", {
    [`${api}.secrets`]: ["TOKEN"],
  }),
  "secrets.<name>.bytes": turn(
    "web",
    "secrets.TOKEN",
    { generate: "hex", bytes: 32 },
    { generate: "hex", bytes: 16 },
    { [`${api}.secrets`]: ["TOKEN"] },
  ),
  "secrets.<name>.version": turn(
    "web",
    "secrets.TOKEN",
    { generate: "hex", version: 1 },
    { generate: "hex", version: 2 },
    { [`${api}.secrets`]: ["TOKEN"] },
  ),
  "secrets.<name>.existing": turn(
    "web",
    "secrets.TOKEN.existing",
    "projects/acme-prod/secrets/token/versions/1",
    "projects/acme-prod/secrets/token/versions/2",
    { [`${api}.secrets`]: ["TOKEN"] },
  ),
} as const;

type Prefixed<P extends string, T> = { [K in keyof T & string as `${P}.${K}`]: Probe };
const prefixed = <P extends string, T extends Readonly<Record<string, Probe>>>(prefix: P, probes: T) =>
  Object.fromEntries(Object.entries(probes).map(([key, probe]) => [`${prefix}.${key}`, probe])) as Prefixed<
    P,
    T
  >;

export const PROBES: Readonly<Record<KeyPath, Probe>> = {
  ...rest,
  ...prefixed("services.<name>", services),
  ...prefixed("data.<postgres>", data.postgres),
  ...prefixed("data.<redis>", data.redis),
  ...prefixed("data.<documents>", data.documents),
  ...prefixed("data.<vectors>", data.vectors),
  ...prefixed("data.<bucket>", data.bucket),
  ...prefixed("data.<auth>", data.auth),
  ...prefixed("routes.<name>", routes),
  ...prefixed("edge", edge),
};

/** Where one change does not show everything: a limit and what is below it, a choice among several. */
export const MORE: Readonly<Partial<Record<KeyPath, readonly Probe[]>>> = {
  "services.<name>.gpu.kind": [on("model", `${api}.gpu`, { kind: "nvidia-l4" })],
  "services.<name>.gpu.count": [on("model", `${api}.gpu`, { kind: "nvidia-l4", count: 1 })],
  "services.<name>.rollout.strategy": [
    turn("web", `${api}.rollout`, { strategy: "blue-green" }, CANARY),
    on("web", `${api}.rollout.strategy`, "blue-green"),
  ],
  "data.<vectors>.storage": [
    on("vectors", `${part}.storage`, "200Gi", { also: { [`${part}.backup`]: "none" } }),
  ],
  "data.<vectors>.staleAfter": [
    on("vectors", `${part}.staleAfter`, "5m", { also: { [`${part}.backup`]: "none" } }),
  ],
  "budget.<name>.daily": [turn("web", "budget.openai.daily", 100, 200, { "budget.monthly": 300 })],
};
