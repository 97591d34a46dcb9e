/** Programs in Go that go into images: compiled on this machine, because containers may not reach Go's modules. */
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../bootstrap/progress.mjs";
import { Stop } from "../bootstrap/stop.mjs";
import { type Environment, lastWords, run } from "./command.ts";
import { cacheFolder, currentPlatform, exists } from "./folders.ts";
import { findGo, type Go } from "./go.ts";
import { withLock } from "./lock.ts";

export interface ProgramOptions {
  /** Name of the binary. */
  readonly name: string;
  /** Folder with go.mod, go.sum, sources and the Dockerfile that copies the binary in. */
  readonly source: string;
  /** What is built: a path of the module, or a package that it depends on. */
  readonly target: string;
  readonly env: Environment;
  readonly progress: Progress;
  /** How long it usually takes on two cores. */
  readonly seconds: number;
}

/** A build folder in the user's cache: the source folder's Dockerfile and files, and the binary beside them.
 * It is made anew when a source changes.
 * @throws Stop with the compiler's last words.
 */
export async function buildProgram(options: ProgramOptions): Promise<string> {
  const { name, source, env, progress, seconds } = options;
  const folder = join(cacheFolder(env), "programs", `${name}-${await hashOfFolder(source)}`);
  if (await exists(folder)) return folder;
  return withLock(`${folder}.lock`, async () => {
    if (!(await exists(folder))) {
      await progress.step(`Compiling ${name}`, () => compile(options, folder), { seconds });
    }
    return folder;
  });
}

async function compile(
  { name, source, target, env, progress }: ProgramOptions,
  folder: string,
): Promise<void> {
  const go = await findGo({
    env,
    platform: currentPlatform(),
    folder: join(cacheFolder(env), "go"),
    progress,
  });
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, ".."), { recursive: true });
  await cp(source, work, { recursive: true });
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", join(work, name), target];
  const { code, stderr } = await run(go.path, args, { cwd: work, env: environment(env, go) });
  if (code !== 0) throw new Stop(`${name} could not be compiled: ${lastWords(stderr, 3)}`);
  const prebuilt = join(work, "Dockerfile.prebuilt");
  if (await exists(prebuilt)) await rename(prebuilt, join(work, "Dockerfile"));
  await rename(work, folder);
}

/** Static binaries for the containers' system, whatever this machine is. */
function environment(env: Environment, go: Go): Environment {
  return { ...env, ...go.caches, GOTOOLCHAIN: go.toolchain, CGO_ENABLED: "0", GOOS: "linux", GOFLAGS: "" };
}

/** Of every file below it, 12 hex digits. */
export async function hashOfFolder(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest("hex").slice(0, 12);
}
