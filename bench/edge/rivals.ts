/** The two edges that are compared, each with a service behind it that can be replaced. */
import { join } from "node:path";
import { mebibytes, milliseconds } from "../../src/config/units.ts";
import { app, backend, edge, route, toService } from "../../tests/components/docker/edge/fixture.ts";
import type { Door } from "../../tests/e2e/edge/client.ts";
import { docker, hostPort, sleep } from "../../tests/e2e/edge/docker.ts";
import { buildImages, Stack } from "../../tests/e2e/edge/stack.ts";

export interface Rival {
  readonly name: string;
  readonly door: Door;
  replaceService(): Promise<void>;
  /** Takes a changed configuration over. */
  changeEdge(): Promise<void>;
  /** Mebibytes that the edge's containers use. */
  memory(): Promise<number>;
  close(): Promise<void>;
}

const health = { path: "/health/ready", every: milliseconds(500), timeout: milliseconds(500), failAfter: 2 };
const ROUTES = [
  {
    path: "/",
    route: route(toService("api"), { bodyLimit: mebibytes(1) }),
    backend: backend("api", 8080, { health }),
  },
];

/** The same for both: the new one is healthy before the old one is stopped. */
async function switchService(stack: Stack, old: string): Promise<string> {
  const name = await stack.startBackend("api");
  await stack.healthy(name);
  await sleep(1500);
  await docker("stop", "-t", "10", old);
  return name;
}

export async function haproxyAndCoraza(): Promise<Rival> {
  await buildImages();
  const stack = await Stack.open("bench-a");
  const spec = app({ edge: edge({ domain: "flashfit.example" }) });
  let service = await stack.startBackend("api");
  const waf = (await stack.startWaf(spec)) ?? "";
  let current = await stack.startEdge(spec, ROUTES);
  await stack.startDoor(spec.edge.domain);
  return {
    name: "HAProxy + Coraza + CRS 4",
    door: stack.door,
    async replaceService() {
      service = await switchService(stack, service);
    },
    async changeEdge() {
      const old = current;
      current = await stack.startEdge(spec, ROUTES);
      await stack.stop(old);
    },
    memory: () => memoryOf([current, waf]),
    close: () => stack.close(),
  };
}

export async function nginxAndModSecurity(): Promise<Rival> {
  const image = "atelier-test-nginx-image";
  await docker("build", "-q", "--network", "host", "-t", image, join(import.meta.dirname, "nginx"));
  const stack = await Stack.open("bench-b");
  let service = await stack.startBackend("api");
  const name = `${stack.sandbox.prefix}-nginx`;
  const { open, back } = stack.networks;
  await docker("create", "--name", name, "--network", open, "-p", "127.0.0.1::8443", image);
  await docker("network", "connect", back, name);
  await docker("start", name);
  const https = await hostPort(name, 8443);
  const ca = await docker("exec", name, "cat", "/etc/nginx/chain.pem");
  return {
    name: "nginx + ModSecurity + CRS 3.3",
    door: { http: 0, https, ca, domain: "flashfit.example" },
    async replaceService() {
      service = await switchService(stack, service);
    },
    async changeEdge() {
      await docker("exec", name, "nginx", "-s", "reload");
      await sleep(2000);
    },
    memory: () => memoryOf([name]),
    close: () => stack.close(),
  };
}

/** Resident memory of every process in the containers. */
async function memoryOf(containers: readonly string[]): Promise<number> {
  const lists = await Promise.all(containers.map((name) => docker("top", name, "-eo", "pid,rss")));
  const kibibytes = lists.flatMap((list) =>
    list
      .split("\n")
      .slice(1)
      .map((line) => Number(line.trim().split(/\s+/)[1])),
  );
  return Math.round(kibibytes.reduce((sum, size) => sum + size, 0) / 1024);
}
