import { describe, expect, test } from "vitest";
import { differencesRedis, refuseRedis } from "../../../components/gcp/redis/refusals.ts";
import { Redis } from "../../../components/gcp/redis.ts";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import { variableNames } from "../../../src/config/connections.ts";
import type { App, DataOf } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { days, gibibytes, mebibytes } from "../../../src/config/units.ts";
import { makeApp, makePostgres, makeRedis, makeService } from "../../helpers/app.ts";
import { makeGcp } from "../../helpers/gcp.ts";
import { answers, dataPartArgs, KEY, READER, resolved, waitedFor } from "../../helpers/gcp-data.ts";
import { hidden, leaks, runProgram } from "../../helpers/program.ts";

const INSTANCE = "gcp:redis/instance:Instance";
const SERVICES = {
  api: makeService({ uses: { cache: "write" } }),
  web: makeService({ uses: { cache: "read" } }),
};

const appOf = (changes: Partial<DataOf<"redis">> = {}, app: Partial<App> = {}) =>
  makeApp({ services: SERVICES, data: { cache: makeRedis(changes) }, ...app });

const create = (
  changes: Partial<DataOf<"redis">> = {},
  app: Partial<App> = {},
  settings: Partial<GcpSettings> = {},
) =>
  runProgram(
    () => {
      const part = new Redis("cache", dataPartArgs("redis", "cache", appOf(changes, app), settings));
      return { part, api: part.grant("api", "write"), web: part.grant("web", "read") };
    },
    { outputs: answers },
  );

describe("the instance", () => {
  test("is private, with TLS and a password (CKV_GCP_95, CKV_GCP_97)", async () => {
    const instance = (await create()).get("shop-dev-cache", INSTANCE);
    expect(instance.inputs).toEqual({
      displayName: "cache of shop, dev",
      region: "us-central1",
      tier: "BASIC",
      memorySizeGb: 1,
      redisVersion: "REDIS_7_2",
      redisConfigs: { "maxmemory-policy": "allkeys-lru" },
      readReplicasMode: "READ_REPLICAS_DISABLED",
      authEnabled: true,
      transitEncryptionMode: "SERVER_AUTHENTICATION",
      connectMode: "PRIVATE_SERVICE_ACCESS",
      authorizedNetwork: "projects/acme-prod/global/networks/shop-dev",
      reservedIpRange: "shop-dev-services",
      persistenceConfig: { persistenceMode: "DISABLED" },
      maintenancePolicy: {
        weeklyMaintenanceWindows: [
          { day: "SUNDAY", startTime: { hours: 4, minutes: 0, seconds: 0, nanos: 0 } },
        ],
      },
      deletionProtection: false,
      labels: { app: "shop", environment: "dev" },
    });
    expect(instance).toMatchObject({ parent: "cache", options: { protect: false } });
  });

  test("is protected with the app, and has a second machine when the app says so", async () => {
    const instance = (await create({ highAvailability: true }, { protect: true })).get(
      "shop-dev-cache",
      INSTANCE,
    );
    expect(instance).toMatchObject({
      inputs: { tier: "STANDARD_HA", deletionProtection: true },
      options: { protect: true },
    });
  });

  test.each([
    [mebibytes(16), 1],
    [gibibytes(1), 1],
    [mebibytes(1025), 2],
    [gibibytes(300), 300],
  ])("%d bytes are %d GiB", async (memory, size) => {
    expect((await create({ memory })).get("shop-dev-cache", INSTANCE).inputs.memorySizeGb).toBe(size);
  });

  test.each([
    ["none", { persistenceMode: "DISABLED" }],
    ["snapshot", { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" }],
    ["append-only", { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" }],
  ] as const)("persistence %s", async (persistence, config) => {
    const { inputs } = (await create({ persistence })).get("shop-dev-cache", INSTANCE);
    expect(inputs.persistenceConfig).toEqual(config);
  });

  test.each([
    [6, "REDIS_6_X"],
    [7, "REDIS_7_2"],
  ])("version %d is %s", async (version, name) => {
    expect((await create({ version })).get("shop-dev-cache", INSTANCE).inputs.redisVersion).toBe(name);
  });

  test("is encrypted with the customer's key, once Memorystore was let at it (TPG#7611, TPG#17333)", async () => {
    const { get } = await create({}, {}, { encryptionKey: KEY });
    expect(get("shop-dev-cache", INSTANCE)).toMatchObject({
      inputs: { customerManagedKey: KEY },
      dependencies: expect.arrayContaining(["cache-agent-key"]),
    });
    expect(get("cache-agent").inputs).toEqual({ service: "redis.googleapis.com" });
  });

  test("has a name of at most 40 characters with what the engine adds", async () => {
    const part = `p${"q".repeat(29)}`;
    const app = makeApp({
      name: "a".repeat(20),
      environment: "e".repeat(20),
      data: { [part]: makeRedis() },
    });
    const { resources } = await runProgram(() => new Redis(part, dataPartArgs("redis", part, app)), {
      outputs: answers,
    });
    const [instance] = resources.filter(({ type }) => type === INSTANCE);
    expect(instance?.inputs).not.toHaveProperty("name");
    expect(instance?.name).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
  });
});

describe("a grant", () => {
  test("is the connection contract, with the certificates that a client must trust", async () => {
    const { result, get } = await create();
    const { env, secrets, mounts } = result.api;
    expect(await resolved(env.CACHE_HOST ?? "")).toBe("10.1.2.3");
    expect(await resolved(env.CACHE_PORT ?? "")).toBe("6378");
    expect(env.CACHE_USER).toBe("default");
    expect([...Object.keys(env), ...Object.keys(secrets)].sort()).toEqual(
      variableNames("cache", "redis").sort(),
    );
    expect(mounts).toEqual([]);
    const data = (name: string) => get(`shop-dev-value-cache_${name}-version`).inputs.secretData;
    expect(data("password")).toEqual(hidden("made-by-google"));
    expect(data("url")).toEqual(hidden("rediss://default:made-by-google@10.1.2.3:6378/0"));
    expect(data("ca")).toEqual(
      hidden("-----BEGIN CERTIFICATE-----\nnew\n-----BEGIN CERTIFICATE-----\nold\n"),
    );
  });

  test("lets each consumer read the one login, which waits for that and for the instance", async () => {
    const { result, resources } = await create();
    const readers = resources.filter(({ type }) => type === READER).map(({ name }) => name);
    expect(readers.sort()).toEqual([
      "shop-dev-value-cache_ca-api",
      "shop-dev-value-cache_ca-web",
      "shop-dev-value-cache_password-api",
      "shop-dev-value-cache_password-web",
      "shop-dev-value-cache_url-api",
      "shop-dev-value-cache_url-web",
    ]);
    expect(await waitedFor(result.web.ready)).toEqual([
      "shop-dev-cache",
      "shop-dev-value-cache_password-web",
      "shop-dev-value-cache_url-web",
      "shop-dev-value-cache_ca-web",
    ]);
  });

  test("leaks nothing", async () => {
    const { resources, result } = await create();
    expect(leaks(resources, ["made-by-google"])).toEqual([]);
    expect(result.part.scrape).toEqual([]);
    expect(await resolved(result.part.handle)).toBe("shop-dev-cache-0a1b2c3");
  });
});

describe("what Memorystore can't do is refused", () => {
  const refuse = (changes: Partial<DataOf<"redis">>, settings: Partial<GcpSettings> = {}) => {
    const app = makeApp({ data: { cache: makeRedis(changes), db: makePostgres() } });
    return refuseRedis(app, makeGcp(app, settings).settings).map(formatProblem);
  };

  test.each<[Partial<DataOf<"redis">>, string]>([
    [{ version: 8 }, "data.cache.version: Memorystore has no Redis 8; allowed: 6, 7; set version: 7"],
    [
      { memory: gibibytes(301) },
      "data.cache.memory: 301Gi is more than one instance of Memorystore has; allowed: up to 300Gi; set memory: 300Gi, or divide the data into two parts",
    ],
    [
      { backup: { every: days(1), keep: days(14), drill: "never" } },
      "data.cache.backup: Memorystore keeps its last snapshot alone, and nothing to go back to; set backup: none and persistence: snapshot, or keep in postgres what must not be lost",
    ],
  ])("%o", (changes, message) => {
    expect(refuse(changes)).toEqual([message]);
  });

  test("a machine by name", () => {
    expect(refuse({}, { data: { cache: { tier: "STANDARD_HA" } } })).toEqual([
      "settings.data.cache.tier: STANDARD_HA is a machine, and Memorystore has none to choose; remove it; set memory and highAvailability of data.cache",
    ]);
  });

  test("nothing of an app that it can carry", () => {
    expect(refuse({ persistence: "append-only", highAvailability: true })).toEqual([]);
  });
});

describe("what it does otherwise is said", () => {
  const tls =
    "data.cache: the connection is encrypted (rediss://) by a certificate authority of this instance alone; clients trust it by CACHE_CA_FILE, or CACHE_CA where secretsAs is environment";

  test("nothing but the certificates of one that is as the app says", () => {
    const app = appOf({ memory: gibibytes(1), persistence: "snapshot" }, { services: {} });
    expect(differencesRedis(app)).toEqual([tls]);
  });

  test("steps of memory, what is lost, who is trusted", () => {
    expect(differencesRedis(appOf({ persistence: "append-only", highAvailability: true }))).toEqual([
      tls,
      "data.cache: memory is 1Gi, the next step that Memorystore has",
      "data.cache: Memorystore has no append-only file; a snapshot is taken every hour, and what was written since is lost when both machines fail",
      "data.cache: Memorystore has one login for everybody, so nothing but their own code keeps web from writing",
    ]);
    expect(differencesRedis(appOf({ memory: gibibytes(1), persistence: "append-only" }))[1]).toBe(
      "data.cache: Memorystore has no append-only file; a snapshot is taken every hour, and what was written since is lost when the machine fails",
    );
  });
});
