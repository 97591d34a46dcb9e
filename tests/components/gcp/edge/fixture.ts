/** An app with one route of each kind, and what stands behind its routes. */
import { output, type Resource, secret } from "@pulumi/pulumi";
import { Edge } from "../../../../components/gcp/edge.ts";
import type {
  GcpBackend,
  GcpBucketBackend,
  GcpGroups,
  GcpSecrets,
} from "../../../../components/gcp/handles.ts";
import type { GcpSettings } from "../../../../components/gcp/settings.ts";
import type { App, Route } from "../../../../src/config/model.ts";
import { hours, mebibytes, minutes, perMinute, seconds } from "../../../../src/config/units.ts";
import { makeApp, makeBucket, makeService, makeWeb } from "../../../helpers/app.ts";
import { makeGcp, network } from "../../../helpers/gcp.ts";
import { type ProgramOptions, runProgram } from "../../../helpers/program.ts";

export const PASSWORD = Buffer.alloc(24, 7).toString("base64url");
export const SIGNING_KEY = Buffer.alloc(16, 7).toString("base64url");
export const PEM = { TLS_CHAIN: "-----BEGIN CERTIFICATE-----", TLS_KEY: "-----BEGIN PRIVATE KEY-----" };

const reference = (name: string, value?: string) => ({
  reference: output(`projects/1/secrets/${name}/versions/1`),
  secret: output(name),
  version: output("1"),
  ...(value !== undefined && { value: secret(value) }),
  readers: (): Resource => undefined as unknown as Resource,
});

export const secrets: GcpSecrets = {
  get: (name) => reference(name, PEM[name as keyof typeof PEM]),
  password: (purpose) => ({ ...reference(purpose), value: secret(PASSWORD) }),
  store: (purpose) => reference(purpose),
};

export function route(to: Route["to"], changes: Partial<Route> = {}): Route {
  return { to, strip: false, rateLimit: { paths: {} }, bodyLimit: mebibytes(10), ...changes };
}
export const service = (name: string): Route["to"] => ({ type: "service", service: name });

export const ROUTES: App["routes"] = {
  "/": route(service("frontend")),
  "/api": route(service("api"), {
    rateLimit: {
      perMinute: perMinute(1000),
      perUser: perMinute(60),
      paths: { "/api/recommend": perMinute(30) },
    },
  }),
  "/v1": route(service("api"), { strip: true }),
  "/static": route(service("frontend"), {
    cache: { maxAge: hours(24), sharedMaxAge: hours(1), staleWhileRevalidate: minutes(5) },
  }),
  "/media": route({ type: "bucket", bucket: "media" }),
  "/site": route(service("site"), { strip: true }),
  "/old": route({ type: "redirect", location: "/api", permanent: true }),
  "/grafana": route({ type: "operators", tool: "grafana" }),
  "/prometheus": route({ type: "operators", tool: "prometheus" }),
  "/metrics/api": route({ type: "operators", tool: { metricsOf: "api" } }),
};

export function app(changes: Partial<App> = {}): App {
  return makeApp({
    name: "shop",
    environment: "prod",
    preset: "prod",
    services: {
      frontend: makeWeb(),
      api: makeWeb({
        timeout: seconds(30),
        streaming: { kind: "sse", longest: minutes(10), heartbeat: seconds(15) },
        metrics: { port: 9092, path: "/internal/metrics", every: seconds(15), declares: {} },
      }),
      site: makeService({ kind: "static", port: 80 }),
    },
    data: { media: makeBucket({ cdn: true }) },
    routes: ROUTES,
    ...changes,
  });
}

export function serverless(name: string, changes: Partial<GcpGroups> = {}): GcpGroups {
  return { type: "groups", name, groups: [{ region: "us-central1", group: `negs/${name}` }], ...changes };
}

export function files(name: string, changes: Partial<GcpBucketBackend> = {}): GcpBucketBackend {
  return {
    type: "bucket",
    name,
    bucket: `shop-prod-${name}`,
    cdn: true,
    private: true,
    projectNumber: output(4711),
    ...changes,
  };
}

export function backends(of: App): Record<string, GcpBackend> {
  const { api, frontend } = of.services;
  return {
    api: serverless("api", api && { spec: api }),
    frontend: serverless("frontend", frontend && { spec: frontend }),
    site: files("site", { cdn: false, private: false, fallback: "/index.html" }),
    media: files("media"),
    grafana: serverless("grafana"),
    "metrics of api": serverless("api-metrics"),
  };
}

function keyOf({ to }: Route): string {
  if (to.type === "service") return to.service;
  if (to.type === "bucket") return to.bucket;
  if (to.type === "redirect") return "";
  return typeof to.tool === "string" ? to.tool : `metrics of ${to.tool.metricsOf}`;
}

export interface EdgeOptions extends ProgramOptions {
  readonly app?: App;
  readonly settings?: Partial<GcpSettings>;
  readonly backends?: Record<string, GcpBackend>;
}

/** Runs an edge and records everything that it makes. */
export function runEdge({ app: of = app(), settings, backends: changed, ...options }: EdgeOptions = {}) {
  const behind = { ...backends(of), ...changed };
  return runProgram(
    () =>
      new Edge("edge", {
        app: of,
        deployment: makeGcp(of, { operators: ["group:ops@acme.example"], ...settings }),
        network,
        secrets,
        routes: Object.entries(of.routes).map(([path, each]) => {
          const backend = behind[keyOf(each)];
          return { path, route: each, ...(backend && { backend }) };
        }),
      }),
    { outputs: OUTPUTS, ...options },
  );
}

const OUTPUTS: NonNullable<ProgramOptions["outputs"]> = (type, name) => {
  if (type.endsWith("GlobalAddress")) return { address: name.includes("v6") ? "2001:db8::1" : "203.0.113.1" };
  if (type.endsWith("DnsAuthorization")) {
    return { dnsResourceRecords: [{ name: `_acme.${name}.`, type: "CNAME", data: "proof.example." }] };
  }
  if (type.endsWith("ManagedZone")) return { nameServers: ["ns1.example.", "ns2.example."] };
  return { name, selfLink: `${name}-link` };
};
