/** Programs in Go that go into images: compiled on this machine, because containers may not reach Go's modules. */
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../bootstrap/progress.mjs";
import { Stop } from "../bootstrap/stop.mjs";
import { type BuildFolder, ensureFolder, versionOf } from "./build-folder.ts";
import { type Environment, lastWords, run } from "./command.ts";
import { cacheFolder, currentPlatform, exists } from "./folders.ts";
import { findGo, type Go } from "./go.ts";
import { pins } from "./pins.ts";

export interface Program {
  /** Name of the binary. */
  readonly name: string;
  /** Folder with go.mod, go.sum, sources and the Dockerfile that copies the binary in. */
  readonly source: string;
  /** What is built: a path of the module, or a package that it depends on. */
  readonly target: string;
}

export interface ProgramOptions extends Program {
  readonly env: Environment;
  readonly progress: Progress;
  /** How long it usually takes on two cores. */
  readonly seconds: number;
}

/** Counts up when what happens to a source below changes. */
const RECIPE = 1;
const FLAGS = ["-mod=readonly", "-trimpath", "-ldflags=-s -w"];

/** Where `buildProgram` makes a program, and which version it will be: of its sources, the compiler and the flags. */
export function programFolder({ name, source, target }: Program, cache: string): BuildFolder {
  const version = versionOf([RECIPE, name, target, FLAGS, pins.go, process.arch], source);
  return { folder: join(cache, "programs", `${name}-${version}`), version };
}

/** A build folder in the user's cache: the source folder's Dockerfile and files, and the binary beside them.
 * It is made anew when a source changes.
 * @throws Stop with the compiler's last words.
 */
export async function buildProgram(options: ProgramOptions): Promise<BuildFolder> {
  const { name, env, progress, seconds } = options;
  const wanted = programFolder(options, cacheFolder(env));
  return ensureFolder(wanted, () =>
    progress.step(`Compiling ${name}`, () => compile(options, wanted.folder), { seconds }),
  );
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
  const args = ["build", ...FLAGS, "-o", join(work, name), target];
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
