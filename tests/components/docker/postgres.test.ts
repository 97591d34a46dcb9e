import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scramVerifier } from "../../../components/data/postgres/scram.ts";
import { connectionLimit, definers, grantSql, prepareSql } from "../../../components/data/postgres/setup.ts";
import { refusePostgres } from "../../../components/docker/postgres/refusals.ts";
import { maxConnections, serverConfig, sharedBuffers } from "../../../components/docker/postgres/server.ts";
import { Postgres } from "../../../components/docker/postgres.ts";
import { Secrets } from "../../../components/docker/secrets.ts";
import type { Settings } from "../../../components/docker/settings.ts";
import type { App, DataOf } from "../../../src/config/model.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { cores, gibibytes, mebibytes } from "../../../src/config/units.ts";
import { makeApp, makePostgres, makeService } from "../../helpers/app.ts";
import { dataArgs, SEED } from "../../helpers/deployment.ts";
import { hidden, leaks, type Registered, runProgram } from "../../helpers/program.ts";

const SERVICES = {
  api: makeService({ kind: "web", uses: { db: "write" }, scale: { min: 2, max: 4, on: {} } }),
  report: makeService({ kind: "cron", uses: { db: "read" } }),
  migrate: makeService({ kind: "job", uses: { db: "write" } }),
};

const appOf = (changes: Partial<DataOf<"postgres">> = {}, app: Partial<App> = {}) =>
  makeApp({ services: SERVICES, data: { db: makePostgres(changes) }, ...app });

async function create(
  changes: Partial<DataOf<"postgres">> = {},
  app: Partial<App> = {},
  settings: Partial<Settings> = {},
) {
  return runProgram(() => {
    const part = new Postgres("db", dataArgs("postgres", "db", appOf(changes, app), settings));
    return { part, grant: part.grant("api", "write") };
  });
}

const passwordOf = (role: string) =>
  new Secrets({ app: makeApp(), values: {}, seed: SEED }).password(`db/${role}`).value;
const EVERY_PASSWORD = ["api", "report", "migrate", "atelier_admin", "atelier_exporter"].map(passwordOf);

/** Text of an uploaded file, secret or not. */
function fileOf(files: Registered, path: string): string {
  const uploads = files.inputs.uploads as { file: string; content: string | { value: string } }[];
  const content = uploads.find(({ file }) => file === path)?.content;
  if (content === undefined) throw new Error(`${files.name} has no ${path}`);
  return typeof content === "string" ? content : content.value;
}

describe("the parts of a database", () => {
  test("are a volume, a server, a setup job and an exporter, each hardened and each with its files", async () => {
    const { resources } = await create();
    const own = resources
      .filter(({ parent }) => parent === "db")
      .map(({ type, name }) => [type, name.replace(/-[0-9a-f]{6}/, "-#")]);
    expect(own.sort()).toEqual([
      ["docker:index/container:Container", "shop-dev-db"],
      ["docker:index/container:Container", "shop-dev-db-exporter-#"],
      ["docker:index/container:Container", "shop-dev-db-exporter-#-files"],
      ["docker:index/container:Container", "shop-dev-db-files"],
      ["docker:index/container:Container", "shop-dev-db-setup-#"],
      ["docker:index/container:Container", "shop-dev-db-setup-#-files"],
      ["docker:index/volume:Volume", "shop-dev-db"],
    ]);
  });

  test("come to be in order: volume, server, setup, exporter; whoever uses it waits for the setup", async () => {
    const { get, result } = await create();
    const server = get("shop-dev-db", "docker:index/container:Container");
    const setup = get(/^shop-dev-db-setup-[0-9a-f]{6}$/);
    expect(server.dependencies).toContain("shop-dev-db");
    expect(setup.dependencies).toContain("shop-dev-db");
    expect(get(/^shop-dev-db-exporter-[0-9a-f]{6}$/).dependencies).toContain(setup.name);
    const [ready] = result.grant.ready;
    const waited = await (ready as unknown as { promise(): Promise<{ exitCode: unknown }> }).promise();
    expect(waited).toHaveProperty("exitCode");
  });

  test("the server keeps its name, its data and its manners", async () => {
    const { get } = await create();
    expect(get("shop-dev-db", "docker:index/container:Container").inputs).toMatchObject({
      name: "shop-dev-db",
      image: "sha256:postgres",
      entrypoints: ["/atelier/bin/busybox", "sh", "/run/config/start"],
      envs: ["PGDATA=/var/lib/postgresql/data/pgdata"],
      user: "999:999",
      readOnly: true,
      tmpfs: {
        "/tmp": "rw,nosuid,nodev,mode=1777,size=64m",
        "/dev/shm": "rw,nosuid,nodev,mode=1777,size=256m",
      },
      cpus: "1.0",
      memory: 512,
      memorySwap: 512,
      stopSignal: "SIGINT",
      stopTimeout: 60,
      wait: true,
      healthcheck: {
        tests: ["CMD", "pg_isready", "-q", "-h", "/tmp", "-d", "postgres", "-U", "atelier_admin"],
      },
      networksAdvanced: [{ name: "shop-dev-db-id", aliases: ["db"] }],
      volumes: [
        { fromContainer: "shop-dev-db-files" },
        { volumeName: "shop-dev-db", containerPath: "/var/lib/postgresql/data", readOnly: false },
      ],
    });
  });

  test("the exporter logs in with a role of its own, from two networks", async () => {
    const { get, result } = await create();
    const exporter = get(/^shop-dev-db-exporter-[0-9a-f]{6}$/);
    expect(exporter.inputs).toMatchObject({
      image: "sha256:postgres-exporter",
      envs: [
        "DATA_SOURCE_PASS_FILE=/run/secrets/password",
        "DATA_SOURCE_URI=db:5432/db?sslmode=require",
        "DATA_SOURCE_USER=atelier_exporter",
        "PG_EXPORTER_EXTEND_QUERY_PATH=/run/config/queries.yaml",
      ],
      networksAdvanced: [
        { name: "shop-dev-db-exporter-id", aliases: ["db-exporter"] },
        { name: "shop-dev-db-id", aliases: [] },
      ],
    });
    expect(result.part.scrape).toEqual([
      {
        job: "db",
        host: "db-exporter",
        port: 9187,
        path: "/metrics",
        every: 15000,
        labels: { kind: "postgres" },
      },
    ]);
  });

  test("no password is anywhere but in files that are marked secret, and none is sent to the server in clear", async () => {
    const { resources, get } = await create();
    expect(leaks(resources, EVERY_PASSWORD)).toEqual([]);
    const files = get(/^shop-dev-db-setup-[0-9a-f]{6}-files$/);
    const prepare = fileOf(files, "/run/secrets/prepare.sql");
    for (const password of EVERY_PASSWORD) expect(prepare).not.toContain(password);
    expect(prepare).toContain(scramVerifier("api", passwordOf("api")));
    expect(leaks(resources, ["SCRAM-SHA-256$4096"])).toEqual([]);
    expect(fileOf(files, "/run/secrets/pgpass")).toBe(`*:*:*:atelier_admin:${passwordOf("atelier_admin")}\n`);
  });
});

describe("a grant", () => {
  test("is the connection contract with the consumer's own login", async () => {
    const { result } = await create();
    expect(result.grant.env).toEqual({
      DB_HOST: "db",
      DB_PORT: "5432",
      DB_NAME: "db",
      DB_USER: "api",
      DB_SSLMODE: "require",
      DB_POOL_MAX: "5",
    });
    expect(result.grant.secrets.DB_PASSWORD?.value).toBe(passwordOf("api"));
    expect(result.grant.secrets.DB_URL?.value).toBe(
      `postgresql://api:${passwordOf("api")}@db:5432/db?sslmode=require`,
    );
    expect(result.grant.mounts).toEqual([]);
  });
});

describe("what changes what", () => {
  const setupName = async (changes: Partial<DataOf<"postgres">> = {}, app: Partial<App> = {}) =>
    (await create(changes, app)).get(/^shop-dev-db-setup-[0-9a-f]{6}$/).name;
  const withScale = (min: number) => ({
    services: { ...SERVICES, api: { ...SERVICES.api, scale: { min, max: 4, on: {} } } },
  });

  test("users, scale and extensions run the setup again and leave the server alone", async () => {
    const before = await create();
    const server = (program: typeof before) => [
      program.get("shop-dev-db", "docker:index/container:Container").inputs,
      program.get("shop-dev-db-files").inputs,
    ];
    const changes: [Partial<DataOf<"postgres">>, Partial<App>][] = [
      [{ extensions: ["pgcrypto"] }, {}],
      [{}, withScale(3)],
      [{}, { services: { api: SERVICES.api } }],
    ];
    for (const [data, app] of changes) {
      const after = await create(data, app);
      expect(server(after)).toEqual(server(before));
      expect(await setupName(data, app)).not.toBe(await setupName());
    }
  });

  test("size is the server's own and no reason for another setup", async () => {
    expect(await setupName({ memory: gibibytes(2), cpu: cores(2) })).toBe(await setupName());
    const files = (await create({ memory: gibibytes(2) })).get("shop-dev-db-files");
    expect(fileOf(files, "/run/config/postgresql.conf")).toContain("shared_buffers = 512MB\n");
  });

  test("init files reach the setup in their order, under names that a shell takes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "init-"));
    const paths = ["b tables.sql", "a.sql"].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, `-- ${path}`);
    const files = (await create({ init: paths })).get(/^shop-dev-db-setup-[0-9a-f]{6}-files$/);
    expect(fileOf(files, "/run/config/init-1-b_tables.sql")).toBe(`-- ${paths[0]}`);
    expect(fileOf(files, "/run/config/setup")).toContain(
      "--single-transaction -f /run/config/init-1-b_tables.sql -f /run/config/init-2-a.sql -c",
    );
  });

  test("the volume is removed with a development stack, and kept with a protected one unless told otherwise", async () => {
    const kept = async (protect: boolean, settings: Partial<Settings> = {}) =>
      (await create({}, { protect }, settings)).get("shop-dev-db", "docker:index/volume:Volume").options;
    expect(await kept(false)).toMatchObject({ retainOnDelete: false, protect: false });
    expect(await kept(true)).toMatchObject({ retainOnDelete: true, protect: false });
    expect(await kept(true, { keepVolumes: false })).toMatchObject({ retainOnDelete: false });
    expect(await kept(false, { keepVolumes: true })).toMatchObject({ retainOnDelete: true });
    expect((await kept(false)).ignoreChanges).toEqual(["labels", "driverOpts"]);
  });
});

describe("roles", () => {
  const login = { role: "api", password: "pw", access: "write", defines: false, connections: 20 } as const;
  const sql = (changes: Partial<Parameters<typeof prepareSql>[0]> = {}) =>
    prepareSql({ database: "db", logins: [login], exporterPassword: "x", extensions: [], ...changes });

  test("a writer is a member of the writers and no longer of the readers, with its limit", () => {
    expect(sql()).toContain('GRANT atelier_login, atelier_write TO "api";\nREVOKE atelier_read FROM "api";');
    expect(sql()).toContain(
      `ALTER ROLE "api" LOGIN CONNECTION LIMIT 20 VALID UNTIL 'infinity' PASSWORD 'SCRAM-SHA-256$`,
    );
    expect(sql()).toContain('ALTER ROLE "api" RESET role;\nREVOKE atelier_owner FROM "api";');
    expect(sql({ logins: [{ ...login, access: "read" }] })).toContain(
      'GRANT atelier_login, atelier_read TO "api";',
    );
  });

  test("who may change tables does so as their owner", () => {
    expect(sql({ logins: [{ ...login, defines: true }] })).toContain(
      `GRANT atelier_owner TO "api";\nALTER ROLE "api" SET role = 'atelier_owner';`,
    );
  });

  test("statistics are always there, each extension once", () => {
    const extensions = sql({ extensions: ["pgcrypto", "pg_stat_statements"] }).match(/CREATE EXTENSION.*/g);
    expect(extensions).toEqual([
      'CREATE EXTENSION IF NOT EXISTS "pg_stat_statements";',
      'CREATE EXTENSION IF NOT EXISTS "pgcrypto";',
    ]);
  });

  test("nobody has anything by being somebody", () => {
    expect(sql()).toContain('REVOKE ALL ON DATABASE "db", postgres, template1 FROM PUBLIC;');
    expect(sql()).toContain("REVOKE ALL ON SCHEMA public FROM PUBLIC;");
    expect(grantSql()).not.toMatch(/TO PUBLIC/);
  });

  test("jobs that write define tables; without one and without init files, every writer does", () => {
    const consumers = {
      api: { access: "write" },
      report: { access: "read" },
      migrate: { access: "write" },
    } as const;
    const { migrate: _, ...noJob } = consumers;
    expect(definers({ services: SERVICES }, { init: [] }, consumers)).toEqual(["migrate"]);
    expect(definers({ services: SERVICES }, { init: [] }, noJob)).toEqual(["api"]);
    expect(definers({ services: SERVICES }, { init: ["/init.sql"] }, noJob)).toEqual([]);
  });

  test.each([
    ["two generations of a service", { kind: "web", scale: { min: 2, max: 4, on: {} } }, 20],
    ["one run of a job", { kind: "job", scale: { min: 1, max: 1, on: {} } }, 5],
    ["no more than all together", { kind: "web", scale: { min: 9, max: 9, on: {} } }, 40],
  ] as const)("the connection limit has room for %s", (_, service, limit) => {
    expect(connectionLimit(service, { max: 5, total: 40 })).toBe(limit);
  });
});

test("a verifier proves the password and does not hold it (RFC 5803)", () => {
  const verifier = scramVerifier("api", "pencil");
  const [, iterations, salt, stored, server] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(verifier) ?? [];
  const salted = pbkdf2Sync("pencil", Buffer.from(salt ?? "", "base64"), Number(iterations), 32, "sha256");
  const client = createHmac("sha256", salted).update("Client Key").digest();
  expect(stored).toBe(createHash("sha256").update(client).digest("base64"));
  expect(server).toBe(createHmac("sha256", salted).update("Server Key").digest("base64"));
  expect(scramVerifier("api", "pencil")).toBe(verifier);
  expect(scramVerifier("web", "pencil")).not.toBe(verifier);
});

test("settings follow from the size", () => {
  const config = serverConfig("/data", {
    cpu: cores(2),
    memory: gibibytes(4),
    storage: gibibytes(100),
    connections: 60,
  });
  expect(
    Object.fromEntries(
      config
        .trim()
        .split("\n")
        .map((line) => line.split(" = ")),
    ),
  ).toMatchObject({
    max_connections: "110",
    shared_buffers: "1024MB",
    effective_cache_size: "3072MB",
    maintenance_work_mem: "256MB",
    work_mem: "9MB",
    max_wal_size: "1024MB",
    max_parallel_workers: "2",
    ssl: "on",
    shared_preload_libraries: "'pg_stat_statements'",
    hba_file: "'/run/config/pg_hba.conf'",
  });
  expect(sharedBuffers(mebibytes(256))).toBe(mebibytes(64));
  expect([maxConnections(40), maxConnections(50), maxConnections(51)]).toEqual([60, 60, 110]);
});

describe("what one host cannot do is refused", () => {
  const refuse = (
    changes: Partial<DataOf<"postgres">>,
    context: Partial<Parameters<typeof refusePostgres>[2]> = {},
  ) =>
    refusePostgres("db", makePostgres(changes), { source: "debian", consumers: [], ...context }).map(
      formatProblem,
    );

  test.each<[Partial<DataOf<"postgres">>, string]>([
    [
      { version: 16 },
      "data.db.version: PostgreSQL 16 cannot be had: no image registry is used here, and Debian 12 packages one version; allowed: 15; set version: 15",
    ],
  ])("%o", (changes, message) => {
    expect(refuse(changes)).toEqual([message]);
  });

  test("before the image source is known, only what none of them has", () => {
    const anySource = (version: number) =>
      refusePostgres("db", makePostgres({ version }), { consumers: [] }).map(formatProblem);
    expect(anySource(15)).toEqual([]);
    expect(anySource(16)).toEqual([]);
    expect(anySource(9)).toEqual([
      "data.db.version: PostgreSQL 9 cannot be had: the docker target carries the versions that PostgreSQL maintains; allowed: 14, 15, 16, 17, 18; set version: 15",
    ]);
  });

  test("a service under a name that PostgreSQL keeps", () => {
    expect(refuse({}, { consumers: ["api", "public"] })).toEqual([
      "services.public: PostgreSQL keeps the role name public for itself, and each service logs in under its own name; call the service something else",
    ]);
  });
});

test("the marker of a secret is the SDK's own", () => {
  expect(hidden("x")).toEqual({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: "x",
  });
});
