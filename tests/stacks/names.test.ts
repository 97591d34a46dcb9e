/** The longest names that an app may have, all of them twice with another last letter: everything still has a name
 * that Google takes, and no two are the same.
 */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { LONGEST } from "../../components/gcp/names.ts";
import { AUTO_NAMED } from "../../rehearsal/google/behaviour.ts";
import { nameIn } from "../../rehearsal/google/ids.ts";
import { loadAppText } from "../../src/config/index.ts";
import {
  exactAnswers,
  GOOGLE_TARGETS,
  type GoogleTarget,
  runGoogle,
  SETTINGS,
} from "../helpers/google-stack.ts";
import type { Json, Registered } from "../helpers/program.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/keys");
const APP = "storefront-of-acme-x";
const ENVIRONMENT = "production-of-europe";
const PROJECT = "the-longest-project-of-acme-30";

/** Thirty characters, of which only the last tells the two from one another. */
const both = (kind: string) => ["a", "b"].map((end) => `${kind}-${"name".repeat(8)}`.slice(0, 29) + end);
const pairs = <V>(kind: string, value: V): Record<string, V> =>
  Object.fromEntries(both(kind).map((name) => [name, value]));
const uses = (access: string, ...kinds: string[]) =>
  Object.fromEntries(kinds.flatMap(both).map((name) => [name, access]));

const image = "us-central1-docker.pkg.dev/acme-prod/shop/one:1.0.0";
const metrics = { port: 9092 };
const [index = "", otherIndex = ""] = both("index");
const [share = "", otherShare = ""] = both("share");
const [users = ""] = both("users");
const [job = "", otherJob = ""] = both("job");

const SERVICES = {
  ...pairs("web", {
    kind: "web",
    image,
    port: 8080,
    health: "/health",
    scale: { min: 1, max: 3 },
    metrics,
    secrets: [`KEY_${"A".repeat(26)}`, `KEY_${"A".repeat(25)}B`],
    uses: {
      ...uses("write", "db", "cache", "mongo", "papers", "media"),
      [users]: "write",
      ...uses("read", "index", "share", "model"),
    },
  }),
  ...pairs("model", { kind: "model", image, port: 8000, health: "/health" }),
  ...pairs("worker", { kind: "worker", image, scale: 1, metrics, uses: uses("write", "cache") }),
  [job]: { kind: "job", image, timeout: "5m", uses: { [index]: "write", [share]: "write" } },
  [otherJob]: { kind: "job", image, timeout: "5m", uses: { [otherIndex]: "write", [otherShare]: "write" } },
  ...pairs("cron", { kind: "cron", schedule: "0 3 * * *", image, uses: uses("read", "papers") }),
  ...pairs("site", { kind: "static", build: "./site", port: 8082 }),
  ...pairs("nginx", { kind: "static", build: "./api", port: 8083, health: "/health" }),
};

const DATA = {
  ...pairs("db", { kind: "postgres", version: 16, replicas: 2, highAvailability: true }),
  ...pairs("cache", { kind: "redis", version: 7, memory: "1Gi" }),
  ...pairs("papers", { kind: "documents", engine: "firestore" }),
  ...pairs("mongo", { kind: "documents", engine: "mongodb" }),
  ...pairs("index", { kind: "vectors", dimensions: 8 }),
  ...pairs("share", { kind: "vectors", dimensions: 8, backup: "none" }),
  ...pairs("media", { kind: "bucket", cdn: true }),
  [users]: { kind: "auth" },
};

const ROUTES = {
  ...Object.fromEntries(
    ["web", "site", "nginx"].flatMap(both).map((name) => [`/${name}`, { service: name, strip: true }]),
  ),
  ...Object.fromEntries(both("media").map((name) => [`/files/${name}`, { bucket: name }])),
  ...Object.fromEntries(
    both("web").map((name) => [`/cached/${name}`, { service: name, cache: { maxAge: "1h" } }]),
  ),
  ...Object.fromEntries(both("web").map((name) => [`/metrics/${name}`, { operators: name }])),
  "/grafana": { operators: "grafana" },
};

const WRITTEN = {
  name: "shop",
  services: SERVICES,
  data: DATA,
  secrets: { [`KEY_${"A".repeat(26)}`]: "required", [`KEY_${"A".repeat(25)}B`]: { generate: "hex" } },
  routes: ROUTES,
  edge: {
    domain: "a-shop-with-a-rather-long-name.acme.example",
    aliases: both("alias").map((name) => `${name}.another-long-name-of-the-shop.acme.example`),
  },
  monitoring: {
    alerts: {
      email: ["oncall@acme.example"],
      webhooks: ["https://hooks.acme.example/one"],
      smtp: { host: "smtp.acme.example", from: "alerts@acme.example" },
    },
  },
  regions: ["northamerica-northeast1", "northamerica-northeast2"],
  budget: { monthly: 100 },
  environments: { prod: {} },
};

const WRITTEN_SETTINGS = {
  ...SETTINGS,
  project: PROJECT,
  region: "northamerica-northeast1",
  operators: both("group").map((name) => `group:${name}.of-the-shop@groups.acme.example`),
  dns: { zone: "acme" },
  data: Object.fromEntries([...both("share").map((name) => [name, { volume: "nfs" }])]),
};

interface Rule {
  readonly longest: number;
  readonly form: RegExp;
  readonly shortest?: number;
}

const RFC1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const compute: Rule = { longest: LONGEST.compute, form: RFC1035 };
const run: Rule = { longest: LONGEST.run, form: RFC1035 };
const documents: Rule = { longest: LONGEST.firestore, shortest: 4, form: /^[a-z][a-z0-9-]*[a-z0-9]$/ };
const pool: Rule = { longest: LONGEST.identityPool, shortest: 4, form: /^(?!gcp-)[a-z0-9-]+$/ };
const dns: Rule = { longest: 254, form: /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/ };

/** Type → what Google says of the name. Whatever the program registers with a name stands here. */
const RULES: Readonly<Record<string, Rule>> = {
  "gcp:artifactregistry/repository:Repository": { longest: LONGEST.repository, form: RFC1035 },
  "gcp:certificatemanager/certificate:Certificate": compute,
  "gcp:certificatemanager/certificateMap:CertificateMap": compute,
  "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": compute,
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": compute,
  "gcp:cloudrunv2/job:Job": run,
  "gcp:cloudrunv2/service:Service": run,
  "gcp:cloudrunv2/workerPool:WorkerPool": run,
  "gcp:cloudscheduler/job:Job": { longest: 500, form: /^[A-Za-z0-9_-]+$/ },
  "gcp:compute/backendBucket:BackendBucket": compute,
  "gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey": compute,
  "gcp:compute/backendService:BackendService": compute,
  "gcp:compute/firewall:Firewall": compute,
  "gcp:compute/forwardingRule:ForwardingRule": compute,
  "gcp:compute/globalAddress:GlobalAddress": compute,
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": compute,
  "gcp:compute/healthCheck:HealthCheck": compute,
  "gcp:compute/network:Network": compute,
  "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation": compute,
  "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules": compute,
  "gcp:compute/regionAutoscaler:RegionAutoscaler": compute,
  "gcp:compute/regionBackendService:RegionBackendService": compute,
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": compute,
  "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": compute,
  "gcp:compute/router:Router": compute,
  "gcp:compute/routerNat:RouterNat": compute,
  "gcp:compute/sSLPolicy:SSLPolicy": compute,
  "gcp:compute/securityPolicy:SecurityPolicy": compute,
  "gcp:compute/subnetwork:Subnetwork": compute,
  "gcp:compute/targetHttpProxy:TargetHttpProxy": compute,
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy": compute,
  "gcp:compute/uRLMap:URLMap": compute,
  "gcp:dns/managedZone:ManagedZone": compute,
  "gcp:dns/recordSet:RecordSet": dns,
  "gcp:filestore/instance:Instance": { longest: LONGEST.filestore, form: RFC1035 },
  "gcp:firebaserules/release:Release": { longest: 255, form: /^cloud\.firestore\/[a-z0-9-]{4,63}$/ },
  "gcp:firestore/database:Database": documents,
  "gcp:firestore/userCreds:UserCreds": documents,
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": pool,
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": pool,
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": { longest: 100, form: /^[A-Za-z0-9_.-]+$/ },
  "gcp:logging/projectSink:ProjectSink": { longest: 100, form: /^[A-Za-z0-9][A-Za-z0-9_.-]*$/ },
  "gcp:projects/apiKey:ApiKey": { longest: 63, form: RFC1035 },
  "gcp:redis/instance:Instance": { longest: LONGEST.redis, form: RFC1035 },
  "gcp:secretmanager/secret:Secret": { longest: LONGEST.secret, form: /^[A-Za-z0-9_-]+$/ },
  "gcp:serviceaccount/account:Account": { longest: LONGEST.serviceAccount, shortest: 6, form: RFC1035 },
  // 63 bytes is Postgres' own limit of every identifier.
  "gcp:sql/database:Database": { longest: 63, form: /^[a-z_][a-z0-9_]*$/ },
  "gcp:sql/databaseInstance:DatabaseInstance": { longest: LONGEST.sql, form: RFC1035 },
  "gcp:sql/user:User": { longest: 63, form: /^[a-z_][a-z0-9_]*$/ },
  "gcp:storage/bucket:Bucket": { longest: LONGEST.bucket, shortest: 3, form: /^[a-z0-9][a-z0-9-]*[a-z0-9]$/ },
  "gcp:storage/bucketObject:BucketObject": { longest: 1024, form: /^[^\r\n#[\]*?]+$/ },
};

/** Members of a role carry the name of what the role is on. */
const OF_OTHERS = /IamMember|IAMMember/;

/** What a name is unique within, where that is less than the project. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  "gcp:cloudrunv2/job:Job": ["location"],
  "gcp:cloudrunv2/service:Service": ["location"],
  "gcp:cloudrunv2/workerPool:WorkerPool": ["location"],
  "gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey": ["backendBucket"],
  "gcp:dns/recordSet:RecordSet": ["managedZone", "type"],
  "gcp:firestore/userCreds:UserCreds": ["database"],
  "gcp:sql/database:Database": ["instance"],
  "gcp:sql/user:User": ["instance"],
  "gcp:storage/bucketObject:BucketObject": ["bucket"],
};

/** The engine's own ending of a name that it makes: a hyphen and seven digits. */
const ENDING = "-0a1b2c3";

function nameOfResource({ type, name, inputs }: Registered): string | undefined {
  return nameIn(inputs) ?? (AUTO_NAMED.has(type) ? `${name}${ENDING}` : undefined);
}

/** app.yaml takes 63 characters of app, environment and part together; the components take each at its longest. */
async function deploy(target: GoogleTarget) {
  const file = join(FOLDER, "app.yaml");
  const { app } = loadAppText(stringify(WRITTEN, { aliasDuplicateObjects: false }), {
    file,
    environment: "prod",
  });
  const longest = { ...app, name: APP, environment: ENVIRONMENT };
  const { resources } = await runGoogle(longest, { target, settings: WRITTEN_SETTINGS }, exactAnswers);
  return resources;
}

describe.each(GOOGLE_TARGETS)("the longest names on %s", (target) => {
  let resources: readonly Registered[];
  let named: readonly { readonly resource: Registered; readonly name: string }[];

  beforeAll(async () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    resources = await deploy(target);
    Error.stackTraceLimit = limit;
    named = resources.flatMap((resource) => {
      if (!resource.type.startsWith("gcp:") || OF_OTHERS.test(resource.type)) return [];
      const name = nameOfResource(resource);
      return name === undefined ? [] : [{ resource, name }];
    });
  }, 60_000);

  it("are as long as names may be", () => {
    const parts = [...Object.keys(SERVICES), ...Object.keys(DATA)];
    expect([APP.length, ENVIRONMENT.length, PROJECT.length]).toEqual([20, 20, 30]);
    expect(parts.filter((name) => name.length !== 30)).toEqual([]);
  });

  it("are held against a rule, each of them", () => {
    const types = new Set(named.map(({ resource }) => resource.type));
    expect([...types].filter((type) => !(type in RULES))).toEqual([]);
    expect(named.length).toBeGreaterThan(200);
  });

  it("fit what Google says of each type", () => {
    const broken = named.filter(({ resource, name }) => {
      const { longest = 0, shortest = 1, form = /^$/ } = RULES[resource.type] ?? {};
      return name.length > longest || name.length < shortest || !form.test(name);
    });
    expect(broken.map(({ resource, name }) => `${resource.type} ${name} (${name.length})`)).toEqual([]);
  });

  it("stay different, within each type", () => {
    const keys = named.map(({ resource: { type, inputs }, name }) =>
      [type, ...(WITHIN[type] ?? []).map((key) => JSON.stringify(inputs[key])), name].join(" "),
    );
    expect(twice(keys)).toEqual([]);
  });

  it("stay different to the engine", () => {
    expect(twice(resources.map(({ type, name }) => `${type} ${name}`))).toEqual([]);
  });

  it("fit where they are parts of other names and labels", () => {
    const google = resources.filter(({ type }) => type.startsWith("gcp:"));
    const wrong = google.flatMap((resource) =>
      PARTS.flatMap(({ keys, longest, form }) =>
        textsAt(resource.inputs, keys)
          .filter((text) => text.length > longest || !form.test(text))
          .map((text) => `${resource.type} ${resource.name}: ${keys.join(" or ")} ${text} (${text.length})`),
      ),
    );
    expect(wrong).toEqual([]);
    for (const { keys } of PARTS.filter(({ on = target }) => on === target)) {
      expect(google.flatMap(({ inputs }) => textsAt(inputs, keys)).length, keys.join()).toBeGreaterThan(0);
    }
  });

  it("leave room for the token of a job: name, hyphen and token have up to 63 characters", () => {
    const jobs = resources.filter(({ inputs }) => typeof inputs.runExecutionToken === "string");
    expect(jobs.length).toBeGreaterThan(3);
    for (const { inputs } of jobs) {
      expect(`${inputs.name}-${inputs.runExecutionToken}`.length).toBeLessThanOrEqual(63);
    }
  });

  it("make accounts that are told apart by more than their last letter", () => {
    const accounts = named.filter(({ resource }) => resource.type.startsWith("gcp:serviceaccount/account"));
    expect(accounts.length).toBeGreaterThan(Object.keys(SERVICES).length);
    expect(new Set(accounts.map(({ name }) => name.slice(-6))).size).toBe(accounts.length);
  });
});

interface Part {
  readonly keys: readonly string[];
  readonly longest: number;
  readonly form: RegExp;
  readonly on?: GoogleTarget;
}

const ANYTHING = /^[\s\S]*$/;
/** Every text below one of the keys, wherever it stands. */
const PARTS: readonly Part[] = [
  { keys: ["labels", "userLabels"], longest: 63, form: /^[\p{Ll}\d_@.:/-]*$/u },
  { keys: ["tags", "targetTags"], longest: 63, form: RFC1035 },
  // Managers add a hyphen and four characters.
  { keys: ["baseInstanceName"], longest: 58, form: RFC1035, on: "gcp-compute" },
  // The provider adds 26 characters.
  { keys: ["namePrefix"], longest: 37, form: /^[a-z][-a-z0-9]*$/, on: "gcp-compute" },
  { keys: ["revision"], longest: 63, form: RFC1035, on: "gcp-cloud-run" },
  { keys: ["displayName"], longest: 512, form: ANYTHING },
];

function textsAt(value: Json, keys: readonly string[], inside = false): string[] {
  if (typeof value === "string") return inside ? [value] : [];
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap((each) => textsAt(each, keys, inside));
  return Object.entries(value).flatMap(([key, each]) => textsAt(each, keys, inside || keys.includes(key)));
}

function twice(keys: readonly string[]): string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}
