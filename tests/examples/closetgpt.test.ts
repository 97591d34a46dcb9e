/** ClosetGPT's app.yaml row by row of its requirements (CG-01 to CG-15), and that it agrees with the services' sources. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadApp } from "../../src/config/index.ts";
import type { App } from "../../src/config/model.ts";
import { formatProblem } from "../../src/config/problem.ts";
import { cores, days, gibibytes, hours, inSeconds, mebibytes, seconds } from "../../src/config/units.ts";
import { targetNamed } from "../../stacks/targets.ts";
import { loadExample, runGoogle } from "../helpers/google-stack.ts";

const FOLDER = fileURLToPath(new URL("../../examples/closetgpt/", import.meta.url));
const read = (file: string) => readFileSync(FOLDER + file, "utf8");
const load = (environment: string): App => loadApp({ file: `${FOLDER}app.yaml`, environment }).app;
const [dev, staging, prod] = ["dev", "staging", "prod"].map(load) as [App, App, App];
const stackConfig = (environment: string) =>
  (parse(read(`Pulumi.${environment}.yaml`)) as { config: Record<string, unknown> }).config;

describe.each([dev, staging, prod])("ClosetGPT in $environment", ({ services, data, routes, secrets }) => {
  it("CG-01: has a frontend on 3000, a backend on 3001 and static assets", () => {
    expect(Object.entries(services).map(([name, { kind, port }]) => [name, kind, port])).toEqual([
      ["frontend", "web", 3000],
      ["backend", "web", 3001],
      ["assets", "static", services === dev.services ? 8080 : 80],
    ]);
  });

  it("CG-02: leads / to the frontend, /api and /health to the backend, with the path as it is", () => {
    for (const [path, service] of [
      ["/", "frontend"],
      ["/api", "backend"],
      ["/health", "backend"],
    ] as const) {
      expect(routes[path], path).toMatchObject({ to: { type: "service", service }, strip: false });
    }
    expect(services.backend?.health).toMatchObject({ ready: "/health", live: "/health/live" });
  });

  it("CG-03: keeps documents in Firestore, users in Firebase and photos in a bucket", () => {
    expect(data).toMatchObject({
      closet: { kind: "documents", engine: "firestore" },
      users: { kind: "auth", provider: "firebase", signIn: ["email"] },
      photos: { kind: "bucket" },
    });
    expect(services.backend?.uses).toEqual({ closet: "write", users: "read", photos: "write" });
    expect(services.frontend?.uses).toEqual({});
  });

  it("CG-06: sends the headers that were asked for, and a policy", () => {
    const { headers, hsts, waf } = (services === dev.services ? dev : prod).edge;
    expect(headers).toMatchObject({ "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff" });
    expect(headers["Content-Security-Policy"]).toContain("default-src 'self'");
    expect([hsts.subdomains, waf]).toEqual([true, "block"]);
  });

  it("CG-08: generates the JWT secret, asks for foreign keys, and has no key of Firebase", () => {
    expect(secrets).toEqual({
      OPENAI_API_KEY: { source: "required" },
      OPENWEATHER_API_KEY: { source: "required" },
      SENTRY_DSN: { source: "required" },
      JWT_SECRET_KEY: { source: "generate", format: "hex", bytes: 32, version: 1 },
    });
    expect(read("app.yaml")).not.toMatch(/PRIVATE_KEY|BEGIN|client_email/i);
    expect(read("backend/closet/settings.py")).not.toMatch(/PRIVATE_KEY|CREDENTIALS/i);
  });

  it("CG-10: rolls out blue-green, bears with a start for 30 checks of 2 s, and goes back by itself", () => {
    for (const name of ["frontend", "backend"]) {
      expect(services[name]?.rollout, name).toEqual({ strategy: "blue-green", rollback: "automatic" });
      const { every, startup } = services[name]?.health ?? {};
      expect(inSeconds(startup ?? seconds(0)) / inSeconds(every ?? seconds(1)), name).toBe(30);
    }
  });

  it("CG-15: lets the backend call OpenAI, OpenWeather and Sentry, and nobody else anything", () => {
    const egress = Object.fromEntries(Object.entries(services).map(([name, { egress: to }]) => [name, to]));
    expect(egress).toEqual({
      frontend: [],
      backend: ["api.openai.com", "api.openweathermap.org", "o1.ingest.sentry.io"],
      assets: [],
    });
  });

  it("limits requests, and what outfits cost", () => {
    expect(routes["/api"]?.rateLimit).toEqual({
      perMinute: 1000,
      perUser: 60,
      paths: { "/api/outfits": 30 },
    });
    expect(routes["/assets"]?.cache).toMatchObject({ maxAge: hours(24), sharedMaxAge: hours(1) });
  });
});

it("CG-04: runs production on Compute Engine, on the machines of the document", () => {
  expect(stackConfig("prod")).toMatchObject({
    "atelier:target": "gcp-compute",
    "atelier:gcp-compute": {
      services: { frontend: { machineType: "n1-standard-2" }, backend: { machineType: "n1-standard-4" } },
    },
  });
  expect(prod.regions).toEqual(["us-central1"]);
});

it("CG-06: answers for the domain and its www, and lets only their pages call", () => {
  expect([prod.edge.domain, prod.edge.aliases]).toEqual(["closetgpt.example", ["www.closetgpt.example"]]);
  expect(prod.edge.cors?.origins).toEqual(["https://closetgpt.example", "https://www.closetgpt.example"]);
});

it("CG-11: declares the metrics of the document, exposes exactly these, and shows its tools to operators alone", () => {
  const declared = prod.services.backend?.metrics?.declares ?? {};
  expect(Object.entries(declared).map(([name, { type, labels }]) => [name, type, labels])).toEqual([
    ["http_requests_total", "counter", ["method", "endpoint", "status"]],
    ["http_request_duration_seconds", "histogram", []],
    ["active_users", "gauge", []],
    ["outfit_generations_total", "counter", []],
    ["closetgpt_ai_spend_dollars_total", "counter", ["provider"]],
  ]);
  const exposed = [
    ...read("backend/closet/metrics.py").matchAll(/(?:Counter|Gauge|Histogram)\(\s*"([^"]+)"/g),
  ];
  expect(exposed.map(([, name]) => name)).toEqual(Object.keys(declared));
  for (const tool of ["grafana", "prometheus", "alertmanager"]) {
    expect(prod.routes[`/${tool}`]?.to).toEqual({ type: "operators", tool });
  }
});

it("CG-12: has the document's limits, reservations and replicas", () => {
  expect(prod.services.frontend).toMatchObject({
    cpu: cores(0.5),
    memory: mebibytes(512),
    reserve: { cpu: cores(0.25), memory: mebibytes(256) },
  });
  expect(prod.services.backend).toMatchObject({
    cpu: cores(1),
    memory: gibibytes(1),
    reserve: { cpu: cores(0.5), memory: mebibytes(512) },
  });
  for (const name of ["frontend", "backend"]) {
    expect(prod.services[name]?.scale, name).toEqual({
      min: 2,
      max: 10,
      on: { cpu: 0.7, memory: 0.8, requestsPerSecond: 100 },
    });
  }
});

it("CG-13: backs up documents and photos daily, and tries it each month", () => {
  for (const name of ["closet", "photos"]) {
    expect(prod.data[name]?.backup, name).toEqual({ every: hours(24), keep: days(30), drill: "monthly" });
  }
  expect([prod.protect, dev.protect]).toEqual([true, false]);
});

it("CG-14: has a budget per environment, and one for OpenAI that the service keeps", () => {
  expect([dev, staging, prod].map(({ budget }) => budget?.monthly)).toEqual([50, 150, 500]);
  expect(prod.budget?.ai.openai?.daily).toBe(100);
  expect(Number(prod.services.backend?.env.OPENAI_DAILY_DOLLARS)).toBe(prod.budget?.ai.openai?.daily);
});

describe("CG-03, CG-04: what production registers on Compute Engine", () => {
  it("has the document's machines, Firestore, Firebase's users, and no key of an account", async () => {
    const settings = stackConfig("prod")["atelier:gcp-compute"] as Record<string, unknown>;
    const { resources } = await runGoogle(loadExample("closetgpt"), { target: "gcp-compute", settings });
    const of = (type: string) => resources.filter((resource) => resource.type === type);
    const templates = of("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate");
    expect(templates.map(({ name, inputs }) => [name, inputs.machineType])).toEqual(
      expect.arrayContaining([
        ["closetgpt-prod-frontend-us-central1", "n1-standard-2"],
        ["closetgpt-prod-backend-us-central1", "n1-standard-4"],
      ]),
    );
    const [documents] = of("gcp:firestore/database:Database");
    expect(documents?.inputs).toMatchObject({ type: "FIRESTORE_NATIVE", locationId: "us-central1" });
    expect(documents?.options.protect).toBe(true);
    const [users] = of("gcp:identityplatform/config:Config");
    expect(users?.inputs.authorizedDomains).toContain("www.closetgpt.example");
    expect(of("gcp:serviceaccount/key:Key")).toEqual([]);
  });
});

describe("CG-03, CG-04: the same app.yaml", () => {
  const google = {
    project: "acme-closetgpt",
    billingAccount: "01A2B3-4C5D6E-7F8A9B",
    operators: ["group:ops@closetgpt.example"],
  };
  it.each([
    ["docker", {}, dev],
    ["docker", { selfSigned: true }, prod],
    ["gcp-cloud-run", google, staging],
    ["gcp-cloud-run", google, prod],
    ["gcp-compute", google, staging],
    ["gcp-compute", stackConfig("prod")["atelier:gcp-compute"], prod],
  ] as const)("is taken by %s", async (name, chosen, app) => {
    const target = await targetNamed(name);
    expect(target.refuse(app, target.settings.parse(chosen)).map(formatProblem)).toEqual([]);
  });
});

describe("app.yaml agrees with the sources", () => {
  it("on the names under which Google's libraries look for emulators", () => {
    const settings = read("backend/closet/settings.py");
    for (const name of Object.values(prod.services.backend?.envNames ?? {})) expect(settings).toContain(name);
  });

  it("on the time of a readiness check", () => {
    const [, patience] = /^PATIENCE = ([\d.]+)$/m.exec(read("backend/closet/app.py")) ?? [];
    expect(seconds(Number(patience))).toBeLessThan(prod.services.backend?.health?.timeout ?? 0);
  });

  it("on where the page's files are", () => {
    const page = read("frontend/public/index.html");
    for (const [, file] of page.matchAll(/"\/assets\/([^"]+)"/g)) expect(read(`assets/${file}`)).not.toBe("");
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|https?:\/\//i);
  });

  it("on a bucket that is as large as a photo at least", () => {
    expect(prod.routes["/photos"]?.bodyLimit).toBe(10 * 1024 ** 2);
    expect(prod.data.photos).toMatchObject({ storage: gibibytes(50), versioning: true });
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

  it("builds the backend on the layer of FlashFit AI's", () => {
    const layer = (file: string) => /^RUN apt-get[\s\S]*?\n\n/m.exec(readFileSync(file, "utf8"))?.[0];
    const own = layer(`${FOLDER}backend/Dockerfile`);
    expect(own).toContain("python3-fastapi");
    expect(own).toBe(layer(`${FOLDER}../flashfit-ai/backend/Dockerfile`));
  });
});
