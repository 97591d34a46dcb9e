import { CustomResource, output } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { ContainerService } from "../../../../components/gcp/cloud-run/service.ts";
import type { GcpGrant } from "../../../../components/gcp/handles.ts";
import type { App, Route, Service } from "../../../../src/config/model.ts";
import {
  bytes,
  cores,
  gibibytes,
  hours,
  mebibytes,
  minutes,
  percent,
  seconds,
} from "../../../../src/config/units.ts";
import { makeApp, makeService, makeWeb } from "../../../helpers/app.ts";
import { INVOKER, JOB, NEG, runAnswers, runArgs, runService, SERVICE } from "../../../helpers/gcp-run.ts";
import { type Json, leaks, type Program, runProgram } from "../../../helpers/program.ts";

const ROUTE: Route = {
  to: { type: "service", service: "api" },
  strip: false,
  rateLimit: { paths: {} },
  bodyLimit: bytes(1),
};
const routed: Partial<App> = { routes: { "/": ROUTE } };
const NAME = "shop-dev-api-us-central1";

type Shape = Readonly<Record<string, Json>>;

/** Template of the only service, and its containers. */
function templateOf(program: Program<unknown>, name: string | RegExp = NAME) {
  const template = program.get(name, SERVICE).inputs.template as Shape & {
    containers: Shape[];
    volumes: Shape[];
    revision: string;
  };
  const [container, ...others] = template.containers;
  if (!container) throw new Error("There is no container.");
  return { template, container, others };
}

const plain = (changes: Partial<Service> = {}) => {
  const { metrics: _metrics, ...rest } = makeWeb(changes);
  return rest;
};

describe("a service behind a route", () => {
  test("is reached through the load balancer and in no other way (CG-07, SA-02)", async () => {
    const { get } = await runService(plain(), { app: routed });
    const { template: _template, ...inputs } = get(NAME, SERVICE).inputs;
    expect(inputs).toEqual({
      name: "shop-dev-api",
      location: "us-central1",
      ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      defaultUriDisabled: true,
      invokerIamDisabled: false,
      deletionProtection: false,
      labels: { app: "shop", environment: "dev", service: "api" },
      scaling: { minInstanceCount: 1, maxInstanceCount: 3 },
      traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    });
    expect(get("shop-dev-api-us-central1-all-users", INVOKER)).toMatchObject({
      parent: "api",
      inputs: {
        name: "shop-dev-api",
        location: "us-central1",
        role: "roles/run.invoker",
        member: "allUsers",
      },
    });
  });

  test("keeps its own address where other services of the app use it", async () => {
    const services = { api: plain(), web: plain({ uses: { api: "read" } }) };
    const { get } = await runService(plain(), { app: { ...routed, services } });
    expect(get(NAME, SERVICE).inputs).toMatchObject({
      ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      defaultUriDisabled: false,
    });
  });

  test("is opened without a member from outside where the organisation refuses those", async () => {
    const { get, resources } = await runService(plain(), { app: routed, settings: { invoker: "unchecked" } });
    expect(get(NAME, SERVICE).inputs.invokerIamDisabled).toBe(true);
    expect(resources.filter(({ type }) => type === INVOKER)).toEqual([]);
  });

  test("has an endpoint group without a name of its own, so that a new one is there first (TPG#7503, TPG#20206)", async () => {
    const { get, result } = await runService(plain(), { app: routed });
    expect(get(NAME, NEG)).toMatchObject({
      parent: "api",
      inputs: {
        region: "us-central1",
        networkEndpointType: "SERVERLESS",
        cloudRun: { service: "shop-dev-api" },
      },
      options: { deleteBeforeReplace: false, protect: false },
    });
    expect(get(NAME, NEG).inputs).not.toHaveProperty("name");
    expect(result.backend).toMatchObject({
      type: "groups",
      name: "api",
      groups: [{ region: "us-central1" }],
    });
    expect(result.backend).not.toHaveProperty("instances");
  });

  test("has names that Google takes when app, environment, service and region are as long as they may be", async () => {
    const name = "s".repeat(30);
    const route: Route = { ...ROUTE, to: { type: "service", service: name } };
    const app = makeApp({
      name: "a".repeat(20),
      environment: "e".repeat(20),
      services: { [name]: plain() },
      routes: { "/": route },
    });
    const settings = { region: "northamerica-northeast1" };
    const program = await runProgram(() => new ContainerService(name, runArgs(app, name, { settings })), {
      outputs: runAnswers,
    });
    const [group, service] = [NEG, SERVICE].map((type) =>
      program.resources.find((resource) => resource.type === type),
    );
    expect(`${group?.name}-0a1b2c3`).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
    expect(service?.inputs.name).toMatch(/^[a-z][a-z0-9-]{0,47}[a-z0-9]$/);
    expect(templateOf(program, service?.name).template.revision).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
  });
});

describe("a service without a route", () => {
  const services = { api: plain(), "web-shop": plain({ uses: { api: "read" } }) };

  test("answers the app's network alone, and those who may call it (FF-11)", async () => {
    const { get, resources } = await runService(plain(), { app: { services } }, (service) =>
      service.grant("web-shop"),
    );
    expect(get(NAME, SERVICE).inputs).toMatchObject({
      ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      defaultUriDisabled: false,
      invokerIamDisabled: false,
    });
    expect(resources.filter(({ type }) => type === INVOKER).map(({ inputs }) => inputs)).toEqual([
      {
        name: "shop-dev-api",
        location: "us-central1",
        role: "roles/run.invoker",
        member: "serviceAccount:shop-dev-web-shop@acme-prod.iam.gserviceaccount.com",
      },
    ]);
    expect(resources.filter(({ type }) => type === NEG)).toEqual([]);
  });

  test("is open to nobody where only operators' routes name its metrics", async () => {
    const metrics: Route = { ...ROUTE, to: { type: "operators", tool: { metricsOf: "api" } } };
    const { get, resources } = await runService(makeWeb(), { app: { routes: { "/metrics": metrics } } });
    expect(get(NAME, SERVICE).inputs.ingress).toBe("INGRESS_TRAFFIC_INTERNAL_ONLY");
    expect(resources.filter(({ type }) => type === INVOKER)).toEqual([]);
  });

  test("gives its address and whom a token must be made for; a routed one asks for no token", async () => {
    const variables = async (app: Partial<App>) => {
      const { result } = await runService(plain(), { app }, (service) =>
        output(service.grant("web-shop").env),
      );
      return new Promise((resolve) => result.apply(resolve));
    };
    const url = "https://shop-dev-api-us-central1-x1y2.a.run.app";
    const address = { API_URL: url, API_HOST: url.slice(8), API_PORT: "443" };
    expect(await variables({ services })).toEqual({ ...address, API_AUDIENCE: url });
    expect(await variables({ services, ...routed })).toEqual(address);
  });

  test("is waited for by a job, not by a service", async () => {
    const users = { ...services, migrate: makeService({ kind: "job", uses: { api: "read" } }) };
    const { result } = await runService(plain(), { app: { services: users } }, (service) => ({
      job: service.grant("migrate").ready.length,
      service: service.grant("web-shop").ready.length,
    }));
    expect(result).toEqual({ job: 2, service: 1 });
  });
});

describe("the template", () => {
  test("says what runs, as whom, in which network and for how long", async () => {
    const { template } = templateOf(await runService(plain()));
    const { containers: _containers, revision, ...rest } = template;
    expect(revision).toMatch(/^shop-dev-api-[0-9a-f]{8}$/);
    expect(rest).toEqual({
      serviceAccount: "shop-dev-api@acme-prod.iam.gserviceaccount.com",
      executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
      labels: { app: "shop", environment: "dev", service: "api" },
      timeout: "60s",
      maxInstanceRequestConcurrency: 80,
      scaling: { maxInstanceCount: 3, cpuUtilization: 0.7 },
      volumes: [],
      vpcAccess: {
        egress: "ALL_TRAFFIC",
        networkInterfaces: [
          {
            network: "projects/acme-prod/global/networks/shop-dev",
            subnetwork: "projects/acme-prod/regions/us-central1/subnetworks/shop-dev",
            tags: ["shop-dev-api"],
          },
        ],
      },
    });
  });

  test("asks for health on the service's port: ready to start and to get requests, live to stay (SA-10, FF-10)", async () => {
    const { container } = templateOf(await runService(plain()));
    expect(container).toMatchObject({
      ports: { name: "http1", containerPort: 8080 },
      startupProbe: {
        httpGet: { path: "/health/ready", port: 8080 },
        periodSeconds: 3,
        timeoutSeconds: 2,
        failureThreshold: 20,
      },
      livenessProbe: {
        httpGet: { path: "/health/live", port: 8080 },
        periodSeconds: 5,
        timeoutSeconds: 2,
        failureThreshold: 3,
      },
      readinessProbe: {
        httpGet: { path: "/health/ready", port: 8080 },
        periodSeconds: 5,
        timeoutSeconds: 2,
        failureThreshold: 3,
      },
    });
  });

  test("gives a start four minutes at most, and says nothing of PORT, which is Cloud Run's own", async () => {
    const health = {
      live: "/",
      ready: "/",
      every: seconds(10),
      timeout: seconds(3),
      failAfter: 3,
      startup: minutes(5),
    };
    const { container } = templateOf(await runService(plain({ health })));
    expect(container.startupProbe).toMatchObject({ periodSeconds: 4, failureThreshold: 60 });
    expect(container.envs).toEqual([{ name: "ATELIER_ENVIRONMENT", value: "dev" }]);
  });

  test("lets a request live as long as a stream (SA-01)", async () => {
    const streaming = { kind: "sse", longest: hours(1), heartbeat: seconds(15) } as const;
    expect(templateOf(await runService(plain({ streaming }))).template.timeout).toBe("3600s");
  });

  test("has its cpu always where an instance is kept, and on requests where none is or the settings say so", async () => {
    const idle = async (spec: Service, settings = {}) =>
      templateOf(await runService(spec, { settings })).container.resources;
    const limits = { cpu: "1", memory: "512Mi" };
    const none = plain({ scale: { min: 0, max: 3, on: {} } });
    expect(await idle(plain())).toEqual({ limits, cpuIdle: false, startupCpuBoost: true });
    expect(await idle(none)).toEqual({ limits, cpuIdle: true, startupCpuBoost: true });
    expect(await idle(plain({ kind: "static" }))).toMatchObject({ cpuIdle: true });
    expect(await idle(plain(), { services: { api: { cpu: "requests" } } })).toMatchObject({ cpuIdle: true });
  });

  test("takes an L4 with its own cpu, without a second zone kept for it (FF-01)", async () => {
    const spec = plain({
      kind: "model",
      cpu: cores(4),
      memory: gibibytes(16),
      gpu: { kind: "nvidia-l4", count: 1 },
      scale: { min: 0, max: 1, on: {} },
    });
    const { template, container } = templateOf(await runService(spec));
    expect(template).toMatchObject({
      nodeSelector: { accelerator: "nvidia-l4" },
      gpuZonalRedundancyDisabled: true,
    });
    expect(container.resources).toMatchObject({
      limits: { cpu: "4", memory: "16384Mi", "nvidia.com/gpu": "1" },
      cpuIdle: false,
    });
  });
});

describe("the revision's name", () => {
  const revision = async (changes: Partial<Service> = {}, options: Parameters<typeof runService>[1] = {}) =>
    templateOf(await runService(plain(changes), options)).template.revision;

  test("differs whenever the template does, and only then (TPG#14569)", async () => {
    const before = await revision();
    expect(await revision()).toBe(before);
    expect(await revision({ env: { A: "1" } })).not.toBe(before);
    expect(await revision({ memory: gibibytes(2) })).not.toBe(before);
    expect(await revision({ scale: { min: 1, max: 4, on: {} } })).not.toBe(before);
    expect(await revision({}, { image: "us-docker.pkg.dev/acme/shop/app@sha256:cd" })).not.toBe(before);
    expect(await revision({ rollout: { strategy: "rolling", rollback: "manual" } })).toBe(before);
  });

  test("follows values that come from other parts", async () => {
    const grants = (host: string): Record<string, GcpGrant> => ({
      db: { env: { DB_HOST: output(Promise.resolve(host)) }, secrets: {}, mounts: [], ready: [] },
    });
    const uses = { db: "read" } as const;
    const before = await revision({ uses }, { grants: grants("10.0.0.1") });
    expect(await revision({ uses }, { grants: grants("10.0.0.2") })).not.toBe(before);
    expect(await revision({ uses }, { grants: grants("10.0.0.1") })).toBe(before);
  });
});

describe("what a service is given", () => {
  const secrets = { secrets: ["JWT_SECRET"], uses: { db: "write" } } as const;
  const grantOf = (changes: Partial<GcpGrant>): Record<string, GcpGrant> => ({
    db: { env: { DB_HOST: "10.0.0.1" }, secrets: {}, mounts: [], ready: [], ...changes },
  });

  test("secrets are files of a pinned version, one folder each, that a variable names (CG-08, SA-18)", async () => {
    const program = await runService(plain({ ...secrets, envNames: { DB_HOST: "PGHOST" } }), {
      grants: grantOf({}),
    });
    const { container, template } = templateOf(program);
    expect(container.envs).toEqual([
      { name: "ATELIER_ENVIRONMENT", value: "dev" },
      { name: "JWT_SECRET_FILE", value: "/run/secrets/JWT_SECRET/value" },
      { name: "PGHOST", value: "10.0.0.1" },
    ]);
    expect(container.volumeMounts).toEqual([{ name: "secret-0", mountPath: "/run/secrets/JWT_SECRET" }]);
    expect(template.volumes).toEqual([
      {
        name: "secret-0",
        secret: { secret: "shop-dev-secret-JWT_SECRET", items: [{ version: "7", path: "value" }] },
      },
    ]);
    expect(program.get(NAME, SERVICE).dependencies).toContain("shop-dev-secret-JWT_SECRET-api");
    expect(leaks(program.resources, ["value of"])).toEqual([]);
  });

  test("secrets are variables of a pinned version where the service asks for it", async () => {
    const { container, template } = templateOf(
      await runService(plain({ secrets: ["JWT_SECRET"], secretsAs: "environment" })),
    );
    expect(container.envs).toContainEqual({
      name: "JWT_SECRET",
      valueSource: { secretKeyRef: { secret: "shop-dev-secret-JWT_SECRET", version: "7" } },
    });
    expect(template.volumes).toEqual([]);
  });

  test("data are mounted as the grant says, buckets with the folders that are in them (FF-02)", async () => {
    const mounts: GcpGrant["mounts"] = [
      {
        type: "bucket",
        source: "shop-dev-index",
        path: "/vectors/index",
        readOnly: true,
        options: ["metadata-cache-ttl-secs=60"],
      },
      { type: "bucket", source: "shop-dev-media", path: "/media", readOnly: false },
      { type: "nfs", source: "10.1.2.3:/share", path: "/shared", readOnly: true },
    ];
    const { container, template } = templateOf(
      await runService(plain({ uses: { db: "read" } }), { grants: grantOf({ mounts }) }),
    );
    expect(template.volumes).toEqual([
      {
        name: "data-0",
        gcs: {
          bucket: "shop-dev-media",
          readOnly: false,
          mountOptions: ["implicit-dirs", "file-mode=666", "dir-mode=777"],
        },
      },
      { name: "data-1", nfs: { server: "10.1.2.3", path: "/share", readOnly: true } },
      {
        name: "data-2",
        gcs: {
          bucket: "shop-dev-index",
          readOnly: true,
          mountOptions: ["implicit-dirs", "metadata-cache-ttl-secs=60"],
        },
      },
    ]);
    expect(container.volumeMounts).toEqual([
      { name: "data-0", mountPath: "/media" },
      { name: "data-1", mountPath: "/shared" },
      { name: "data-2", mountPath: "/vectors/index" },
    ]);
  });

  test("scratch folders are in memory, with a size; /tmp is there already", async () => {
    const { container, template } = templateOf(
      await runService(plain({ scratch: ["/tmp", "/var/cache"], memory: mebibytes(768) })),
    );
    expect(template.volumes).toEqual([
      { name: "scratch-0", emptyDir: { medium: "MEMORY", sizeLimit: "256Mi" } },
    ]);
    expect(container.volumeMounts).toEqual([{ name: "scratch-0", mountPath: "/var/cache" }]);
  });

  test("the start waits for what was granted, and for jobs before it", async () => {
    const { get } = await runService(plain({ uses: { db: "write" } }), {
      before: () => [new Marker("db-login"), new Marker("migrate")],
    });
    expect(get(NAME, SERVICE).dependencies).toEqual(["db-login", "migrate"]);
  });
});

/** Something that is waited for. */
class Marker extends CustomResource {
  constructor(name: string) {
    super("test:index:Marker", name);
  }
}

describe("metrics (CG-11, FF-03)", () => {
  test("are read by a collector beside the service, under the service's own name", async () => {
    const program = await runService(makeWeb());
    const { template, others } = templateOf(program);
    expect(others).toEqual([
      {
        name: "collector",
        image:
          "us-docker.pkg.dev/cloud-ops-agents-artifacts/cloud-run-gmp-sidecar/cloud-run-gmp-sidecar:1.9.2",
        dependsOns: ["app"],
        resources: { limits: { cpu: "500m", memory: "512Mi" }, cpuIdle: false },
        volumeMounts: [{ name: "collector", mountPath: "/etc/rungmp" }],
      },
    ]);
    expect(template.volumes).toEqual([
      {
        name: "collector",
        secret: { secret: "shop-dev-value-metrics_api", items: [{ version: "7", path: "config.yaml" }] },
      },
    ]);
    const { value } = program.get("shop-dev-value-metrics_api-version").inputs.secretData as {
      value: string;
    };
    expect(JSON.parse(value)).toEqual({
      apiVersion: "monitoring.googleapis.com/v1beta",
      kind: "RunMonitoring",
      metadata: { name: "api" },
      spec: {
        endpoints: [{ port: "9092", path: "/metrics", interval: "15s" }],
        targetLabels: { metadata: ["instance", "revision", "service"] },
      },
    });
    expect(program.get("shop-dev-api-metrics").inputs).toEqual({
      project: "acme-prod",
      role: "roles/monitoring.metricWriter",
      member: "serviceAccount:shop-dev-api@acme-prod.iam.gserviceaccount.com",
    });
    expect(program.get(NAME, SERVICE).dependencies).toEqual(
      expect.arrayContaining(["shop-dev-api-metrics", "shop-dev-value-metrics_api-api"]),
    );
    expect(program.result.scrape).toEqual([
      { job: "api", host: "api", port: 9092, path: "/metrics", every: 15000, labels: { kind: "web" } },
    ]);
  });

  test("cost nothing where a service has none", async () => {
    const { resources, result } = await runService(plain());
    expect(resources.map(({ type }) => type)).toEqual([
      "atelier:gcp:Secrets",
      "atelier:gcp:ContainerService",
      SERVICE,
    ]);
    expect(result.scrape).toEqual([]);
  });
});

describe("several regions (PM-12, SA-15)", () => {
  const app: Partial<App> = { ...routed, regions: ["us-central1", "europe-west1"] };
  const EUROPE = "shop-dev-api-europe-west1";

  test("have a service and an endpoint group each, in their own subnet", async () => {
    const program = await runService(plain(), { app });
    expect(
      program.resources.filter(({ type }) => type === SERVICE).map(({ inputs }) => inputs.location),
    ).toEqual(["us-central1", "europe-west1"]);
    expect(templateOf(program, EUROPE).template.vpcAccess).toMatchObject({
      networkInterfaces: [{ subnetwork: "projects/acme-prod/regions/europe-west1/subnetworks/shop-dev" }],
    });
    expect(program.get(EUROPE, NEG).inputs.region).toBe("europe-west1");
    expect(program.get(`${EUROPE}-all-users`, INVOKER).inputs.location).toBe("europe-west1");
    expect(program.result.backend?.groups.map(({ region }) => region)).toEqual([
      "us-central1",
      "europe-west1",
    ]);
  });

  test("follow one another, so that a version that fails in the first never reaches the second", async () => {
    const program = await runService(plain(), { app });
    expect(program.get(EUROPE, SERVICE).dependencies).toContain(NAME);
    expect(program.get(NAME, SERVICE).dependencies).not.toContain(EUROPE);
  });

  test("share the revision's name, by which a canary names it in all of them", async () => {
    const program = await runService(plain(), { app });
    expect(templateOf(program, EUROPE).template.revision).toBe(templateOf(program).template.revision);
  });

  test("give a caller the address in its own region", async () => {
    const services = { api: plain(), web: plain({ uses: { api: "read" } }) };
    const { result } = await runService(plain(), { app: { ...app, routes: {}, services } }, (service) =>
      service.grant("web"),
    );
    const grants = { api: result };
    const program = await runService(plain({ uses: { api: "read" } }), { app, grants });
    const urls = [NAME, EUROPE].map((name) => {
      const envs = templateOf(program, name).container.envs as { name: string; value: string }[];
      return envs.find((variable) => variable.name === "API_URL")?.value;
    });
    expect(urls).toEqual([
      "https://shop-dev-api-us-central1-x1y2.a.run.app",
      "https://shop-dev-api-europe-west1-x1y2.a.run.app",
    ]);
  });
});

test("nothing of a service that answers requests is a job", async () => {
  const { resources } = await runService(
    plain({ kind: "static", scale: { min: 1, max: 2, on: { cpu: percent(50) } } }),
  );
  expect(resources.filter(({ type }) => type === JOB)).toEqual([]);
});
