import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { type EnsureOptions, ensureEngine, findEngine } from "../../engine/ensure.ts";
import { currentPlatform, engineFolder, projectFolder } from "../../engine/folders.ts";
import { quietProgress, script, temporaryFolder } from "./helpers.ts";

const closed = { archives: "http://127.0.0.1:1", checksums: "http://127.0.0.1:1" };

/** Stands in for a go that is new enough; `build` is what its `go build` does with `$out`. */
function fakeGo(build: string): string {
  return `
if [ "$1" = env ]; then echo go1.26.6; exit; fi
while [ $# -gt 0 ]; do [ "$1" = "-o" ] && out="$2"; shift; done
${build}`;
}

it("builds each part once when two processes want the engine at the same time", async () => {
  const { folder, env } = await machine(
    `echo "\${out##*/}" >> "$CALLS"; sleep 0.1; echo >"$out"; chmod +x "$out"`,
  );
  const results = await Promise.all([ensureInProcess(env), ensureInProcess(env), ensureInProcess(env)]);
  const engine = await engineFolder(env, currentPlatform());
  expect(new Set(results)).toEqual(new Set([`built ${join(engine, "bin", "pulumi")}\n`]));
  const calls = (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
  expect(calls).toEqual(["cli", "language-nodejs", "docker-provider"]);
  expect((await readdir(engine)).sort()).toEqual(["bin", "plugins"]);
});

it("finds it again without a network", async () => {
  const { env } = await machine(`echo >"$out"; chmod +x "$out"`);
  expect(await findEngine(env)).toBe("no pulumi on PATH");
  const engine = await ensureEngine(options(env));
  expect(engine.origin).toBe("built");
  expect(await findEngine({ ...env, PATH: "/nowhere" })).toEqual(engine);
});

it("says in one line when neither way is possible", async () => {
  const { env } = await machine("echo dial tcp: no such host >&2; exit 1");
  const { lines, ...progress } = quietProgress();
  await expect(ensureEngine({ ...options(env), progress })).rejects.toThrow(
    "no Pulumi engine: the download failed (connect ECONNREFUSED 127.0.0.1:1) and the build failed " +
      "(the Pulumi CLI does not build: dial tcp: no such host); install Pulumi 3.259.0 from " +
      "https://www.pulumi.com/docs/install or open the network to get.pulumi.com and github.com, then try again",
  );
  expect(lines[0]).toBe(
    "  Pulumi's downloads are closed here (connect ECONNREFUSED 127.0.0.1:1); building 3.259.0 from Go modules\n",
  );
  expect(lines[1]).toMatch(/^✗ Building the Pulumi CLI {2}\d\.\d s\n$/);
});

it("names platforms that have no engine", () => {
  expect(() => currentPlatform("win32", "x64")).toThrow(
    "no Pulumi engine is known for win32-x64; install Pulumi 3.249.0 or newer by hand and set PULUMI to its path, " +
      "or use Linux or macOS on x64 or arm64 (on Windows: WSL)",
  );
});

it("finds the project above the current folder, or says what is missing", async () => {
  const root = join(import.meta.dirname, "..", "..");
  expect(await projectFolder(import.meta.dirname)).toBe(root);
  await expect(projectFolder("/")).rejects.toThrow(
    "no Pulumi.yaml in / or above it; run this in a folder of a Pulumi project",
  );
});

/** A machine of its own: an empty cache, and a PATH with our go. */
async function machine(build: string) {
  const folder = await temporaryFolder();
  const bin = join(folder, "bin");
  await script(join(bin, "go"), fakeGo(build));
  const env = { PATH: `${bin}:/bin:/usr/bin`, HOME: folder, CALLS: join(folder, "calls") };
  return { folder, env };
}

function options(env: EnsureOptions["env"]): EnsureOptions {
  return { env, progress: quietProgress(), release: closed };
}

async function ensureInProcess(env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "fixtures", "ensure.ts")], { env });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return output + errors;
}
