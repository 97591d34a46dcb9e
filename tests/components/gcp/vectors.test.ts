import { Connection } from "@pulumi/gcp/servicenetworking/connection.js";
import { output } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import { differencesOfVectors, refuseVectors } from "../../../components/gcp/vectors/refusals.ts";
import { capacityOf } from "../../../components/gcp/vectors/share.ts";
import { volumeOf } from "../../../components/gcp/vectors/volume.ts";
import { Vectors } from "../../../components/gcp/vectors.ts";
import type { App, DataOf } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { days, gibibytes, hours, minutes } from "../../../src/config/units.ts";
import { makeApp, makeService, makeVectors } from "../../helpers/app.ts";
import { gcpDataArgs, makeGcp, network } from "../../helpers/gcp.ts";
import { makeVault, plainAll } from "../../helpers/gcp-vault.ts";
import { runProgram } from "../../helpers/program.ts";

const BUCKET = "gcp:storage/bucket:Bucket";
const MEMBER = "gcp:storage/bucketIAMMember:BucketIAMMember";
const SHARE = "gcp:filestore/instance:Instance";
const JOB = "gcp:cloudrunv2/job:Job";
const KEY = "projects/acme-prod/locations/us-central1/keyRings/main/cryptoKeys/data";
const NFS: Partial<GcpSettings> = { data: { index: { volume: "nfs" } } };
const backup = { every: hours(24), keep: days(30), drill: "never" } as const;

interface Changes {
  readonly spec?: Partial<DataOf<"vectors">>;
  readonly app?: Partial<App>;
  readonly settings?: Partial<GcpSettings>;
}

function appOf({ spec, app }: Changes): App {
  const services = {
    api: makeService({ uses: { index: "read" } }),
    build: makeService({ kind: "job", uses: { index: "write" } }),
  };
  return makeApp({ services, data: { index: makeVectors(spec) }, ...app });
}

const create = (changes: Changes = {}) => {
  const app = appOf(changes);
  return runProgram(
    () => {
      const range = new Connection("peering", {
        network: network.id,
        service: "servicenetworking.googleapis.com",
        reservedPeeringRanges: ["shop-dev-services"],
      });
      const args = {
        ...gcpDataArgs("vectors", "index", app, makeVault(), changes.settings),
        network: { ...network, privateServices: { range: output("shop-dev-services"), ready: range } },
      };
      const part = new Vectors("index", args);
      return { part, read: part.grant("api", "read"), write: part.grant("build", "write") };
    },
    {
      outputs: (type) =>
        type === BUCKET
          ? { projectNumber: 4711 }
          : type === SHARE
            ? { networks: [{ ipAddresses: ["10.10.96.2"] }] }
            : {},
    },
  );
};

describe("FF-02: an index in a bucket", () => {
  test("has real folders, so that a version is renamed into its place at once", async () => {
    const { get } = await create({ spec: { backup } });
    expect(get("index", BUCKET).inputs).toMatchObject({
      name: "acme-prod-shop-dev-index",
      location: "US-CENTRAL1",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      hierarchicalNamespace: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: 2_592_000 },
      logging: { logBucket: "acme-prod-shop-dev-index-logs", logObjectPrefix: "index" },
      forceDestroy: true,
    });
    // Object versions and real folders exclude each other.
    expect(get("index", BUCKET).inputs).not.toHaveProperty("versioning");
  });

  test("stays under protection", async () => {
    const { get } = await create({ app: { protect: true } });
    expect(get("index", BUCKET)).toMatchObject({
      inputs: { forceDestroy: false },
      options: { protect: true },
    });
  });

  test("is mounted read-only by a reader, which looks for a new version each minute", async () => {
    const { result } = await create();
    expect(result.read.env).toEqual({ INDEX_PATH: "/vectors/index", INDEX_DIMENSIONS: "512" });
    const [{ source, ...mount }] = result.read.mounts as [(typeof result.read.mounts)[number]];
    expect(mount).toEqual({
      type: "bucket",
      path: "/vectors/index",
      readOnly: true,
      options: ["metadata-cache-ttl-secs=60"],
    });
    expect(await plainAll({ source })).toEqual({ source: "acme-prod-shop-dev-index" });
  });

  test("is mounted to write by its writer, which always sees the truth", async () => {
    const { result } = await create();
    expect(result.write.mounts).toEqual([
      expect.objectContaining({
        readOnly: false,
        options: ["metadata-cache-ttl-secs=0"],
      }),
    ]);
  });

  test("SA-18: gives each service one role on it", async () => {
    const { get, result } = await create();
    expect(get("index-api", MEMBER).inputs).toEqual({
      bucket: "acme-prod-shop-dev-index",
      role: "roles/storage.objectViewer",
      member: "serviceAccount:shop-dev-api@acme-prod.iam.gserviceaccount.com",
    });
    expect(get("index-build", MEMBER).inputs).toMatchObject({ role: "roles/storage.objectUser" });
    expect(result.read.ready).toHaveLength(1);
  });
});

describe("an index on a Filestore share", () => {
  test("takes its address from the range of managed services, after that is there", async () => {
    const { get } = await create({ settings: NFS });
    const share = get("index", SHARE);
    expect(share.inputs).toEqual({
      name: "shop-dev-index",
      location: "us-central1",
      tier: "REGIONAL",
      protocol: "NFS_V3",
      fileShares: {
        name: "vectors",
        capacityGb: 100,
        nfsExportOptions: [
          { ipRanges: ["10.10.0.0/16"], accessMode: "READ_WRITE", squashMode: "NO_ROOT_SQUASH" },
        ],
      },
      networks: [
        {
          network: "projects/acme-prod/global/networks/shop-dev",
          modes: ["MODE_IPV4"],
          connectMode: "PRIVATE_SERVICE_ACCESS",
          reservedIpRange: "shop-dev-services",
        },
      ],
      deletionProtectionEnabled: false,
      labels: { app: "shop", environment: "dev" },
    });
    expect(share.dependencies).toContain("peering");
    expect(share.options.protect).toBe(false);
  });

  test("stays under protection", async () => {
    const { get } = await create({ settings: NFS, app: { protect: true } });
    expect(get("index", SHARE)).toMatchObject({
      inputs: { deletionProtectionEnabled: true },
      options: { protect: true },
    });
  });

  test("is opened to its writer, because a new share belongs to root", async () => {
    const { get } = await create({ settings: NFS });
    const job = get("index-setup", JOB);
    expect(job.dependencies).toContain("index");
    expect(job.inputs).toEqual({
      name: "shop-dev-index-setup",
      location: "us-central1",
      // The provider's default is true (PG#1253, PG#3818).
      deletionProtection: false,
      runExecutionToken: "once",
      labels: { app: "shop", environment: "dev" },
      template: {
        template: {
          serviceAccount: "shop-dev-build@acme-prod.iam.gserviceaccount.com",
          executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
          maxRetries: 3,
          timeout: "300s",
          containers: [
            {
              image: "docker.io/library/busybox:1.37.0",
              commands: ["chmod"],
              args: ["0777", "/vectors"],
              volumeMounts: [{ name: "vectors", mountPath: "/vectors" }],
            },
          ],
          volumes: [{ name: "vectors", nfs: { server: "10.10.96.2", path: "/vectors", readOnly: false } }],
          vpcAccess: {
            egress: "ALL_TRAFFIC",
            networkInterfaces: [
              {
                network: "projects/acme-prod/global/networks/shop-dev",
                subnetwork: "projects/acme-prod/regions/us-central1/subnetworks/shop-dev",
                tags: ["shop-dev-build"],
              },
            ],
          },
        },
      },
    });
  });

  test("is mounted by its address", async () => {
    const { result } = await create({ settings: NFS });
    const [{ source, ...mount }] = result.read.mounts as [(typeof result.read.mounts)[number]];
    expect(mount).toEqual({ type: "nfs", path: "/vectors/index", readOnly: true });
    expect(await plainAll({ source })).toEqual({ source: "10.10.96.2:/vectors" });
    expect(result.write.ready).toHaveLength(2);
  });

  test("is encrypted with the customer's key after Filestore was let at it (TPG#7611)", async () => {
    const { get } = await create({ settings: { ...NFS, encryptionKey: KEY } });
    expect(get("index", SHARE).inputs.kmsKeyName).toBe(KEY);
    expect(get("index", SHARE).dependencies).toContain("index-agent-key");
    expect(get("index-agent").inputs).toEqual({ service: "file.googleapis.com" });
  });

  test("asks for the network's range", () => {
    const args = gcpDataArgs("vectors", "index", appOf({}), makeVault(), NFS);
    const { privateServices: _, ...alone } = network;
    const run = () => runProgram(() => new Vectors("index", { ...args, network: alone }));
    return expect(run()).rejects.toThrow("data.index: the network has no range for managed services.");
  });

  test.each([
    [1, 100],
    [100, 100],
    [101, 101],
    [1023, 1023],
    [1024, 1024],
    [1025, 1280],
    [9984, 9984],
    [9985, 10_240],
    [10_241, 12_800],
  ])("%i GiB are %i, a size that Filestore has", (wanted, size) => {
    expect(capacityOf(gibibytes(wanted))).toBe(size);
  });
});

describe("the rule", () => {
  const settings = makeGcp(makeApp()).settings;
  test.each([
    [{}, "bucket"],
    [{ storage: gibibytes(100), staleAfter: minutes(10) }, "bucket"],
    [{ storage: gibibytes(101) }, "nfs"],
    [{ staleAfter: minutes(9) }, "nfs"],
  ])("%j lies on a %s", (spec, volume) => {
    expect(volumeOf("index", makeVectors(spec), settings)).toBe(volume);
  });

  test("gives way to the settings", () => {
    const data = { index: { volume: "bucket" } } as const;
    expect(volumeOf("index", makeVectors({ storage: gibibytes(500) }), { data })).toBe("bucket");
  });
});

describe("what is refused and said", () => {
  const refuse = (changes: Changes) => {
    const app = appOf(changes);
    return refuseVectors("index", app.data.index as DataOf<"vectors">, makeGcp(app, changes.settings)).map(
      formatProblem,
    );
  };

  test("nothing, usually", () => {
    expect(refuse({ spec: { backup }, settings: { encryptionKey: KEY } })).toEqual([]);
  });

  test("two writers that run all the time", () => {
    const service = makeService({ uses: { index: "write" } });
    expect(refuse({ app: { services: { one: service, two: service } } })).toEqual([
      "data.index: one and two run all the time and write to it, and an index has one writer; leave one with write and give the others read; jobs and cron entries may write in turn",
    ]);
  });

  test("a writer that may become several", () => {
    const writer = (min: number, max: number, kind: "web" | "job" = "web") =>
      refuse({
        app: {
          services: { api: makeService({ kind, uses: { index: "write" }, scale: { min, max, on: {} } }) },
        },
      });
    for (const min of [0, 1]) {
      expect(writer(min, 3)).toEqual([
        "services.api.scale.max: up to 3 instances would write to index at a time, and an index has one writer; allowed: 1; set scale.max: 1, or give api read and let a job write",
      ]);
    }
    expect(writer(1, 1)).toEqual([]);
    expect(writer(1, 3, "job")).toEqual([]);
  });

  test("a share that is too large, or backed up", () => {
    expect(refuse({ spec: { storage: gibibytes(200_000), backup } })).toEqual([
      "data.index.storage: 200000Gi is more than a Filestore share holds; allowed: up to 100Ti; set volume: bucket for index in the target's settings",
      "data.index.backup: Filestore makes no backup by schedule; allowed: none; set backup: none, because an index can be built again, or volume: bucket for index in the target's settings",
    ]);
  });

  test("backups that are kept too long, and a key of another place", () => {
    expect(
      refuse({
        spec: { backup: { ...backup, keep: days(100) } },
        settings: { region: "europe-west1", encryptionKey: KEY },
      }),
    ).toEqual([
      "data.index: a bucket in EUROPE-WEST1 takes a key in europe-west1, and the target's encryptionKey lies in us-central1; allowed: a key in europe-west1; leave out encryptionKey, or keep the data in us-central1 alone",
      "data.index.backup.keep: 100d is longer than Cloud Storage keeps what was deleted; allowed: up to 90d; set keep: 90d",
    ]);
  });

  test("differences", () => {
    const job = makeService({ kind: "job", uses: { index: "write" } });
    const app = appOf({
      spec: { backup: { ...backup, drill: "monthly" } },
      app: {
        regions: ["us-central1", "europe-west1"],
        services: { first: job, nightly: { ...job, kind: "cron" } },
      },
    });
    expect(differencesOfVectors("index", app.data.index as DataOf<"vectors">, makeGcp(app))).toEqual([
      "data.index.staleAfter: nothing reads the folder to tell its age; a reader that exports vectors_index_age_seconds is watched",
      "data.index: writer.lock holds within one instance; first and nightly must not run at the same time",
      "data.index: the index lies in us-central1; europe-west1 read it from there",
      "data.index.backup: what is deleted or overwritten can be brought back for 30d, to any moment; nothing is copied every 1d",
      "data.index.backup.drill: no drill is run for an index",
    ]);
  });
});

test("names are valid at the longest", async () => {
  const name = "d".repeat(30);
  const service = "s".repeat(30);
  const app = makeApp({
    name: "a".repeat(20),
    environment: "e".repeat(20),
    services: { [service]: makeService({ uses: { [name]: "write" } }) },
    data: { [name]: makeVectors() },
  });
  const settings: Partial<GcpSettings> = { data: { [name]: { volume: "nfs" } } };
  const { get } = await runProgram(
    () => new Vectors(name, gcpDataArgs("vectors", name, app, makeVault(), settings)),
  );
  expect(get(name, SHARE).inputs.name).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
  expect(get(`${name}-setup`, JOB).inputs.name).toMatch(/^[a-z][a-z0-9-]{0,47}[a-z0-9]$/);
});
