/** Where things are kept: the cache that all projects of a user share, and a project's own `.atelier`. */
import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Stop } from "../bootstrap/stop.mjs";
import type { Environment } from "./command.ts";
import { type Platform, pins } from "./pins.ts";

/** What Debian's list of users says of those without a home folder. */
const NO_HOME = "/nonexistent";

/** `${XDG_CACHE_HOME:-~/.cache}/atelier`
 * @throws Stop where the user has no home folder: a folder that everybody may write to is no place for programs
 */
export function cacheFolder(env: Environment): string {
  const folder = ownCache(env);
  if (folder) return folder;
  throw new Stop(
    "there is no place for what is built here, because this user has no home folder; set XDG_CACHE_HOME to a folder that only this user may write to",
  );
}

/** The path of `cacheFolder` for whoever reads and writes nothing there, such as a plan. Without a home folder it is
 * one below the system's folder for temporary files.
 */
export function assumedCacheFolder(env: Environment): string {
  return ownCache(env) ?? join(tmpdir(), "atelier");
}

function ownCache(env: Environment): string | undefined {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "atelier");
  const home = env.HOME || homeOfUser();
  return home && home !== NO_HOME ? join(home, ".cache", "atelier") : undefined;
}

/** As the system's list of users has it; absent for a user that is not on it. */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** The Go modules of the fallback build. */
export const goModules = join(import.meta.dirname, "go");

/** The engine's folder in the cache. Its name follows from the pins, the Go modules and the platform, so that
 * two checkouts with different pins never share one. */
export async function engineFolder(env: Environment, platform: Platform): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([pins, platform]));
  const entries = await readdir(goModules, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    hash.update(file.slice(goModules.length)).update(await readFile(file));
  }
  return join(cacheFolder(env), "engine", `${pins.pulumi}-${hash.digest("hex").slice(0, 12)}`);
}

/** The platform that this process runs on. @throws Stop when the engine does not exist for it. */
export function currentPlatform(os: string = process.platform, cpu: string = process.arch): Platform {
  const name = `${os}-${cpu}`;
  if (name === "linux-x64" || name === "linux-arm64" || name === "darwin-x64" || name === "darwin-arm64") {
    return name;
  }
  throw new Stop(
    `no Pulumi engine is known for ${name}; install Pulumi ${pins.oldestPulumi} or newer by hand and set PULUMI ` +
      "to its path, or use Linux or macOS on x64 or arm64 (on Windows: WSL)",
  );
}

/** The folder of the Pulumi project that `from` lies in. @throws Stop when there is none. */
export async function projectFolder(from: string): Promise<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (await exists(join(folder, "Pulumi.yaml"))) return folder;
    if (dirname(folder) === folder) {
      throw new Stop(
        `no Pulumi.yaml in ${resolve(from)} or above it; run this in a folder of a Pulumi project`,
      );
    }
  }
}

/** A project's `.atelier`: state, passphrase, logs. It keeps itself out of git. */
export async function ownFolder(project: string): Promise<string> {
  const folder = join(project, ".atelier");
  await mkdir(folder, { recursive: true });
  const ignore = join(folder, ".gitignore");
  if (!(await exists(ignore))) await writeFile(ignore, "*\n");
  return folder;
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
