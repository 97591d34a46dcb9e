/** Every platform image that is built here starts and answers without root, writable root and capabilities. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImageName, platformImages } from "../../components/docker/images.ts";
import {
  buildImage,
  docker,
  fetchInside,
  nameOf,
  type RunOptions,
  removeAll,
  start,
  startFiles,
  until,
} from "./images/host.ts";

interface Case extends RunOptions {
  /** A path that answers, and what its answer holds. */
  readonly url?: string;
  readonly says?: string | RegExp;
  /** A command inside that succeeds, and what it prints. */
  readonly inside?: readonly string[];
}

const busybox = "/atelier/bin/busybox";
const secret = { "password.txt": "example-password" };

const CASES: Readonly<Partial<Record<ImageName, Case>>> = {
  tools: { files: { "index.html": "<h1>dashboards</h1>" }, url: ":8080/", says: "dashboards" },
  static: { env: { FALLBACK: "/index.html" }, url: ":8080/-/health", says: "ok" },
  postgres: {
    env: {
      POSTGRES_USER: "shop_admin",
      POSTGRES_DB: "shop",
      POSTGRES_PASSWORD_FILE: "/run/config/password.txt",
      PGDATA: "/var/lib/postgresql/data/pgdata",
    },
    files: { ...secret, "init/1.sql": "CREATE EXTENSION pg_stat_statements; CREATE TABLE item (id int);" },
    command: ["postgres", "-c", "shared_preload_libraries=pg_stat_statements"],
    inside: [
      "psql",
      "-h",
      "/run/postgresql",
      "-U",
      "shop_admin",
      "shop",
      "-tAc",
      "select count(*) from item",
    ],
    says: "0",
  },
  redis: { inside: ["redis-cli", "ping"], says: "PONG" },
  prometheus: {
    files: { "prometheus.yml": "scrape_configs: []\n" },
    url: ":9090/-/ready",
    says: "Ready",
  },
  alertmanager: {
    files: { "alertmanager.yml": "route: { receiver: none }\nreceivers: [{ name: none }]\n" },
    url: ":9093/-/healthy",
    says: "OK",
  },
  "postgres-exporter": {
    env: {
      DATA_SOURCE_URI: "127.0.0.1:1/x",
      DATA_SOURCE_USER: "x",
      DATA_SOURCE_PASS_FILE: "/run/config/password.txt",
    },
    files: secret,
    url: ":9187/metrics",
    says: "pg_up 0",
  },
  "redis-exporter": { env: { REDIS_ADDR: "redis://127.0.0.1:1" }, url: ":9121/metrics", says: "redis_up 0" },
  "node-exporter": {
    more: ["--volume=/:/host:ro"],
    url: ":9100/metrics",
    says: "node_memory_MemTotal_bytes",
  },
  egress: {
    files: {
      "tinyproxy.conf": 'Port 8888\nFilterDefaultDeny Yes\nFilter "/run/config/filter"\n',
      filter: "^x$\n",
    },
    inside: [busybox, "nc", "-w", "1", "127.0.0.1", "8888", "-e", "/atelier/bin/busybox", "true"],
  },
  auth: {
    env: { ISSUER_CONFIG: "/run/config/issuer.json" },
    files: {
      "issuer.json": '{ "project": "demo-shop", "apiKey": "local", "signIn": ["email"], "signUp": "open" }',
    },
    url: ":9099/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
    says: /"alg":"RS256"/,
  },
  firestore: { url: ":8080/v1/projects/demo-shop/databases/items/documents/coats", says: '{"documents":[]}' },
  s3: {
    env: { ROOT_ACCESS_KEY_ID: "admin", ROOT_SECRET_ACCESS_KEY: "example-secret", VGW_HEALTH: "/health" },
    command: ["posix", "/data"],
    url: ":7070/health",
  },
  keeper: { command: ["vectors"], url: ":9091/health", says: "ok" },
};

const names = Object.keys(CASES) as ImageName[];
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-images-"));
  await removeAll();
  for (const name of names) await buildImage(name);
  await startFiles();
});
afterAll(async () => {
  await removeAll();
  await rm(folder, { recursive: true, force: true });
});

it("covers every image that is built from a folder, except those with tests of their own", () => {
  const built = Object.entries(platformImages).filter(([, { context, program }]) => context ?? program);
  expect(
    built
      .map(([name]) => name)
      .filter((name) => name !== "edge" && name !== "waf")
      .sort(),
  ).toEqual([...names].sort());
});

describe.each(names)("%s", (name) => {
  const { url, says = "", inside, more = [], ...options } = CASES[name] ?? {};

  it("starts and answers", async () => {
    const init =
      name === "postgres" ? [`--volume=${join(folder, name, "init")}:/docker-entrypoint-initdb.d:ro`] : more;
    await start(name, name, folder, { ...options, more: init });
    try {
      const answer = await until(name, async () =>
        url
          ? await fetchInside(name, `http://127.0.0.1${url}`)
          : await docker("exec", nameOf(name), ...(inside ?? [])),
      );
      expect(answer).toMatch(says);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${await docker("logs", "--tail=20", nameOf(name))}`);
    }
  });

  it("has no root, no capability and nowhere to write", async () => {
    const status = await docker("exec", nameOf(name), busybox, "cat", "/proc/self/status");
    expect(status).toMatch(new RegExp(`^Uid:\\s+${platformImages[name].run.user.split(":")[0]}\\s`, "m"));
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    await expect(docker("exec", nameOf(name), busybox, "touch", "/usr/x")).rejects.toThrow(
      /Read-only file system|No such file|Permission denied/,
    );
  });

  it("ends when it is asked to", async () => {
    const begun = Date.now();
    await docker("stop", "--time=10", nameOf(name));
    expect(Date.now() - begun).toBeLessThan(9_000);
    const code = await docker("inspect", "--format={{.State.ExitCode}}", nameOf(name));
    expect(["0", "2", "143"]).toContain(code);
  });
});

describe("static files", () => {
  beforeAll(() =>
    start("site", "static", folder, {
      files: {
        "index.html": "<h1>home</h1>",
        "assets/app-3fa9c1d2.js": "1",
        "assets/app.js": "2",
        "site.webmanifest": "{}",
        ".env": "KEY=x",
      },
      env: { FALLBACK: "/index.html" },
      more: [`--volume=${join(folder, "site")}:/srv:ro`],
    }),
  );

  /** Status line and headers. */
  const head = (path: string) =>
    until(path, () =>
      docker(
        "exec",
        nameOf("site"),
        "/bin/bash",
        "-c",
        `exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`,
      ),
    );

  it.each<[path: string, status: number, type: string, cache: string | undefined]>([
    ["/", 200, "text/html; charset=utf-8", "no-cache"],
    ["/any/route", 200, "text/html; charset=utf-8", "no-cache"],
    [
      "/assets/app-3fa9c1d2.js",
      200,
      "application/javascript; charset=utf-8",
      "public, max-age=31536000, immutable",
    ],
    ["/assets/app.js", 200, "application/javascript; charset=utf-8", "no-cache"],
    ["/site.webmanifest", 200, "application/manifest+json", "no-cache"],
    ["/assets/gone-3fa9c1d2.js", 404, "text/html; charset=utf-8", "no-cache"],
    ["/.env", 404, "text/html; charset=utf-8", undefined],
  ])("%s is %i", async (path, status, type, cache) => {
    const answer = await head(path);
    const header = (name: string) => new RegExp(`^${name}: (.*?)\\r?$`, "mi").exec(answer)?.[1];
    expect([Number(answer.split(" ")[1]), header("Content-Type"), header("Cache-Control")]).toEqual([
      status,
      type,
      cache,
    ]);
  });

  it("refuses a fallback that is no path", async () => {
    await start("wrong", "static", folder, { env: { FALLBACK: "index.html" } });
    const logs = await until("its end", async () => (await docker("logs", nameOf("wrong"))) || undefined);
    expect(logs).toBe("FALLBACK: index.html must begin with /, for instance /index.html");
  });
});
