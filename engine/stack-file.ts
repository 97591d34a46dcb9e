/** Where the secrets of an embedded stack are: in a config file of its own, `.atelier/config/Pulumi.<stack>.yaml`.
 *
 * Pulumi writes a stack's salt and secrets into `Pulumi.<stack>.yaml`. With the embedded backend they only make sense
 * together with this folder's passphrase, so a committed file is no place for them (docs/adr/003). The private file
 * takes over every plain value of the committed one each time it is used, and adds the secrets that were made here.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse, parseDocument, stringify } from "yaml";
import { Stop } from "../bootstrap/stop.mjs";
import { exists } from "./folders.ts";

export interface StackFile {
  encryptionsalt?: string;
  secretsprovider?: string;
  encryptedkey?: string;
  config?: Record<string, unknown>;
}

export interface StackFiles {
  /** The project's folder. */
  readonly project: string;
  /** Its `.atelier`. */
  readonly own: string;
  readonly stack: string;
}

export function committedFile({ project, stack }: StackFiles): string {
  return join(project, `Pulumi.${stack}.yaml`);
}

/** The folder is a Pulumi project of the same name, so that Pulumi itself can create the stack there. */
export function privateFolder({ own }: Pick<StackFiles, "own">): string {
  return join(own, "config");
}

export function privateFile(files: StackFiles): string {
  return join(privateFolder(files), `Pulumi.${files.stack}.yaml`);
}

/** Brings the private file up to date with the committed one.
 * @returns its path, or undefined when the stack has none and Pulumi uses the committed file.
 * @throws Stop when the committed file has secrets of another passphrase.
 */
export async function refreshPrivateFile(files: StackFiles): Promise<string | undefined> {
  const path = privateFile(files);
  const mine = await read(path);
  if (!mine) return undefined;
  const committed = (await read(committedFile(files))) ?? {};
  const merged = merge(committed, mine, files);
  if (!isDeepStrictEqual(merged, mine)) await write(path, merged);
  return path;
}

/** The committed file's values, and of the private file the salt and the secrets. */
export function merge(
  committed: StackFile,
  mine: StackFile,
  { stack }: Pick<StackFiles, "stack">,
): StackFile {
  const foreign = committed.encryptionsalt !== undefined && committed.encryptionsalt !== mine.encryptionsalt;
  if (foreign || committed.secretsprovider !== undefined) {
    throw new Stop(
      `Pulumi.${stack}.yaml has secrets of its own, and so has .atelier/config/Pulumi.${stack}.yaml; ` +
        "remove the one that is not in use",
    );
  }
  const secrets = Object.entries(mine.config ?? {}).filter(([, value]) => isSecret(value));
  return { ...mine, config: { ...committed.config, ...Object.fromEntries(secrets) } };
}

/** Moves the secrets into the committed file, as Pulumi keeps them by itself: plain `pulumi up` then finds them. */
export async function publishSecrets(files: StackFiles): Promise<boolean> {
  const path = privateFile(files);
  const mine = await read(path);
  if (!mine) return false;
  const target = committedFile(files);
  const document = parseDocument((await exists(target)) ? await readFile(target, "utf8") : "");
  for (const [key, value] of Object.entries(mine.config ?? {})) {
    if (isSecret(value)) document.setIn(["config", key], value);
  }
  document.set("encryptionsalt", mine.encryptionsalt);
  await writeFile(target, document.toString());
  await rm(path);
  return true;
}

/** Whether a value is or holds something encrypted. */
export function isSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(isSecret);
}

/** Makes the private folder a Pulumi project with the name of the real one. */
export async function preparePrivateFolder(files: StackFiles): Promise<string> {
  const folder = privateFolder(files);
  const project = parse(await readFile(join(files.project, "Pulumi.yaml"), "utf8")) as { name: string };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ name: project.name, runtime: "nodejs" }));
  return folder;
}

/** The secrets' keys, `atelier:seed` or `atelier:secrets.OPENAI_API_KEY`, of whichever file the stack uses. */
export async function secretKeys(files: StackFiles): Promise<ReadonlySet<string>> {
  const file = (await read(privateFile(files))) ?? (await read(committedFile(files))) ?? {};
  return new Set(
    Object.entries(file.config ?? {}).flatMap(([key, value]) => {
      if (!isSecret(value)) return [];
      if ("secure" in (value as object)) return [key];
      return Object.keys(value as object).map((inner) => `${key}.${inner}`);
    }),
  );
}

async function read(path: string): Promise<StackFile | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : ((parse(text) ?? {}) as StackFile);
}

async function write(path: string, content: StackFile): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, stringify(content), { mode: 0o600 });
  await rename(draft, path);
}
