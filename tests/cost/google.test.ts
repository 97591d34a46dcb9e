/** What each kind of resource on Google Cloud is paid for, one input changed at a time. */
import { describe, expect, it } from "vitest";
import type { App } from "../../src/config/model.ts";
import { cores, gibibytes, mebibytes } from "../../src/config/units.ts";
import { estimate } from "../../src/cost/estimate.ts";
import { shapeOf } from "../../src/cost/google/machines.ts";
import { makeApp, makeService } from "../helpers/app.ts";
import { amounts, linesOf, planOf, resource } from "./plans.ts";

const USAGE = { users: 1000, requestsPerUser: 300, tokensPerRequest: 0, mediaPerUser: mebibytes(20) };
const app = (changes: Partial<App> = {}): App =>
  makeApp({ usage: USAGE, services: { api: makeService({ kind: "web", cpu: cores(1) }) }, ...changes });

const MONTH = 730 * 3600;

const run = (
  changes: Record<string, unknown> = {},
  resources: Record<string, unknown> = { cpuIdle: false },
) => ({
  type: "gcp:cloudrunv2/service:Service",
  inputs: {
    location: "us-central1",
    scaling: { minInstanceCount: 2, maxInstanceCount: 5 },
    template: { containers: [{ resources: { limits: { cpu: "1", memory: "1024Mi" }, ...resources } }] },
    ...changes,
  } as never,
});

describe("Cloud Run services", () => {
  it("cost their least instances all month, and their most at worst", () => {
    const [cpu, memory] = linesOf(run(), app());
    expect(cpu).toMatchObject({
      sku: "run.cpu",
      quantity: { low: 2 * MONTH, expected: 2 * MONTH, high: 5 * MONTH },
    });
    expect(memory).toMatchObject({ sku: "run.memory", quantity: { low: 2 * MONTH } });
    expect(cpu?.dollars.expected).toBeCloseTo(2 * MONTH * 0.000018, 6);
  });

  it("cost as many instances as requests need, where that is more than the least", () => {
    const busy = { ...USAGE, users: 10_000, requestsPerUser: 10_000 };
    const [cpu] = linesOf(run(), app({ usage: busy }));
    // 100 million requests are 38 a second; a vCPU answers 20, half loaded.
    expect((cpu?.quantity.expected ?? 0) / MONTH).toBeCloseTo(100_000_000 / MONTH / 10, 6);
  });

  it("count requests by the scale's own figure where it has one", () => {
    const busy = { ...USAGE, users: 10_000, requestsPerUser: 10_000 };
    const api = makeService({ kind: "web", scale: { min: 2, max: 5, on: { requestsPerSecond: 25 } } });
    const [cpu] = linesOf(run(), app({ usage: busy, services: { api } }));
    expect((cpu?.quantity.expected ?? 0) / MONTH).toBeCloseTo(100_000_000 / MONTH / 12.5, 6);
  });

  it("cost by request where cpu is given for requests alone", () => {
    const scaling = { minInstanceCount: 0, maxInstanceCount: 5 };
    const lines = linesOf(run({ scaling }, { cpuIdle: true }), app());
    expect(amounts(lines)).toEqual({
      "run.request.cpu": 300_000 * 0.25,
      "run.request.memory": 300_000 * 0.25,
      "run.requests": 300_000,
    });
  });

  it("cost what is kept warm besides", () => {
    const lines = linesOf(run({}, { cpuIdle: true }), app());
    expect(amounts(lines)["run.idle.cpu"]).toBe(2 * MONTH - 75_000);
  });

  it("pay for the collector of metrics beside them, and for what it collects", () => {
    const declares = { answers: { type: "histogram", help: "", labels: [] } } as const;
    const metrics = { port: 9092, path: "/metrics", every: 30_000 as never, declares };
    const lines = linesOf(run(), app({ services: { api: makeService({ kind: "web", metrics }) } }));
    expect(amounts(lines)["monitoring.samples"]).toBe((100 * 2 * MONTH) / 30);
  });

  it("pay for a gpu each second, more where a zone may fail", () => {
    const template = {
      containers: [{ resources: { limits: { cpu: "4", memory: "16Gi" }, cpuIdle: false } }],
      nodeSelector: { accelerator: "nvidia-l4" },
    };
    expect(amounts(linesOf(run({ template }), app()))["run.gpu.l4.zonal"]).toBe(2 * MONTH);
    const single = { ...template, gpuZonalRedundancyDisabled: true };
    expect(amounts(linesOf(run({ template: single }), app()))["run.gpu.l4"]).toBe(2 * MONTH);
  });

  it("cost more in regions of the second tier", () => {
    const [cpu] = linesOf(run({ location: "europe-west3" }), app());
    expect(cpu?.unitPrice).toBeCloseTo(0.0000216, 10);
  });
});

describe("Cloud Run jobs", () => {
  const job = { type: "gcp:cloudrunv2/job:Job", inputs: run().inputs } as const;
  const inputs = {
    location: "us-central1",
    template: {
      template: { timeout: "1800s", containers: [{ resources: { limits: { cpu: "2", memory: "512Mi" } } }] },
    },
  };

  it("run with each deploy", () => {
    const [cpu] = linesOf({ ...job, inputs }, app());
    expect(cpu?.quantity).toEqual({ low: 4 * 60 * 2, expected: 4 * 180 * 2, high: 4 * 1800 * 2 });
  });

  it("run as their schedule says", () => {
    const api = makeService({ kind: "cron", schedule: { cron: "0 */6 * * *", timeZone: "UTC" } });
    const [cpu] = linesOf({ ...job, inputs }, app({ services: { api } }));
    expect(cpu?.quantity.low).toBe(120 * 60 * 2);
  });
});

describe("groups of instances", () => {
  const template = (changes: Record<string, unknown> = {}) =>
    resource({
      type: "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
      name: "template",
      inputs: {
        machineType: "e2-medium",
        disks: [{ diskType: "pd-balanced", diskSizeGb: 30 }],
        ...changes,
      } as never,
    });
  const group = resource({
    type: "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    name: "group",
    inputs: { region: "us-central1", targetSize: 2, versions: [{}] },
    propertyDependencies: {
      versions: [
        "urn:pulumi:prod::shop::gcp:compute/regionInstanceTemplate:RegionInstanceTemplate::template",
      ],
    },
  });
  const estimated = (changes?: Record<string, unknown>, ...more: ReturnType<typeof resource>[]) =>
    estimate(planOf(template(changes), group, ...more), app());

  it("cost their machines and disks", () => {
    expect(amounts(estimated().lines.filter(({ urn }) => urn !== ""))).toEqual({
      "compute.e2.cpu": 2 * 730,
      "compute.e2.memory": 2 * 4 * 730,
      "disk.balanced": 60,
    });
  });

  it("grow as their autoscaler allows", () => {
    const scaler = resource({
      type: "gcp:compute/regionAutoscaler:RegionAutoscaler",
      inputs: { autoscalingPolicy: { minReplicas: 3, maxReplicas: 7 } },
      propertyDependencies: { target: [group[1]?.urn ?? ""] },
    });
    const [cpu] = estimated({}, scaler).lines;
    expect(cpu?.quantity).toEqual({ low: 3 * 730, expected: 3 * 730, high: 7 * 730 });
  });

  it("are not counted when the machine has no price, and say so", () => {
    const found = estimated({ machineType: "c9-standard-4" });
    expect(found.lines).toEqual([]);
    expect(found.unpriced).toEqual([
      "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager group: no price is known for machine type c9-standard-4",
    ]);
  });

  it("pay for gpus, attached or built in", () => {
    const attached = estimated({
      machineType: "n1-standard-1",
      guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }],
    });
    expect(amounts(attached.lines)["compute.gpu.t4"]).toBe(2 * 730);
    expect(amounts(estimated({ machineType: "g2-standard-24" }).lines)["compute.gpu.l4"]).toBe(4 * 730);
    expect(estimated({ guestAccelerators: [{ type: "nvidia-h900", count: 1 }] }).unpriced).toHaveLength(1);
  });

  it.each([
    ["e2-small", 0.5, 2, 1],
    ["e2-standard-4", 4, 16, 1],
    ["e2-custom-2-2816", 2, 2.75, 1.05],
    ["n1-standard-2", 2, 7.5, 0.7],
    ["n2-highmem-8", 8, 64, 0.8],
  ])("%s has %d vCPU and %d GiB", (type, cpu, memory, factor) => {
    const shape = shapeOf(type);
    expect(shape).toMatchObject({ cpu, memory });
    expect((shape?.premium ?? 0) * (shape?.sustained ?? 0)).toBeCloseTo(factor, 9);
  });

  it.each(["c3-standard-4", "e2-giant-2", "m1-ultramem-40", "nonsense"])("%s is not known", (type) => {
    expect(shapeOf(type)).toBeUndefined();
  });
});

describe("databases", () => {
  const sql = (settings: Record<string, unknown>) => ({
    type: "gcp:sql/databaseInstance:DatabaseInstance",
    inputs: {
      region: "us-central1",
      settings: { tier: "db-custom-2-8192", diskSize: 50, ...settings } as never,
    },
  });

  it("cost twice as much with a standby", () => {
    const [one] = linesOf(sql({ availabilityType: "ZONAL" }));
    const [two] = linesOf(sql({ availabilityType: "REGIONAL" }));
    expect(one?.dollars.expected).toBeCloseTo(2 * 730 * 0.0413, 6);
    expect(two?.dollars.expected).toBeCloseTo(2 * 2 * 730 * 0.0413, 6);
  });

  it("pay for backups where there are some", () => {
    expect(amounts(linesOf(sql({})))).toEqual({ "sql.cpu": 1460, "sql.memory": 5840, "sql.storage": 50 });
    expect(amounts(linesOf(sql({ backupConfiguration: { enabled: true } })))["sql.backup"]).toBe(25);
  });

  it("grow up to their limit", () => {
    const storage = linesOf(sql({ diskAutoresizeLimit: 90 })).find(({ sku }) => sku === "sql.storage");
    expect(storage?.quantity).toEqual({ low: 50, expected: 50, high: 90 });
  });

  it.each([
    ["db-f1-micro", "sql.micro"],
    ["db-g1-small", "sql.small"],
  ])("%s costs by the hour", (tier, sku) => {
    expect(linesOf(sql({ tier }))[0]).toMatchObject({ sku, quantity: { expected: 730 } });
  });

  it("of an edition without prices are said not to be counted", () => {
    const { unpriced } = estimate(planOf(resource(sql({ tier: "db-perf-optimized-N-2" }))), app());
    expect(unpriced[0]).toContain("no price is known for Cloud SQL's machine db-perf-optimized-N-2");
  });

  it.each([
    [1, "BASIC", "redis.basic.m1"],
    [5, "BASIC", "redis.basic.m2"],
    [36, "STANDARD_HA", "redis.standard.m4"],
    [200, "STANDARD_HA", "redis.standard.m5"],
  ])("redis of %d GiB, %s, is of class %s", (memorySizeGb, tier, sku) => {
    const [line] = linesOf({
      type: "gcp:redis/instance:Instance",
      inputs: { memorySizeGb, tier, region: "us-central1" },
    });
    expect(line).toMatchObject({ sku, quantity: { expected: memorySizeGb * 730 } });
  });

  it("Firestore costs by documents, and its history only where it is kept", () => {
    const type = "gcp:firestore/database:Database";
    expect(amounts(linesOf({ type, inputs: { locationId: "us-central1" } }, app()))).toEqual({
      "firestore.reads": 1_500_000,
      "firestore.writes": 300_000,
      "firestore.storage": 0.1953125,
    });
    const kept = {
      locationId: "us-central1",
      pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED",
    };
    expect(amounts(linesOf({ type, inputs: kept }, app()))).toHaveProperty(["firestore.history"]);
    const { unpriced } = estimate(
      planOf(resource({ type, inputs: { databaseEdition: "ENTERPRISE" } })),
      app(),
    );
    expect(unpriced).toHaveLength(1);
  });

  it("weekly backups of Firestore are a seventh of daily ones", () => {
    const type = "gcp:firestore/backupSchedule:BackupSchedule";
    const daily = linesOf({ type, inputs: { retention: "2419200s", dailyRecurrence: {} } }, app());
    const weekly = linesOf({ type, inputs: { retention: "2419200s", weeklyRecurrence: {} } }, app());
    expect(daily[0]?.quantity.expected).toBeCloseTo((weekly[0]?.quantity.expected ?? 0) * 7, 9);
  });
});

describe("buckets", () => {
  const data = { media: { kind: "bucket", storage: gibibytes(50), cdn: false, versioning: false } } as const;
  const inputs = { name: "shop-media", location: "us-central1" };
  const bucket = { type: "gcp:storage/bucket:Bucket", inputs };

  it("cost what the app keeps, and what users load of it", () => {
    const lines = amounts(linesOf(bucket, app({ data }), "media", "Bucket"));
    expect(lines["storage.standard"]).toBe(50);
    expect(lines["network.egress"]).toBeCloseTo((1000 * 20) / 1024, 9);
  });

  it("leave what users load to the load balancer in front of them", () => {
    const door = resource(
      {
        type: "gcp:compute/backendBucket:BackendBucket",
        inputs: { bucketName: "shop-media", enableCdn: true },
      },
      "edge",
      "Edge",
    );
    const { lines } = estimate(planOf(resource(bucket, "media", "Bucket"), door), app({ data }));
    const skus = lines.filter(({ urn }) => urn !== "").map(({ sku }) => sku);
    expect(skus).toContain("network.cdn");
    expect(skus).not.toContain("network.egress");
  });

  it("of logs are small", () => {
    const [line] = linesOf({ ...bucket, name: "media-logs" }, app({ data }), "media", "Bucket");
    expect(line?.quantity.expected).toBe(0.5);
  });
});

describe("networks", () => {
  const rule = (name: string, portRange: string) =>
    resource(
      { type: "gcp:compute/globalForwardingRule:GlobalForwardingRule", name, inputs: { portRange } },
      "edge",
      "Edge",
    );

  it("pay once for up to five rules, and for traffic once", () => {
    const { lines } = estimate(
      planOf(rule("a", "80"), rule("b", "80"), rule("c", "443"), rule("d", "443")),
      app(),
    );
    const counted = lines.filter(({ urn }) => urn !== "");
    expect(counted.map(({ sku }) => sku).sort()).toEqual([
      "network.balanced",
      "network.balancer",
      "network.egress",
    ]);
    const six = Array.from({ length: 6 }, (_, index) => rule(`rule-${index}`, "80"));
    expect(estimate(planOf(...six), app()).lines.map(({ sku }) => sku)).toEqual([
      "network.balancer",
      "network.rule",
    ]);
  });

  it("pay for the gateway by the machines behind it", () => {
    const nat = resource(
      { type: "gcp:compute/routerNat:RouterNat", inputs: { region: "us-central1" } },
      "network",
      "Network",
    );
    const inside = { containers: [], vpcAccess: {} };
    const service = resource({ ...run({ template: inside }), name: "inside" });
    const count = (...plan: ReturnType<typeof resource>[]) =>
      amounts(estimate(planOf(nat, ...plan), app()).lines)["network.nat"] ?? 0;
    expect(count(service)).toBe(2 * 730);
    expect(count(resource({ ...run(), name: "outside" }))).toBe(0);
    const many = { minInstanceCount: 40, maxInstanceCount: 40 };
    expect(count(resource({ ...run({ template: inside, scaling: many }), name: "many" }))).toBe(32 * 730);
  });

  it("do not pay for the rule that takes what is left", () => {
    const rules = [{ priority: 1000 }, { priority: 2_147_483_647 }];
    const lines = linesOf({ type: "gcp:compute/securityPolicy:SecurityPolicy", inputs: { rules } }, app());
    expect(amounts(lines)).toEqual({ "armor.policy": 1, "armor.rule": 1, "armor.requests": 300_000 });
  });
});

describe("operations", () => {
  it("logs that are kept longer than 30 days cost more", () => {
    const type = "gcp:logging/projectBucketConfig:ProjectBucketConfig";
    expect(amounts(linesOf({ type, inputs: { retentionDays: 30 } }, app()))).not.toHaveProperty([
      "logging.retention",
    ]);
    const kept = amounts(linesOf({ type, inputs: { retentionDays: 90 } }, app()));
    expect(kept["logging.retention"]).toBeCloseTo(2 * (kept["logging.ingest"] ?? 0), 9);
  });

  it("images are scanned only where scanning is on", () => {
    const registry = resource({ type: "gcp:artifactregistry/repository:Repository", inputs: {} });
    const image = resource({ type: "docker-build:index:Image", inputs: {} });
    const scanning = resource({
      type: "gcp:projects/service:Service",
      inputs: { service: "containerscanning.googleapis.com" },
    });
    const skus = (...plan: ReturnType<typeof resource>[]) =>
      estimate(planOf(...plan), app())
        .lines.filter(({ urn }) => urn !== "")
        .map(({ sku }) => sku);
    expect(skus(registry, image)).toEqual(["registry.storage"]);
    expect(skus(registry, image, scanning)).toEqual(["registry.storage", "registry.scan"]);
  });
});
