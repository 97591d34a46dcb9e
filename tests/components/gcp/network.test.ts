/** The VPC, with services on Cloud Run and with services on instances. */
import { type Output, output } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { Network } from "../../../components/gcp/network.ts";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import { linksOf } from "../../../src/app/links.ts";
import type { App, Service } from "../../../src/config/model.ts";
import { gibibytes, mebibytes } from "../../../src/config/units.ts";
import {
  makeApp,
  makeBucket,
  makeDocuments,
  makePostgres,
  makeRedis,
  makeService,
  makeVectors,
  makeWeb,
} from "../../helpers/app.ts";
import { identityOf, makeGcp } from "../../helpers/gcp.ts";
import { resolved } from "../../helpers/gcp-data.ts";
import { type Program, runProgram } from "../../helpers/program.ts";

const FIREWALL = "gcp:compute/firewall:Firewall";
const POLICY = "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules";
const ASSOCIATION = "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation";
const SUBNET = "gcp:compute/subnetwork:Subnetwork";
const NAT = "gcp:compute/routerNat:RouterNat";

interface Options {
  readonly settings?: Partial<GcpSettings>;
  /** Services on instances. */
  readonly instances?: readonly string[];
}

const run = (app: App, { settings = {}, instances }: Options = {}) =>
  runProgram(() => {
    const deployment = makeGcp(app, settings);
    return new Network("network", {
      deployment,
      app,
      links: linksOf(app),
      ...(instances && {
        instances: Object.fromEntries(instances.map((service) => [service, identityOf(service)])),
      }),
    });
  });

const emailOf = (service: string) => `shop-dev-${service}@acme-prod.iam.gserviceaccount.com`;

/** Rules of the VPC's firewall, without what they all have. */
function rulesOf({ resources }: Program<unknown>) {
  return Object.fromEntries(
    resources
      .filter(({ type }) => type === FIREWALL)
      .map(({ name, inputs: { network, description, ...rule } }) => [name.replace("shop-dev-", ""), rule]),
  );
}

const policyOf = ({ get }: Program<unknown>) => get("shop-dev-egress", POLICY).inputs.rules;
const countOf = ({ resources }: Program<unknown>, type: string) =>
  resources.filter((resource) => resource.type === type).length;

const built: Service["source"] = { type: "build", context: "/srv", dockerfile: "Dockerfile", args: {} };
const service = (changes: Partial<Service> = {}) =>
  makeWeb({ source: built, egress: ["api.openai.com"], ...changes });
const shop = (changes: Partial<App> = {}) => makeApp({ services: { api: service() }, ...changes });

describe("the network", () => {
  test("has no subnets but ours, and reads its own rules before the policy", async () => {
    const { get } = await run(shop());
    expect(get("shop-dev")).toMatchObject({
      type: "gcp:compute/network:Network",
      parent: "network",
      inputs: {
        name: "shop-dev",
        autoCreateSubnetworks: false,
        routingMode: "GLOBAL",
        networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
      },
      options: { protect: false },
    });
  });

  test("is protected with the app, and so is the way to its data; its subnets may go", async () => {
    const { get } = await run(shop({ protect: true, data: { db: makePostgres() } }));
    expect(get("shop-dev").options.protect).toBe(true);
    expect(get("shop-dev-services", "gcp:compute/globalAddress:GlobalAddress").options.protect).toBe(true);
    expect(get("shop-dev-services", "gcp:servicenetworking/connection:Connection").options.protect).toBe(
      true,
    );
    expect(get("shop-dev-us-central1", SUBNET).options.protect).toBe(false);
  });

  test("has a subnet per region with flow logs and private access to Google (CKV_GCP_26, CKV_GCP_74)", async () => {
    const { get, resources, result } = await run(shop({ regions: ["us-central1", "europe-west1"] }));
    expect(get("shop-dev-us-central1", SUBNET).inputs).toEqual({
      region: "us-central1",
      network: "shop-dev-id",
      ipCidrRange: "10.10.0.0/20",
      stackType: "IPV4_ONLY",
      privateIpGoogleAccess: true,
      logConfig: {
        aggregationInterval: "INTERVAL_10_MIN",
        flowSampling: 0.5,
        metadata: "INCLUDE_ALL_METADATA",
      },
    });
    expect(get("shop-dev-europe-west1", SUBNET).inputs.ipCidrRange).toBe("10.10.16.0/20");
    expect(resources.filter(({ type }) => type === SUBNET)).toHaveLength(2);
    expect(await resolved(result.subnet("europe-west1"))).toBe("shop-dev-europe-west1-id");
    expect(() => result.subnet("asia-east1")).toThrow("The app does not run in asia-east1.");
  });

  test("leaves the names of subnets to the engine, so that one is made before the other goes", async () => {
    const { get } = await run(shop());
    expect(get("shop-dev-us-central1", SUBNET).inputs).not.toHaveProperty("name");
  });

  test("has a gateway per region where anything may leave", async () => {
    const program = await run(shop({ regions: ["us-central1", "europe-west1"] }));
    expect(program.get("shop-dev-europe-west1-router").inputs).toEqual({
      name: "shop-dev-europe-west1",
      region: "europe-west1",
      network: "shop-dev-id",
    });
    expect(program.get("shop-dev-europe-west1-nat", NAT).inputs).toEqual({
      name: "shop-dev-europe-west1",
      region: "europe-west1",
      router: "shop-dev-europe-west1",
      natIpAllocateOption: "AUTO_ONLY",
      sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
      enableDynamicPortAllocation: true,
      enableEndpointIndependentMapping: false,
      minPortsPerVm: 64,
      maxPortsPerVm: 8192,
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    });
    expect(countOf(program, NAT)).toBe(2);
  });

  test("has none where nothing may leave", async () => {
    const program = await run(shop({ services: { api: service({ egress: [] }) } }));
    expect(countOf(program, NAT)).toBe(0);
  });

  test("is ready when names, rules and gateways are", async () => {
    const { result } = await run(shop());
    const urns = await Promise.all(result.ready.map((one) => resolved(output(one).apply(({ urn }) => urn))));
    const names = urns.map((urn) => urn.split("::").at(-1));
    expect(names).toEqual([
      "shop-dev-googleapis-com-address",
      "shop-dev-googleapis-com-names",
      "shop-dev-run-app-address",
      "shop-dev-run-app-names",
      "shop-dev-google",
      "shop-dev-egress",
      "shop-dev-us-central1-nat",
    ]);
  });

  test("has valid names at the limits of all of ours", async () => {
    const long = { app: "a".repeat(20), environment: "e".repeat(20), part: "p".repeat(30) };
    const app = makeApp({
      name: long.app,
      environment: long.environment,
      services: { [long.part]: service({ uses: { db: "read" } }), silent: service({ egress: [] }) },
      data: { db: makePostgres() },
      regions: ["northamerica-northeast1"],
    });
    const { resources, result } = await run(app, { settings: { region: "northamerica-northeast1" } });
    const names = resources.flatMap(({ inputs: { name } }) => (typeof name === "string" ? [name] : []));
    for (const name of [...names.filter((one) => !one.endsWith(".")), result.tag(long.part)]) {
      expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
    }
    // Eight characters of the engine's own follow.
    const auto = resources.filter(({ type, inputs }) => [FIREWALL, SUBNET].includes(type) && !inputs.name);
    expect(auto.length).toBeGreaterThan(2);
    for (const { name } of auto) expect(name).toMatch(/^[a-z]([-a-z0-9]{0,53}[a-z0-9])?$/);
    expect(new Set(auto.map(({ name }) => name)).size).toBe(auto.length);
  });
});

describe("private addresses of managed services", () => {
  test.each([
    ["postgres", makePostgres(), true],
    ["redis", makeRedis(), true],
    ["an index on a share", makeVectors({ storage: gibibytes(500) }), true],
    ["an index in a bucket", makeVectors({ storage: gibibytes(1) }), false],
    ["documents", makeDocuments(), false],
    ["a bucket", makeBucket(), false],
  ])("%s: %s", async (_, spec, expected) => {
    const program = await run(shop({ data: { part: spec } }));
    expect(program.result.privateServices !== undefined).toBe(expected);
    expect(countOf(program, "gcp:servicenetworking/connection:Connection")).toBe(expected ? 1 : 0);
  });

  test("come from the upper half of the range", async () => {
    const { get, result } = await run(shop({ data: { db: makePostgres() } }));
    expect(get("shop-dev-services", "gcp:compute/globalAddress:GlobalAddress").inputs).toMatchObject({
      name: "shop-dev-services",
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      address: "10.10.128.0",
      prefixLength: 17,
      network: "shop-dev-id",
    });
    expect(await resolved(result.privateServices?.range as Output<string>)).toBe("shop-dev-services");
  });

  test("stay known to the engine when they can't be given back yet (TPG#16275, TPG#19908)", async () => {
    const { get, result } = await run(shop({ data: { db: makePostgres() } }));
    const connection = get("shop-dev-services", "gcp:servicenetworking/connection:Connection");
    expect(connection.inputs).toEqual({
      network: "shop-dev-id",
      service: "servicenetworking.googleapis.com",
      reservedPeeringRanges: ["shop-dev-services"],
      updateOnCreationFail: true,
      deletionPolicy: "DELETE",
    });
    const ready = result.privateServices?.ready;
    expect(ready && (await resolved(ready.urn))).toContain("servicenetworking/connection:Connection");
  });
});

describe("Google's own names", () => {
  const ADDRESSES = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"];

  test("lead to an address inside, for Cloud Run those of services, too", async () => {
    const { get } = await run(shop());
    expect(get("shop-dev-googleapis-com").inputs).toEqual({
      name: "shop-dev-googleapis-com",
      dnsName: "googleapis.com.",
      description: "Names below googleapis.com lead to Google's own network.",
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: "shop-dev-id" }] },
      forceDestroy: false,
      labels: { app: "shop", environment: "dev" },
    });
    expect(get("shop-dev-googleapis-com-address").inputs).toEqual({
      managedZone: "shop-dev-googleapis-com",
      name: "private.googleapis.com.",
      type: "A",
      ttl: 300,
      rrdatas: ADDRESSES,
    });
    expect(get("shop-dev-googleapis-com-names").inputs).toMatchObject({
      name: "*.googleapis.com.",
      type: "CNAME",
      rrdatas: ["private.googleapis.com."],
    });
    expect(get("shop-dev-run-app-address").inputs).toMatchObject({ name: "run.app.", rrdatas: ADDRESSES });
    expect(get("shop-dev-run-app-names").inputs).toMatchObject({
      name: "*.run.app.",
      rrdatas: ["run.app."],
    });
  });

  test("for instances those of the registries that they fetch images from", async () => {
    const { named } = await run(shop(), { instances: ["api"] });
    expect(named(/-names$/).map(({ inputs }) => inputs.name)).toEqual([
      "*.googleapis.com.",
      "*.pkg.dev.",
      "*.gcr.io.",
    ]);
  });

  test("are open to everybody, on one port", async () => {
    expect(rulesOf(await run(shop())).google).toEqual({
      direction: "EGRESS",
      priority: 1000,
      destinationRanges: ["199.36.153.8/30"],
      allows: [{ protocol: "tcp", ports: ["443"] }],
    });
  });
});

describe("what leaves (CG-15, SA-17)", () => {
  const deny = {
    description: "shop: nothing else leaves",
    direction: "EGRESS",
    action: "deny",
    enableLogging: true,
    match: { destIpRanges: ["0.0.0.0/0"], layer4Configs: [{ ipProtocol: "all" }] },
  };
  const allow = (who: string, port: string, destFqdns: string[]) => ({
    description: `shop: ${who} calls hosts on port ${port}`,
    direction: "EGRESS",
    action: "allow",
    enableLogging: false,
    match: { destFqdns, layer4Configs: [{ ipProtocol: "tcp", ports: [port] }] },
  });

  test("is nothing where nobody names a host", async () => {
    const program = await run(shop({ services: { api: service({ egress: [] }) } }));
    expect(policyOf(program)).toEqual([{ ...deny, priority: 65534 }]);
    expect(program.get("shop-dev-egress", ASSOCIATION).inputs).toEqual({
      name: "shop-dev-egress",
      firewallPolicy: "shop-dev-egress",
      attachmentTarget: "shop-dev-id",
    });
  });

  test("is denied by the policy alone: a rule of the VPC would be read before it and hide it", async () => {
    const rules = Object.values(rulesOf(await run(shop())));
    expect(rules.filter((rule) => "denies" in rule)).toEqual([]);
  });

  test("goes to the hosts of all services together on Cloud Run, by port", async () => {
    const program = await run(
      shop({
        services: {
          api: service({ egress: ["sentry.io", "api.openai.com"] }),
          mailer: service({ egress: ["smtp.acme.example:587", "api.openai.com"] }),
        },
      }),
    );
    expect(policyOf(program)).toEqual([
      { ...allow("cloud-run", "443", ["api.openai.com", "sentry.io"]), priority: 1000 },
      { ...allow("cloud-run", "587", ["smtp.acme.example"]), priority: 1001 },
      { ...deny, priority: 65534 },
    ]);
  });

  test("is cut off by tag for services on Cloud Run that name no host, and for setup jobs", async () => {
    const rules = rulesOf(
      await run(
        shop({ services: { api: service(), web: service({ egress: [] }) }, data: { db: makePostgres() } }),
      ),
    );
    expect(rules["silent--1"]).toEqual({
      direction: "EGRESS",
      priority: 2000,
      destinationRanges: ["0.0.0.0/0"],
      denies: [{ protocol: "all" }],
      logConfig: { metadata: "INCLUDE_ALL_METADATA" },
      targetTags: ["shop-dev-web", "shop-dev-db-setup"],
    });
  });

  test("goes on instances to each service's own hosts", async () => {
    const program = await run(
      shop({ services: { api: service(), web: service({ egress: ["sentry.io"] }) } }),
      { instances: ["api", "web"] },
    );
    expect(policyOf(program)).toMatchObject([
      { ...allow("api", "443", ["api.openai.com"]), targetServiceAccounts: [emailOf("api")] },
      { ...allow("web", "443", ["sentry.io"]), targetServiceAccounts: [emailOf("web")] },
      { ...deny, priority: 65534 },
    ]);
  });

  test("includes for instances where their images come from", async () => {
    const image = (registry?: string) =>
      service({
        egress: [],
        source: { type: "image", reference: "x:1", repository: "x", ...(registry && { registry }) },
      });
    const services = {
      hub: image(),
      ghcr: image("ghcr.io"),
      other: image("registry.acme.example:5000"),
      google: image("us-docker.pkg.dev"),
      gcr: image("eu.gcr.io"),
      built: service({ egress: [] }),
    };
    const program = await run(shop({ services }), { instances: Object.keys(services) });
    const hosts = (
      policyOf(program) as { match: { destFqdns?: string[] }; targetServiceAccounts?: string[] }[]
    )
      .filter(({ match }) => match.destFqdns)
      .map(({ match, targetServiceAccounts }) => [targetServiceAccounts?.[0], match.destFqdns]);
    expect(hosts).toEqual([
      [
        emailOf("hub"),
        [
          "auth.docker.io",
          "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com",
          "production.cloudflare.docker.com",
          "production.cloudfront.docker.com",
          "registry-1.docker.io",
        ],
      ],
      [emailOf("ghcr"), ["ghcr.io", "pkg-containers.githubusercontent.com"]],
      [emailOf("other"), ["registry.acme.example"]],
    ]);
  });

  test("keeps the hosts of jobs on Cloud Run from instances", async () => {
    const program = await run(
      shop({
        services: {
          api: service(),
          sync: makeService({ kind: "job", egress: ["data.acme.example"] }),
        },
      }),
      { instances: ["api"] },
    );
    expect(policyOf(program)).toEqual([
      {
        ...allow("api", "443", ["api.openai.com"]),
        targetServiceAccounts: [emailOf("api")],
        priority: 1000,
      },
      { ...deny, targetServiceAccounts: [emailOf("api")], priority: 1001 },
      { ...allow("cloud-run", "443", ["data.acme.example"]), priority: 1002 },
      { ...deny, priority: 65534 },
    ]);
  });

  test("fits Google's limits: a hundred names in a rule, ten accounts, no priority twice", async () => {
    const many = Array.from({ length: 130 }, (_, index) => `host-${index}.acme.example`);
    const machines = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`s${index}`, service({ egress: [] })]),
    );
    const program = await run(
      shop({ services: { ...machines, sync: makeService({ kind: "job", egress: many }) } }),
      { instances: Object.keys(machines) },
    );
    const rules = policyOf(program) as {
      priority: number;
      match: { destFqdns?: string[] };
      targetServiceAccounts?: string[];
    }[];
    expect(rules.flatMap(({ match }) => match.destFqdns?.length ?? []).filter((n) => n > 50)).toEqual([100]);
    expect(Math.max(...rules.map(({ targetServiceAccounts = [] }) => targetServiceAccounts.length))).toBe(10);
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
  });
});

describe("ways to data follow `uses`", () => {
  const data = {
    db: makePostgres(),
    cache: makeRedis(),
    items: makeDocuments(),
    native: makeDocuments({ engine: "firestore" }),
    index: makeVectors({ storage: gibibytes(500) }),
    small: makeVectors({ storage: mebibytes(100) }),
    media: makeBucket(),
  };
  const uses = {
    db: "write",
    cache: "read",
    items: "read",
    native: "read",
    index: "read",
    small: "read",
    media: "read",
  } as const;
  const services = {
    api: service({ uses }),
    trainer: makeService({ kind: "job", uses: { index: "write" } }),
    web: service(),
  };
  const way = (range: string, ports: string[], target: Record<string, string[]>) => ({
    direction: "EGRESS",
    priority: 1000,
    destinationRanges: [range],
    allows: [{ protocol: "tcp", ports }],
    ...target,
  });
  const NFS = ["111", "2046", "2049", "2050", "4045"];

  test("by tag on Cloud Run, the setup job included", async () => {
    const rules = rulesOf(await run(shop({ services, data })));
    expect(rules).toMatchObject({
      "to--db": way("10.10.128.0/17", ["5432"], { targetTags: ["shop-dev-api", "shop-dev-db-setup"] }),
      "to--cache": way("10.10.128.0/17", ["6378"], { targetTags: ["shop-dev-api"] }),
      "to--items": way("136.124.0.0/23", ["443"], { targetTags: ["shop-dev-api"] }),
      "to--index": way("10.10.128.0/17", NFS, { targetTags: ["shop-dev-api", "shop-dev-trainer"] }),
    });
    expect(Object.keys(rules).filter((name) => name.startsWith("to--"))).toHaveLength(4);
  });

  test("by service account on instances; what runs on Cloud Run beside them keeps its tag", async () => {
    const rules = rulesOf(await run(shop({ services, data }), { instances: ["api", "web"] }));
    expect(rules).toMatchObject({
      "to--db": way("10.10.128.0/17", ["5432"], { targetServiceAccounts: [emailOf("api")] }),
      "to--db--2": way("10.10.128.0/17", ["5432"], { targetTags: ["shop-dev-db-setup"] }),
      "to--index": way("10.10.128.0/17", NFS, { targetServiceAccounts: [emailOf("api")] }),
      "to--index--2": way("10.10.128.0/17", NFS, { targetTags: ["shop-dev-trainer"] }),
    });
    expect(rules["to--cache--2"]).toBeUndefined();
  });

  test("opens a share to the job that opens it under the tag of its writer", async () => {
    const writer = { ...services, trainer: makeService({ uses: { index: "write" } }) };
    const rules = rulesOf(
      await run(shop({ services: writer, data: { index: data.index } }), { instances: ["trainer"] }),
    );
    expect(rules["to--index"]).toMatchObject({ targetServiceAccounts: [emailOf("trainer")] });
    expect(rules["to--index--2"]).toMatchObject({ targetTags: ["shop-dev-api", "shop-dev-trainer"] });
  });

  test("are not there where nobody uses the part", async () => {
    const rules = rulesOf(await run(shop({ data: { cache: makeRedis() } })));
    expect(rules["to--cache"]).toBeUndefined();
  });
});

describe("what arrives", () => {
  const services = {
    web: service({ port: 3000, uses: { api: "read" } }),
    api: service({ port: 8080, uses: { model: "read" } }),
    model: service({ kind: "model", port: 9000, metrics: { ...metrics(), port: 9091 } }),
    worker: makeService({ metrics: { ...metrics(), port: 9100 } }),
    idle: makeService(),
    migrate: makeService({ kind: "job", uses: { api: "read" } }),
  };
  const instances = ["web", "api", "model", "worker", "idle"];
  const app = shop({ services, routes: { "/": route("web") } });

  test("is nothing at all on Cloud Run", async () => {
    const rules = Object.values(rulesOf(await run(app)));
    expect(rules.filter(({ direction }) => direction === "INGRESS")).toEqual([]);
  });

  test("is what a user of a service sends, from account to account on its port (SA-17)", async () => {
    const rules = rulesOf(await run(app, { instances }));
    expect(rules["from--web--to--api"]).toEqual({
      direction: "INGRESS",
      priority: 1000,
      allows: [{ protocol: "tcp", ports: ["8080"] }],
      sourceServiceAccounts: [emailOf("web")],
      targetServiceAccounts: [emailOf("api")],
    });
    expect(rules["to--model"]).toEqual({
      direction: "EGRESS",
      priority: 1000,
      destinationRanges: ["10.10.0.0/20"],
      allows: [{ protocol: "tcp", ports: ["9000"] }],
      targetServiceAccounts: [emailOf("api")],
    });
    const pairs = Object.keys(rules).filter((name) => "sourceServiceAccounts" in (rules[name] ?? {}));
    expect(pairs).toEqual(["from--web--to--api", "from--api--to--model"]);
  });

  test("is what a job sends from Cloud Run, which is known by its address alone", async () => {
    const rules = rulesOf(await run(app, { instances }));
    expect(rules["from-jobs--to--api"]).toMatchObject({
      sourceRanges: ["10.10.0.0/20"],
      targetServiceAccounts: [emailOf("api")],
    });
    expect(rules["to--api--2"]).toMatchObject({ direction: "EGRESS", targetTags: ["shop-dev-migrate"] });
    expect(rules["from-jobs--to--model"]).toBeUndefined();
  });

  test("is what the load balancer and its health checks send, on the port that is asked (CG-07)", async () => {
    const rules = rulesOf(await run(app, { instances }));
    const probe = (name: string, port: string) => ({
      direction: "INGRESS",
      priority: 1000,
      sourceRanges: ["130.211.0.0/22", "35.191.0.0/16"],
      allows: [{ protocol: "tcp", ports: [port] }],
      targetServiceAccounts: [emailOf(name)],
    });
    expect(rules["from-balancers--to--web"]).toEqual(probe("web", "3000"));
    expect(rules["from-balancers--to--model"]).toEqual(probe("model", "9000"));
    expect(rules["from-balancers--to--worker"]).toEqual(probe("worker", "9100"));
    expect(rules["from-balancers--to--idle"]).toBeUndefined();
  });

  test("includes the metrics that a route shows to operators", async () => {
    const shown = { ...route("model"), to: { type: "operators", tool: { metricsOf: "model" } } } as const;
    const rules = rulesOf(await run({ ...app, routes: { "/metrics": shown } }, { instances }));
    expect(rules["from-balancers--to--model"]).toMatchObject({
      allows: [{ protocol: "tcp", ports: ["9000", "9091"] }],
    });
  });

  test("is SSH from Identity-Aware Proxy alone, ten accounts to a rule (CKV_GCP_2)", async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`s${index}`, makeService()]));
    const rules = rulesOf(await run(shop({ services: many }), { instances: Object.keys(many) }));
    expect(rules.ssh).toMatchObject({
      direction: "INGRESS",
      sourceRanges: ["35.235.240.0/20"],
      allows: [{ protocol: "tcp", ports: ["22"] }],
      logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    });
    expect(rules.ssh?.targetServiceAccounts).toHaveLength(10);
    expect(rules["ssh--2"]?.targetServiceAccounts).toHaveLength(2);
  });

  test("has rules of their own for services that are called as ours are", async () => {
    const uses = { api: "read" } as const;
    const tricky = {
      api: service({ uses: { "to-b": "read" } }),
      "api-to": service({ uses: { b: "read" } }),
      jobs: service({ uses }),
      "to-b": service(),
      b: service(),
      migrate: makeService({ kind: "job", uses }),
    };
    const { resources } = await run(shop({ services: tricky }), {
      instances: Object.keys(tricky).filter((name) => name !== "migrate"),
    });
    const names = resources.flatMap(({ type, name }) => (type === FIREWALL ? [name] : []));
    expect(new Set(names).size).toBe(names.length);
  });

  test("never comes from everywhere (CKV2_GCP_12, GCP-0027)", async () => {
    const rules = Object.values(rulesOf(await run(app, { instances })));
    for (const rule of rules.filter(({ direction }) => direction === "INGRESS")) {
      expect(rule.targetServiceAccounts).toHaveLength(1 + Number(rule.logConfig ? 4 : 0));
      expect(rule.sourceRanges ?? rule.sourceServiceAccounts).not.toContain("0.0.0.0/0");
      expect(rule.allows).not.toEqual([{ protocol: "all" }]);
    }
  });
});

function metrics() {
  const { metrics: made } = makeWeb();
  if (!made) throw new Error("a web service has metrics");
  return made;
}

function route(name: string): App["routes"][string] {
  return {
    to: { type: "service", service: name },
    strip: false,
    rateLimit: { paths: {} },
    bodyLimit: mebibytes(1),
  };
}
