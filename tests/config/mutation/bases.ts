/** Small apps that together use every block of the schema. They are accepted; mutations make them wrong. */
const web = { kind: "web", build: "./api", port: 8080 };

export const bases: readonly unknown[] = [
  {
    name: "closet",
    services: {
      frontend: { ...web, port: 3000, health: "/", uses: ["api"] },
      api: {
        ...web,
        cpu: 1,
        memory: "1Gi",
        scale: { min: 2, max: 10, on: { cpu: "70%", requestsPerSecond: 100 } },
        health: { live: "/live", ready: "/ready", every: "10s", failAfter: 3 },
        streaming: "sse",
        uses: { db: "write", cache: "read" },
        secrets: ["OPENAI_API_KEY"],
        egress: ["api.openai.com"],
      },
    },
    data: {
      db: { kind: "postgres", pool: { max: 20 }, backup: { every: "1h", keep: "14d" } },
      cache: { kind: "redis", memory: "256Mi" },
    },
    secrets: { OPENAI_API_KEY: "required" },
    routes: {
      "/": "frontend",
      "/api": { service: "api", rateLimit: { perMinute: 1000, paths: { "/api/recommend": 30 } } },
    },
    edge: { domain: "closet.example" },
    environments: {
      dev: { services: { api: { scale: 1 } } },
      prod: { services: { api: { memory: "2Gi" } } },
    },
  },
  {
    name: "queue",
    services: {
      worker: {
        kind: "worker",
        image: "ghcr.io/acme/worker:1.2",
        uses: { jobs: "write" },
        scale: { min: 1, max: 4, on: { queue: { data: "jobs", list: "todo", length: 10 } } },
      },
      nightly: {
        kind: "cron",
        schedule: "0 3 * * *",
        build: "./jobs",
        uses: { index: "write" },
        after: ["migrate"],
      },
      migrate: { kind: "job", build: "./jobs", timeout: "5m" },
    },
    data: { jobs: { kind: "redis" }, index: { kind: "vectors", dimensions: 512, staleAfter: "24h" } },
    environments: { "pr-7": { preset: "staging" } },
  },
  {
    name: "edge",
    services: {
      site: { kind: "static", build: "./site", fallback: "/index.html" },
      model: {
        kind: "model",
        image: "ghcr.io/acme/model:2.0",
        port: 8000,
        gpu: { kind: "nvidia-l4" },
        metrics: {
          port: 9100,
          declares: { seconds: { type: "histogram", help: "Time.", labels: ["model"] } },
        },
        rollout: {
          strategy: "canary",
          share: "10%",
          gate: { p95: "2s", metric: { name: "seconds", max: 2 } },
        },
      },
    },
    data: { media: { kind: "bucket", cdn: true } },
    secrets: { CHAIN: "required", KEY: { existing: "tls-key" }, TOKEN: { generate: "hex", bytes: 32 } },
    routes: {
      "/": "site",
      "/model": { service: "model", strip: true, bodyLimit: "20Mi" },
      "/media": { bucket: "media", cache: { maxAge: "24h" } },
      "/old": { redirect: { location: "/model", permanent: true } },
      "/metrics": { operators: "model" },
      "/grafana": { operators: "grafana" },
    },
    edge: {
      domain: "edge.example",
      aliases: ["www.edge.example"],
      certificate: { chain: "CHAIN", key: "KEY" },
      hsts: { maxAge: "730d", subdomains: true, preload: true },
      headers: { csp: { "default-src": ["'self'"] }, "Referrer-Policy": "no-referrer" },
      cors: { origins: ["https://admin.edge.example"], credentials: true },
      wafExclusions: { "942100": "search text looks like SQL" },
    },
  },
  {
    name: "watched",
    services: {
      api: {
        ...web,
        env: { LEVEL: "info" },
        envNames: { DB_URL: "DATABASE_URL" },
        uses: { db: "read", users: "write" },
      },
    },
    data: {
      db: { kind: "documents", engine: "mongodb", storage: "20Gi" },
      users: {
        kind: "auth",
        provider: "firebase",
        signIn: ["email", "apple"],
        clients: { apple: { id: "com.watched", secret: "APPLE" } },
        domains: ["admin.watched.example"],
        signUp: "closed",
      },
    },
    secrets: { SMTP: { generate: "password" }, APPLE: "required" },
    routes: { "/": "api" },
    edge: { domain: "watched.example" },
    monitoring: {
      retention: "30d",
      logs: "14d",
      alerts: {
        email: ["oncall@watched.example"],
        webhooks: ["https://hooks.example/T1"],
        smtp: { host: "smtp.example.com", from: "alerts@watched.example", user: "alerts", password: "SMTP" },
      },
    },
    budget: { monthly: "$300", openai: { daily: 100 } },
    regions: ["us-central1", "europe-west1"],
    protect: true,
  },
];
