/** Programs in Node that go into images with packages of npm: installed on this machine, because containers may not
 * reach the registry.
 */
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { npm } from "../bootstrap/npm.mjs";
import type { Progress } from "../bootstrap/progress.mjs";
import { type BuildFolder, ensureFolder, versionOf } from "./build-folder.ts";
import type { Environment } from "./command.ts";
import { cacheFolder } from "./folders.ts";

export interface NodeProgram {
  readonly name: string;
  /** Folder with package.json, package-lock.json, sources and the Dockerfile that copies node_modules in. */
  readonly source: string;
}

export interface PackagesOptions extends NodeProgram {
  readonly env: Environment;
  readonly progress: Progress;
  /** How long it usually takes. */
  readonly seconds: number;
}

/** Counts up when what happens to a source below changes. */
const RECIPE = 1;
/** Exactly what the lock file says, and no script of a package runs. */
const INSTALL = ["ci", "--omit=dev", "--ignore-scripts"];

/** Where `installProgram` makes a program, and which version it will be: of its sources and its lock file. */
export function packagesFolder({ name, source }: NodeProgram, cache: string): BuildFolder {
  const version = versionOf([RECIPE, name, INSTALL], source);
  return { folder: join(cache, "programs", `${name}-${version}`), version };
}

/** A build folder in the user's cache: the source folder's files, and node_modules beside them. It is made anew when a
 * source changes.
 * @throws Stop with npm's own words
 */
export async function installProgram(options: PackagesOptions): Promise<BuildFolder> {
  const { name, env, progress, seconds } = options;
  const wanted = packagesFolder(options, cacheFolder(env));
  return ensureFolder(wanted, () =>
    progress.step(`Installing the packages of ${name}`, () => install(options, wanted.folder), { seconds }),
  );
}

async function install({ name, source }: PackagesOptions, folder: string): Promise<void> {
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, ".."), { recursive: true });
  await cp(source, work, { recursive: true });
  await npm(
    INSTALL,
    work,
    `the packages of ${name} could not be installed`,
    "check the network (npm ping), then try again",
  );
  await rename(work, folder);
}
