/** Every price of Google Cloud that an estimate knows, and the entry of the Cloud Billing catalog that it is.
 *
 * Descriptions are those of the entries for the base region, us-central1, which the catalog also calls Americas or
 * Iowa. Free amounts are those of the products' price pages.
 */
import { DAYS } from "../assumptions.ts";
import { MACHINES } from "./google-skus-machines.ts";
import type { Sku } from "./sku.ts";

const GIB = "GiBy";
const GIB_MONTH = "GiBy.mo";
export const SKUS = {
  ...MACHINES,
  "firestore.reads": {
    unit: "read",
    scope: "machine",
    free: 50_000 * DAYS,
    catalog: ["Cloud Firestore", /^Cloud Firestore Read Ops Iowa$/, "count"],
  },
  "firestore.writes": {
    unit: "write",
    scope: "machine",
    free: 20_000 * DAYS,
    catalog: ["Cloud Firestore", /^Cloud Firestore Entity Writes Iowa$/, "count"],
  },
  "firestore.storage": {
    unit: "GiB-month",
    scope: "machine",
    free: 1,
    catalog: ["Cloud Firestore", /^Cloud Firestore Storage Iowa$/, GIB_MONTH],
  },
  "firestore.history": {
    unit: "GiB-month",
    scope: "machine",
    catalog: ["Cloud Firestore", /^Cloud Firestore Point-in-time Recovery Storage Iowa$/, GIB_MONTH],
  },
  "firestore.backup": {
    unit: "GiB-month",
    scope: "machine",
    catalog: ["Cloud Firestore", /^Cloud Firestore Backup Storage Iowa$/, GIB_MONTH],
  },
  "storage.standard": {
    unit: "GiB-month",
    scope: "storage",
    free: 5,
    catalog: ["Cloud Storage", /^Standard Storage US Regional$/, GIB_MONTH],
  },
  "storage.writes": {
    unit: "operation",
    scope: "global",
    free: 5000,
    catalog: ["Cloud Storage", /^Regional Standard Class A Operations$/, "count"],
  },
  "storage.reads": {
    unit: "operation",
    scope: "global",
    free: 50_000,
    catalog: ["Cloud Storage", /^Regional Standard Class B Operations$/, "count"],
  },
  "filestore.regional": {
    unit: "GiB-month",
    scope: "disk",
    catalog: ["Cloud Filestore", /^Filestore Capacity Regional \(Small\) Iowa$/, GIB_MONTH],
  },
  "filestore.basic": {
    unit: "GiB-month",
    scope: "disk",
    catalog: ["Cloud Filestore", /^Filestore Capacity Basic HDD \(Standard\) Iowa$/, GIB_MONTH],
  },
  "network.egress": {
    unit: "GiB",
    scope: "global",
    free: 1,
    catalog: ["Compute Engine", /^Network Internet Data Transfer Out from Americas to Americas$/, GIB],
  },
  "network.balancer": {
    unit: "hour",
    scope: "global",
    catalog: ["Networking", /^Cloud Load Balancer Forwarding Rule Minimum Global$/, "h"],
  },
  "network.rule": {
    unit: "hour",
    scope: "global",
    catalog: ["Networking", /^Cloud Load Balancer Forwarding Rule Additional Global$/, "h"],
  },
  "network.balanced": {
    unit: "GiB",
    scope: "machine",
    catalog: [
      "Networking",
      /^Global External Application Load Balancer Outbound Data Processing for Iowa$/,
      GIB,
    ],
  },
  "network.cdn": {
    unit: "GiB",
    scope: "global",
    catalog: ["Networking", /^Networking Cloud CDN Traffic Cache Data Transfer to North America$/, GIB],
  },
  "network.cdn.fill": {
    unit: "GiB",
    scope: "global",
    catalog: ["Networking", /^Networking Cloud CDN Data Transfer Cache Fill Intra North America$/, GIB],
  },
  "network.cdn.lookups": {
    unit: "lookup",
    scope: "global",
    catalog: ["Networking", /^Networking Cloud CDN Cache Lookup Requests$/, "count"],
  },
  "network.nat": {
    unit: "VM-hour",
    scope: "global",
    catalog: ["Networking", /^Networking Cloud Nat Gateway Uptime$/, "h"],
  },
  "network.nat.data": {
    unit: "GiB",
    scope: "global",
    catalog: ["Networking", /^Networking Cloud Nat Data Processing$/, GIB],
  },
  "network.address": {
    unit: "hour",
    scope: "global",
    catalog: ["Networking", /^Networking Cloud NAT IP Usage$/, "h"],
  },
  "armor.policy": {
    unit: "policy-month",
    scope: "global",
    catalog: ["Networking", /^Networking Cloud Armor Policy$/, "mo"],
  },
  "armor.rule": {
    unit: "rule-month",
    scope: "global",
    catalog: ["Networking", /^Networking Cloud Armor Rule$/, "mo"],
  },
  "armor.requests": {
    unit: "request",
    scope: "global",
    catalog: ["Networking", /^Networking Cloud Armor Requests$/, "count"],
  },
  "dns.zone": {
    unit: "zone-month",
    scope: "global",
    catalog: ["Cloud DNS", /^ManagedZone$/, "mo"],
  },
  "dns.queries": {
    unit: "query",
    scope: "global",
    catalog: ["Cloud DNS", /^DNS Query \(port 53\)$/, "count"],
  },
  "secret.version": {
    unit: "version-month",
    scope: "global",
    free: 6,
    catalog: ["Secret Manager", /^Secret version replica storage$/, "mo"],
  },
  "secret.access": {
    unit: "access",
    scope: "global",
    free: 10_000,
    catalog: ["Secret Manager", /^Secret access operations$/, "count"],
  },
  "scheduler.job": {
    unit: "job-month",
    scope: "global",
    free: 3,
    catalog: ["Cloud Scheduler", /^Jobs$/, "mo"],
  },
  "registry.storage": {
    unit: "GiB-month",
    scope: "global",
    free: 0.5,
    catalog: ["Artifact Registry", /^Artifact Registry Storage$/, GIB_MONTH],
  },
  "registry.scan": {
    unit: "image",
    scope: "global",
    catalog: ["Container Registry Vulnerability Scanning", /^Automatic Scanning$/, "count"],
  },
  "logging.ingest": {
    unit: "GiB",
    scope: "global",
    free: 50,
    catalog: ["Cloud Logging", /^Log Storage cost$/, GIB],
  },
  "logging.retention": {
    unit: "GiB-month",
    scope: "global",
    catalog: ["Cloud Logging", /^Log Retention cost$/, GIB_MONTH],
  },
  "monitoring.samples": {
    unit: "sample",
    scope: "global",
    catalog: ["Cloud Monitoring", /^Prometheus Samples Ingested$/, "count"],
  },
  "monitoring.uptime": {
    unit: "check",
    scope: "global",
    free: 1_000_000,
    catalog: ["Cloud Monitoring", /^Monitoring Uptime Requests$/, "count"],
  },
  "monitoring.condition": {
    unit: "condition-month",
    scope: "global",
    catalog: ["Cloud Monitoring", /^Alerting policy conditions$/, "mo"],
  },
  "identity.users": {
    unit: "user",
    scope: "global",
    free: 50_000,
    catalog: ["Identity Platform", /^MAU Tier 1$/, "count"],
  },
} as const satisfies Readonly<Record<string, Sku>>;
