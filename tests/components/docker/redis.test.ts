import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { aclCommands, aclFile, consumerUser, platformUsers } from "../../../components/docker/redis/acl.ts";
import { containerMemory, serverConfig, setupScript } from "../../../components/docker/redis/server.ts";
import { Redis } from "../../../components/docker/redis.ts";
import { Secrets } from "../../../components/docker/secrets.ts";
import type { App, DataOf } from "../../../src/config/model.ts";
import { inMebibytes, mebibytes } from "../../../src/config/units.ts";
import { makeApp, makeRedis, makeService } from "../../helpers/app.ts";
import { dataArgs, SEED } from "../../helpers/deployment.ts";
import { hidden, leaks, runProgram } from "../../helpers/program.ts";

const CONTAINER = "docker:index/container:Container";
const SERVICES = {
  api: makeService({ uses: { cache: "write" } }),
  web: makeService({ uses: { cache: "read" } }),
};

const create = (changes: Partial<DataOf<"redis">> = {}, app: Partial<App> = {}) =>
  runProgram(() => {
    const whole = makeApp({ services: SERVICES, data: { cache: makeRedis(changes) }, ...app });
    const part = new Redis("cache", dataArgs("redis", "cache", whole));
    return { part, grant: part.grant("api", "write") };
  });

const passwordOf = (user: string) =>
  new Secrets({ app: makeApp(), values: {}, seed: SEED }).password(`cache/${user}`).value;
const hash = (user: string) => createHash("sha256").update(passwordOf(user)).digest("hex");

test("the server has room for its data, and its users in a file that is secret", async () => {
  const { get } = await create({ memory: mebibytes(96) });
  expect(get("shop-dev-cache", CONTAINER).inputs).toMatchObject({
    image: "sha256:redis",
    user: "999:999",
    memory: 128,
    memorySwap: 128,
    memoryReservation: 96,
    networksAdvanced: [{ name: "shop-dev-cache-id", aliases: ["cache"] }],
    volumes: [{}, { volumeName: "shop-dev-cache", containerPath: "/data", readOnly: false }],
    healthcheck: {
      tests: [
        "CMD",
        "/atelier/bin/busybox",
        "sh",
        "-c",
        'REDISCLI_AUTH="$(cat /run/secrets/health)" redis-cli -p 6379 --user atelier_health ping | grep -q -x PONG',
      ],
    },
  });
  const uploads = get("shop-dev-cache-files").inputs.uploads;
  expect(uploads).toContainEqual({
    file: "/run/secrets/platform.acl",
    content: hidden(
      [
        "user default reset off",
        `user atelier_admin reset on #${hash("atelier_admin")} ~* &* +@all`,
        `user atelier_health reset on #${hash("atelier_health")} -@all +ping`,
        `user atelier_exporter reset on #${hash("atelier_exporter")} -@all +@connection +client|list +config|get +info +latency|latest +latency|histogram +memory|usage +slowlog|get +slowlog|len`,
        "",
      ].join("\n"),
    ),
    permissions: "0444",
  });
});

test("no password is unmarked, and consumers reach the server as hashes", async () => {
  const { resources, get } = await create();
  const users = ["api", "web", "atelier_admin", "atelier_health", "atelier_exporter"];
  expect(leaks(resources, users.map(passwordOf))).toEqual([]);
  expect(get(/^shop-dev-cache-setup-[0-9a-f]{6}-files$/).inputs.uploads).toContainEqual({
    file: "/run/secrets/users.redis",
    content: hidden(
      [
        `ACL SETUSER api reset on #${hash("api")} ~* &* +@all -@admin -@dangerous +info`,
        `ACL SETUSER web reset on #${hash("web")} ~* &* -@all +@read +@connection +@transaction +subscribe +psubscribe +unsubscribe +punsubscribe -@dangerous +info`,
        "",
      ].join("\n"),
    ),
    permissions: "0444",
  });
});

test("a grant is the connection contract with the consumer's own user", async () => {
  const { result } = await create();
  expect(result.grant.env).toEqual({ CACHE_HOST: "cache", CACHE_PORT: "6379", CACHE_USER: "api" });
  expect(result.grant.secrets.CACHE_PASSWORD?.value).toBe(passwordOf("api"));
  expect(result.grant.secrets.CACHE_URL?.value).toBe(`redis://api:${passwordOf("api")}@cache:6379/0`);
  expect(result.part.scrape).toEqual([
    {
      job: "cache",
      host: "cache-exporter",
      port: 9121,
      path: "/metrics",
      every: 15000,
      labels: { kind: "redis" },
    },
  ]);
});

test("another user is told to the running server, which stays as it is", async () => {
  const before = await create();
  const after = await create({}, { services: { api: SERVICES.api } });
  const server = (program: typeof before) => [
    program.get("shop-dev-cache", CONTAINER).inputs,
    program.get("shop-dev-cache-files").inputs,
  ];
  const setup = (program: typeof before) => program.get(/^shop-dev-cache-setup-[0-9a-f]{6}$/).name;
  expect(server(after)).toEqual(server(before));
  expect(setup(after)).not.toBe(setup(before));
});

test("the exporter finds its password by address, with and without its name in it", async () => {
  const { get } = await create();
  const exporter = get(/^shop-dev-cache-exporter-[0-9a-f]{6}$/);
  expect(exporter.inputs.envs).toEqual([
    "REDIS_ADDR=redis://cache:6379",
    "REDIS_EXPORTER_INCL_CONFIG_METRICS=false",
    "REDIS_PASSWORD_FILE=/run/secrets/passwords.json",
    "REDIS_USER=atelier_exporter",
  ]);
  const password = passwordOf("atelier_exporter");
  expect(get(`${exporter.name}-files`).inputs.uploads).toEqual([
    {
      file: "/run/secrets/passwords.json",
      content: hidden(
        JSON.stringify({ "redis://cache:6379": password, "redis://atelier_exporter@cache:6379": password }),
      ),
      permissions: "0444",
    },
  ]);
});

describe("settings", () => {
  test.each([
    [96, "none", 128],
    [16, "none", 48],
    [256, "none", 342],
    [256, "append-only", 427],
  ] as const)(
    "%d MiB of data with persistence %s take a container of %d MiB",
    (memory, persistence, whole) => {
      expect(inMebibytes(containerMemory({ memory: mebibytes(memory), persistence }))).toBe(whole);
    },
  );

  test.each([
    ["none", 'save ""\nappendonly no'],
    ["snapshot", "save 3600 1 300 100 60 10000\nappendonly no"],
    ["append-only", 'save ""\nappendonly yes\nappendfsync everysec'],
  ] as const)("persistence %s", (persistence, lines) => {
    const config = serverConfig({ memory: mebibytes(64), eviction: "volatile-ttl", persistence });
    expect(config).toContain("maxmemory 67108864\nmaxmemory-policy volatile-ttl\n");
    expect(config).toContain(`${lines}\n`);
  });
});

test("rules come as a file and as commands, the default user is off", () => {
  const user = consumerUser("api", "pw", "write");
  const rule = `api reset on #${createHash("sha256").update("pw").digest("hex")} ~* &* +@all -@admin -@dangerous +info`;
  expect(aclFile([user])).toBe(`user default reset off\nuser ${rule}\n`);
  expect(aclCommands([user])).toBe(`ACL SETUSER ${rule}\n`);
  expect(platformUsers(() => "x").map(({ name }) => name)).toEqual([
    "atelier_admin",
    "atelier_health",
    "atelier_exporter",
  ]);
  expect(setupScript("cache", ["api", "web"])).toContain('case " default api web " in');
});
