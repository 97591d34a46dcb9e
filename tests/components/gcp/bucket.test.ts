import { describe, expect, test } from "vitest";
import { differencesOfBucket, refuseBucket } from "../../../components/gcp/bucket/refusals.ts";
import { Bucket } from "../../../components/gcp/bucket.ts";
import { signedUrlKey } from "../../../components/gcp/edge/buckets.ts";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import type { App, DataOf, Route } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { days, hours, mebibytes } from "../../../src/config/units.ts";
import { makeApp, makeBucket, makeService } from "../../helpers/app.ts";
import { gcpDataArgs, makeGcp } from "../../helpers/gcp.ts";
import { makeVault, opened, plainAll } from "../../helpers/gcp-vault.ts";
import { leaks, runProgram } from "../../helpers/program.ts";

const BUCKET = "gcp:storage/bucket:Bucket";
const MEMBER = "gcp:storage/bucketIAMMember:BucketIAMMember";
const HMAC = "gcp:storage/hmacKey:HmacKey";
const KEY = "projects/acme-prod/locations/us-central1/keyRings/main/cryptoKeys/data";
const backup = { every: hours(24), keep: days(30), drill: "never" } as const;

interface Changes {
  readonly spec?: Partial<DataOf<"bucket">>;
  readonly app?: Partial<App>;
  readonly settings?: Partial<GcpSettings>;
}

function appOf({ spec, app }: Changes): App {
  const services = {
    api: makeService({ uses: { media: "write" } }),
    web: makeService({ uses: { media: "read" } }),
  };
  return makeApp({ services, data: { media: makeBucket(spec) }, ...app });
}

const create = (changes: Changes = {}) => {
  const vault = makeVault();
  const app = appOf(changes);
  return runProgram(
    () => {
      const part = new Bucket("media", gcpDataArgs("bucket", "media", app, vault, changes.settings));
      return { vault, part, api: part.grant("api", "write"), web: part.grant("web", "read") };
    },
    {
      outputs: (type, name) =>
        type === BUCKET
          ? { projectNumber: 4711 }
          : type === HMAC
            ? { accessId: `GOOG-${name}`, secret: `hmac-of-${name}` }
            : {},
    },
  );
};

const toBucket: Route = {
  to: { type: "bucket", bucket: "media" },
  strip: false,
  rateLimit: { paths: {} },
  bodyLimit: mebibytes(10),
};

describe("the bucket", () => {
  test("is private, logged and deletable in an environment that is not protected", async () => {
    const { get } = await create();
    const bucket = get("media", BUCKET);
    expect(bucket.inputs).toEqual({
      name: "acme-prod-shop-dev-media",
      location: "US-CENTRAL1",
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      forceDestroy: true,
      labels: { app: "shop", environment: "dev" },
      softDeletePolicy: { retentionDurationSeconds: 604_800 },
      versioning: { enabled: false },
      logging: { logBucket: "acme-prod-shop-dev-media-logs", logObjectPrefix: "media" },
      lifecycleRules: [{ action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } }],
      cors: [
        {
          origins: ["https://shop.example"],
          methods: ["GET", "HEAD", "POST", "PUT"],
          responseHeaders: ["Content-Type", "Content-Range", "ETag"],
          maxAgeSeconds: 3600,
        },
      ],
    });
    expect(bucket.options.protect).toBe(false);
  });

  test("keeps its objects under protection", async () => {
    const { get } = await create({ app: { protect: true } });
    expect(get("media", BUCKET)).toMatchObject({
      inputs: { forceDestroy: false },
      options: { protect: true },
    });
  });

  test("CKV_GCP_62, CKV_GCP_63: its accesses are logged elsewhere, by Google, for as long as logs are kept", async () => {
    const { get } = await create();
    expect(get("media-logs", BUCKET).inputs).toMatchObject({
      name: "acme-prod-shop-dev-media-logs",
      publicAccessPrevention: "enforced",
      uniformBucketLevelAccess: true,
      versioning: { enabled: true },
      lifecycleRules: [{ action: { type: "Delete" }, condition: { age: 14, withState: "ANY" } }],
    });
    expect(get("media-logs", BUCKET).inputs).not.toHaveProperty("logging");
    expect(get("media-logs", MEMBER).inputs).toEqual({
      bucket: "acme-prod-shop-dev-media-logs",
      role: "roles/storage.objectCreator",
      member: "group:cloud-storage-analytics@google.com",
    });
  });

  test("expires objects in whole days, and old versions with the backup's age only", async () => {
    const { get } = await create({ spec: { versioning: true, expireAfter: hours(36), backup } });
    expect(get("media", BUCKET).inputs).toMatchObject({
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: 2_592_000 },
      lifecycleRules: [
        {},
        { action: { type: "Delete" }, condition: { age: 2, withState: "LIVE" } },
        {
          action: { type: "Delete" },
          // Without this the provider sends the age 0 as well.
          condition: { daysSinceNoncurrentTime: 30, withState: "ARCHIVED", sendAgeIfZero: false },
        },
      ],
    });
  });

  test.each([
    [["us-central1", "us-east1"], "US", ["US-CENTRAL1", "US-EAST1"]],
    [["europe-west1", "europe-west4"], "EU", ["EUROPE-WEST1", "EUROPE-WEST4"]],
  ])("SA-15: %j is one bucket in both, copied within minutes", async (regions, location, dataLocations) => {
    const { get } = await create({
      app: { regions },
      settings: { region: undefined } as Partial<GcpSettings>,
    });
    expect(get("media", BUCKET).inputs).toMatchObject({
      location,
      customPlacementConfig: { dataLocations },
      rpo: "ASYNC_TURBO",
    });
  });

  test.each([[["us-central1", "europe-west1"]], [["us-central1", "us-east1", "us-west1"]]])(
    "SA-15: %j cannot be paired",
    async (regions) => {
      const { get } = await create({ app: { regions } });
      expect(get("media", BUCKET).inputs).toMatchObject({ location: "US-CENTRAL1" });
      expect(get("media", BUCKET).inputs).not.toHaveProperty("rpo");
    },
  );

  test("a customer's key is used after Cloud Storage was let at it (TPG#9730, TPG#18649)", async () => {
    const { get } = await create({ settings: { encryptionKey: KEY } });
    expect(get("media", BUCKET).inputs.encryption).toEqual({ defaultKmsKeyName: KEY });
    expect(get("media", BUCKET).dependencies).toContain("media-agent-key");
    expect(get("media-agent-key")).toMatchObject({
      inputs: {
        cryptoKeyId: KEY,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: "serviceAccount:service-4711@gs-project-accounts.iam.gserviceaccount.com",
      },
      options: { retainOnDelete: true },
      dependencies: expect.arrayContaining(["media-agent"]),
    });
  });
});

describe("a grant", () => {
  test("is the S3 contract with the consumer's own key", async () => {
    const { result, get } = await create();
    expect(await plainAll(result.api.env)).toEqual({
      MEDIA_ENDPOINT: "https://storage.googleapis.com",
      MEDIA_BUCKET: "acme-prod-shop-dev-media",
      MEDIA_REGION: "auto",
      MEDIA_ACCESS_KEY: "GOOG-media-api",
    });
    expect(Object.keys(result.api.secrets)).toEqual(["MEDIA_SECRET_KEY"]);
    expect(get("media-api", HMAC).inputs).toEqual({
      serviceAccountEmail: "shop-dev-api@acme-prod.iam.gserviceaccount.com",
      state: "ACTIVE",
    });
  });

  test("SA-18: is one role on this bucket alone", async () => {
    const { get, resources } = await create();
    const member = (service: string) =>
      `serviceAccount:shop-dev-${service}@acme-prod.iam.gserviceaccount.com`;
    expect(get("media-api", MEMBER).inputs).toEqual({
      bucket: "acme-prod-shop-dev-media",
      role: "roles/storage.objectUser",
      member: member("api"),
    });
    expect(get("media-web", MEMBER).inputs).toEqual({
      bucket: "acme-prod-shop-dev-media",
      role: "roles/storage.objectViewer",
      member: member("web"),
    });
    const everybody = resources.filter(({ inputs }) => /^all/.test(String(inputs.member)));
    expect(everybody).toEqual([]);
  });

  test("puts the key for signing into the store, for its service alone", async () => {
    const { result, resources } = await create();
    const [api, web] = result.vault.stored;
    expect([api?.purpose, api?.reader]).toEqual(["media/api/secret-key", "api"]);
    expect([web?.purpose, web?.reader]).toEqual(["media/web/secret-key", "web"]);
    expect(api && (await opened(api.value))).toEqual({ value: "hmac-of-media-api", hidden: true });
    expect(leaks(resources, ["hmac-of-media-api", "hmac-of-media-web"])).toEqual([]);
  });

  test("brings the key of signed links where a route leads to the bucket", async () => {
    const { result } = await create({ app: { routes: { "/media": toBucket } } });
    expect(await plainAll(result.web.env)).toMatchObject({ MEDIA_LINK_KEY_NAME: "atelier" });
    expect(Object.keys(result.web.secrets)).toEqual(["MEDIA_SECRET_KEY", "MEDIA_LINK_KEY"]);
    const link = result.vault.stored.find(({ purpose }) => purpose === "media/web/link-key");
    const key = await opened(signedUrlKey(makeVault(), "media"));
    expect(link && (await opened(link.value))).toEqual({ value: key.value, hidden: true });
    expect(Buffer.from(key.value, "base64url")).toHaveLength(16);
  });
});

test("CG-04: behind the load balancer it asks for signed links", async () => {
  const { result } = await create({ spec: { cdn: true } });
  const { bucket: _, projectNumber: __, ...backend } = result.part.backend;
  expect(backend).toEqual({ type: "bucket", name: "media", cdn: true, private: true });
  expect(await plainAll({ bucket: result.part.backend.bucket })).toEqual({
    bucket: "acme-prod-shop-dev-media",
  });
});

describe("what is refused and said", () => {
  const refuse = (changes: Changes, settings: Partial<GcpSettings> = {}) => {
    const app = appOf(changes);
    const spec = app.data.media as DataOf<"bucket">;
    return refuseBucket("media", spec, makeGcp(app, settings)).map(formatProblem);
  };

  test("nothing, usually", () => {
    expect(refuse({ spec: { backup } }, { encryptionKey: KEY })).toEqual([]);
  });

  test("backups that are kept longer than soft delete keeps", () => {
    expect(refuse({ spec: { backup: { ...backup, keep: days(365) } } })).toEqual([
      "data.media.backup.keep: 365d is longer than Cloud Storage keeps what was deleted; allowed: up to 90d; set keep: 90d",
    ]);
  });

  test("names that Google keeps for itself", () => {
    expect(refuse({ app: { name: "googler" } })).toEqual([
      "data.media: acme-prod-googler-dev-media would be the bucket's name, and Google keeps names with google in them for itself; call the app, the environment or the bucket something else",
    ]);
  });

  test("a key of one region for a bucket in two", () => {
    const problems = refuse({ app: { regions: ["us-central1", "us-east1"] } }, { encryptionKey: KEY });
    expect(problems).toEqual([
      "data.media: a bucket in US takes a key in us, and the target's encryptionKey lies in us-central1; allowed: a key in us; leave out encryptionKey, or keep the data in us-central1 alone",
    ]);
  });

  test("more buckets than a service account has keys, said once", () => {
    const names = ["media", ...Array.from({ length: 10 }, (_, index) => `more-${index}`)];
    const data = Object.fromEntries(names.map((name) => [name, makeBucket()]));
    const uses = Object.fromEntries(names.map((name) => [name, "read" as const]));
    const app = makeApp({ data, services: { api: makeService({ uses }) } });
    const all = names.flatMap((name) => refuseBucket(name, makeBucket(), makeGcp(app)));
    expect(all.map(formatProblem)).toEqual([
      "services.api.uses: 11 buckets need 11 keys, more than a service account may have; allowed: up to 10; put objects of one purpose under a prefix of one bucket",
    ]);
  });

  test("differences", () => {
    const app = appOf({
      spec: { expireAfter: hours(36), backup: { ...backup, drill: "monthly" } },
      app: { regions: ["us-central1", "europe-west1"] },
    });
    expect(differencesOfBucket("media", app.data.media as DataOf<"bucket">, makeGcp(app))).toEqual([
      "data.media.expireAfter: Cloud Storage counts in days; objects go after 2",
      "data.media: the bucket lies in us-central1 alone; Cloud Storage pairs no bucket over us-central1, europe-west1",
      "data.media.backup: what is deleted or overwritten can be brought back for 30d, to any moment; nothing is copied every 1d",
      "data.media.backup.drill: no drill is run for a bucket",
    ]);
  });
});

test("names are valid at the longest, and two long ones differ", async () => {
  const bucketOf = async (name: string) => {
    const app = makeApp({
      name: "a".repeat(20),
      environment: "e".repeat(20),
      data: { [name]: makeBucket() },
    });
    const settings = { project: `p${"r".repeat(29)}` };
    const { get } = await runProgram(
      () => new Bucket(name, gcpDataArgs("bucket", name, app, makeVault(), settings)),
    );
    return [get(name, BUCKET).inputs.name, get(`${name}-logs`, BUCKET).inputs.name];
  };
  const names = [...(await bucketOf("d".repeat(30))), ...(await bucketOf(`${"d".repeat(29)}e`))];
  for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  expect(new Set(names).size).toBe(4);
});
