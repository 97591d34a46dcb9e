/** A stack of its own for a rehearsal: the real engine and the real program, simulated providers, and a state that is
 * thrown away.
 */
import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Progress } from "../bootstrap/progress.mjs";
import { Stop } from "../bootstrap/stop.mjs";
import { type Environment, lastWords } from "../engine/command.ts";
import { ensureEngine } from "../engine/ensure.ts";
import { engineEnvironment, type OpenEngine } from "../engine/open.ts";
import { type OperationOptions, type Outcome, runOperation } from "../engine/operation.ts";
import { isRunning, type StartedProcess, startTimeOf } from "../engine/process.ts";
import { exportState, type State } from "../engine/recovery/state.ts";
import { pulumi } from "../engine/stack.ts";
import type { Behaviour } from "./behaviour.ts";
import { SIMULATED } from "./behaviours.ts";
import { type Clock, instant } from "./clock.ts";
import { Cloud, type CloudOptions } from "./cloud.ts";
import type { Faults } from "./faults.ts";
import { finderIn } from "./finder.ts";
import { type Ended, Operations, type OperationsOptions } from "./operations.ts";
import { serve } from "./server.ts";

/** What is rehearsed. */
export interface Script {
  /** Absolute path of the program, as `main` in Pulumi.yaml. */
  readonly program: string;
  readonly project: string;
  readonly stack: string;
  /** Plain values of the stack's config: `{ "atelier:app": … }`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Values that stand in for secrets, by config key: `atelier:seed`, `atelier:secrets.KEY`. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly behaviour: Behaviour;
}

export interface StageOptions {
  readonly env: Environment;
  readonly progress: Progress;
  readonly quotas?: CloudOptions["quotas"];
}

/** One run of the engine. */
export interface Performance {
  readonly outcome: Outcome;
  /** What the engine asked of the providers, in the order in which it ended. */
  readonly operations: readonly Ended[];
}

export interface Disturbance {
  readonly clock?: Clock;
  readonly faults?: Faults;
  /** Ends the engine with SIGKILL at the N-th operation, before the cloud has done it or before it answers. */
  readonly kill?: { readonly n: number; readonly moment: "before" | "after" };
  /** Holds each operation, so that others are under way at the same time. */
  readonly delay?: (n: number) => Promise<void>;
  readonly tell?: (detail: string) => void;
  /** Further arguments for the engine. */
  readonly args?: readonly string[];
}

export class Stage {
  get behaviour(): Behaviour {
    return this.#script.behaviour;
  }

  readonly folder: string;
  readonly cloud: Cloud;
  readonly #script: Script;
  readonly #opened: OpenEngine;
  readonly #quotas: CloudOptions["quotas"];

  private constructor(
    folder: string,
    cloud: Cloud,
    script: Script,
    opened: OpenEngine,
    quotas?: CloudOptions["quotas"],
  ) {
    this.folder = folder;
    this.cloud = cloud;
    this.#script = script;
    this.#opened = opened;
    this.#quotas = quotas;
  }

  /** @throws Stop when there is no engine, or the stack can't be made */
  static async open(script: Script, { env, progress, quotas }: StageOptions): Promise<Stage> {
    const engine = await ensureEngine({ env, progress });
    const folder = await mkdtemp(join(tmpdir(), "atelier-rehearsal-"));
    await writeProject(folder, script);
    const opened = openedIn(folder, env, engine);
    const stage = new Stage(
      folder,
      new Cloud(script.behaviour, quotas ? { quotas } : {}),
      script,
      opened,
      quotas,
    );
    await stage.#prepare();
    return stage;
  }

  /** The same stack at the same point, in a folder of its own: what happens to one does not happen to the other. */
  async copy(): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), "atelier-rehearsal-"));
    await cp(this.folder, folder, { recursive: true });
    const { env, engine } = this.#opened;
    return new Stage(folder, this.cloud.copy(), this.#script, openedIn(folder, env, engine), this.#quotas);
  }

  /** Writes the stack's plain config anew. */
  async configure(config: Script["config"]): Promise<void> {
    const file = configFile(this.folder, this.#script);
    const { parse } = await import("yaml");
    const before = parse(await readFile(file, "utf8")) as { config?: Record<string, unknown> };
    const encrypted = Object.entries(before.config ?? {}).filter(([key]) => key in SECRET_BLOCKS);
    await writeFile(file, stringify({ ...before, config: { ...config, ...Object.fromEntries(encrypted) } }));
  }

  /** `up` or `destroy`, as Atelier's own commands run them. */
  async run(verb: "up" | "destroy", disturbance: Disturbance = {}): Promise<Performance> {
    const { clock = instant, faults, kill, delay, tell, args = [] } = disturbance;
    const cloud = this.cloud;
    const { behaviour, stack } = this.#script;
    const victim = new Victim();
    const at: OperationsOptions["at"] = async (moment, { n }) => {
      if (moment === "before") await delay?.(n);
      if (n === kill?.n && moment === kill.moment) await victim.kill();
    };
    const seconds: OperationsOptions["seconds"] = (type, doing) => behaviour.seconds(type, doing);
    const operations = new Operations({ clock, seconds, ...(faults && { faults }), at });
    const server = await serve(cloud, behaviour.isSecret, operations);
    // An engine that is killed leaves its pipes behind.
    const scratch = await mkdtemp(join(tmpdir(), "atelier-rehearsal-"));
    try {
      const providers = SIMULATED.map((name) => `${name}:${server.port}`).join(",");
      const env = { ...this.#opened.env, PULUMI_DEBUG_PROVIDERS: providers, TMPDIR: scratch };
      const opened = { ...this.#opened, env };
      const options: OperationOptions = { find: finderIn(cloud), onStart: victim.is };
      const outcome = await runOperation(opened, [verb, "--stack", stack, ...args], tell, options);
      return { outcome, operations: operations.log };
    } finally {
      await victim.bury();
      server.close();
      await rm(scratch, { recursive: true, force: true });
    }
  }

  state(): Promise<State> {
    return exportState(this.#opened, this.#script.stack);
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #prepare(): Promise<void> {
    const { stack, config, secrets } = this.#script;
    await this.#must(["stack", "init", stack]);
    const values = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
    if (values.length > 0) await this.#must(["config", "set-all", "--stack", stack, "--path", ...values]);
    await this.configure(config);
  }

  async #must(args: readonly string[]): Promise<void> {
    const { code, stderr, stdout } = await pulumi(this.#opened, args);
    if (code !== 0) throw new Stop(`the rehearsal's stack can't be made: ${lastWords(stderr || stdout)}`);
  }
}

/** The engine's process, once it runs. */
class Victim {
  #pid: number | undefined;
  #children: readonly StartedProcess[] = [];
  readonly is = (pid: number): void => {
    this.#pid = pid;
  };

  /** Never comes back: nobody is left to hear the answer. */
  async kill(): Promise<never> {
    if (this.#pid !== undefined) {
      this.#children = await childrenOf(this.#pid);
      process.kill(this.#pid, "SIGKILL");
    }
    return new Promise(() => undefined);
  }

  /** Ends what the engine had started, which would wait five minutes for it. */
  async bury(): Promise<void> {
    for (const child of this.#children) if (await isRunning(child)) process.kill(child.pid, "SIGKILL");
  }
}

/** Where the system has /proc; nothing elsewhere. */
async function childrenOf(pid: number): Promise<readonly StartedProcess[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch((): string[] => []);
  const lists = tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => ""));
  const pids = (await Promise.all(lists)).flatMap((list) => list.split(/\s+/).filter(Boolean).map(Number));
  const children = pids.map(async (child) => ({ pid: child, startTime: await startTimeOf(child) }));
  return (await Promise.all(children)).flatMap(({ pid: child, startTime }) =>
    startTime === undefined ? [] : [{ pid: child, startTime }],
  );
}

const SECRET_BLOCKS: Readonly<Record<string, true>> = { "atelier:seed": true, "atelier:secrets": true };

const configFile = (folder: string, { stack }: Pick<Script, "stack">) => join(folder, `Pulumi.${stack}.yaml`);

async function writeProject(folder: string, { program, project }: Script): Promise<void> {
  const options = { typescript: false, nodeargs: "--stack-trace-limit=0" };
  const file = { name: project, main: program, runtime: { name: "nodejs", options } };
  await mkdir(join(folder, "state"));
  await mkdir(join(folder, "home"));
  await writeFile(join(folder, "Pulumi.yaml"), stringify(file));
  await writeFile(join(folder, "passphrase"), randomBytes(16).toString("hex"), { mode: 0o600 });
}

/** Nothing of the user's: state, selection and secrets are the folder's own. */
function openedIn(folder: string, env: Environment, engine: OpenEngine["engine"]): OpenEngine {
  const url = `file://${join(folder, "state")}`;
  const own = {
    PULUMI_BACKEND_URL: url,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase"),
    PULUMI_STACK: undefined,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ATELIER_REHEARSAL: "1",
  };
  return {
    engine,
    pulumi: engine.pulumi,
    env: { ...engineEnvironment(env, engine), ...own },
    backend: { kind: "configured", url, by: "a rehearsal" },
    project: folder,
    own: join(folder, ".atelier"),
  };
}
