/** Programs in Node that go into images with packages of npm: installed on this machine, because containers may not
 * reach the registry.
 */
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { npm } from "../bootstrap/npm.mjs";
import type { Progress } from "../bootstrap/progress.mjs";
import type { Environment } from "./command.ts";
import { cacheFolder, exists } from "./folders.ts";
import { withLock } from "./lock.ts";
import { hashOfFolder } from "./programs.ts";

export interface PackagesOptions {
  readonly name: string;
  /** Folder with package.json, package-lock.json, sources and the Dockerfile that copies node_modules in. */
  readonly source: string;
  readonly env: Environment;
  readonly progress: Progress;
  /** How long it usually takes. */
  readonly seconds: number;
}

/** A build folder in the user's cache: the source folder's files, and node_modules beside them. It is made anew when a
 * source changes.
 * @throws Stop with npm's own words
 */
export async function installProgram(options: PackagesOptions): Promise<string> {
  const { name, source, env, progress, seconds } = options;
  const folder = join(cacheFolder(env), "programs", `${name}-${await hashOfFolder(source)}`);
  if (await exists(folder)) return folder;
  return withLock(`${folder}.lock`, async () => {
    if (!(await exists(folder))) {
      await progress.step(`Installing the packages of ${name}`, () => install(options, folder), { seconds });
    }
    return folder;
  });
}

async function install({ name, source }: PackagesOptions, folder: string): Promise<void> {
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, ".."), { recursive: true });
  await cp(source, work, { recursive: true });
  await npm(
    ["ci", "--omit=dev", "--ignore-scripts"],
    work,
    `the packages of ${name} could not be installed`,
    "check the network (npm ping), then try again",
  );
  await rename(work, folder);
}
