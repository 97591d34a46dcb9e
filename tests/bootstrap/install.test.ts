import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { run } from "../../engine/command.ts";

const bootstrap = join(import.meta.dirname, "..", "..", "bootstrap");
const { isCurrent } = await import(`${bootstrap}/install.mjs`);
const { newEnough, ownNode } = await import(`${bootstrap}/node.mjs`);
const { reason } = await import(`${bootstrap}/npm.mjs`);
const { completeLock } = await import(`${bootstrap}/complete-lock.mjs`);

it("installs when packages are missing or older than the lock file", async () => {
  const root = await mkdtemp(join(tmpdir(), "atelier-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const lock = join(root, "package-lock.json");
  await writeFile(lock, "{}");
  expect(await isCurrent(root)).toBe(false);
  const installed = join(root, "node_modules", ".package-lock.json");
  await mkdir(join(root, "node_modules"));
  await writeFile(installed, "{}");
  expect(await isCurrent(root)).toBe(true);
  await utimes(installed, new Date(0), new Date(0));
  expect(await isCurrent(root)).toBe(false);
});

it.each([
  ["18.20.0", false],
  ["20.20.2", false],
  ["22.17.1", false],
  ["22.18.0", true],
  ["24.0.0", true],
])("Node %s is new enough: %s", (version, expected) => expect(newEnough(version)).toBe(expected));

it("takes npm's own words out of its output", () => {
  const output =
    "npm error code E404\nnpm error 404 Not Found - GET thing\nnpm error A complete log of this run\n";
  expect(reason(output)).toBe("404 Not Found - GET thing");
  expect(reason("")).toBe("npm failed without a word");
});

it("says what to do when npm cannot bring a Node", async () => {
  const cache = await mkdtemp(join(tmpdir(), "atelier-test-"));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const home = process.env.npm_execpath;
  const path = process.env.PATH;
  onTestFinished(() => {
    process.env.PATH = path;
    if (home) process.env.npm_execpath = home;
  });
  delete process.env.npm_execpath;
  process.env.PATH = cache;
  const progress = { step: (_title: string, work: () => Promise<unknown>) => work(), note: () => undefined };
  await expect(ownNode(progress, { XDG_CACHE_HOME: cache })).rejects.toThrow(
    "no Node 22.23.3 from npm: spawn npm ENOENT; install Node 22.18 or newer from https://nodejs.org",
  );
});

it("adds optional packages that a registry did not carry", () => {
  const lock = {
    packages: {
      "node_modules/tool": {
        dev: true,
        optionalDependencies: { "tool-linux-x64": "1.0.0", "tool-linux-arm64-musl": "1.0.0" },
      },
      "node_modules/tool-linux-x64": { version: "1.0.0" },
    } as Record<string, object>,
  };
  expect(completeLock(lock)).toEqual(["tool-linux-arm64-musl"]);
  expect(lock.packages["node_modules/tool-linux-arm64-musl"]).toEqual({
    version: "1.0.0",
    os: ["linux"],
    cpu: ["arm64"],
    libc: ["musl"],
    dev: true,
    optional: true,
  });
  expect(completeLock(lock)).toEqual([]);
});

it("says which commands there are", async () => {
  const { code, stderr } = await run(process.execPath, [join(bootstrap, "run.mjs"), "upp"], {
    env: process.env,
  });
  expect([code, stderr]).toEqual([1, "there is no command upp; allowed: start, down, test\n"]);
  const cli = await run(process.execPath, [join(bootstrap, "atelier.mjs"), "upp"], { env: process.env });
  expect(cli.code).toBe(1);
  expect(cli.stderr).toMatch(/^there is no command upp; allowed: .*engine.*\n$/);
});
