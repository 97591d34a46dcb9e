/** An app with every kind of route, small enough to read. */

import type { BoundRoute } from "../../../../components/contracts/edge.ts";
import type { DockerBackend } from "../../../../components/docker/edge/backend.ts";
import type { App, Edge, RateLimit, Route, Service } from "../../../../src/config/model.ts";
import { cores, days, hours, mebibytes, minutes, perMinute, seconds } from "../../../../src/config/units.ts";

export function service(overrides: Partial<Service> = {}): Service {
  return {
    kind: "web",
    source: { type: "image", reference: "example/api:1", repository: "example/api", tag: "1" },
    port: 8080,
    cpu: cores(1),
    memory: mebibytes(256),
    reserve: { cpu: cores(0.1), memory: mebibytes(64) },
    scale: { min: 2, max: 4, on: {} },
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
    ...overrides,
  };
}

export function edge(overrides: Partial<Edge> = {}): Edge {
  return {
    domain: "flashfit.example",
    aliases: ["www.flashfit.example"],
    waf: "block",
    wafExclusions: {},
    hsts: { maxAge: days(730), subdomains: true, preload: true },
    headers: {},
    cors: {
      origins: ["https://studio.example"],
      methods: ["GET", "POST"],
      headers: ["Authorization", "Content-Type"],
      credentials: true,
      maxAge: hours(1),
    },
    compression: true,
    user: { from: "authorization", name: "authorization" },
    ...overrides,
  };
}

export function app(overrides: Partial<App> = {}): App {
  return {
    name: "flashfit",
    environment: "dev",
    preset: "dev",
    directory: "/app",
    services: {
      api: service({ streaming: { kind: "sse", longest: minutes(5), heartbeat: seconds(15) } }),
      frontend: service({ kind: "static" }),
      chat: service({ streaming: { kind: "websocket", longest: hours(1), heartbeat: seconds(30) } }),
      monitor: service({ metrics: { port: 9092, path: "/metrics", every: seconds(15), declares: {} } }),
    },
    data: {},
    secrets: {},
    routes: {},
    edge: edge(),
    monitoring: {
      grafana: true,
      retention: days(7),
      logs: { retention: days(7) },
      alerts: { email: [], webhooks: [] },
    },
    usage: { users: 10, requestsPerUser: 300, tokensPerRequest: 200, mediaPerUser: mebibytes(20) },
    regions: [],
    protect: false,
    development: true,
    ...overrides,
  };
}

export function route(to: Route["to"], overrides: Partial<Route> = {}): Route {
  return { to, strip: false, rateLimit: { paths: {} }, bodyLimit: mebibytes(1), ...overrides };
}

export const toService = (name: string): Route["to"] => ({ type: "service", service: name });
export const limits = (client: number, user: number, paths: Record<string, number> = {}): RateLimit => ({
  perMinute: perMinute(client),
  perUser: perMinute(user),
  paths: Object.fromEntries(Object.entries(paths).map(([path, most]) => [path, perMinute(most)])),
});

export function backend(alias: string, port = 8080, overrides: Partial<DockerBackend> = {}): DockerBackend {
  return {
    alias,
    port,
    kind: "service",
    health: { path: "/health/ready", every: seconds(10), timeout: seconds(2), failAfter: 3 },
    ...overrides,
  };
}

export const ROUTES: readonly BoundRoute<DockerBackend>[] = [
  { path: "/", route: route(toService("frontend")), backend: backend("frontend", 3000) },
  {
    path: "/api",
    route: route(toService("api"), { rateLimit: limits(1000, 60, { "/api/recommend": 30 }) }),
    backend: backend("api"),
  },
  { path: "/v1", route: route(toService("api"), { strip: true }), backend: backend("api") },
  { path: "/chat", route: route(toService("chat")), backend: backend("chat", 8081) },
  {
    path: "/static",
    route: route(toService("frontend"), {
      cache: { maxAge: days(1), sharedMaxAge: hours(1), staleWhileRevalidate: minutes(5) },
    }),
    backend: backend("frontend", 3000),
  },
  {
    path: "/media",
    route: route({ type: "bucket", bucket: "media" }),
    backend: backend("media", 7070, { kind: "bucket" }),
  },
  { path: "/old", route: route({ type: "redirect", location: "/new?from=old", permanent: true }) },
  {
    path: "/grafana",
    route: route({ type: "operators", tool: "grafana" }),
    backend: backend("grafana", 3000, { kind: "operators" }),
  },
  { path: "/prometheus", route: route({ type: "operators", tool: "prometheus" }) },
  {
    path: "/metrics",
    route: route({ type: "operators", tool: { metricsOf: "monitor" } }),
    backend: backend("monitor", 9092, { kind: "operators" }),
  },
];
