/** Unpacks a zip archive, such as a Python wheel. Only what such archives use: stored and deflated entries,
 * no encryption, no ZIP64. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { inflateRawSync } from "node:zlib";

const endOfDirectory = 0x06054b50;
const deflated = 8;

/** @param wanted entries to unpack, by name; all when absent
 * @throws Error when the archive is damaged or an entry would land outside of `folder`.
 */
export async function unzip(
  archive: string,
  folder: string,
  wanted: (name: string) => boolean = () => true,
): Promise<void> {
  const data = await readFile(archive);
  const end = data.lastIndexOf(Buffer.from(Uint32Array.of(endOfDirectory).buffer));
  if (end < 0) throw new Error(`${archive} is not a zip archive`);
  let at = data.readUInt32LE(end + 16);
  for (let left = data.readUInt16LE(end + 10); left > 0; left--) {
    const entry = readEntry(data, at);
    at = entry.next;
    if (!entry.name.endsWith("/") && wanted(entry.name)) await extract(data, entry, folder);
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly compressedSize: number;
  readonly mode: number;
  readonly offset: number;
  readonly next: number;
}

function readEntry(data: Buffer, at: number): Entry {
  const nameLength = data.readUInt16LE(at + 28);
  const nameStart = at + 46;
  return {
    name: data.toString("utf8", nameStart, nameStart + nameLength),
    method: data.readUInt16LE(at + 10),
    compressedSize: data.readUInt32LE(at + 20),
    mode: (data.readUInt32LE(at + 38) >>> 16) & 0o777,
    offset: data.readUInt32LE(at + 42),
    next: nameStart + nameLength + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32),
  };
}

async function extract(data: Buffer, entry: Entry, folder: string): Promise<void> {
  const path = join(folder, entry.name);
  if (!path.startsWith(normalize(folder))) throw new Error(`${entry.name} lies outside of the archive`);
  const start =
    entry.offset + 30 + data.readUInt16LE(entry.offset + 26) + data.readUInt16LE(entry.offset + 28);
  const raw = data.subarray(start, start + entry.compressedSize);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, entry.method === deflated ? inflateRawSync(raw) : raw);
  if (entry.mode & 0o111) await chmod(path, 0o755);
}
