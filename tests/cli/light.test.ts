/** Help and completion are asked for often and wait for no library that only a running command needs. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../helpers/stack.ts";

const HEAVY = ["@pulumi/pulumi", "typescript", "zod"];

/** Prints the address of every module that is loaded, one per line, at the end of standard error. */
const WATCH = `import { registerHooks } from "node:module";
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
process.on("exit", () => console.error(loaded.join("\\n")));`;

const home = mkdtempSync(join(tmpdir(), "atelier-light-"));
const compiled = join(home, ".cache", "atelier", "compiled");
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Started {
  readonly stdout: string;
  /** Names of packages, without repetition. */
  readonly packages: readonly string[];
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const watch = `data:text/javascript,${encodeURIComponent(WATCH)}`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--import", watch, join(ROOT, "bootstrap/atelier.mjs"), ...args],
    { cwd: ROOT, encoding: "utf8", env: { PATH: process.env.PATH, HOME: home, ...env } },
  );
  expect(status, stderr).toBe(0);
  expect(stderr).toContain("/src/cli/commands/plan.ts");
  const names = stderr.matchAll(/\/node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//g);
  return { stdout, packages: [...new Set([...names].map(([, name = ""]) => name))] };
}

function expectLight({ packages }: Started): void {
  expect(packages).toContain("citty");
  expect(
    packages.filter((name) => HEAVY.includes(name)),
    `loaded: ${packages.join(", ")}`,
  ).toEqual([]);
}

describe("what is loaded for", () => {
  it("the program's help, which keeps what was compiled in the user's own cache", () => {
    const started = start(["--help"]);
    expect(started.stdout).toContain("atelier COMMAND --help");
    expectLight(started);
    expect(existsSync(compiled)).toBe(true);
    rmSync(compiled, { recursive: true });
  });

  it("a command's help, which keeps nothing when Node is told to", () => {
    const started = start(["plan", "--help"], { NODE_DISABLE_COMPILE_CACHE: "1" });
    expect(started.stdout).toContain("--allow-data-loss");
    expectLight(started);
    expect(existsSync(compiled)).toBe(false);
  });

  it("completion, which keeps nothing in a cache that others may write to", () => {
    const shared = join(home, "shared");
    const started = start(["complete", "--", "plan", "--"], { XDG_CACHE_HOME: openToAll(shared) });
    expect(started.stdout).toContain("--allow-data-loss\t");
    expectLight(started);
    expect(existsSync(join(shared, "atelier"))).toBe(false);
  });
});

function openToAll(folder: string): string {
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  return folder;
}
