/** What a killed Pulumi leaves half-written in a state folder.
 *
 * A stack's file is replaced in one step and stays whole. The file with its attributes beside it is not: cut off, it is
 * empty, and every command then fails with `failed to load checkpoint: EOF`. It holds the type of the content and a
 * checksum that nothing reads, and Pulumi does without it. A lock can be cut off in the same way.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { OpenEngine } from "../open.ts";

/** Folder of the state, where it is one of this machine. */
export function stateFolder({ backend }: Pick<OpenEngine, "backend">): string | undefined {
  return backend.url.startsWith("file:///") ? join(fileURLToPath(backend.url), ".pulumi") : undefined;
}

/** Where Pulumi keeps a stack in a state folder, below `stacks` and below `locks/organization`. */
export async function placeOf({ project }: Pick<OpenEngine, "project">, stack: string) {
  const text = await readFile(join(project, "Pulumi.yaml"), "utf8").catch(() => "");
  const { name = "" } = (parse(text) ?? {}) as { name?: string };
  return { project: name, stack: stack.split("/").at(-1) ?? stack };
}

/** Removes what is half-written; nothing where the state is elsewhere. */
export async function repairFiles(opened: OpenEngine, stack: string): Promise<void> {
  const folder = stateFolder(opened);
  if (folder === undefined) return;
  const place = await placeOf(opened, stack);
  const isOurs = (name: string) => name.startsWith(`${place.stack}.json`);
  await sweep(join(folder, "stacks", place.project), (name) => isOurs(name) && name.endsWith(".attrs"));
  await sweep(folder, (name) => name === "meta.yaml.attrs");
  await sweep(join(folder, "locks", "organization", place.project, place.stack), () => true);
}

/** Removes the files of a folder that should be JSON and are empty or cut off. */
async function sweep(folder: string, wanted: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.filter(wanted)) {
    const file = join(folder, name);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined && !isWhole(text)) await rm(file, { force: true });
  }
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
