/** Traps of Google Cloud that only a whole deployment can fall into: what one part does right, another may undo.
 * docs/traps.md lists them all.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { loadAppText } from "../../src/config/index.ts";
import type { App } from "../../src/config/model.ts";
import {
  exactAnswers,
  GOOGLE_TARGETS,
  type GoogleTarget,
  loadExample,
  runGoogle,
  runWide,
  type WideOptions,
} from "../helpers/google-stack.ts";
import { type Json, leaks, type Registered } from "../helpers/program.ts";
import { ROOT } from "../helpers/stack.ts";

const WIDE = join(ROOT, "tests/truth/google/wide/app.yaml");
const KEY = "projects/acme-prod/locations/us-central1/keyRings/main/cryptoKeys/data";

/** An app that uses all that there is. */
const everything = async (target: GoogleTarget, options: WideOptions = {}) =>
  (await quickly(() => runWide(target, options))).resources;

const run = async (app: App, target: GoogleTarget) =>
  (await quickly(() => runGoogle(app, { target }, exactAnswers))).resources;

/** Nobody reads the traces that the SDK takes of every promise, and they are most of the time. */
async function quickly<T>(make: () => Promise<T>): Promise<T> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return await make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

type Inputs = Registered["inputs"];
const ofType = (resources: readonly Registered[], ...types: readonly string[]) =>
  resources.filter(({ type }) => types.some((word) => type.endsWith(`:${word}`) || type === word));
const map = (value: Json | undefined): { [key: string]: Json } =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};

/** What must be there before each resource. */
class Order {
  readonly #all: ReadonlyMap<string, Registered>;
  readonly #before = new Map<Registered, ReadonlySet<Registered>>();

  constructor(resources: readonly Registered[]) {
    this.#all = new Map(resources.map((one) => [`${one.type} ${one.name}`, one]));
  }

  before(one: Registered): ReadonlySet<Registered> {
    const known = this.#before.get(one);
    if (known) return known;
    const found = new Set<Registered>();
    for (const each of one.after.flatMap((name) => this.#all.get(name) ?? [])) {
      found.add(each);
      for (const earlier of this.before(each)) found.add(earlier);
    }
    this.#before.set(one, found);
    return found;
  }

  typesBefore(one: Registered): string[] {
    return [...new Set([...this.before(one)].map(({ type }) => type))].sort();
  }
}

// -------------------------------------------------------------------------------------------- the traps

/** Stateful parts, and what Google's or the provider's own protection of each is called. */
const STATEFUL: Readonly<Record<string, (inputs: Inputs) => Json | undefined>> = {
  "gcp:sql/databaseInstance:DatabaseInstance": ({ deletionProtection, settings }) =>
    map(settings).deletionProtectionEnabled === deletionProtection ? deletionProtection : "half",
  "gcp:redis/instance:Instance": ({ deletionProtection }) => deletionProtection,
  "gcp:filestore/instance:Instance": ({ deletionProtectionEnabled }) => deletionProtectionEnabled,
  "gcp:firestore/database:Database": ({ deleteProtectionState }) =>
    deleteProtectionState === "DELETE_PROTECTION_ENABLED",
  "gcp:secretmanager/secret:Secret": ({ deletionProtection }) => deletionProtection,
  // A bucket with objects in it is only deleted where it is told to be emptied first.
  "gcp:storage/bucket:Bucket": ({ forceDestroy }) => forceDestroy !== true,
};
/** True where the program says nothing (PG#1253, PG#3818). */
const GUARDED = ["cloudrunv2/service:Service", "cloudrunv2/job:Job", "cloudrunv2/workerPool:WorkerPool"];

/** What stands in for another while that goes: the load balancer's parts, and whatever is never changed in place. */
const REPLACED = [
  "compute/backendBucket:BackendBucket",
  "compute/backendService:BackendService",
  "compute/firewall:Firewall",
  "compute/forwardingRule:ForwardingRule",
  "compute/globalForwardingRule:GlobalForwardingRule",
  "compute/healthCheck:HealthCheck",
  "compute/regionAutoscaler:RegionAutoscaler",
  "compute/regionBackendService:RegionBackendService",
  "compute/regionInstanceGroupManager:RegionInstanceGroupManager",
  "compute/regionInstanceTemplate:RegionInstanceTemplate",
  "compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
  "compute/sSLPolicy:SSLPolicy",
  "compute/securityPolicy:SecurityPolicy",
  "compute/subnetwork:Subnetwork",
  "compute/targetHttpProxy:TargetHttpProxy",
  "compute/targetHttpsProxy:TargetHttpsProxy",
  "compute/uRLMap:URLMap",
  "certificatemanager/certificate:Certificate",
  "certificatemanager/certificateMap:CertificateMap",
  "certificatemanager/certificateMapEntry:CertificateMapEntry",
  "certificatemanager/dnsAuthorization:DnsAuthorization",
  "redis/instance:Instance",
  "sql/databaseInstance:DatabaseInstance",
];

const DATABASES =
  /^gcp:(sql\/databaseInstance:DatabaseInstance|redis\/instance:Instance|filestore\/instance:Instance|firestore\/database:Database)$/;
/** Where containers run. */
const WORKLOADS = [...GUARDED, "compute/regionInstanceGroupManager:RegionInstanceGroupManager"];

const full = (types: readonly string[]) => types.map((type) => `gcp:${type}`);

describe.each(GOOGLE_TARGETS)("an app that uses everything on %s", (target) => {
  let kept: readonly Registered[];
  let loose: readonly Registered[];
  let order: Order;

  beforeAll(async () => {
    kept = await everything(target);
    order = new Order(kept);
    loose = await everything(target, { protect: false });
  }, 60_000);

  it("protects what is stateful where the app is protected, twice: by the engine and by Google", () => {
    const found = kept.filter(({ type }) => type in STATEFUL);
    expect(new Set(found.map(({ type }) => type)).size).toBe(Object.keys(STATEFUL).length);
    const open = found.filter(
      ({ type, inputs, options }) => !options.protect || STATEFUL[type]?.(inputs) !== true,
    );
    // What is made anew from the app or the seed, and a record of accesses, may go.
    const derived = /^(wide-prod-(value|password)-|wide-prod-grafana$)|-logs$/;
    expect(open.map(({ name }) => name).filter((name) => !derived.test(name))).toEqual([]);
  });

  it("says of everything else that it may go, because true is the default (PG#1253, PG#3818)", () => {
    const guarded = ofType(kept, ...full(GUARDED));
    expect(guarded.length).toBeGreaterThan(3);
    expect(
      guarded.filter(({ inputs }) => inputs.deletionProtection !== false).map(({ name }) => name),
    ).toEqual([]);
  });

  it("lets all of it go where the app is not protected, in one destroy", () => {
    expect(loose.filter(({ options }) => options.protect).map(({ name }) => name)).toEqual([]);
    const held = loose.filter(({ type, inputs }) => STATEFUL[type]?.(inputs) === true);
    expect(held.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
    const asked = loose.filter(({ inputs }) => inputs.deletionProtection === true);
    expect(asked.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
    // PREVENT on the provider would stop routine replacements as well.
    expect(ofType(loose, "pulumi:providers:gcp")[0]?.inputs).not.toHaveProperty("deletionPolicy");
    expect(ofType(kept, "pulumi:providers:gcp")[0]?.inputs).not.toHaveProperty("deletionPolicy");
  });

  it("leaves the names of what is replaced to the engine (TPG#7503, TPG#20206)", () => {
    const found = ofType(kept, ...full(REPLACED));
    const missing = full(REPLACED).filter((type) => !found.some((one) => one.type === type));
    // Neither target has what belongs to the other.
    expect(
      missing.every((type) => /region(Backend|Instance|Autoscaler)|forwardingRule:|healthCheck/.test(type)),
    ).toBe(target === "gcp-cloud-run" || missing.length === 0);
    expect(found.filter(({ inputs }) => inputs.name !== undefined).map(({ name }) => name)).toEqual([]);
  });

  it("replaces nothing of the load balancer by deleting it first, apart from what has one place only", () => {
    const first = kept.filter(({ options }) => options.deleteBeforeReplace).map(({ type }) => type);
    expect([...new Set(first)].sort()).toEqual([
      "gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey",
      "gcp:compute/globalForwardingRule:GlobalForwardingRule",
      "gcp:dns/recordSet:RecordSet",
    ]);
  });

  it("counts calls for a budget against the app's own project", () => {
    const [provider] = ofType(kept, "pulumi:providers:gcp");
    expect(provider?.inputs).toMatchObject({
      project: "acme-prod",
      userProjectOverride: "true",
      billingProject: "acme-prod",
    });
  });

  it("waits before a database for nothing but the way to it (1 to 2 minutes instead of all parts)", () => {
    const allowed = [
      "gcp:compute/globalAddress:GlobalAddress",
      "gcp:compute/network:Network",
      "gcp:projects/service:Service",
      "gcp:servicenetworking/connection:Connection",
    ];
    const found = kept.filter(({ type }) => DATABASES.test(type));
    expect(found.length).toBeGreaterThan(4);
    for (const one of found.filter(({ inputs }) => inputs.masterInstanceName === undefined)) {
      expect(
        order.typesBefore(one).filter((type) => !allowed.includes(type)),
        one.name,
      ).toEqual([]);
    }
  });

  it("never waits for a whole component, which is all of its children", () => {
    const waiting = kept.flatMap(({ name, after }) =>
      after.filter((each) => each.startsWith("atelier:")).map((each) => `${name}: ${each}`),
    );
    expect(waiting).toEqual([]);
    // Whoever waits for a component waits for its children: a handful is enough for everybody.
    const most = kept.reduce((sum, { dependencies }) => Math.max(sum, dependencies.length), 0);
    expect(most).toBeLessThan(80);
  });

  it("makes certificates, addresses, policies, alarms and secrets without waiting for a database", () => {
    const early = [
      "certificatemanager/certificate:Certificate",
      "compute/globalAddress:GlobalAddress",
      "compute/sSLPolicy:SSLPolicy",
      "compute/securityPolicy:SecurityPolicy",
      "monitoring/alertPolicy:AlertPolicy",
      "monitoring/dashboard:Dashboard",
      "secretmanager/secret:Secret",
      "serviceaccount/account:Account",
    ];
    const found = ofType(kept, ...full(early));
    expect(new Set(found.map(({ type }) => type)).size).toBe(early.length);
    const late = found.filter((one) => order.typesBefore(one).some((type) => DATABASES.test(type)));
    expect(late.map(({ name }) => name)).toEqual([]);
  });

  it("starts a container when the network is ready, and so takes the network away after it (defang#476)", () => {
    const workloads = ofType(kept, ...full(WORKLOADS)).filter(({ name }) => !name.includes("grafana"));
    expect(workloads.length).toBeGreaterThan(5);
    for (const one of workloads) {
      expect(order.typesBefore(one), one.name).toEqual(
        expect.arrayContaining([
          "gcp:compute/network:Network",
          "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
          "gcp:compute/routerNat:RouterNat",
          "gcp:compute/subnetwork:Subnetwork",
          "gcp:dns/recordSet:RecordSet",
        ]),
      );
    }
  });

  it("switches on every interface before it is asked, and never off again", () => {
    const services = ofType(kept, "gcp:projects/service:Service");
    expect(services.every(({ inputs }) => inputs.disableOnDestroy === false)).toBe(true);
    const without = kept.filter(
      ({ type, after }) =>
        /^gcp:(?!projects\/)/.test(type) && !after.some((name) => name.endsWith(".googleapis.com")),
    );
    expect(without.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  });

  it("lets nothing secret out in plain (BR#3201)", () => {
    const values = ["value of API_KEY", "value of APPLE_SECRET"];
    expect(leaks(kept, values)).toEqual([]);
    const stored = ofType(kept, "gcp:secretmanager/secretVersion:SecretVersion");
    const plain = stored.filter(({ inputs }) => typeof inputs.secretData === "string");
    expect(plain.map(({ name }) => name)).toEqual([]);
    const generated = stored
      .filter(({ name }) => /-(password|secret)-/.test(name))
      .flatMap(({ inputs }) => {
        const { value } = map(inputs.secretData);
        return typeof value === "string" ? [value] : [];
      });
    expect(generated.length).toBeGreaterThan(5);
    expect(leaks(kept, generated)).toEqual([]);
  });

  it("uses a customer's key only after Google's own account was let at it (TPG#7611, TPG#17333)", async () => {
    const keyed = await everything(target, {
      settings: { encryptionKey: KEY },
      overrides: { "data.db.replicas": 0, "data.media.backup": "none" },
    });
    const keyedOrder = new Order(keyed);
    const using = keyed.filter(
      ({ type, inputs }) =>
        !/IAMMember|pulumi:providers/.test(type) && JSON.stringify(inputs).includes(JSON.stringify(KEY)),
    );
    expect(new Set(using.map(({ type }) => type)).size).toBeGreaterThan(6);
    // A template only names the key; the disk is made with the group's first instance.
    const groups = ofType(keyed, "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager");
    const made = [...using.filter(({ type }) => !type.endsWith(":RegionInstanceTemplate")), ...groups];
    const early = made.filter(
      (one) => ![...keyedOrder.before(one)].some(({ type }) => type.endsWith(":CryptoKeyIAMMember")),
    );
    expect(early.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
    const grants = ofType(keyed, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember");
    const unknown = grants.filter(
      (one) => !keyedOrder.typesBefore(one).includes("gcp:projects/serviceIdentity:ServiceIdentity"),
    );
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });
});

describe("costs that nobody asked for", () => {
  it("keeps instances per service, not per revision: each old revision would keep its own", async () => {
    const resources = await run(loadExample("flashfit-ai"), "gcp-cloud-run");
    const services = ofType(resources, "gcp:cloudrunv2/service:Service").filter(
      ({ name }) => !name.includes("grafana"),
    );
    expect(services.length).toBe(3);
    for (const { inputs } of services) {
      expect(map(inputs.scaling).minInstanceCount).toBeGreaterThan(0);
      expect(map(map(inputs.template).scaling)).not.toHaveProperty("minInstanceCount");
    }
  });

  it("takes nothing of Cloud Armor that needs Enterprise, and no share of a terabyte at least", async () => {
    for (const target of GOOGLE_TARGETS) {
      const resources = await everything(target);
      for (const { inputs } of ofType(resources, "gcp:compute/securityPolicy:SecurityPolicy")) {
        const { layer7DdosDefenseConfig } = map(inputs.adaptiveProtectionConfig);
        const { enable: _1, ruleVisibility, ...more } = map(layer7DdosDefenseConfig);
        expect([
          ruleVisibility ?? "STANDARD",
          more,
          map(inputs.adaptiveProtectionConfig).autoDeployConfig,
        ]).toEqual(["STANDARD", {}, undefined]);
        expect(JSON.stringify(inputs.rules)).not.toContain("evaluateThreatIntelligence");
      }
      for (const { inputs } of ofType(resources, "gcp:filestore/instance:Instance"))
        expect(inputs.tier).toBe("REGIONAL");
      const gateways = ofType(resources, "gcp:compute/routerNat:RouterNat");
      expect(gateways.length).toBe(1);
    }
  });
});

describe("a preview without credentials", () => {
  const files = ["components/gcp", "stacks"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const imports = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^import (type )?[^;]*? from "(@pulumi\/gcp[^"]*)";$/gms)].map(
      ([, type, from]) => ({ file, type: type !== undefined, from: from ?? "" }),
    ),
  );

  it("asks Google for nothing: no invoke is imported (PA#3971, PG#2014)", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter(({ from }) => /\/get[A-Z]\w*\.js$/.test(from))).toEqual([]);
    const texts = files.map((file) => [file, readFileSync(file, "utf8")] as const);
    expect(texts.filter(([, text]) => /\b(runtime\.invoke|getProject\b|getClientConfig)/.test(text))).toEqual(
      [],
    );
  });

  it("loads single files of the provider: the whole of it takes seconds and a gigabyte to check (P#10442)", () => {
    const whole = imports.filter(({ from, type }) => !type && !/^@pulumi\/gcp\/(\w+\/)?\w+\.js$/.test(from));
    const indexes = imports.filter(({ from, type }) => !type && /(index|\/types)/.test(from));
    expect([...whole, ...indexes]).toEqual([]);
  });
});

describe("an app in two regions", () => {
  it("stands behind one address and has its data where both reach it", async () => {
    const written = {
      name: "shop",
      services: {
        api: { kind: "web", image: "us-docker.pkg.dev/acme/shop/api:1.0.0", port: 8080, health: "/health" },
      },
      data: { items: { kind: "documents", engine: "firestore" }, media: { kind: "bucket" } },
      routes: { "/": "api" },
      edge: { domain: "shop.example" },
      regions: ["us-central1", "us-east1"],
      environments: { prod: {} },
    };
    const { app } = loadAppText(stringify(written), { file: WIDE, environment: "prod" });
    for (const target of GOOGLE_TARGETS) {
      const resources = await run(app, target);
      const [backend] = ofType(resources, "gcp:compute/backendService:BackendService").filter(({ name }) =>
        name.endsWith("-api"),
      );
      const { backends, outlierDetection } = backend?.inputs ?? {};
      expect(Array.isArray(backends) && backends.length).toBe(2);
      expect(outlierDetection).toBeDefined();
      expect(ofType(resources, "gcp:compute/globalForwardingRule:GlobalForwardingRule").length).toBe(4);
      expect(ofType(resources, "gcp:firestore/database:Database")[0]?.inputs.locationId).toBe("nam5");
      const bucket = ofType(resources, "gcp:storage/bucket:Bucket").find(({ name }) => name === "media");
      expect(bucket?.inputs.rpo).toBe("ASYNC_TURBO");
    }
  });
});
