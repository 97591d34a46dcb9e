/** Services, WAF agents and edges are replaced while clients keep asking. Nothing may fail, nothing run twice. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { app, edge } from "../components/docker/edge/fixture.ts";
import { type Call, call, type Load, load } from "./edge/client.ts";
import { docker, sleep, until } from "./edge/docker.ts";
import { ROUTES } from "./edge/routes.ts";
import { buildImages, Stack } from "./edge/stack.ts";

const CONNECTIONS = 32;
const APP = app({ edge: edge({ waf: "block" }) });

let stack: Stack;
let backend: string;
let generation = 0;
const everyBackend: string[] = [];
let edgeName: string;
let agent: string;

beforeAll(async () => {
  await buildImages();
  stack = await Stack.open("switch");
  backend = await stack.startBackend("api", { NAME: "generation-0" });
  agent = (await stack.startWaf(APP)) ?? "";
  edgeName = await stack.startEdge(APP, ROUTES);
  await stack.startDoor(APP.edge.domain);
  await until("first answer", async () => (await call(stack.door, "/app/")).status === 200 || undefined);
});
afterAll(() => stack?.close());

/** A new generation comes, answers its health check, and only then the old one goes. */
async function replaceBackend(env: Record<string, string> = {}): Promise<void> {
  const old = backend;
  generation += 1;
  backend = await stack.startBackend("api", {
    ...{ NAME: `generation-${generation}`, READY_AFTER_MS: "500" },
    ...env,
  });
  everyBackend.push(backend);
  await stack.healthy(backend);
  await sleep(1500);
  await docker("stop", "-t", "10", old);
}

async function replaceEdge(): Promise<void> {
  const old = edgeName;
  edgeName = await stack.startEdge(APP, ROUTES);
  await stack.stop(old);
}

async function during(
  what: string,
  path: string,
  make: (n: number) => Call,
  change: () => Promise<void>,
): Promise<Load> {
  const clients = load(stack.door, path, CONNECTIONS, make);
  await sleep(500);
  await change();
  await sleep(500);
  const result = await clients.stop();
  console.log(
    `${what}: ${result.sent} requests, ${result.failures.length} failed, slowest ${result.slowest} ms`,
    ...new Set(result.failures.map((failure) => failure.replace(/"requestId":"[^"]*"/, ""))),
  );
  return result;
}

const read = () => ({});
const write = (n: number): Call => ({
  method: "POST",
  body: `{"n":${n}}`,
  headers: { "content-type": "application/json", "x-work-id": `${n}` },
});

describe(`${CONNECTIONS} keep-alive connections lose nothing`, () => {
  test("while a service is replaced four times", async () => {
    const result = await during("4 service switches, GET", "/app/x", read, async () => {
      for (let n = 0; n < 4; n++) await replaceBackend();
    });
    expect(result.failures).toEqual([]);
    expect((await call(stack.door, "/app/x")).body).toContain(`generation-${generation}`);
  });
  test("while the edge is replaced three times", async () => {
    const result = await during("3 edge switches, GET", "/app/x", read, async () => {
      for (let n = 1; n <= 3; n++) await replaceEdge();
    });
    expect(result.failures).toEqual([]);
  });
  test("while the edge is replaced and every request opens a connection", async () => {
    const result = await during(
      "2 edge switches, no keep-alive",
      "/app/x",
      () => ({ headers: { connection: "close" } }),
      async () => {
        for (let n = 1; n <= 2; n++) await replaceEdge();
      },
    );
    expect(result.failures).toEqual([]);
  });
  test("while a service is replaced under POST, and no POST runs twice", async () => {
    // One that closes its port at once loses what still waits there, and only a request without effects is sent again.
    const leaving = { DRAIN_MS: "2000" };
    await replaceBackend(leaving);
    const result = await during("4 service switches, POST", "/app/work", write, async () => {
      for (let n = 0; n < 4; n++) await replaceBackend(leaving);
    });
    expect(result.failures).toEqual([]);
    const done = await Promise.all(everyBackend.map((name) => docker("logs", name)));
    const ids = done.flatMap((log) => log.match(/did \d+/g) ?? []);
    expect(ids.length).toBe(result.sent);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("an instance that listens but is not ready gets nothing", async () => {
  const result = await during("5 unready instances arrive", "/app/x", read, async () => {
    for (let n = 0; n < 5; n++) {
      const unready = await stack.startBackend("elsewhere", { NAME: "unready", READY_AFTER_MS: "3600000" });
      await stack.listening(unready);
      await stack.rename(unready, "api");
      await sleep(2000);
      await docker("rm", "-f", unready);
    }
  });
  expect(result.failures).toEqual([]);
  expect(Object.keys(result.answers)).toEqual([`generation-${generation}`]);
});

test("a request in flight ends although its edge was told to stop, and a stream too", async () => {
  const slow = call(stack.door, "/app/slow");
  const stream = call(stack.door, "/app/stream");
  await sleep(200);
  await replaceEdge();
  expect((await slow).status).toBe(200);
  expect((await stream).body.match(/data:/g)).toHaveLength(10);
});

test("the WAF agent is replaced without a refused request", async () => {
  const result = await during("3 WAF switches", "/app/x", read, async () => {
    for (let n = 0; n < 3; n++) {
      const old = agent;
      agent = (await stack.startWaf(APP)) ?? "";
      await stack.wafHealthy(agent, edgeName);
      await sleep(1500);
      await docker("stop", "-t", "5", old);
    }
  });
  expect(result.failures).toEqual([]);
});
