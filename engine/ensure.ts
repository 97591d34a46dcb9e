/** Gets a working Pulumi engine: the installed one, else the official release, else one built from Go modules. */
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Progress } from "../bootstrap/progress.mjs";
import { Stop } from "../bootstrap/stop.mjs";
import { buildMissing, missingBinaries } from "./build.ts";
import { type Environment, isExecutable } from "./command.ts";
import { currentPlatform, engineFolder } from "./folders.ts";
import { findGo, removeGo } from "./go.ts";
import { findInstalled } from "./installed.ts";
import { withLock } from "./lock.ts";
import { pins } from "./pins.ts";
import { fetchRelease, type ReleaseSources, releaseBin } from "./release.ts";

export interface Engine {
  /** Path of the `pulumi` program. */
  readonly pulumi: string;
  readonly version: string;
  readonly origin: "installed" | "release" | "built";
  /** Folder to put first on PATH, so that the CLI finds its language host. */
  readonly bin: string;
  /** Providers that were built together with it; empty for the others, which download theirs. */
  readonly builtPlugins?: string;
}

export interface EnsureOptions {
  readonly env: Environment;
  readonly progress: Progress;
  /** Where Pulumi's release is downloaded from. */
  readonly release?: ReleaseSources;
}

/** What is there already; or in words, what would have to be got. */
export async function findEngine(env: Environment): Promise<Engine | string> {
  const installed = await findInstalled(env);
  if (typeof installed === "object") {
    return { ...installed, origin: "installed", bin: dirname(installed.pulumi) };
  }
  const folder = await engineFolder(env, currentPlatform());
  return (await findCached(folder)) ?? installed;
}

/** @throws Stop with one line when there is no way to an engine here. */
export async function ensureEngine(options: EnsureOptions): Promise<Engine> {
  const found = await findEngine(options.env);
  if (typeof found === "object") return found;
  const folder = await engineFolder(options.env, currentPlatform());
  await mkdir(folder, { recursive: true });
  const onWait = ({ pid }: { pid: number }) =>
    options.progress.note(`Another process (${pid}) is getting the Pulumi engine; waiting for it`);
  return withLock(`${folder}.lock`, async () => (await findCached(folder)) ?? (await get(folder, options)), {
    onWait,
  });
}

async function findCached(folder: string): Promise<Engine | undefined> {
  const common = { version: pins.pulumi };
  const release = releaseBin(folder);
  if (await isExecutable(join(release, "pulumi"))) {
    return { ...common, origin: "release", bin: release, pulumi: join(release, "pulumi") };
  }
  const bin = join(folder, "bin");
  if ((await missingBinaries(folder)).length > 0) return undefined;
  return {
    ...common,
    origin: "built",
    bin,
    pulumi: join(bin, "pulumi"),
    builtPlugins: join(folder, "plugins"),
  };
}

/** @throws Stop also when a download is not what was pinned: then nothing else is tried. */
async function get(folder: string, options: EnsureOptions): Promise<Engine> {
  const { env, progress, release: sources } = options;
  const platform = currentPlatform();
  const failures: string[] = [];
  try {
    await fetchRelease({ env, platform, folder, progress, ...(sources ? { sources } : {}) });
  } catch (error) {
    if (error instanceof Stop) throw error;
    failures.push((error as Error).message);
    progress.note(
      `Pulumi's downloads are closed here (${failures[0]}); building ${pins.pulumi} from Go modules`,
    );
    await build(folder, options, failures);
  }
  const engine = await findCached(folder);
  if (!engine)
    throw new Stop(`the Pulumi engine is not complete in ${folder}; remove that folder and try again`);
  return engine;
}

async function build(folder: string, options: EnsureOptions, failures: string[]): Promise<void> {
  const { env, progress } = options;
  const goFolder = join(folder, "go");
  try {
    const go = await findGo({ env, platform: currentPlatform(), folder: goFolder, progress });
    await buildMissing(folder, go, env, progress);
    await rm(join(folder, "drafts"), { recursive: true, force: true });
    await removeGo(goFolder);
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(
      `no Pulumi engine: the download failed (${failures.join("; ")}) and the build failed ` +
        `(${(error as Error).message}); install Pulumi ${pins.pulumi} from https://www.pulumi.com/docs/install ` +
        "or open the network to get.pulumi.com and github.com, then try again",
    );
  }
}
