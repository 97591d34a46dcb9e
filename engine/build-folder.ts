/** Folders that images are built from and that this machine makes. Where such a folder lies and what will be in it
 * follow from its sources, so both are known before it is made: a plan names them, an update makes them.
 */
import { createHash, type Hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { exists } from "./folders.ts";
import { withLock } from "./lock.ts";

export interface BuildFolder {
  /** Absolute path, in the cache. */
  readonly folder: string;
  /** Stands for the content in an image's tag: equal versions are equal images. */
  readonly version: string;
}

/** 16 hex digits, of how something is made and of every file that it is made from. Counts paths, contents, links and
 * the executable bit; times, owners and the place of a folder do not count.
 * @throws Error when a folder is not there
 */
export function versionOf(recipe: readonly unknown[], ...folders: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(recipe));
  for (const folder of folders) addFolder(hash, folder);
  return hash.digest("hex").slice(0, 16);
}

/** Makes the folder where it is missing; two processes that want the same one make it once.
 * @param make has to bring it to its place complete, by renaming
 */
export async function ensureFolder(wanted: BuildFolder, make: () => Promise<void>): Promise<BuildFolder> {
  const { folder } = wanted;
  if (await exists(folder)) return wanted;
  return withLock(`${folder}.lock`, async () => {
    if (!(await exists(folder))) await make();
    return wanted;
  });
}

function addFolder(hash: Hash, folder: string): void {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
  hash.update(JSON.stringify(["folder", paths.length]));
  for (const path of paths) addEntry(hash, folder, path);
}

function addEntry(hash: Hash, folder: string, path: string): void {
  const full = join(folder, path);
  const stat = lstatSync(full);
  if (stat.isFile()) {
    const content = readFileSync(full);
    hash.update(JSON.stringify([path, "file", (stat.mode & 0o100) !== 0, content.length])).update(content);
  } else {
    hash.update(JSON.stringify([path, stat.isSymbolicLink() ? readlinkSync(full) : "folder"]));
  }
}
