/** The setup job's script on a real PostgreSQL whose administrator is no superuser, as on Cloud SQL: may create roles
 * and databases, and owns the database through a group. Needs the server's programs on this machine, no Docker.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loginsOf, prepareSql } from "../../components/data/postgres/setup.ts";
import { setupScript } from "../../components/gcp/postgres/setup.ts";
import type { Access } from "../../src/config/model.ts";
import { makeApp, makePostgres, makeService } from "../helpers/app.ts";

const run = promisify(execFile);
const programs = findPrograms();
/** The server refuses to run as root; nobody will do. */
const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const INIT =
  "CREATE TABLE items (id serial PRIMARY KEY, name text);\nINSERT INTO items (name) VALUES ('first');\n";

let folder = "";
let port = 0;

describe.skipIf(programs === undefined)("a managed PostgreSQL (skipped without initdb and pg_ctl)", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "managed-"));
    await mkdir(join(folder, "run"));
    await mkdir(join(folder, "init-1-001"));
    await writeFile(join(folder, "init-1-001", "part"), INIT);
    for (const path of [folder, join(folder, "run")]) await chmod(path, 0o777);
    port = await freePort();
    await server("initdb", "-D", join(folder, "data"), "-U", "cloudsqladmin", "--auth=trust");
    const rules = "local all cloudsqladmin trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    await writeFile(join(folder, "data", "pg_hba.conf"), rules);
    const options = `-p ${port} -k ${join(folder, "run")} -c listen_addresses=127.0.0.1 -c log_statement=ddl`;
    await server(
      "pg_ctl",
      "-D",
      join(folder, "data"),
      "-o",
      options,
      "-l",
      join(folder, "run", "log"),
      "-w",
      "start",
    );
    await asSuperuser(
      "CREATE ROLE cloudsqlsuperuser CREATEROLE CREATEDB",
      "CREATE ROLE atelier_admin LOGIN CREATEROLE CREATEDB PASSWORD 'pw-admin'",
      "GRANT cloudsqlsuperuser TO atelier_admin",
      "ALTER DATABASE postgres OWNER TO cloudsqlsuperuser",
      "ALTER DATABASE template1 OWNER TO cloudsqlsuperuser",
      "CREATE DATABASE db OWNER cloudsqlsuperuser",
      // Cloud SQL lets its group create extensions; here somebody else must.
      "\\connect db",
      "CREATE EXTENSION pg_stat_statements",
    );
  });

  afterAll(async () => {
    if (existsSync(join(folder, "data"))) {
      await server("pg_ctl", "-D", join(folder, "data"), "-m", "immediate", "stop");
    }
    await rm(folder, { recursive: true, force: true });
  });

  const everybody = { api: "write", report: "read", migrate: "write" } as const;

  test("is set up by the same script as often as one likes, and filled once", async () => {
    await setup(everybody);
    await setup(everybody);
    expect(await as("api", "SELECT count(*) FROM items")).toBe("1");
  });

  test("gives each service what it uses and no more", async () => {
    expect(await as("api", "INSERT INTO items (name) VALUES ('x') RETURNING name")).toBe("x");
    await expect(as("api", "CREATE TABLE mine (a int)")).rejects.toThrow(
      "permission denied for schema public",
    );
    expect(await as("report", "SELECT count(*) FROM items")).toBe("2");
    await expect(as("report", "DELETE FROM items")).rejects.toThrow("permission denied for table items");
    expect(await as("migrate", "CREATE TABLE later (a int); SELECT 'made'")).toBe("made");
    expect(await as("report", "SELECT count(*) FROM later")).toBe("0");
    await expect(as("api", "CREATE ROLE another")).rejects.toThrow("permission denied to create role");
  });

  test("lets a service that is gone serve a moment longer, and then drops its login", async () => {
    const rest = { api: "write", migrate: "write" } as const;
    await setup(rest);
    expect(await as("report", "SELECT 'still'")).toBe("still");
    await asSuperuser("ALTER ROLE report VALID UNTIL '2000-01-01'");
    await setup(rest);
    expect(await asSuperuser("SELECT count(*) FROM pg_roles WHERE rolname = 'report'")).toBe("0");
  });

  test("has no password of a service in its log, though it logs such statements", async () => {
    const log = await readFile(join(folder, "run", "log"), "utf8");
    expect(log).toContain('ALTER ROLE "api" LOGIN');
    expect(log).not.toMatch(/pw-(api|report|migrate)/);
  });
});

/** Runs the script as the job would, with its folders here. */
async function setup(consumers: Readonly<Record<string, Access>>): Promise<void> {
  const services = Object.fromEntries(
    Object.entries(consumers).map(([name, access]) => [
      name,
      makeService({ kind: name === "migrate" ? "job" : "web", uses: { db: access } }),
    ]),
  );
  const args = {
    app: makeApp({ services }),
    spec: makePostgres(),
    consumers: Object.fromEntries(
      Object.entries(consumers).map(([service, access]) => [
        service,
        { access, identity: { service, principal: service } },
      ]),
    ),
  };
  const logins = loginsOf("db", args, (role) => `pw-${role}`);
  const prepare = prepareSql({ database: "db", logins, extensions: [], managed: true });
  const script = setupScript({ name: "db", instance: "here", prepare, init: ["init-1-tables.sql"] })
    .replaceAll("/tmp/", "@run/")
    .replaceAll("/atelier/", `${folder}/`)
    .replaceAll("@run/", `${folder}/run/`);
  const path = join(folder, "setup.sh");
  await writeFile(path, script);
  await run("sh", [path], { env: login("atelier_admin", "pw-admin") });
}

async function as(role: string, sql: string): Promise<string> {
  return query(["-d", "db", "-c", sql], login(role, `pw-${role}`));
}

async function asSuperuser(...statements: readonly string[]): Promise<string> {
  const env = { ...process.env, PGHOST: join(folder, "run"), PGPORT: String(port), PGUSER: "cloudsqladmin" };
  return query(["-d", "postgres", ...statements.flatMap((sql) => ["-c", sql])], env);
}

async function query(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await run("psql", ["-X", "-q", "-tA", "-v", "ON_ERROR_STOP=1", ...args], { env });
  return stdout.trim();
}

function login(user: string, password: string): NodeJS.ProcessEnv {
  const server = { PGHOST: "127.0.0.1", PGPORT: String(port), PGSSLMODE: "prefer" };
  return { ...process.env, ...server, PGUSER: user, PGPASSWORD: password };
}

async function server(program: "initdb" | "pg_ctl", ...args: readonly string[]): Promise<void> {
  await run(join(programs ?? "", program), args, { cwd: folder, ...asNobody });
}

/** The newest that a distribution's packages have installed, or what is in a place of its own. */
function findPrograms(): string | undefined {
  const packaged = "/usr/lib/postgresql";
  const versions = existsSync(packaged) ? readdirSync(packaged).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...versions.map((version) => join(packaged, version, "bin")),
    ...(process.env.PATH ?? "").split(":"),
  ].find((path) => existsSync(join(path, "initdb")) && existsSync(join(path, "pg_ctl")));
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer().once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => found(typeof address === "object" && address ? address.port : 0));
    });
  });
}
