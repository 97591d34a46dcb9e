import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scramVerifier } from "../../../components/data/postgres/scram.ts";
import { prepareSql } from "../../../components/data/postgres/setup.ts";
import { pieces, setupScript } from "../../../components/gcp/postgres/setup.ts";
import { Postgres } from "../../../components/gcp/postgres.ts";
import type { GcpSettings } from "../../../components/gcp/settings.ts";
import type { App, DataOf } from "../../../src/config/model.ts";
import { days, gibibytes, hours } from "../../../src/config/units.ts";
import { makeApp, makePostgres, makeService } from "../../helpers/app.ts";
import {
  answers,
  dataPartArgs,
  everyPassword,
  KEY,
  passwordOf,
  resolved,
  SEED,
  waitedFor,
} from "../../helpers/gcp-data.ts";
import {
  hidden,
  type Json,
  leaks,
  type Program,
  type Registered,
  runProgram,
} from "../../helpers/program.ts";

const INSTANCE = "gcp:sql/databaseInstance:DatabaseInstance";
const SERVICES = {
  api: makeService({ kind: "web", uses: { db: "write" }, scale: { min: 2, max: 4, on: {} } }),
  report: makeService({ kind: "cron", uses: { db: "read" } }),
};
const backup = { every: days(1), keep: days(14), drill: "never" } as const;

const appOf = (changes: Partial<DataOf<"postgres">> = {}, app: Partial<App> = {}) =>
  makeApp({ services: SERVICES, data: { db: makePostgres(changes) }, ...app });

const create = (
  changes: Partial<DataOf<"postgres">> = {},
  app: Partial<App> = {},
  settings: Partial<GcpSettings> = {},
) =>
  runProgram(
    () => {
      const part = new Postgres("db", dataPartArgs("postgres", "db", appOf(changes, app), settings));
      return { part, api: part.grant("api", "write"), report: part.grant("report", "read") };
    },
    { outputs: answers },
  );

type Run = Program<unknown>;
const primaryOf = ({ get }: Run) => get("shop-dev-db", INSTANCE);
const settingsOf = (run: Run) => primaryOf(run).inputs.settings as Record<string, Json>;
const flagsOf = (run: Run) =>
  Object.fromEntries(
    (settingsOf(run).databaseFlags as { name: string; value: string }[]).map(({ name, value }) => [
      name,
      value,
    ]),
  );
const secretData = ({ get }: Run, purpose: string) => {
  const data = get(`shop-dev-value-${purpose}-version`).inputs.secretData as { value: string };
  return data.value;
};
const script = (run: Run) => secretData(run, "db_setup");
const templateOf = (job: Registered) =>
  ((job.inputs.template as Record<string, Json>).template as Record<string, Json>) ?? {};

describe("the instance", () => {
  test("is private, encrypted on the way, ENTERPRISE by name (TPG#20498), and grows up to a limit", async () => {
    const run = await create({ version: 16 });
    const primary = primaryOf(run);
    expect(primary.inputs).toMatchObject({
      databaseVersion: "POSTGRES_16",
      region: "us-central1",
      deletionProtection: false,
    });
    expect(settingsOf(run)).toMatchObject({
      tier: "db-custom-1-3840",
      edition: "ENTERPRISE",
      availabilityType: "ZONAL",
      activationPolicy: "ALWAYS",
      deletionProtectionEnabled: false,
      retainBackupsOnDelete: false,
      finalBackupConfig: { enabled: false },
      diskType: "PD_SSD",
      diskSize: 10,
      diskAutoresize: true,
      diskAutoresizeLimit: 20,
      ipConfiguration: {
        ipv4Enabled: false,
        privateNetwork: "projects/acme-prod/global/networks/shop-dev",
        allocatedIpRange: "shop-dev-services",
        sslMode: "ENCRYPTED_ONLY",
        serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
      },
      insightsConfig: {
        queryInsightsEnabled: true,
        queryPlansPerMinute: 5,
        queryStringLength: 1024,
        recordApplicationTags: true,
        recordClientAddress: false,
      },
      maintenanceWindow: { day: 7, hour: 4, updateTrack: "stable" },
      userLabels: { app: "shop", environment: "dev" },
    });
    expect(primary.inputs).not.toHaveProperty("encryptionKeyName");
  });

  test("has no name of its own: a deleted instance's name is taken for a week", async () => {
    expect(primaryOf(await create()).inputs).not.toHaveProperty("name");
  });

  test("is not replaced because its disk has grown", async () => {
    expect(primaryOf(await create()).options.ignoreChanges).toEqual(["settings.diskSize"]);
  });

  test("passes what Checkov and Trivy look for in flags", async () => {
    expect(flagsOf(await create())).toEqual({
      max_connections: "70",
      "cloudsql.iam_authentication": "on",
      "cloudsql.enable_pgaudit": "on",
      "pgaudit.log": "ddl,role",
      log_checkpoints: "on",
      log_connections: "on",
      log_disconnections: "on",
      log_duration: "on",
      log_executor_stats: "off",
      log_hostname: "on",
      log_lock_waits: "on",
      log_min_duration_statement: "-1",
      log_min_error_statement: "error",
      log_min_messages: "warning",
      log_parser_stats: "off",
      log_planner_stats: "off",
      log_statement: "ddl",
      log_statement_stats: "off",
      log_temp_files: "0",
    });
  });

  test.each([
    [40, "70"],
    [50, "70"],
    [51, "120"],
    [100, "120"],
  ])("%d connections of services come with room for others, in steps", async (total, expected) => {
    expect(flagsOf(await create({ pool: { max: 5, total } })).max_connections).toBe(expected);
  });

  test("extensions bring the flags that they need, and are created with the auditing one", async () => {
    const run = await create({ extensions: ["pg_cron", "vector"] });
    expect(flagsOf(run)).toMatchObject({ "cloudsql.enable_pg_cron": "on", "cron.database_name": "db" });
    expect(script(run).match(/CREATE EXTENSION.*/g)).toEqual([
      'CREATE EXTENSION IF NOT EXISTS "pg_stat_statements";',
      'CREATE EXTENSION IF NOT EXISTS "pg_cron";',
      'CREATE EXTENSION IF NOT EXISTS "vector";',
      'CREATE EXTENSION IF NOT EXISTS "pgaudit";',
    ]);
  });

  test("takes a machine by Google's name, with the edition that has it", async () => {
    const settings = { data: { db: { tier: "db-perf-optimized-N-4" } } };
    expect(settingsOf(await create({ backup }, {}, settings))).toMatchObject({
      tier: "db-perf-optimized-N-4",
      edition: "ENTERPRISE_PLUS",
      backupConfiguration: { transactionLogRetentionDays: 14 },
    });
  });
});

describe("backups (CG-13, SA-14)", () => {
  test("are daily, with the log for any moment of at most seven days on ENTERPRISE", async () => {
    expect(settingsOf(await create({ backup })).backupConfiguration).toEqual({
      enabled: true,
      startTime: "02:00",
      pointInTimeRecoveryEnabled: true,
      transactionLogRetentionDays: 7,
      backupRetentionSettings: { retentionUnit: "COUNT", retainedBackups: 14 },
    });
  });

  test("short ones keep a short log", async () => {
    const short = { ...backup, every: hours(1), keep: hours(36) };
    expect(settingsOf(await create({ backup: short })).backupConfiguration).toMatchObject({
      transactionLogRetentionDays: 2,
      backupRetentionSettings: { retainedBackups: 2 },
    });
  });

  test("lie in the second region of an app that has one, and beside a key", async () => {
    const regions = ["us-central1", "europe-west1"];
    const location = async (settings: Partial<GcpSettings> = {}) =>
      (
        settingsOf(await create({ backup }, { regions }, settings)).backupConfiguration as Record<
          string,
          Json
        >
      ).location;
    expect(await location()).toBe("europe-west1");
    expect(await location({ encryptionKey: KEY })).toBe("us-central1");
  });

  test("are off when the app says none", async () => {
    expect(settingsOf(await create()).backupConfiguration).toEqual({
      enabled: false,
      pointInTimeRecoveryEnabled: false,
    });
  });
});

describe("protection", () => {
  test("is Pulumi's, the provider's and Cloud SQL's own, and a last backup outlives the instance (PG#3818)", async () => {
    const run = await create({ backup, highAvailability: true }, { protect: true });
    expect(primaryOf(run)).toMatchObject({
      inputs: { deletionProtection: true },
      options: { protect: true },
    });
    expect(settingsOf(run)).toMatchObject({
      availabilityType: "REGIONAL",
      deletionProtectionEnabled: true,
      retainBackupsOnDelete: true,
      finalBackupConfig: { enabled: true, retentionDays: 30 },
    });
    expect(run.get("shop-dev-db-database").options.protect).toBe(true);
  });

  test("of a job that can be made again there is none, said because true is the default (PG#1253)", async () => {
    const { get } = await create({}, { protect: true });
    expect(get("shop-dev-db-setup", "gcp:cloudrunv2/job:Job")).toMatchObject({
      inputs: { deletionProtection: false },
      options: { protect: false },
    });
  });

  test("a key is there before the instance (TPG#7611, TPG#17333)", async () => {
    const run = await create({}, {}, { encryptionKey: KEY });
    expect(primaryOf(run).inputs.encryptionKeyName).toBe(KEY);
    expect(primaryOf(run).dependencies).toContain("db-agent-key");
    expect(run.get("db-agent").inputs).toEqual({ service: "sqladmin.googleapis.com" });
  });
});

describe("read replicas", () => {
  const regions = ["us-central1", "europe-west1"];

  test("stand in the other regions first, with the primary's machine and flags", async () => {
    const run = await create({ replicas: 2, backup }, { regions });
    const replica = run.get("shop-dev-db-replica-1", INSTANCE);
    expect(replica.inputs).toMatchObject({
      databaseVersion: "POSTGRES_15",
      instanceType: "READ_REPLICA_INSTANCE",
      masterInstanceName: "shop-dev-db-0a1b2c3",
      region: "europe-west1",
      deletionProtection: false,
      settings: {
        tier: "db-custom-1-3840",
        availabilityType: "ZONAL",
        databaseFlags: settingsOf(run).databaseFlags as Json,
      },
    });
    expect(replica.inputs.settings).not.toHaveProperty("backupConfiguration");
    expect(run.get("shop-dev-db-replica-2", INSTANCE).inputs.region).toBe("us-central1");
  });

  test("serve those who only read, when one is near", async () => {
    const hosts = async (replicas: number) => {
      const { result } = await create({ replicas, backup }, { regions });
      return Promise.all([result.api, result.report].map(({ env }) => resolved(env.DB_HOST ?? "")));
    };
    expect(await hosts(1)).toEqual(["ip-of-shop-dev-db", "ip-of-shop-dev-db"]);
    expect(await hosts(2)).toEqual(["ip-of-shop-dev-db", "ip-of-shop-dev-db-replica-2"]);
  });
});

describe("the setup job", () => {
  test("runs on the VPC as nobody else, with its password by reference and its script as a file", async () => {
    const { get } = await create();
    const job = get("shop-dev-db-setup", "gcp:cloudrunv2/job:Job");
    expect(job.inputs).toMatchObject({ name: "shop-dev-db-setup", location: "us-central1" });
    expect(templateOf(job)).toEqual({
      serviceAccount: "shop-dev-db-setup@acme-prod.iam",
      executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
      maxRetries: 2,
      timeout: "900s",
      vpcAccess: {
        egress: "PRIVATE_RANGES_ONLY",
        networkInterfaces: [
          {
            network: "projects/acme-prod/global/networks/shop-dev",
            subnetwork: "projects/acme-prod/regions/us-central1/subnetworks/shop-dev",
            tags: ["shop-dev-db-setup"],
          },
        ],
      },
      containers: [
        {
          image: "docker.io/library/postgres:18.1-bookworm",
          commands: ["sh", "/atelier/setup/part"],
          resources: { limits: { cpu: "1", memory: "512Mi" } },
          envs: [
            { name: "PGHOST", value: "ip-of-shop-dev-db" },
            { name: "PGPORT", value: "5432" },
            { name: "PGUSER", value: "atelier_admin" },
            { name: "PGSSLMODE", value: "require" },
            { name: "PGCONNECT_TIMEOUT", value: "10" },
            {
              name: "PGPASSWORD",
              valueSource: { secretKeyRef: { secret: "shop-dev-password-db_atelier_admin", version: "7" } },
            },
          ],
          volumeMounts: [{ name: "setup", mountPath: "/atelier/setup" }],
        },
      ],
      volumes: [
        {
          name: "setup",
          secret: { secret: "shop-dev-value-db_setup", items: [{ path: "part", version: "7" }] },
        },
      ],
    });
  });

  test("comes after the database, its login and the right to read, and before whoever uses it", async () => {
    const { get, result } = await create();
    expect(get("shop-dev-db-setup", "gcp:cloudrunv2/job:Job").dependencies).toEqual(
      expect.arrayContaining([
        "shop-dev-db-database",
        "shop-dev-db-admin",
        "shop-dev-value-db_setup-db-setup",
        "shop-dev-password-db_atelier_admin-db-setup",
      ]),
    );
    expect(await waitedFor(result.api.ready)).toEqual([
      "shop-dev-db-setup",
      "shop-dev-password-db_api-api",
      "shop-dev-value-db_api_url-api",
    ]);
  });

  test("knows passwords as verifiers alone, and no superuser's words (SA-18)", async () => {
    const app = appOf();
    const run = await create();
    for (const password of everyPassword(app, "db", "atelier_admin"))
      expect(script(run)).not.toContain(password);
    expect(script(run)).toContain(scramVerifier("api", passwordOf(app, "db/api")));
    expect(script(run)).not.toMatch(/log_min_error_statement|CREATE DATABASE|atelier_exporter/);
    expect(script(run)).toContain("GRANT atelier_owner TO CURRENT_USER;\n");
  });

  const token = async (changes: Partial<DataOf<"postgres">>, version: string) => {
    const app = appOf(changes);
    const { get } = await runProgram(() => new Postgres("db", dataPartArgs("postgres", "db", app)), {
      outputs: (type, name) =>
        name === "shop-dev-value-db_setup-version"
          ? { name: `projects/1/secrets/setup/versions/${version}`, version }
          : answers(type, name),
    });
    return get("shop-dev-db-setup", "gcp:cloudrunv2/job:Job").inputs.runExecutionToken;
  };

  test("runs again with each new version of its script, also back to an old text", async () => {
    expect(await token({}, "1")).toMatch(/^[0-9a-f]{10}$/);
    expect(await token({}, "1")).toBe(await token({}, "1"));
    expect(new Set([await token({}, "1"), await token({}, "2"), await token({}, "3")]).size).toBe(3);
  });

  test.each<[string, Partial<DataOf<"postgres">>, Partial<App>]>([
    ["an extension", { extensions: ["pgcrypto"] }, {}],
    ["a service", {}, { services: { api: SERVICES.api, report: SERVICES.report, more: SERVICES.api } }],
    [
      "a scale",
      {},
      { services: { ...SERVICES, api: { ...SERVICES.api, scale: { min: 3, max: 4, on: {} } } } },
    ],
  ])("has another script for %s more, and the same for another size", async (_, data, app) => {
    const before = script(await create());
    expect(script(await create(data, app))).not.toBe(before);
    expect(script(await create({ memory: gibibytes(8), storage: gibibytes(50) }))).toBe(before);
  });

  test("gets init files in pieces that Secret Manager takes, in their order", async () => {
    const folder = mkdtempSync(join(tmpdir(), "init-"));
    const paths = ["b tables.sql", "a.sql"].map((name) => join(folder, name));
    const long = `-- ${"ä".repeat(70_000)}\n`;
    writeFileSync(paths[0] ?? "", long);
    writeFileSync(paths[1] ?? "", "SELECT 1;\n");
    const run = await create({ init: paths });
    const parts = ["1-001", "1-002", "1-003", "2-001"].map((part) => secretData(run, `db_init_${part}`));
    expect(parts.slice(0, 3).join("")).toBe(long);
    expect(parts[3]).toBe("SELECT 1;\n");
    expect(script(run)).toContain(
      "cat /atelier/init-1-*/part > /tmp/init-1-b_tables.sql\ncat /atelier/init-2-*/part > /tmp/init-2-a.sql\n",
    );
    const job = run.get("shop-dev-db-setup", "gcp:cloudrunv2/job:Job");
    expect((templateOf(job).volumes as { name: string }[]).map(({ name }) => name)).toEqual([
      "setup",
      "init-1-001",
      "init-1-002",
      "init-1-003",
      "init-2-001",
    ]);
  });

  test("pieces are cut between characters", () => {
    expect(pieces("aäb", 2)).toEqual(["a", "ä", "b"]);
    expect(pieces("abc", 8)).toEqual(["abc"]);
  });

  test("a file within the script ends where nothing in it can", () => {
    const sql = prepareSql({ database: "db", logins: [], extensions: [], managed: true });
    const text = setupScript({ name: "db", instance: "i", prepare: sql, init: [] });
    const end = /cat > \/tmp\/prepare\.sql <<'(END_[0-9a-f]{16})'\n/.exec(text)?.[1] ?? "";
    expect(sql).not.toContain(end);
    expect(text).toContain(`${sql}${end}\n`);
  });
});

describe("the database and its administrator", () => {
  test("go with the instance: Cloud SQL deletes neither while roles have rights in it", async () => {
    const { get } = await create();
    expect(get("shop-dev-db-database").inputs).toEqual({
      name: "db",
      instance: "shop-dev-db-0a1b2c3",
      charset: "UTF8",
      collation: "en_US.UTF8",
      deletionPolicy: "ABANDON",
    });
    expect(get("shop-dev-db-admin").inputs).toEqual({
      name: "atelier_admin",
      instance: "shop-dev-db-0a1b2c3",
      type: "BUILT_IN",
      password: hidden(passwordOf(appOf(), "db/atelier_admin")),
      deletionPolicy: "ABANDON",
    });
  });

  test("are the only user of Cloud SQL's own: those are members of cloudsqlsuperuser", async () => {
    const { resources } = await create();
    const users = resources.filter(({ type }) => type === "gcp:sql/user:User");
    expect(users.map(({ inputs }) => inputs.name)).toEqual(["atelier_admin"]);
  });
});

describe("a grant", () => {
  test("is the connection contract with the consumer's own login", async () => {
    const { result } = await create();
    const { DB_HOST, ...rest } = result.api.env;
    expect(await resolved(DB_HOST ?? "")).toBe("ip-of-shop-dev-db");
    expect(rest).toEqual({
      DB_PORT: "5432",
      DB_NAME: "db",
      DB_USER: "api",
      DB_SSLMODE: "require",
      DB_POOL_MAX: "5",
    });
    expect(Object.keys(result.api.secrets)).toEqual(["DB_PASSWORD", "DB_URL"]);
    expect(result.api.mounts).toEqual([]);
  });

  test("has the URL in a secret that this service alone reads", async () => {
    const run = await create();
    const password = passwordOf(appOf(), "db/api");
    expect(secretData(run, "db_api_url")).toBe(
      `postgresql://api:${password}@ip-of-shop-dev-db:5432/db?sslmode=require`,
    );
    const readers = run.named(/^shop-dev-(value-db_api_url|password-db_api)-(?!version)/);
    expect(readers.map(({ inputs }) => inputs.member)).toEqual(
      readers.map(() => "serviceAccount:shop-dev-api@acme-prod.iam.gserviceaccount.com"),
    );
    expect(readers).toHaveLength(2);
  });

  test("is given to nobody who does not use the database", async () => {
    const ask = () => {
      const part = new Postgres("db", dataPartArgs("postgres", "db", appOf()));
      return () => part.grant("stranger", "read");
    };
    const { result } = await runProgram(ask, { outputs: answers });
    expect(result).toThrow("stranger does not use db.");
  });
});

test("nothing leaks", async () => {
  const { resources } = await create({ replicas: 1, backup });
  expect(
    leaks(resources, [...everyPassword(appOf(), "db", "atelier_admin"), SEED, "SCRAM-SHA-256$4096"]),
  ).toEqual([]);
});

test("nothing is watched from here: Google Cloud does", async () => {
  expect((await create()).result.part.scrape).toEqual([]);
});

test("names are valid at the longest", async () => {
  const part = `p${"q".repeat(29)}`;
  const app = makeApp({
    name: "a".repeat(20),
    environment: "e".repeat(20),
    services: { api: makeService({ uses: { [part]: "write" } }) },
    data: { [part]: makePostgres({ replicas: 1, backup }) },
  });
  const { resources } = await runProgram(() => new Postgres(part, dataPartArgs("postgres", part, app)), {
    outputs: answers,
  });
  const named = (type: string) => resources.filter((resource) => resource.type === type);
  for (const { name } of named(INSTANCE)) expect(name).toMatch(/^[a-z][a-z0-9-]{0,58}$/);
  expect(named(INSTANCE)).toHaveLength(2);
  const [job] = named("gcp:cloudrunv2/job:Job");
  expect(`${job?.inputs.name}-${job?.inputs.runExecutionToken}`).toMatch(/^[a-z][a-z0-9-]{0,61}$/);
  expect(named("gcp:serviceaccount/account:Account")[0]?.inputs.accountId).toMatch(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  );
});
