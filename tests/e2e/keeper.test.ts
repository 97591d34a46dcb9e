/** The keeper behind its socket proxy, on the real engine: its own tests, what it heals, starts, counts and keeps. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderSocketProxy } from "../../components/docker/socket-proxy.ts";
import { FORBIDDEN, LIST } from "../images/socket-requests.ts";
import {
  buildImage,
  docker,
  fetchInside,
  nameOf,
  removeAll,
  start,
  startFiles,
  tagOf,
  until,
} from "./images/host.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const STACK = nameOf("keeping");
const NETWORK = nameOf("docker-api");
const VOLUME = nameOf("logs");
const SOCKET = "/var/run/docker.sock";
const metricsUrl = "http://127.0.0.1:9400/metrics";

let folder = "";
let proxy = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-keeper-"));
  await removeAll();
  for (const name of ["tools", "static", "keeper", "edge"] as const) await buildImage(name);
  await startFiles();
  await docker("network", "create", NETWORK);
  await docker("volume", "create", VOLUME);
  await startProxy();
  await startKeeper();
  await startWeb();
});
afterAll(async () => {
  await removeAll();
  await rm(folder, { recursive: true, force: true });
});

const labels = (part: string, name: string, keep: string) =>
  Object.entries({ stack: STACK, part, name, run: keep }).map(
    ([key, value]) => `--label=atelier.${key}=${value}`,
  );

async function startProxy(): Promise<void> {
  const { gid } = await stat(SOCKET);
  await start("socket-proxy", "edge", folder, {
    files: { "haproxy.cfg": renderSocketProxy(STACK) },
    more: [
      `--network=${NETWORK}`,
      "--network-alias=socket-proxy",
      `--user=10001:${gid}`,
      `--volume=${SOCKET}:${SOCKET}:ro`,
    ],
  });
  const address = await docker(
    "inspect",
    "--format={{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
    nameOf("socket-proxy"),
  );
  proxy = address;
  await until("the proxy", async () => ((await ask("GET", "/_ping")) === 200 ? true : undefined));
}

async function startKeeper(): Promise<void> {
  await start("keeper", "keeper", folder, {
    env: { KEEPER_STACK: STACK, KEEPER_DOCKER: "http://socket-proxy:2375", KEEPER_PORT: "9400" },
    more: [`--network=${NETWORK}`, `--volume=${VOLUME}:/var/log/atelier`],
  });
  await until("the keeper", () => fetchInside("keeper", "http://127.0.0.1:9400/health"));
}

/** Its name carries the deployment's prefix, because the proxy and the keeper know containers by it. */
const WEB = "keeping-web-1-3fa9c1";

async function startWeb(): Promise<void> {
  const probe =
    "/atelier/bin/busybox timeout 10 /atelier/bin/busybox wget -q -O /dev/null http://127.0.0.1:8080/-/health";
  await start(WEB, "static", folder, {
    more: [
      ...labels("service", "web", "always"),
      "--restart=unless-stopped",
      `--health-cmd=${probe}`,
      "--health-interval=2s",
      "--health-timeout=1s",
      "--health-retries=2",
    ],
  });
  await healthy();
}

/** Status of a request to the proxy, sent to the letter. */
function ask(method: string, target: string, rest = "\r\n"): Promise<number> {
  return new Promise((answered, failed) => {
    const socket = connect(2375, proxy, () => {
      socket.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${rest}`);
    });
    socket.once("data", (data) => {
      answered(Number(data.toString().split(" ")[1]));
      socket.destroy();
    });
    socket.once("error", failed);
  });
}

const inspect = (format: string) => docker("inspect", `--format=${format}`, nameOf(WEB));
const started = () => inspect("{{.State.StartedAt}}");
const healthy = () =>
  until("healthy", async () =>
    (await inspect("{{.State.Health.Status}}")) === "healthy" ? true : undefined,
  );

/** Milliseconds from a fault until the container serves again, in a new life. */
async function healing(fault: () => Promise<unknown>): Promise<number> {
  await healthy();
  const before = await started();
  const begun = performance.now();
  await fault();
  await until("a new life", async () => ((await started()) === before ? undefined : true));
  await until("an answer", () => fetchInside(WEB, "http://127.0.0.1:8080/-/health"));
  return performance.now() - begun;
}

async function processes(): Promise<string[]> {
  const [, , ...pids] = (await docker("top", nameOf(WEB), "-eo", "pid")).split("\n");
  return pids;
}

async function metric(name: string): Promise<number> {
  const text = await fetchInside("keeper", metricsUrl);
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) && line.includes('service="web"'));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

it("passes its own tests", async () => {
  const { stderr } = await run("docker", [
    "run",
    "--rm",
    "--network=none",
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    `--volume=${root}/tests/images/keeper:/tests:ro`,
    "--workdir=/tests",
    "--entrypoint=python3",
    tagOf("keeper"),
    "-m",
    "unittest",
    "-b",
  ]);
  expect(stderr).toMatch(/Ran \d+ tests[\s\S]*\nOK/);
});

describe("the socket proxy", () => {
  it("answers what the keeper asks", async () => {
    expect(await ask("GET", LIST(STACK))).toBe(200);
    expect(await ask("GET", `/containers/${nameOf(WEB)}/json`)).toBe(200);
    expect(await ask("POST", `/containers/${nameOf(WEB)}/start`, "Content-Length: 0\r\n\r\n")).toBe(304);
  });

  it.each(FORBIDDEN(STACK, nameOf(WEB)))("refuses %s %s", async (method, target) => {
    expect(await ask(method, target)).toBe(403);
  });

  it("refuses bodies and upgrades", async () => {
    const target = `/containers/${nameOf(WEB)}/start`;
    expect(await ask("POST", target, "Content-Length: 2\r\n\r\n{}")).toBe(403);
    expect(await ask("POST", target, "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")).toBe(403);
    expect(await ask("POST", target, "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n")).toBe(403);
  });
});

describe("the watchdog (FF-10)", () => {
  it.each<[string, () => Promise<unknown>]>([
    // The init goes when its child is gone, perhaps before its own signal comes.
    ["a killed process", async () => run("kill", ["-9", ...(await processes())]).catch(() => undefined)],
    ["docker kill", () => docker("kill", nameOf(WEB))],
    ["a hanging process", async () => run("kill", ["-STOP", ...(await processes())])],
  ])("brings back %s", async (what, fault) => {
    const time = await healing(fault);
    console.log(`${what}: back after ${Math.round(time)} ms`);
    await healthy();
  });

  it("counts what it did", async () => {
    // Figures are kept for a few seconds; those of its last life may still be shown.
    await until("figures", async () =>
      (await metric("atelier_container_restarts_total")) >= 3 ? true : undefined,
    );
    expect(await metric("atelier_watchdog_restarts_total")).toBe(2);
  });

  it("measures what the engine measures", async () => {
    // An engine that lost sight of its control groups has 0B for everything; then there are no figures at all.
    const usage = await docker("stats", "--no-stream", "--format={{.MemUsage}}", nameOf(WEB));
    const text = await fetchInside("keeper", metricsUrl);
    const measured = !usage.startsWith("0B");
    for (const name of ["container_memory_working_set_bytes", "container_cpu_usage_seconds_total"]) {
      expect([name, text.includes(`${name}{name="${nameOf(WEB)}"`)]).toEqual([name, measured]);
    }
    expect(text).toContain(`container_spec_memory_limit_bytes{name="${nameOf(WEB)}"`);
  });

  it("leaves alone what was stopped, and what is removed", async () => {
    await docker("stop", "--time=2", nameOf(WEB));
    await sleep(4000);
    expect(await inspect("{{.State.Status}}")).toBe("exited");
    await docker("start", nameOf(WEB));
    await healthy();
    await docker("rm", "--force", nameOf(WEB));
    await sleep(3000);
    await expect(inspect("{{.State.Status}}")).rejects.toThrow("No such");
    await startWeb();
  });
});

describe("the log collector (FF-12)", () => {
  const lines = async (): Promise<number[]> => {
    const text = await docker("exec", nameOf("keeper"), "python3", "-m", "keeper", "logs", "--json", "count");
    return text.split("\n").map((line) => Number((JSON.parse(line) as { message: string }).message));
  };

  it("keeps every line once, also when it is killed in between", async () => {
    await docker(
      "run",
      "--detach",
      `--name=${nameOf("keeping-count-3fa9c1")}`,
      ...labels("job", "count", "once"),
      "--network=none",
      `--volumes-from=${nameOf("files")}`,
      "--entrypoint=/atelier/bin/busybox",
      tagOf("static"),
      "sh",
      "-c",
      "i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo $i; /atelier/bin/busybox usleep 30000; done",
    );
    await until("the first lines", async () => ((await lines()).length > 20 ? true : undefined));
    await docker("kill", nameOf("keeper"));
    await sleep(1000);
    await docker("start", nameOf("keeper"));
    await until("the last line", async () => ((await lines()).includes(200) ? true : undefined));
    expect(await lines()).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });
});

describe("the scheduler", () => {
  it("starts a container at its time and tells how it ended", async () => {
    await docker(
      "create",
      `--name=${nameOf("keeping-tick-3fa9c1")}`,
      ...labels("cron", "tick", "on-schedule"),
      "--label=atelier.cron=* * * * *",
      "--label=atelier.timezone=Europe/Berlin",
      "--network=none",
      `--volumes-from=${nameOf("files")}`,
      "--entrypoint=/atelier/bin/busybox",
      tagOf("static"),
      "false",
    );
    const text = await until(
      "its end",
      async () => {
        const metrics = await fetchInside("keeper", metricsUrl);
        return metrics.includes('atelier_cron_runs_total{outcome="failure",service="tick"}')
          ? metrics
          : undefined;
      },
      110,
    );
    expect(text).toContain('atelier_cron_last_exit_code{service="tick"} 1.0');
  });
});

const sleep = (milliseconds: number) => new Promise((wait) => setTimeout(wait, milliseconds));
