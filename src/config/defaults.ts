/** What holds in every environment when nobody says otherwise. Presets and app.yaml lie above. */
import type { WrittenService } from "./schema/services.ts";
import type { Table } from "./tables.ts";

const serving = {
  cpu: 0.5,
  memory: "512Mi",
  scale: { min: 1 },
  timeout: "60s",
  stopGrace: "30s",
  secretsAs: "files",
  scratch: ["/tmp"],
  rollout: { strategy: "rolling", rollback: "automatic" },
} satisfies WrittenService;
const { scale: _scale, rollout: _rollout, ...process } = serving;

export const defaults: Table = {
  app: {
    protect: false,
    development: false,
    edge: {
      waf: "block",
      hsts: { maxAge: "365d", subdomains: false, preload: false },
      headers: {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
      },
      compression: true,
      user: "authorization",
    },
    monitoring: { grafana: true, retention: "15d", logs: { retention: "14d" } },
    usage: { users: 1000, requestsPerUser: 300, tokensPerRequest: 200, mediaPerUser: "20Mi" },
  },
  services: {
    web: serving,
    model: { ...serving, cpu: 1, memory: "2Gi" },
    worker: { ...serving },
    job: { ...process, timeout: "1h" },
    cron: { ...process, timeout: "1h" },
    static: {
      port: 8080,
      cpu: 0.25,
      memory: "128Mi",
      scale: { min: 1 },
      timeout: "60s",
      stopGrace: "30s",
      rollout: { strategy: "rolling", rollback: "automatic" },
    },
  },
  data: {
    postgres: {
      version: 16,
      cpu: 0.5,
      memory: "512Mi",
      storage: "5Gi",
      pool: { max: 20 },
      replicas: 0,
      highAvailability: false,
      backup: "none",
    },
    redis: {
      version: 7,
      memory: "128Mi",
      eviction: "allkeys-lru",
      persistence: "none",
      highAvailability: false,
      backup: "none",
    },
    documents: {
      engine: "mongodb",
      version: 7,
      cpu: 0.5,
      memory: "512Mi",
      storage: "5Gi",
      highAvailability: false,
      backup: "none",
    },
    vectors: { storage: "2Gi", staleAfter: "24h", backup: "none" },
    bucket: { storage: "10Gi", cdn: false, versioning: false, backup: "none" },
    auth: { provider: "firebase", signIn: "email", signUp: "open" },
  },
};

/** Defaults of a block, used where something of the block is written: `health: /` gets `every: 10s`. */
export const blockDefaults = {
  build: { dockerfile: "Dockerfile" },
  gpu: { count: 1 },
  health: { every: "10s", timeout: "3s", failAfter: 3, startup: "60s" },
  streaming: { longest: "1h", heartbeat: "15s" },
  metrics: { path: "/metrics", every: "15s" },
  schedule: { timeZone: "UTC" },
} as const;

export const gateDefaults = { for: "2m" } as const;
export const canaryDefaults = { share: "10%" } as const;
export const modelHealthDefaults = { startup: "5m" } as const;
export const backupDefaults = { every: "24h", keep: "14d", drill: "never" } as const;
export const generateDefaults = { bytes: 32, version: 1 } as const;
export const redirectDefaults = { permanent: false } as const;
export const routeDefaults = { strip: false, bodyLimit: "10Mi" } as const;
export const smtpDefaults = { port: 587 } as const;
export const corsDefaults = {
  methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
  headers: ["Authorization", "Content-Type"],
  credentials: false,
  maxAge: "10m",
} as const;
