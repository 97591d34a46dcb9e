/** Where a provider's plugin is: looked for in the places, and in the order, in which the engine looks. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { Stop } from "../../bootstrap/stop.mjs";
import { type Environment, findOnPath, isExecutable } from "../../engine/command.ts";

export type Plugin =
  /** One that runs already and is not ours to end. */
  | { readonly port: number }
  /** A program to start. */
  | { readonly program: string };

export interface Places {
  /** The environment in which the engine would run: PATH, PULUMI_DEBUG_PROVIDERS, PULUMI_IGNORE_AMBIENT_PLUGINS. */
  readonly env: Environment;
  /** Folder of Pulumi.yaml. */
  readonly project: string;
  /** PULUMI_HOME, where installed plugins are. */
  readonly home: string;
}

/** @returns undefined when it is in none of the places.
 * @throws Stop when a place names one that cannot be used: an explicit wish is never passed over.
 */
export async function findPlugin(name: string, version: string, places: Places): Promise<Plugin | undefined> {
  const running = portOf(name, places.env.PULUMI_DEBUG_PROVIDERS ?? "");
  if (running !== undefined) return { port: running };
  const program = (await ofProject(name, version, places)) ?? (await onPath(name, places));
  if (program) return { program };
  const installed = join(places.home, "plugins", `resource-${name}-v${version}`, fileOf(name));
  return (await isExecutable(installed)) ? { program: installed } : undefined;
}

const fileOf = (name: string): string => `pulumi-resource-${name}`;

/** `gcp:4711,docker:4712` */
function portOf(name: string, list: string): number | undefined {
  const entry = list.split(",").find((one) => one.split(":")[0]?.trim() === name);
  if (entry === undefined) return undefined;
  const port = Number(entry.split(":")[1]);
  if (Number.isInteger(port) && port > 0) return port;
  throw new Stop(`PULUMI_DEBUG_PROVIDERS: ${entry} has no port; write it as ${name}:4711`);
}

interface Wish {
  readonly name?: unknown;
  readonly path?: unknown;
  readonly version?: unknown;
}

/** The one that `plugins.providers` in Pulumi.yaml names, by its folder. */
async function ofProject(name: string, version: string, { project }: Places): Promise<string | undefined> {
  const text = await readFile(join(project, "Pulumi.yaml"), "utf8").catch(() => "");
  const file = parse(text) as { plugins?: { providers?: readonly Wish[] } } | null;
  const wish = file?.plugins?.providers?.find(
    (one) => one.name === name && (one.version === undefined || one.version === version),
  );
  if (!wish) return undefined;
  const program = join(resolve(project, String(wish.path)), fileOf(name));
  if (await isExecutable(program)) return program;
  throw new Stop(
    `plugins.providers in Pulumi.yaml: there is no program ${program}; correct the path of ${name}`,
  );
}

async function onPath(name: string, { env }: Places): Promise<string | undefined> {
  return env.PULUMI_IGNORE_AMBIENT_PLUGINS ? undefined : findOnPath(fileOf(name), env);
}

/** The plugin's version that the program was written for: that of the package for Node.
 * @returns undefined when there is no such package
 */
export function versionOf(name: string): string | undefined {
  try {
    const file = createRequire(import.meta.url).resolve(`@pulumi/${name}/package.json`);
    const { version, pulumi } = JSON.parse(readFileSync(file, "utf8")) as {
      version: string;
      pulumi?: { version?: string };
    };
    return pulumi?.version ?? version;
  } catch {
    return undefined;
  }
}
