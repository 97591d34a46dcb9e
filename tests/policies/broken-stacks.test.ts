/** Real plans of the examples, each with one thing broken: the right rule finds it, and nothing else does. */
import { describe, expect, it } from "vitest";
import { NO_POLICIES_CONFIG } from "../../policies/config.ts";
import type { Finding } from "../../policies/finding.ts";
import { judge } from "../../policies/judge.ts";
import type { Properties, Value } from "../../policies/values.ts";
import { reveal } from "../../rehearsal/values.ts";
import type { Plan, PlannedResource } from "../../src/plan/model.ts";
import { changed } from "./fixtures.ts";
import { planOf, readFile, type Where } from "./plans.ts";

interface Broken {
  readonly where: Where;
  /** What somebody did. */
  readonly what: string;
  readonly rule: string;
  readonly type: string;
  readonly name: string;
  readonly change?: Readonly<Record<string, Value | undefined>>;
  readonly protect?: false;
  /** The resource is taken away, and others are found lacking it. */
  readonly without?: true;
}

const prod = (example: string, target: Where["target"]): Where => ({ example, target, environment: "prod" });
const FLASHFIT = prod("flashfit-ai", "gcp-cloud-run");
const CLOSET = prod("closetgpt", "gcp-compute");
const ASSISTANT = prod("ai-shopping-assistant", "gcp-cloud-run");
const HOST = prod("flashfit-ai", "docker");
const SERVICE = "gcp:cloudrunv2/service:Service";
const TEMPLATE = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";
const CONTAINER = "docker:index/container:Container";
const plainKey = { name: "OPENAI_API_KEY", value: "sk-abcdefghijklmnopqrstuvwxyz" };

const BROKEN: readonly Broken[] = [
  {
    where: FLASHFIT,
    what: "a service takes requests from the internet",
    rule: "gcp-run-ingress",
    type: SERVICE,
    name: "flashfit-prod-encoder-us-central1",
    change: { ingress: "INGRESS_TRAFFIC_ALL" },
  },
  {
    where: FLASHFIT,
    what: "a key stands in a variable",
    rule: "gcp-run-secret-env",
    type: SERVICE,
    name: "flashfit-prod-encoder-us-central1",
    change: { "template.containers.0.envs.0": plainKey },
  },
  {
    where: FLASHFIT,
    what: "a service has the default account",
    rule: "gcp-run-account",
    type: SERVICE,
    name: "flashfit-prod-encoder-us-central1",
    change: { "template.serviceAccount": undefined },
  },
  {
    where: FLASHFIT,
    what: "two services share an account",
    rule: "gcp-run-own-account",
    type: SERVICE,
    name: "flashfit-prod-encoder-us-central1",
    change: { "template.serviceAccount": "flashfit-prod-api@acme-prod.iam.gserviceaccount.com" },
  },
  {
    where: FLASHFIT,
    what: "a secret's version floats",
    rule: "gcp-run-secret-version",
    type: "gcp:cloudrunv2/job:Job",
    name: "flashfit-prod-db-setup",
    change: { "template.template.containers.0.envs.5.valueSource.secretKeyRef.version": "latest" },
  },
  {
    where: FLASHFIT,
    what: "everybody may call an internal service",
    rule: "gcp-run-invoker",
    type: SERVICE,
    name: "flashfit-prod-encoder-us-central1",
    change: { invokerIamDisabled: true },
  },
  {
    where: FLASHFIT,
    what: "a backend loses its firewall",
    rule: "gcp-edge-firewall",
    type: "gcp:compute/backendService:BackendService",
    name: "flashfit-prod-edge-nowhere",
    change: { securityPolicy: undefined },
  },
  {
    where: FLASHFIT,
    what: "TLS 1.0 is allowed",
    rule: "gcp-edge-tls",
    type: "gcp:compute/sSLPolicy:SSLPolicy",
    name: "flashfit-prod-edge-tls",
    change: { minTlsVersion: "TLS_1_0" },
  },
  {
    where: FLASHFIT,
    what: "plain HTTP is answered",
    rule: "gcp-edge-redirect",
    type: "gcp:compute/uRLMap:URLMap",
    name: "flashfit-prod-edge-to-https",
    change: { defaultUrlRedirect: undefined },
  },
  {
    where: FLASHFIT,
    what: "the database gets a public address",
    rule: "gcp-sql-public",
    type: "gcp:sql/databaseInstance:DatabaseInstance",
    name: "flashfit-prod-db",
    change: { "settings.ipConfiguration.ipv4Enabled": true },
  },
  {
    where: FLASHFIT,
    what: "the database is not protected",
    rule: "gcp-data-protect",
    type: "gcp:sql/databaseInstance:DatabaseInstance",
    name: "flashfit-prod-db",
    protect: false,
  },
  {
    where: FLASHFIT,
    what: "Redis asks for no password",
    rule: "gcp-redis-password",
    type: "gcp:redis/instance:Instance",
    name: "flashfit-prod-cache",
    change: { authEnabled: false },
  },
  {
    where: FLASHFIT,
    what: "everybody may read a bucket",
    rule: "gcp-iam-public",
    type: "gcp:storage/bucketIAMMember:BucketIAMMember",
    name: "media-api",
    change: { member: "allUsers" },
  },
  {
    where: CLOSET,
    what: "Firestore can be deleted",
    rule: "gcp-firestore-delete-protection",
    type: "gcp:firestore/database:Database",
    name: "closet",
    change: { deleteProtectionState: "DELETE_PROTECTION_DISABLED" },
  },
  {
    where: CLOSET,
    what: "Firestore's backups stop",
    rule: "gcp-firestore-backup",
    type: "gcp:firestore/backupSchedule:BackupSchedule",
    name: "closet-daily",
    without: true,
  },
  {
    where: CLOSET,
    what: "instances get public addresses",
    rule: "gcp-instance-public-address",
    type: TEMPLATE,
    name: "closetgpt-prod-backend-us-central1",
    change: { "networkInterfaces.0.accessConfigs": [{}] },
  },
  {
    where: CLOSET,
    what: "the firewall lets everybody in",
    rule: "gcp-firewall-ingress",
    type: "gcp:compute/firewall:Firewall",
    name: "closetgpt-prod-google",
    change: { direction: "INGRESS", destinationRanges: undefined, sourceRanges: ["0.0.0.0/0"] },
  },
  {
    where: ASSISTANT,
    what: "an account may read every secret",
    rule: "gcp-secret-project",
    type: "gcp:projects/iAMMember:IAMMember",
    name: "ci-run.developer",
    change: { role: "roles/secretmanager.secretAccessor" },
  },
  {
    where: ASSISTANT,
    what: "tokens of every repository are taken",
    rule: "gcp-federation-condition",
    type: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    name: "ci",
    change: { attributeCondition: undefined },
  },
  {
    where: HOST,
    what: "a service gets the engine's socket",
    rule: "docker-socket",
    type: CONTAINER,
    name: "flashfit-prod-db",
    change: { "volumes.0": { hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" } },
  },
  {
    where: HOST,
    what: "the database's port is published",
    rule: "docker-published-ports",
    type: CONTAINER,
    name: "flashfit-prod-db",
    change: { ports: [{ internal: 5432, external: 5432, ip: "0.0.0.0" }] },
  },
  {
    where: HOST,
    what: "a container keeps root's capabilities",
    rule: "docker-capabilities",
    type: CONTAINER,
    name: "flashfit-prod-db",
    change: { capabilities: undefined },
  },
  {
    where: HOST,
    what: "a container runs as root",
    rule: "docker-root",
    type: CONTAINER,
    name: "flashfit-prod-db",
    change: { user: "0:0" },
  },
];

const find = (plan: Pick<Plan, "subject" | "resources">): Finding[] =>
  judge(plan, { config: NO_POLICIES_CONFIG, today: "2026-11-21", read: readFile });

const said = ({ rule, resource, message }: Finding): string => `${rule} ${resource} ${message}`;

describe("a broken stack", () => {
  it.each(BROKEN)("$what: $rule", async (one) => {
    const plan = await planOf(one.where);
    const before = new Set(find(plan).map(said));
    const news = find({ ...plan, resources: breakOne(plan.resources, one) }).filter(
      (finding) => !before.has(said(finding)),
    );
    expect([...new Set(news.map(({ rule }) => rule))], news.map(said).join("\n")).toEqual([one.rule]);
  });
});

function breakOne(resources: readonly PlannedResource[], one: Broken): PlannedResource[] {
  const found = resources.filter(({ type, name }) => type === one.type && name === one.name);
  if (found.length !== 1) {
    const names = resources.filter(({ type }) => type === one.type).map(({ name }) => name);
    throw new Error(`${found.length} resources are called ${one.name}; there are ${names.join(", ")}`);
  }
  if (one.without) return resources.filter((resource) => !found.includes(resource));
  return resources.map((resource) =>
    found.includes(resource)
      ? {
          ...resource,
          inputs: changed(reveal(resource.inputs) as Properties, one.change ?? {}),
          protect: one.protect ?? resource.protect,
        }
      : resource,
  );
}
