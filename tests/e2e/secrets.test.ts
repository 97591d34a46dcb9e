/** Forty secrets of every awkward kind go through up, a change, a failed up and destroy. None of them may be seen
 * anywhere in plain text: state, output, images, inspect, process lists. The service gets each byte for byte.
 */
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker } from "../helpers/docker.ts";
import { TestStack } from "../helpers/stack.ts";

const STACK = "canaries-dev";
const canaries = makeCanaries();
/** What gives a canary away wherever it stands: itself, its longest line, and both as JSON or base64 would write them. */
const traces = Object.values(canaries).flatMap(tracesOf);

let folder = "";
let stack: TestStack | undefined;
let output = "";

describe("secrets (CG-08, FF-11)", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "atelier-canaries-"));
    await writeApp();
    const secrets = Object.entries(canaries).map(([name, value]) => [`atelier:secrets.${name}`, value]);
    stack = await TestStack.create({ config: configOf({}), secrets: Object.fromEntries(secrets) });
  });
  afterAll(async () => {
    await stack?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it("arrive byte for byte, multi-line PEM included", async () => {
    const up = await run(() => must().up());
    expect(up.code, up.text).toBe(0);
    const files = await exec("sh", "-c", "cd /run/secrets && for f in SECRET_*; do sha256sum $f; done");
    const sums = Object.fromEntries(
      files
        .trim()
        .split("\n")
        .map((line) => line.split(/\s+/).reverse()),
    );
    expect(sums).toEqual(
      Object.fromEntries(Object.entries(canaries).map(([name, value]) => [name, sha256(value)])),
    );
    await expectNoTrace();
  });

  it("stay hidden through a change and a failed up", async () => {
    await must().configure(configOf({ "services.keeper-of-secrets.env.CHANGED": "1" }));
    expect((await run(() => must().up("--diff"))).code).toBe(0);
    await expectNoTrace();
    await must().configure(configOf({ "services.keeper-of-secrets.command": ["sh", "-c", "exit 3"] }));
    expect((await run(() => must().up("--diff"))).code).not.toBe(0);
    await expectNoTrace();
  });

  it("are gone after destroy", async () => {
    await must().configure(configOf({}));
    expect((await run(() => must().destroy())).code).toBe(0);
    await expectNoTrace();
    const { stdout } = await docker("ps", "-aq", "--filter", `label=atelier.stack=${STACK}`);
    expect(stdout).toBe("");
  });
});

function must(): TestStack {
  if (!stack) throw new Error("The stack was not made.");
  return stack;
}

async function run<T extends { readonly text: string }>(what: () => Promise<T>): Promise<T> {
  const result = await what();
  output += result.text;
  return result;
}

/** Looks everywhere that somebody without the passphrase could look. */
async function expectNoTrace(): Promise<void> {
  const places: Record<string, string> = {
    state: await must().state(),
    output,
    inspect: await inspectAll(),
    processes: await processes(),
    images: await imageHistories(),
  };
  const hits = Object.entries(places).flatMap(([place, text]) =>
    traces.filter((trace) => text.includes(trace)).map(() => place),
  );
  console.log(`${traces.length} traces of ${Object.keys(canaries).length} secrets: ${hits.length} hits`);
  expect(hits).toEqual([]);
}

async function inspectAll(): Promise<string> {
  const { stdout } = await docker("ps", "-aq", "--filter", `label=atelier.stack=${STACK}`);
  const ids = stdout.split("\n").filter(Boolean);
  return ids.length > 0 ? (await docker("inspect", ...ids)).stdout : "";
}

async function imageHistories(): Promise<string> {
  const { stdout } = await docker("images", "--format={{.Repository}}:{{.Tag}}");
  const own = stdout.split("\n").filter((name) => name.startsWith(`${STACK}/`));
  const texts = own.map(async (name) => {
    const { stdout: history } = await docker("history", "--no-trunc", name);
    return history + (await docker("image", "inspect", name)).stdout;
  });
  return (await Promise.all(texts)).join("\n");
}

/** Arguments and environments of all processes on the host, those in containers included. */
async function processes(): Promise<string> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const read = (path: string) => readFile(path, "latin1").catch(() => "");
  // The engine's own processes work with the config; their environment carries the passphrase, not the secrets.
  const texts = pids.map(
    async (pid) => (await read(`/proc/${pid}/cmdline`)) + (await read(`/proc/${pid}/environ`)),
  );
  return (await Promise.all(texts)).join("\n");
}

async function exec(...command: string[]): Promise<string> {
  const filters = [
    `label=atelier.stack=${STACK}`,
    "label=atelier.name=keeper-of-secrets",
    "label=atelier.run=always",
  ];
  const { stdout } = await docker("ps", "-q", ...filters.flatMap((filter) => ["--filter", filter]));
  return (await docker("exec", stdout.trim().split("\n")[0] ?? "", ...command)).stdout;
}

async function writeApp(): Promise<void> {
  await writeFile(
    join(folder, "Dockerfile"),
    "ARG BASE=debian:bookworm-slim\nFROM ${BASE}\nUSER 10001:10001\n",
  );
  const app = {
    name: "canaries",
    services: {
      "keeper-of-secrets": {
        kind: "web",
        build: ".",
        port: 8000,
        command: ["/atelier/bin/busybox", "httpd", "-f", "-p", "8000", "-h", "/etc"],
        secrets: Object.keys(canaries),
        health: {
          live: "/hostname",
          ready: "/hostname",
          every: "1s",
          timeout: "1s",
          failAfter: 2,
          startup: "3s",
        },
      },
    },
    secrets: Object.fromEntries(Object.keys(canaries).map((name) => [name, "required"])),
    routes: { "/": "keeper-of-secrets" },
    edge: { domain: "localhost", waf: "off" },
    monitoring: { grafana: false },
  };
  await writeFile(join(folder, "app.yaml"), JSON.stringify(app));
}

function configOf(overrides: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    "atelier:app": join(folder, "app.yaml"),
    "atelier:environment": "dev",
    "atelier:target": "docker",
    "atelier:set": overrides,
    "atelier:docker": {
      ports: { http: 27080, https: 27443, address: "127.0.0.1" },
      publish: { "keeper-of-secrets": 27000, prometheus: 27090, grafana: 27001, alertmanager: 27093 },
    },
  };
}

/** Forty: keys in PEM, JSON, base64, URLs, texts of several lines, quotes, dollars, unicode, trailing blanks. */
function makeCanaries(): Record<string, string> {
  const random = () => randomBytes(12).toString("hex");
  const kinds: (() => string)[] = [
    () =>
      generateKeyPairSync("ec", { namedCurve: "P-256" })
        .privateKey.export({ type: "pkcs8", format: "pem" })
        .toString(),
    () => JSON.stringify({ type: "service_account", key: random(), nested: { list: [random(), '"', "\\"] } }),
    () => randomBytes(48).toString("base64"),
    () => `postgresql://user-${random()}:p%40ss-${random()}@db.example:5432/app?sslmode=require`,
    () => `first-${random()}\nsecond-${random()}\n\nlast-${random()}`,
    () => `quotes'"\`$HOME\${X}\\n-${random()}`,
    () => `ünïcödé-${random()}-衣服`,
    () => `--flag-like=${random()} `,
  ];
  return Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `SECRET_${index}`,
      (kinds[index % kinds.length] as () => string)(),
    ]),
  );
}

function tracesOf(value: string): string[] {
  const longest = value.split("\n").sort((a, b) => b.length - a.length)[0] ?? value;
  const forms = [value, longest].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString("base64"),
  ]);
  return [...new Set(forms)].filter((form) => form.length >= 12);
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
