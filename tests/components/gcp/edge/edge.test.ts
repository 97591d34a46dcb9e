import type { Resource } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { mebibytes, minutes } from "../../../../src/config/units.ts";
import { makeWeb } from "../../../helpers/app.ts";
import { hidden, leaks, type Registered } from "../../../helpers/program.ts";
import {
  app,
  files,
  PASSWORD,
  PEM,
  ROUTES,
  route,
  runEdge,
  SIGNING_KEY,
  serverless,
  service,
} from "./fixture.ts";

const labels = { app: "shop", environment: "prod" };
const ofType = (resources: readonly Registered[], type: string) =>
  resources.filter((resource) => resource.type.endsWith(`:${type}`));
const names = (resources: readonly Registered[], type: string) =>
  ofType(resources, type)
    .map(({ name }) => name)
    .sort();

describe("a backend service", () => {
  test("of a serverless group has no timeout, no health check and no port (terraform-google-lb-http#358)", async () => {
    const { get } = await runEdge();
    expect(get("shop-prod-edge-api")).toMatchObject({
      type: "gcp:compute/backendService:BackendService",
      inputs: {
        description: "api of shop",
        loadBalancingScheme: "EXTERNAL_MANAGED",
        protocol: "HTTPS",
        securityPolicy: "shop-prod-edge-services-link",
        logConfig: { enable: true, sampleRate: 1 },
        customRequestHeaders: ["X-Real-IP:{client_ip_address}"],
        iap: { enabled: false },
        enableCdn: false,
        backends: [{ group: "negs/api" }],
      },
    });
    const keys = Object.keys(get("shop-prod-edge-api").inputs);
    for (const refused of [
      "timeoutSec",
      "healthChecks",
      "portName",
      "connectionDrainingTimeoutSec",
      "name",
    ]) {
      expect(keys).not.toContain(refused);
    }
  });

  test("of instances has all of them, long enough for a stream (CG-04, SA-01)", async () => {
    const spec = app().services.api;
    const { get } = await runEdge({
      backends: {
        api: serverless("api", {
          ...(spec && { spec }),
          groups: [{ region: "us-central1", group: "migs/api", ratePerInstance: 100 }],
          instances: { healthCheck: "checks/api", portName: "http" },
        }),
      },
    });
    expect(get("shop-prod-edge-api").inputs).toMatchObject({
      protocol: "HTTP",
      portName: "http",
      healthChecks: "checks/api",
      timeoutSec: 600,
      connectionDrainingTimeoutSec: 600,
      localityLbPolicy: "LEAST_REQUEST",
      backends: [{ group: "migs/api", capacityScaler: 1, balancingMode: "RATE", maxRatePerInstance: 100 }],
    });
  });

  test("of instances that scale on something else is filled by their utilization", async () => {
    const { get } = await runEdge({
      backends: { api: serverless("api", { instances: { healthCheck: "checks/api", portName: "http" } }) },
    });
    expect(get("shop-prod-edge-api").inputs.backends).toEqual([
      { group: "negs/api", capacityScaler: 1, balancingMode: "UTILIZATION", maxUtilization: 0.8 },
    ]);
  });

  test("of two regions puts out the one that fails three times in a row, every 30 seconds (SA-15)", async () => {
    const groups = ["us-central1", "europe-west1"].map((region) => ({ region, group: `negs/${region}` }));
    const { get } = await runEdge({ backends: { api: serverless("api", { groups }) } });
    const { backends, outlierDetection } = get("shop-prod-edge-api").inputs;
    expect(backends).toEqual([{ group: "negs/us-central1" }, { group: "negs/europe-west1" }]);
    expect(outlierDetection).toEqual({
      interval: { seconds: 30 },
      baseEjectionTime: { seconds: 30 },
      consecutiveGatewayFailure: 3,
      enforcingConsecutiveGatewayFailure: 100,
      enforcingConsecutiveErrors: 0,
      enforcingSuccessRate: 0,
      maxEjectionPercent: 50,
    });
  });

  test("of one region is never put out", async () => {
    const { get } = await runEdge();
    expect(get("shop-prod-edge-api").inputs).not.toHaveProperty("outlierDetection");
  });

  test("stands once per way of caching and of logging in", async () => {
    const { resources } = await runEdge();
    expect(names(resources, "BackendService")).toEqual([
      "shop-prod-edge-api",
      "shop-prod-edge-api-metrics-operators",
      "shop-prod-edge-frontend",
      expect.stringMatching(/^shop-prod-edge-frontend-cache-[0-9a-f]{6}$/),
      "shop-prod-edge-grafana-operators",
      "shop-prod-edge-nowhere",
    ]);
  });

  test("of a cached route keeps answers as long as the route says (SA-12)", async () => {
    const { get } = await runEdge();
    const { inputs } = get(/frontend-cache/);
    expect(inputs.enableCdn).toBe(true);
    expect(inputs.compressionMode).toBe("AUTOMATIC");
    expect(inputs.cdnPolicy).toEqual({
      cacheMode: "CACHE_ALL_STATIC",
      defaultTtl: 3600,
      clientTtl: 86_400,
      maxTtl: 86_400,
      serveWhileStale: 300,
      negativeCaching: false,
      requestCoalescing: true,
      cacheKeyPolicy: { includeHost: true, includeProtocol: true, includeQueryString: true },
      bypassCacheOnRequestHeaders: [{ headerName: "Authorization" }],
    });
  });

  test("keeps what is shared as long as browsers do when the route does not say", async () => {
    const of = app({ routes: { "/": route(service("frontend"), { cache: { maxAge: minutes(10) } }) } });
    const { get } = await runEdge({ app: of });
    expect(get(/frontend-cache/).inputs.cdnPolicy).toMatchObject({ defaultTtl: 600, clientTtl: 600 });
  });

  test("leaves answers as they are when compression is off", async () => {
    const of = app({ edge: { ...app().edge, compression: false } });
    const { get } = await runEdge({ app: of });
    expect(get(/frontend-cache/).inputs.compressionMode).toBe("DISABLED");
  });

  test("is named by the engine, so that a replacement can stand beside it (TPG#7503, TPG#20206)", async () => {
    const { resources } = await runEdge();
    const referred = [
      "BackendService",
      "BackendBucket",
      "URLMap",
      "SecurityPolicy",
      "SSLPolicy",
      "Certificate",
    ];
    for (const type of referred) {
      expect(ofType(resources, type).length, type).toBeGreaterThan(0);
      for (const { name, inputs, options } of ofType(resources, type)) {
        expect(inputs, name).not.toHaveProperty("name");
        expect(options.deleteBeforeReplace, name).toBe(false);
      }
    }
  });

  test("stands once per version while two serve", async () => {
    const groups = [
      { region: "us-central1", group: "migs/stable", weight: 90 },
      { region: "us-central1", group: "migs/next", weight: 10 },
    ];
    const { get } = await runEdge({ backends: { api: serverless("api", { groups }) } });
    expect(get("shop-prod-edge-api").inputs.backends).toEqual([{ group: "migs/stable" }]);
    expect(get("shop-prod-edge-api-version-2").inputs.backends).toEqual([{ group: "migs/next" }]);
  });
});

describe("the login", () => {
  test("stands in front of operators' routes and of nothing else (FF-11)", async () => {
    const { resources } = await runEdge();
    const behind = ofType(resources, "BackendService").filter(
      ({ inputs }) => JSON.stringify(inputs.iap) === JSON.stringify({ enabled: true }),
    );
    expect(behind.map(({ name }) => name).sort()).toEqual([
      "shop-prod-edge-api-metrics-operators",
      "shop-prod-edge-grafana-operators",
    ]);
    expect(behind.every(({ inputs }) => inputs.enableCdn === false)).toBe(true);
  });

  test("lets every operator through, by members of their own", async () => {
    const operators = ["group:ops@acme.example", "user:a.b@acme.example", "user:a-b@acme.example"];
    const { resources } = await runEdge({ settings: { operators } });
    const members = ofType(resources, "WebBackendServiceIamMember").map(({ inputs }) => inputs);
    expect(members).toHaveLength(6);
    expect(members).toContainEqual({
      webBackendService: "shop-prod-edge-grafana-operators",
      role: "roles/iap.httpsResourceAccessor",
      member: "user:a-b@acme.example",
    });
    expect(resources.filter(({ type }) => /Iam(Binding|Policy)$/i.test(type))).toEqual([]);
  });
});

describe("a bucket", () => {
  test("that is private is read by Cloud CDN alone, with a key that is a secret", async () => {
    const program = await runEdge();
    expect(program.get("shop-prod-edge-media-bucket").inputs).toEqual({
      description: "media of shop",
      bucketName: "shop-prod-media",
      edgeSecurityPolicy: "shop-prod-edge-buckets-link",
      enableCdn: true,
      compressionMode: "AUTOMATIC",
      cdnPolicy: {
        cacheMode: "CACHE_ALL_STATIC",
        defaultTtl: 3600,
        clientTtl: 3600,
        maxTtl: 3600,
        serveWhileStale: 86_400,
        negativeCaching: false,
        requestCoalescing: true,
        signedUrlCacheMaxAgeSec: 3600,
      },
    });
    expect(program.get("shop-prod-edge-media-bucket-key").inputs).toEqual({
      name: "atelier",
      backendBucket: "shop-prod-edge-media-bucket",
      keyValue: hidden(SIGNING_KEY),
    });
    const reader = program.get("shop-prod-edge-media-bucket-reader");
    expect(reader.inputs).toEqual({
      bucket: "shop-prod-media",
      role: "roles/storage.objectViewer",
      member: "serviceAccount:service-4711@cloud-cdn-fill.iam.gserviceaccount.com",
    });
    // The account comes to be with the first key.
    expect(reader.dependencies).toContain("shop-prod-edge-media-bucket-key");
  });

  test("that is private and not to be kept goes through Cloud CDN all the same, for its signatures", async () => {
    const { get } = await runEdge({ backends: { media: files("media", { cdn: false }) } });
    const { enableCdn, cdnPolicy } = get("shop-prod-edge-media-bucket").inputs;
    expect(enableCdn).toBe(true);
    expect(cdnPolicy).toEqual({
      cacheMode: "USE_ORIGIN_HEADERS",
      negativeCaching: false,
      signedUrlCacheMaxAgeSec: 3600,
    });
  });

  test("that is private has to say whose account reads it", async () => {
    const { projectNumber: _, ...unnamed } = files("media");
    await expect(runEdge({ backends: { media: unnamed } })).rejects.toThrow(
      "The private bucket media names no project number.",
    );
  });

  test("with public files is opened to the load balancer once it is there, and to nobody else", async () => {
    const opened: string[] = [];
    const admit = (after: Resource) => {
      opened.push(String(Reflect.get(after, "__name")));
      return after;
    };
    await runEdge({
      backends: { site: files("site", { private: false, admit }), media: files("media", { admit }) },
    });
    expect(opened).toEqual(["shop-prod-edge-site-bucket"]);
  });

  test("with public files has neither key nor reader", async () => {
    const { named, get } = await runEdge();
    expect(get("shop-prod-edge-site-bucket").inputs).toMatchObject({
      enableCdn: false,
      compressionMode: "DISABLED",
    });
    expect(named(/site-bucket-(key|reader)/)).toEqual([]);
  });
});

describe("the door", () => {
  test("speaks TLS 1.2 and 1.3 alone, over QUIC as well (CG-06, CKV_GCP_4, GCP-0039)", async () => {
    const { get } = await runEdge();
    expect(get("shop-prod-edge-tls").inputs).toMatchObject({
      minTlsVersion: "TLS_1_2",
      profile: "RESTRICTED",
    });
    expect(get("shop-prod-edge-https").inputs).toEqual({
      urlMap: "shop-prod-edge-routes-id",
      certificateMap: "//certificatemanager.googleapis.com/shop-prod-edge-certificates-id",
      sslPolicy: "shop-prod-edge-tls-id",
      quicOverride: "ENABLE",
    });
  });

  test("has ports 80 and 443 on one address of each kind, and nothing else (CG-07)", async () => {
    const { resources, get } = await runEdge();
    const rules = ofType(resources, "GlobalForwardingRule").map(({ inputs }) => [
      inputs.ipAddress,
      inputs.portRange,
    ]);
    expect(rules.sort()).toEqual([
      ["2001:db8::1", "443"],
      ["2001:db8::1", "80"],
      ["203.0.113.1", "443"],
      ["203.0.113.1", "80"],
    ]);
    // The classic scheme with plain HTTP is what CKV2_GCP_38 refuses.
    expect(get("shop-prod-edge-http-v4").inputs).toEqual({
      target: "shop-prod-edge-http-id",
      portRange: "80",
      ipAddress: "203.0.113.1",
      ipProtocol: "TCP",
      loadBalancingScheme: "EXTERNAL_MANAGED",
      networkTier: "PREMIUM",
      labels,
    });
  });

  test("sends plain HTTP to HTTPS and keeps method and body (CG-06)", async () => {
    const { get } = await runEdge();
    expect(get("shop-prod-edge-http").inputs).toEqual({ urlMap: "shop-prod-edge-to-https-id" });
    expect(get("shop-prod-edge-to-https").inputs.defaultUrlRedirect).toEqual({
      httpsRedirect: true,
      redirectResponseCode: "PERMANENT_REDIRECT",
      stripQuery: false,
    });
  });

  test("keeps its addresses where the app is protected", async () => {
    const open = await runEdge();
    const kept = await runEdge({
      app: app({ protect: true }),
      settings: { dns: { zone: "shop", create: true } },
    });
    expect(open.get("shop-prod-edge-v4").options.protect).toBe(false);
    expect(kept.get("shop-prod-edge-v4").options.protect).toBe(true);
    expect(kept.get("shop-prod-edge-v6").options.protect).toBe(true);
    expect(kept.get("shop-prod-edge-zone").options.protect).toBe(true);
    expect(kept.get("shop-prod-edge-zone").inputs.forceDestroy).toBe(false);
  });

  test("is not there for an app without routes", async () => {
    const { resources } = await runEdge({ app: app({ routes: {} }) });
    expect(resources.map(({ type }) => type)).toEqual(["atelier:gcp:Edge"]);
  });

  test("tells where it is", async () => {
    const { result } = await runEdge();
    expect(await new Promise((resolve) => result.url.apply(resolve))).toBe("https://shop.example");
  });
});

describe("certificates", () => {
  test("are issued once DNS proves each name, and entered for each", async () => {
    const of = app({ edge: { ...app().edge, aliases: ["www.shop.example"] } });
    const { get } = await runEdge({ app: of });
    expect(get("shop-prod-edge-proof-www-shop-example").inputs).toEqual({
      domain: "www.shop.example",
      description: "Proof that www.shop.example is ours",
      labels,
    });
    expect(get("shop-prod-edge-certificate").inputs.managed).toEqual({
      domains: ["shop.example", "www.shop.example"],
      dnsAuthorizations: ["shop-prod-edge-proof-shop-example-id", "shop-prod-edge-proof-www-shop-example-id"],
    });
    expect(get("shop-prod-edge-certificate-for-www-shop-example").inputs).toEqual({
      map: "shop-prod-edge-certificates",
      hostname: "www.shop.example",
      certificates: ["shop-prod-edge-certificate-id"],
      labels,
    });
  });

  test("hold up nothing: neither proxy nor rule waits until one is issued", async () => {
    const { resources } = await runEdge();
    const waiting = resources.filter(
      ({ type, dependencies }) =>
        /Proxy|ForwardingRule|URLMap|BackendService/.test(type) &&
        dependencies.some((name) => name.endsWith("-certificate")),
    );
    expect(waiting).toEqual([]);
  });

  test("of the app's own pass as secrets, and nothing is proved (CG-08)", async () => {
    const of = app({ edge: { ...app().edge, certificate: { chain: "TLS_CHAIN", key: "TLS_KEY" } } });
    const program = await runEdge({ app: of });
    expect(program.get("shop-prod-edge-certificate").inputs.selfManaged).toEqual({
      pemCertificate: hidden(PEM.TLS_CHAIN),
      pemPrivateKey: hidden(PEM.TLS_KEY),
    });
    expect(ofType(program.resources, "DnsAuthorization")).toEqual([]);
    expect(leaks(program.resources, [PEM.TLS_CHAIN, PEM.TLS_KEY])).toEqual([]);
  });

  test("of names that look alike stay apart", async () => {
    const of = app({ edge: { ...app().edge, domain: "a.b.example", aliases: ["a-b.example"] } });
    const { resources } = await runEdge({ app: of });
    expect(names(resources, "DnsAuthorization")).toEqual([
      "shop-prod-edge-proof-a--b-example",
      "shop-prod-edge-proof-a-b-example",
    ]);
  });
});

describe("DNS", () => {
  const records = async (options: Parameters<typeof runEdge>[0]) => {
    const { resources } = await runEdge(options);
    return ofType(resources, "RecordSet").map(({ inputs }) => inputs);
  };

  test("in a zone that exists gets addresses and proofs", async () => {
    expect(await records({ settings: { dns: { zone: "acme", create: false } } })).toEqual(
      expect.arrayContaining([
        { managedZone: "acme", name: "shop.example.", type: "A", ttl: 300, rrdatas: ["203.0.113.1"] },
        { managedZone: "acme", name: "shop.example.", type: "AAAA", ttl: 300, rrdatas: ["2001:db8::1"] },
        {
          managedZone: "acme",
          name: "_acme.shop-prod-edge-proof-shop-example.",
          type: "CNAME",
          ttl: 300,
          rrdatas: ["proof.example."],
        },
      ]),
    );
  });

  test("in a zone of its own is signed and lets only Google issue certificates (CKV_GCP_16, CKV_GCP_17)", async () => {
    const program = await runEdge({ settings: { dns: { zone: "shop", create: true } } });
    const keys = ["keySigning", "zoneSigning"].map((keyType) => ({
      keyType,
      algorithm: "ecdsap256sha256",
      keyLength: 256,
    }));
    expect(program.get("shop-prod-edge-zone").inputs).toEqual({
      name: "shop",
      dnsName: "shop.example.",
      description: "Names of shop in prod",
      labels,
      dnssecConfig: { state: "on", nonExistence: "nsec3", defaultKeySpecs: keys },
      forceDestroy: true,
    });
    expect(program.get("shop-prod-edge-dns-issuers").inputs).toEqual({
      managedZone: "shop",
      name: "shop.example.",
      type: "CAA",
      ttl: 300,
      rrdatas: ['0 issue "pki.goog"', '0 issuewild ";"'],
    });
    expect(await new Promise((resolve) => program.result.nameServers.apply(resolve))).toEqual([
      "ns1.example.",
      "ns2.example.",
    ]);
  });

  test("does not tie the issuer of a certificate that the app brings along", async () => {
    const of = app({ edge: { ...app().edge, certificate: { chain: "TLS_CHAIN", key: "TLS_KEY" } } });
    const made = await records({ app: of, settings: { dns: { zone: "shop", create: true } } });
    expect(made.map(({ type }) => type).sort()).toEqual(["A", "AAAA"]);
  });

  test("that lies elsewhere becomes a list of what to write", async () => {
    const { result, resources } = await runEdge();
    expect(ofType(resources, "RecordSet")).toEqual([]);
    expect(await new Promise((resolve) => result.records.apply(resolve))).toEqual([
      "shop.example. A 203.0.113.1",
      "shop.example. AAAA 2001:db8::1",
      "_acme.shop-prod-edge-proof-shop-example. CNAME proof.example.",
    ]);
  });
});

test("nothing secret is written in the open", async () => {
  const { resources } = await runEdge();
  expect(leaks(resources, [PASSWORD, SIGNING_KEY])).toEqual([]);
});

test("every name is valid at the longest names, also with what the engine adds", async () => {
  const long = "service-with-thirty-characters";
  const of = app({
    name: "application-of-twenty",
    environment: "environment-of-twenty",
    services: { ...app().services, [long]: makeWeb() },
    routes: {
      ...ROUTES,
      "/long": route(service(long), { bodyLimit: mebibytes(10), cache: { maxAge: minutes(1) } }),
    },
  });
  const { resources } = await runEdge({ app: of, backends: { [long]: serverless(long) } });
  const made = resources.filter(({ type }) => type.startsWith("gcp:"));
  expect(made.filter(({ name }) => !/^[a-z]([a-z0-9-]{0,53}[a-z0-9])?$/.test(name))).toEqual([]);
  expect(new Set(made.map(({ type, name }) => `${type} ${name}`)).size).toBe(made.length);
});
