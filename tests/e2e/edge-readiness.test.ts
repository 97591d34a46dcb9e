/** Who gets requests when, with the names and the instances in the test's hand and HAProxy itself between them. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { instances, readinessFile, readinessSettings } from "../../components/docker/edge/readiness.ts";
import { section } from "../../components/docker/edge/text.ts";
import { Sandbox, sleep, until } from "./edge/docker.ts";
import { Instance } from "./edge/instance.ts";
import { Names } from "./edge/names.ts";
import { buildImages, EDGE_IMAGE } from "./edge/stack.ts";

const HEALTH = ["option httpchk GET /ready", "http-check expect status 200"];

let sandbox: Sandbox;
let names: Names;
/** Five that listen, none of them ready. */
let all: readonly Instance[];
let first: Instance;
let second: Instance;

beforeAll(async () => {
  await buildImages();
  sandbox = await Sandbox.open("readiness");
});
afterAll(() => sandbox?.close());

beforeEach(async () => {
  names = await Names.open();
  first = await Instance.open("127.0.0.2");
  second = await Instance.open("127.0.0.3", first.port);
  const others = [4, 5, 6].map((n) => Instance.open(`127.0.0.${n}`, first.port));
  all = [first, second, ...(await Promise.all(others))];
});
afterEach(() => {
  for (const one of [names, ...all]) one.close();
});

/** HAProxy with one backend that finds its instances by name. Gives its port. */
async function startProxy(health: readonly string[], slots: number): Promise<number> {
  const port = await freePort();
  const config = [
    section("global", ["log stdout format raw local0", ...readinessSettings()]),
    section("resolvers docker", [
      `nameserver test 127.0.0.1:${names.port}`,
      ...[
        "timeout resolve 100ms",
        "timeout retry 100ms",
        "hold valid 100ms",
        "hold obsolete 0s",
        "hold nx 100ms",
      ],
    ]),
    section("defaults", [
      "mode http",
      "log global",
      ...["timeout connect 1s", "timeout client 5s", "timeout server 5s"],
    ]),
    section("frontend in", [`bind 127.0.0.1:${port}`, "default_backend api"]),
    section("backend api", [
      "option http-server-close",
      ...health,
      ...instances({ alias: "api", port: first.port, slots, serving: "inter 200ms fall 2 rise 1" }),
    ]),
  ];
  await sandbox.start({
    ...{ image: EDGE_IMAGE, networks: ["host"], alias: "proxy" },
    files: { "haproxy.cfg": config.join("\n"), ...readinessFile() },
  });
  await until("HAProxy", () => ask(port));
  return port;
}

/** The address of who answered, or the status of a refusal. */
async function ask(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  return answer.ok ? answer.text() : String(answer.status);
}

/** Everyone who answers within the time. */
async function answering(port: number, ms: number): Promise<string[]> {
  const seen = new Set<string>();
  for (const end = Date.now() + ms; Date.now() < end; await sleep(2)) seen.add(await ask(port));
  return [...seen].sort();
}

const reached = (port: number, who: string) =>
  until(`an answer of ${who}`, async () => (await ask(port)) === who || undefined, 5000);

test("an instance that listens gets its first request when its readiness has passed", async () => {
  const port = await startProxy(HEALTH, all.length);
  for (const { address } of all) {
    names.addresses = [...names.addresses, address];
    expect(await answering(port, 1000)).toEqual(["503"]);
  }
  first.ready = true;
  await reached(port, first.address);
  expect(await answering(port, 1000)).toEqual([first.address]);
  second.ready = true;
  await reached(port, second.address);
  expect(all.map(({ requests }) => requests > 0)).toEqual([true, true, false, false, false]);
});

test("an instance that takes another one's place must pass by itself", async () => {
  const port = await startProxy(HEALTH, 1);
  first.ready = true;
  for (let n = 0; n < 5; n++) {
    names.addresses = [first.address];
    await reached(port, first.address);
    // The one that leaves is well to the end, so that nothing but the change of the address shuts the slot.
    names.addresses = [second.address];
    expect(await answering(port, 1500)).toEqual([first.address, "503"]);
  }
  expect(second.requests).toBe(0);
  second.ready = true;
  await reached(port, second.address);
});

test("an instance that left the name gets nothing, and is asked anew when it comes back", async () => {
  const port = await startProxy(HEALTH, 2);
  first.ready = true;
  names.addresses = [first.address];
  await reached(port, first.address);
  names.addresses = [];
  await reached(port, "503");
  first.ready = false;
  names.addresses = [first.address];
  expect(await answering(port, 2000)).toEqual(["503"]);
  first.ready = true;
  await reached(port, first.address);
});

test("an instance that stops being ready gets nothing until it is again", async () => {
  const port = await startProxy(HEALTH, 2);
  first.ready = true;
  names.addresses = [first.address];
  await reached(port, first.address);
  first.ready = false;
  await reached(port, "503");
  expect(await answering(port, 1000)).toEqual(["503"]);
  first.ready = true;
  await reached(port, first.address);
});

test("without a health path, an instance that accepts connections is ready", async () => {
  const port = await startProxy([], 2);
  second.close();
  names.addresses = [second.address];
  expect(await answering(port, 1000)).toEqual(["503"]);
  names.addresses = [second.address, first.address];
  await reached(port, first.address);
  expect(await answering(port, 1000)).toEqual([first.address]);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
