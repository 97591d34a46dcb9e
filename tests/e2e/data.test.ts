/** Data on real Docker, under the real engine, looked at from inside the services that use it and do not use it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT, TestStack } from "../helpers/stack.ts";
import type { Options } from "./programs/data/index.ts";

const run = promisify(execFile);
const PREFIX = "dev-data-e2e";
const FIRST: Options = { keepVolumes: true, memory: 256, reader: true };

const PROGRAM = `import { Config } from ${JSON.stringify(join(ROOT, "node_modules/@pulumi/pulumi/index.js"))};
import { deploy } from ${JSON.stringify(join(ROOT, "tests/e2e/programs/data/index.ts"))};
await deploy(new Config("data").requireObject("options"));
`;

let stack: TestStack;

async function docker(...args: string[]): Promise<string> {
  return (await run("docker", args, { maxBuffer: 2 ** 24 })).stdout.trim();
}

/** Names of this test's containers that run, or of all. */
async function containers(...flags: string[]): Promise<string[]> {
  const text = await docker(
    "ps",
    ...flags,
    "--format",
    "{{.Names}}",
    "--filter",
    `label=atelier.stack=${PREFIX}`,
  );
  return text.split("\n").filter(Boolean).sort();
}

/** Runs a shell line in a service's container; gives everything it says. */
async function inside(service: string, line: string): Promise<string> {
  const name = (await containers()).find((one) => one.startsWith(`${PREFIX}-${service}`));
  if (!name) throw new Error(`${service} does not run`);
  return docker("exec", name, "sh", "-c", `{ ${line}; } 2>&1 || true`);
}

const sql = (service: string, statement: string) =>
  inside(service, `psql -XAt "$(cat $DB_URL_FILE)" -c "${statement}"`);
const redis = (service: string, command: string) =>
  inside(
    service,
    `REDISCLI_AUTH=$(cat $CACHE_PASSWORD_FILE) redis-cli -h $CACHE_HOST --user $CACHE_USER ${command}`,
  );
const s3 = (service: string, request: string, body = "") =>
  inside(service, `printf %s '${body}' | python3 /opt/s3.py ${request}`);

/** Where everybody's first words are what counts. */
const NO_PERMISSION = "NOPERM this user has no permissions to run the";

async function up(options: Options): Promise<void> {
  await stack.configure({ "data:options": options });
  const { code, text } = await stack.up();
  if (code !== 0) throw new Error(text);
}

beforeAll(async () => {
  stack = await TestStack.create({ config: { "data:options": FIRST }, program: PROGRAM });
  await up(FIRST);
});

afterAll(async () => {
  await stack?.remove();
  const volumes = await docker("volume", "ls", "-q", "--filter", `label=atelier.stack=${PREFIX}`);
  if (volumes) await docker("volume", "rm", "-f", ...volumes.split("\n"));
});

describe("Postgres", () => {
  test("was initialised, and speaks TLS", async () => {
    expect(await sql("writer", "SELECT name FROM items")).toBe("made by init");
    expect(
      await sql("writer", "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
    ).toBe("writer|t");
  });

  test("refuses who comes without TLS or with a wrong password", async () => {
    const url = "postgresql://writer:wrong@db/db";
    expect(await inside("writer", `psql "${url}?sslmode=disable" -c 'SELECT 1'`)).toContain("no encryption");
    expect(await inside("writer", `psql "${url}?sslmode=require" -c 'SELECT 1'`)).toContain(
      'password authentication failed for user "writer"',
    );
  });

  test("lets a writer write and a reader read, and neither make tables", async () => {
    expect(await sql("writer", "INSERT INTO items (name) VALUES ('kept') RETURNING name")).toContain("kept");
    expect(await sql("reader", "SELECT count(*) FROM items")).toBe("2");
    expect(await sql("reader", "DELETE FROM items")).toContain("permission denied for table items");
    for (const service of ["writer", "reader"]) {
      expect(await sql(service, "CREATE TABLE mine (id int)")).toContain(
        "permission denied for schema public",
      );
    }
  });

  test("gives what the migration job made to the others", async () => {
    expect(await sql("writer", "INSERT INTO migrated VALUES (1)")).toBe("INSERT 0 1");
    expect(await sql("reader", "SELECT id FROM migrated")).toBe("1");
    expect(await sql("reader", "SELECT tableowner FROM pg_tables WHERE tablename = 'migrated'")).toBe(
      "atelier_owner",
    );
  });

  test("has the extensions, and a limit for each login: two generations with two connections each", async () => {
    expect(await sql("reader", "SELECT extname FROM pg_extension ORDER BY 1")).toBe(
      "pg_stat_statements\npgcrypto\nplpgsql",
    );
    expect(
      await sql("reader", "SELECT rolname, rolconnlimit FROM pg_roles WHERE rolcanlogin ORDER BY 1"),
    ).toBe("atelier_admin|-1\natelier_exporter|3\nmigrate|2\nreader|4\nwriter|4");
    const many =
      'for i in 1 2 3 4 5; do psql -XAt "$(cat $DB_URL_FILE)" -c "SELECT pg_sleep(2)" & done; wait';
    expect(await inside("reader", many)).toContain('too many connections for role "reader"');
  });

  test("cannot be resolved by a service that does not use it", async () => {
    expect(await inside("stranger", "getent hosts db || echo nobody")).toBe("nobody");
  });

  test("is measured", async () => {
    const metrics = await inside(
      "db-exporter",
      "/atelier/bin/busybox wget -q -O - http://127.0.0.1:9187/metrics",
    );
    expect(metrics).toMatch(/^pg_up 1$/m);
    expect(metrics).toMatch(/^pg_stat_statements_calls_total\{.*datname="db".*\} [1-9]/m);
  });
});

describe("Redis", () => {
  test("lets a writer write and a reader read", async () => {
    expect(await redis("writer", "SET greeting hello EX 600")).toBe("OK");
    expect(await redis("reader", "GET greeting")).toBe("hello");
    expect(await redis("reader", "SET greeting bye")).toBe(`${NO_PERMISSION} 'set' command`);
  });

  test("lets nobody look at or empty the server, and nobody in without a name", async () => {
    for (const command of ["FLUSHALL", "KEYS '*'", "ACL LIST", "SHUTDOWN"]) {
      expect(await redis("writer", command)).toContain(NO_PERMISSION);
    }
    expect(await redis("writer", "INFO server")).toContain("redis_version:7");
    expect(await inside("writer", "redis-cli -h cache PING")).toBe("NOAUTH Authentication required.");
  });

  test("throws out what it has no room for, and stays up", async () => {
    const fill = "for i in $(seq 1 40); do redis_set $i; done";
    const set = `redis_set() { head -c 400000 /dev/zero | REDISCLI_AUTH=$(cat $CACHE_PASSWORD_FILE) redis-cli -h cache --user $CACHE_USER -x SET big:$1 >/dev/null; }`;
    expect(await inside("writer", `${set}; ${fill}`)).toBe("");
    const evicted = /evicted_keys:(\d+)/.exec(await redis("writer", "INFO stats"))?.[1];
    expect(Number(evicted)).toBeGreaterThan(0);
  });

  test("is measured", async () => {
    const metrics = await inside(
      "cache-exporter",
      "/atelier/bin/busybox wget -q -O - http://127.0.0.1:9121/metrics",
    );
    expect(metrics).toMatch(/^redis_up 1$/m);
    expect(metrics).toMatch(/^redis_memory_max_bytes 8\.388608e\+06$/m);
  });
});

describe("vectors", () => {
  test("are written by one and read by the others", async () => {
    expect(await inside("writer", "echo built > $INDEX_PATH/built && cat $INDEX_PATH/built")).toBe("built");
    expect(await inside("reader", "cat $INDEX_PATH/built")).toBe("built");
    expect(await inside("reader", "touch $INDEX_PATH/mine")).toContain("Read-only file system");
    expect(await inside("stranger", "ls /vectors")).toContain("No such file");
  });

  test("are measured", async () => {
    const read =
      "from urllib.request import urlopen; print(urlopen('http://127.0.0.1:9091/metrics').read().decode())";
    expect(await inside("index-exporter", `python3 -c "${read}"`)).toContain(
      'vectors_index_versions{index="index"}',
    );
  });
});

describe("the bucket", () => {
  test("takes and gives objects by pre-signed URLs", async () => {
    expect(await s3("writer", "PUT folder/a.txt", "hello")).toBe("200");
    expect(await s3("writer", "GET folder/a.txt")).toBe("200 hello");
    expect(await s3("reader", "GET folder/a.txt")).toBe("200 hello");
    expect(await s3("reader", "GET -")).toContain("<Key>folder/a.txt</Key>");
  });

  test.each(["unsigned", "expired", "forged"])("refuses a request that is %s", async (mode) => {
    expect(await s3("writer", `GET folder/a.txt ${mode}`)).toMatch(/^403 /);
  });

  test("lets a reader change nothing", async () => {
    expect(await s3("reader", "PUT folder/b.txt", "mine")).toMatch(/^403 /);
    expect(await s3("reader", "DELETE folder/a.txt")).toMatch(/^403 /);
  });

  test("keeps versions of what is overwritten and deleted", async () => {
    await s3("writer", "PUT versioned.txt", "one");
    await s3("writer", "PUT versioned.txt", "two");
    expect(await s3("writer", "DELETE versioned.txt")).toBe("204");
    expect(await s3("writer", "GET versioned.txt")).toMatch(/^404 /);
    const data = await inside("media", "/atelier/bin/busybox find /data/versions -type f | wc -l");
    expect(Number(data)).toBeGreaterThan(0);
  });

  test("has an expiry that runs", async () => {
    const name = (await containers("-a")).find((one) => /-media-expire-[0-9a-f]{6}$/.test(one)) ?? "";
    expect(await docker("start", "-a", name)).toBe("0 objects expired");
  });
});

describe("what a change does", () => {
  test("nothing, when there is none", async () => {
    expect(await stack.preview("--refresh")).toEqual([]);
  });

  test("a new size replaces the server and keeps its data; a reader that left can't log in for long", async () => {
    await up({ ...FIRST, memory: 320, reader: false });
    expect(await sql("writer", "SELECT count(*) FROM items")).toBe("2");
    expect(await sql("writer", "SHOW shared_buffers")).toBe("80MB");
    expect(
      await sql(
        "writer",
        "SELECT rolvaliduntil < now() + interval '11 minutes' FROM pg_roles WHERE rolname = 'reader'",
      ),
    ).toBe("t");
    expect(await s3("writer", "GET folder/a.txt")).toBe("200 hello");
    expect(await inside("writer", "cat $INDEX_PATH/built")).toBe("built");
  });
});

describe("destroy", () => {
  test("leaves nothing but the volumes that are to be kept, and the next up finds them", async () => {
    const { code, text } = await stack.destroy();
    expect(code, text).toBe(0);
    expect(await containers("-a")).toEqual([]);
    expect(await docker("network", "ls", "-q", "--filter", `label=atelier.stack=${PREFIX}`)).toBe("");
    expect(await docker("images", "-q", "--filter", `reference=${PREFIX}/*`)).toBe("");
    const volumes = (await docker("volume", "ls", "-q", "--filter", `label=atelier.stack=${PREFIX}`)).split(
      "\n",
    );
    expect(volumes.sort()).toEqual(["cache", "db", "index", "media"].map((name) => `${PREFIX}-${name}`));
    await up({ ...FIRST, keepVolumes: false });
    expect(await sql("reader", "SELECT count(*) FROM items")).toBe("2");
    expect(await s3("reader", "GET folder/a.txt")).toBe("200 hello");
  });

  test("removes the volumes too where they are not to be kept", async () => {
    const { code, text } = await stack.destroy();
    expect(code, text).toBe(0);
    expect(await docker("volume", "ls", "-q", "--filter", `label=atelier.stack=${PREFIX}`)).toBe("");
  });
});
