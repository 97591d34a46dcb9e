/** Pulumi's official release: downloaded, verified, unpacked. */
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../bootstrap/progress.mjs";
import { type Environment, isExecutable, lastWords, run } from "./command.ts";
import { fetchFile, fetchText } from "./download.ts";
import { megabytes } from "./go.ts";
import { goArchives, type Platform, pins, releaseDigests } from "./pins.ts";

export interface ReleaseSources {
  /** Folder of the archives. */
  readonly archives: string;
  /** The checksums file, from another host than the archives. */
  readonly checksums: string;
}

export const officialRelease: ReleaseSources = {
  archives: "https://get.pulumi.com/releases/sdk",
  checksums: `https://github.com/pulumi/pulumi/releases/download/v${pins.pulumi}/pulumi-${pins.pulumi}-checksums.txt`,
};

export interface ReleaseOptions {
  readonly env: Environment;
  readonly platform: Platform;
  /** The engine's folder; the release lands in its `release` folder. */
  readonly folder: string;
  readonly progress: Progress;
  readonly sources?: ReleaseSources;
  /** Known digests; those of pins.ts by default. */
  readonly digests?: Readonly<Partial<Record<Platform, string>>>;
}

export function archiveName(platform: Platform): string {
  return `pulumi-v${pins.pulumi}-${platform}.tar.gz`;
}

/** Where the binaries of an unpacked release are. */
export function releaseBin(folder: string): string {
  return join(folder, "release", "pulumi");
}

/** Downloads the release unless it is there.
 * @throws Stop when the archive is not what the checksums say. Error when a host does not answer.
 */
export async function fetchRelease(options: ReleaseOptions): Promise<void> {
  const { env, platform, folder, progress, sources = officialRelease } = options;
  if (await isExecutable(join(releaseBin(folder), "pulumi"))) return;
  const name = archiveName(platform);
  const sha256 = await releaseDigest(options);
  await progress.step(`Downloading Pulumi ${pins.pulumi}`, async (tell) => {
    const archive = join(folder, name);
    await fetchFile(`${sources.archives}/${name}`, archive, sha256, { env, onProgress: megabytes(tell) });
    await unpack(archive, folder, env);
  });
}

/** The archive's SHA-256: the pinned one, else the one in the release's checksums file. */
async function releaseDigest({
  env,
  platform,
  sources = officialRelease,
  digests = releaseDigests,
}: ReleaseOptions) {
  const pinned = digests[platform];
  if (pinned) return pinned;
  const name = archiveName(platform);
  const found = parseChecksums(await fetchText(sources.checksums, { env })).get(name);
  if (!found) throw new Error(`the checksums file of Pulumi ${pins.pulumi} does not list ${name}`);
  return found;
}

/** The lines that `releaseDigests` in pins.ts takes, one per platform. */
export async function releaseDigestLines(
  env: Environment,
  sources = officialRelease,
): Promise<readonly string[]> {
  const found = parseChecksums(await fetchText(sources.checksums, { env }));
  return (Object.keys(goArchives) as Platform[]).map((platform) => {
    const sha256 = found.get(archiveName(platform));
    if (!sha256)
      throw new Error(`the checksums file of Pulumi ${pins.pulumi} does not list ${archiveName(platform)}`);
    return `  "${platform}": "${sha256}",`;
  });
}

/** File name → SHA-256, from lines as `sha256sum` writes them. */
export function parseChecksums(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^([0-9a-f]{64}) [ *](\S+)$/gm);
  return new Map([...lines].map(([, sha256 = "", name = ""]) => [name, sha256]));
}

async function unpack(archive: string, folder: string, env: Environment): Promise<void> {
  const draft = join(folder, "release.draft");
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const { code, stderr } = await run("tar", ["-xzf", archive, "-C", draft], { env });
  if (code !== 0) throw new Error(`tar could not unpack ${archive}: ${lastWords(stderr)}`);
  await rm(join(folder, "release"), { recursive: true, force: true });
  await rename(draft, join(folder, "release"));
  await rm(archive);
}
