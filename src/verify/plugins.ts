/** A plugin for each package of a plan: where Pulumi has it, or got. */
import { join } from "node:path";
import type { Progress } from "../../bootstrap/progress.mjs";
import { describeFailure } from "../../bootstrap/stop.mjs";
import { pulumiHome } from "../../engine/backend.ts";
import { type Environment, lastWords, run } from "../../engine/command.ts";
import { type OpenEngine, openEngine } from "../../engine/open.ts";
import { findPlugin, type Places, type Plugin, versionOf } from "./plugin.ts";

export interface PluginOptions {
  readonly env: Environment;
  /** Folder of Pulumi.yaml. */
  readonly project: string;
  readonly progress: Progress;
}

export interface Got {
  /** The version that the program was written for; empty when no package for Node tells it. */
  readonly version: string;
  /** The plugin, or in words why there is none. */
  readonly plugin: Plugin | string;
}

/** Package → its plugin. What is in none of Pulumi's places is installed.
 * @throws Stop when a place names a plugin that is not there
 */
export async function pluginsFor(
  names: Iterable<string>,
  options: PluginOptions,
): Promise<ReadonlyMap<string, Got>> {
  const { env, project } = options;
  const { path: home } = await pulumiHome({ env, project, own: join(project, ".atelier") });
  const plugins = new Map<string, Got>();
  for (const name of new Set(names)) {
    const version = versionOf(name) ?? "";
    const plugin = await findPlugin(name, version, { env, project, home });
    plugins.set(name, {
      version,
      plugin: plugin ?? `no package @pulumi/${name} tells which version to install`,
    });
  }
  const missing = [...plugins].filter(
    ([, { version, plugin }]) => version !== "" && typeof plugin === "string",
  );
  if (missing.length === 0) return plugins;
  for (const [name, got] of await install(missing, { ...options, home })) plugins.set(name, got);
  return plugins;
}

type InstallOptions = PluginOptions & Places;

/** A Pulumi that is missing is got first, and with it the docker plugin, which Atelier can also build. */
async function install(
  missing: readonly [string, Got][],
  options: InstallOptions,
): Promise<Map<string, Got>> {
  const opened = await openEngine(options).catch((error: unknown) => describeFailure(error, {}));
  if (typeof opened === "string") {
    return new Map(missing.map(([name, got]) => [name, { ...got, plugin: opened }]));
  }
  const home = opened.env.PULUMI_HOME ?? options.home;
  const installed = new Map<string, Got>();
  // One after another: they share a folder and a network.
  for (const [name, { version }] of missing) {
    const plugin = await installOne(name, version, opened, { ...options, env: opened.env, home });
    installed.set(name, { version, plugin });
  }
  return installed;
}

async function installOne(
  name: string,
  version: string,
  { pulumi }: OpenEngine,
  options: InstallOptions,
): Promise<Plugin | string> {
  const there = await findPlugin(name, version, options);
  if (there) return there;
  const args = ["plugin", "install", "resource", name, `v${version}`];
  const env = { ...options.env, NO_COLOR: "1" };
  const { code, stderr } = await options.progress.step(`Installing the plugin ${name} ${version}`, () =>
    run(pulumi, args, { env, timeout: 300_000 }),
  );
  const installed = code === 0 ? await findPlugin(name, version, options) : undefined;
  return installed ?? `pulumi plugin install failed: ${reasonIn(stderr) || `it ended with ${code}`}`;
}

/** Pulumi's last line says how often it tried, those before it why each try failed. */
function reasonIn(stderr: string): string {
  const tries = [...stderr.matchAll(/Error downloading plugin: (.*)/g)];
  return tries.at(-1)?.[1] ?? lastWords(stderr);
}
