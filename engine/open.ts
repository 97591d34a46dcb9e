/** Everything that a project needs to run Pulumi: the engine, its docker provider, a backend and the environment. */
import { lstat, readlink, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { Progress } from "../bootstrap/progress.mjs";
import { Stop } from "../bootstrap/stop.mjs";
import { type Backend, findBackend, openEmbedded, passphrase, pulumiHome, sharePlugins } from "./backend.ts";
import { binaries, buildMissing, dockerPlugin } from "./build.ts";
import { type Environment, isExecutable, lastWords, run } from "./command.ts";
import { type Engine, type EnsureOptions, ensureEngine } from "./ensure.ts";
import { cacheFolder, currentPlatform, engineFolder, exists, ownFolder } from "./folders.ts";
import { findGo } from "./go.ts";
import { withLock } from "./lock.ts";
import { pins } from "./pins.ts";

export interface OpenEngine {
  readonly engine: Engine;
  /** Path of the `pulumi` program. */
  readonly pulumi: string;
  /** The complete environment to run it in. */
  readonly env: Environment;
  readonly backend: Backend;
  /** The project's folder and its `.atelier`. */
  readonly project: string;
  readonly own: string;
}

export interface OpenOptions extends EnsureOptions {
  readonly project: string;
}

/** @throws Stop with one line when there is no way to an engine or its provider here. */
export async function openEngine(options: OpenOptions): Promise<OpenEngine> {
  const { project, env, progress } = options;
  const engine = await ensureEngine(options);
  const own = await ownFolder(project);
  const where = { env, project, own };
  const home = await pulumiHome(where);
  const backend = await findBackend(where);
  const state =
    backend.kind === "embedded"
      ? await openEmbedded(where, backend.url)
      : await passphrase(env, own, { create: false });
  const base = { ...engineEnvironment(env, engine), ...state, PULUMI_HOME: home.path };
  const extra = await ensureDockerProvider(engine, home, base, progress);
  return { engine, pulumi: engine.pulumi, env: { ...base, ...extra }, backend, project, own };
}

/** The variables that make the engine find its parts and programs start fast.
 *
 * With ATELIER_DEBUG=1 programs capture stack traces again, which Pulumi.yaml turns off for speed.
 */
export function engineEnvironment(env: Environment, engine: Engine): Environment {
  const path = [dirname(process.execPath), engine.bin, env.PATH].filter(Boolean).join(delimiter);
  const preload = new URL("debug.mjs", import.meta.url).href;
  const debug = { NODE_OPTIONS: `${env.NODE_OPTIONS ?? ""} --import=${preload}` };
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_PARALLEL_DIFF: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    NODE_COMPILE_CACHE: join(cacheFolder(env), "compiled"),
    ...env,
    ...(engine.origin === "built" ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
    ...(env.ATELIER_DEBUG === "1" ? debug : {}),
    PATH: path,
  };
}

/** The official docker provider where it can be had, else the built one.
 * @returns additional variables for the engine.
 */
async function ensureDockerProvider(
  engine: Engine,
  home: { path: string; users: boolean },
  env: Environment,
  progress: Progress,
): Promise<Environment> {
  const official = join(home.path, "plugins", dockerPlugin);
  if (home.users) {
    if (await exists(official)) return {};
    if (engine.builtPlugins) return onPath(env, engine.builtPlugins);
    const built = await installOrBuild(engine, env, progress);
    return built ? onPath(env, built) : {};
  }
  if (engine.builtPlugins) {
    await pointPlugins(home.path, engine.builtPlugins);
    return {};
  }
  if (await exists(official)) return {};
  await pointPlugins(home.path, join(cacheFolder(env), "plugins"));
  const built = await installOrBuild(engine, env, progress);
  if (built) await pointPlugins(home.path, built);
  return {};
}

/** @returns the folder of the built plugins when the official one can't be installed. */
async function installOrBuild(
  engine: Engine,
  env: Environment,
  progress: Progress,
): Promise<string | undefined> {
  const folder = await engineFolder(env, currentPlatform());
  const provider = binaries.filter(({ module }) => module === "docker-provider");
  const output = join(folder, provider[0]?.output ?? "");
  if (await isExecutable(output)) return join(folder, "plugins");
  return withLock(`${folder}.lock`, async () => {
    const args = ["plugin", "install", "resource", "docker", pins.dockerProvider];
    const installed = await progress.step("Installing the docker provider", () =>
      run(engine.pulumi, args, { env, timeout: 180_000 }),
    );
    if (installed.code === 0) return undefined;
    const reason = lastWords(installed.stderr);
    progress.note(`The docker provider can't be downloaded here (${reason}); building it from Go modules`);
    try {
      const go = await findGo({ env, platform: currentPlatform(), folder: join(folder, "go"), progress });
      await buildMissing(folder, go, env, progress, provider);
    } catch (error) {
      throw new Stop(
        `no docker provider: the download failed (${reason}) and the build failed (${(error as Error).message}); ` +
          "open the network to get.pulumi.com and github.com, then try again",
      );
    }
    return join(folder, "plugins");
  });
}

/** In a Pulumi home that belongs to the user nothing of ours is put; the engine then finds the provider on PATH. */
function onPath(env: Environment, plugins: string): Environment {
  return { PATH: [env.PATH, join(plugins, dockerPlugin)].join(delimiter) };
}

async function pointPlugins(home: string, target: string): Promise<void> {
  const link = join(home, "plugins");
  const isLink = await lstat(link).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (isLink && (await readlink(link)) !== target) await rm(link);
  await sharePlugins(home, target);
}
