/** Prices of what has cores, memory or a disk: Cloud Run, Compute Engine, Cloud SQL and Memorystore. */
import type { Sku } from "./sku.ts";

const GIB_MONTH = "GiBy.mo";

const redis = (tier: "Basic" | "Standard", size: number): Sku => ({
  unit: "GiB-hour",
  scope: "machine",
  catalog: ["Cloud Memorystore for Redis", new RegExp(`^Redis Capacity ${tier} M${size} Iowa$`), "GiBy.h"],
});
const machine = (family: string, unit: "Core" | "Ram"): Sku => ({
  unit: unit === "Core" ? "vCPU-hour" : "GiB-hour",
  scope: "machine",
  catalog: [
    "Compute Engine",
    new RegExp(`^${family} Instance ${unit} running in Americas$`),
    unit === "Core" ? "h" : "GiBy.h",
  ],
});
const sql = (part: RegExp, unit: string, usageUnit: string, scope: Sku["scope"] = "machine"): Sku => ({
  unit,
  scope,
  catalog: ["Cloud SQL", part, usageUnit],
});

export const MACHINES = {
  "run.cpu": {
    unit: "vCPU-second",
    scope: "run",
    free: 240_000,
    catalog: ["Cloud Run", /^Services CPU \(Instance-based billing\) in us-central1$/, "s"],
  },
  "run.memory": {
    unit: "GiB-second",
    scope: "run",
    free: 450_000,
    catalog: ["Cloud Run", /^Services Memory \(Instance-based billing\) in us-central1$/, "GiBy.s"],
  },
  "run.request.cpu": {
    unit: "vCPU-second",
    scope: "run-request",
    free: 180_000,
    catalog: ["Cloud Run", /^Services CPU \(Request-based billing\)$/, "s"],
  },
  "run.request.memory": {
    unit: "GiB-second",
    scope: "run-request",
    free: 360_000,
    catalog: ["Cloud Run", /^Services Memory \(Request-based billing\)$/, "GiBy.s"],
  },
  "run.idle.cpu": {
    unit: "vCPU-second",
    scope: "run-request",
    catalog: ["Cloud Run", /^Services Min Instance CPU \(Request-based billing\)$/, "s"],
  },
  "run.idle.memory": {
    unit: "GiB-second",
    scope: "run-request",
    catalog: ["Cloud Run", /^Services Min Instance Memory \(Request-based billing\)$/, "GiBy.s"],
  },
  "run.requests": {
    unit: "request",
    scope: "global",
    free: 2_000_000,
    catalog: ["Cloud Run", /^Requests$/, "count"],
  },
  "run.worker.cpu": {
    unit: "vCPU-second",
    scope: "run",
    catalog: ["Cloud Run", /^Worker Pools CPU in us-central1$/, "s"],
  },
  "run.worker.memory": {
    unit: "GiB-second",
    scope: "run",
    catalog: ["Cloud Run", /^Worker Pools Memory in us-central1$/, "GiBy.s"],
  },
  "run.gpu.l4": {
    unit: "GPU-second",
    scope: "machine",
    catalog: ["Cloud Run", /^Nvidia L4 GPU without zonal redundancy in us-central1$/, "s"],
  },
  "run.gpu.l4.zonal": {
    unit: "GPU-second",
    scope: "machine",
    catalog: ["Cloud Run", /^Nvidia L4 GPU with zonal redundancy in us-central1$/, "s"],
  },
  "compute.e2.cpu": machine("E2", "Core"),
  "compute.e2.memory": machine("E2", "Ram"),
  "compute.n1.cpu": machine("N1 Predefined", "Core"),
  "compute.n1.memory": machine("N1 Predefined", "Ram"),
  "compute.n2.cpu": machine("N2", "Core"),
  "compute.n2.memory": machine("N2", "Ram"),
  "compute.g2.cpu": machine("G2", "Core"),
  "compute.g2.memory": machine("G2", "Ram"),
  "compute.gpu.l4": {
    unit: "GPU-hour",
    scope: "machine",
    catalog: ["Compute Engine", /^Nvidia L4 GPU running in Americas$/, "h"],
  },
  "compute.gpu.t4": {
    unit: "GPU-hour",
    scope: "machine",
    catalog: ["Compute Engine", /^Nvidia Tesla T4 GPU running in Americas$/, "h"],
  },
  "disk.balanced": {
    unit: "GiB-month",
    scope: "disk",
    catalog: ["Compute Engine", /^Balanced PD Capacity$/, GIB_MONTH],
  },
  "disk.ssd": {
    unit: "GiB-month",
    scope: "disk",
    catalog: ["Compute Engine", /^SSD backed PD Capacity$/, GIB_MONTH],
  },
  "disk.standard": {
    unit: "GiB-month",
    scope: "disk",
    catalog: ["Compute Engine", /^Storage PD Capacity$/, GIB_MONTH],
  },
  "sql.cpu": sql(/^Cloud SQL for PostgreSQL: Zonal - vCPU in Americas$/, "vCPU-hour", "h"),
  "sql.memory": sql(/^Cloud SQL for PostgreSQL: Zonal - RAM in Americas$/, "GiB-hour", "GiBy.h"),
  "sql.micro": sql(/^Cloud SQL for PostgreSQL: Zonal - Micro instance in Americas$/, "hour", "h"),
  "sql.small": sql(/^Cloud SQL for PostgreSQL: Zonal - Small instance in Americas$/, "hour", "h"),
  "sql.storage": sql(
    /^Cloud SQL for PostgreSQL: Zonal - Standard storage in Americas$/,
    "GiB-month",
    GIB_MONTH,
    "disk",
  ),
  "sql.backup": sql(/^Cloud SQL: Backups in Americas$/, "GiB-month", GIB_MONTH, "disk"),
  "redis.basic.m1": redis("Basic", 1),
  "redis.basic.m2": redis("Basic", 2),
  "redis.basic.m3": redis("Basic", 3),
  "redis.basic.m4": redis("Basic", 4),
  "redis.basic.m5": redis("Basic", 5),
  "redis.standard.m1": redis("Standard", 1),
  "redis.standard.m2": redis("Standard", 2),
  "redis.standard.m3": redis("Standard", 3),
  "redis.standard.m4": redis("Standard", 4),
  "redis.standard.m5": redis("Standard", 5),
} as const satisfies Readonly<Record<string, Sku>>;
