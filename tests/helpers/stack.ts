/** A Pulumi stack of its own for one test: real engine, state in a temporary folder, nothing shared. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { createProgress } from "../../bootstrap/progress.mjs";
import { openEngine } from "../../engine/open.ts";
import { PARALLEL } from "../../engine/operation.ts";

export const ROOT = resolve(import.meta.dirname, "../..");

export interface StackOptions {
  /** Text of the program; the default deploys the configured app. */
  readonly program?: string;
  /** Folder of a project whose packages the program sees; the repository's own without it. */
  readonly project?: string;
  /** Stack config without the seed: `{ "atelier:app": … }`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** 64 hex digits; random without it. */
  readonly seed?: string;
  /** Encrypted stack config. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Variables for the engine, for instance to attach a provider. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as a person would see them. */
  readonly text: string;
}

export interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
}

const STACK = "test";
const RUN = ["--yes", "--skip-preview", "--non-interactive", "--color=never", ...PARALLEL];

export class TestStack {
  readonly folder: string;
  readonly #pulumi: string;
  readonly #env: Record<string, string | undefined>;
  readonly #options: StackOptions;

  private constructor(
    folder: string,
    pulumi: string,
    env: Record<string, string | undefined>,
    options: StackOptions,
  ) {
    this.folder = folder;
    this.#pulumi = pulumi;
    this.#env = env;
    this.#options = options;
  }

  static async create(options: StackOptions): Promise<TestStack> {
    const folder = await mkdtemp(join(tmpdir(), "atelier-stack-"));
    const state = join(folder, "state");
    await mkdir(state);
    await writeFile(join(folder, "passphrase"), randomBytes(16).toString("hex"), { mode: 0o600 });
    await writeFile(join(folder, "Pulumi.yaml"), PROJECT);
    await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
    await symlink(join(options.project ?? ROOT, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "index.ts"), options.program ?? DEPLOY);
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase"),
      ...options.env,
    };
    const engine = await openEngine({ project: ROOT, env, progress: createProgress({ write: () => true }) });
    const stack = new TestStack(folder, engine.pulumi, engine.env, options);
    await stack.must(["stack", "init"]);
    await stack.configure(options.config);
    return stack;
  }

  /** Writes the stack's config anew; encrypted values stay as they are. */
  async configure(config: Readonly<Record<string, unknown>>): Promise<void> {
    const file = join(this.folder, `Pulumi.${STACK}.yaml`);
    const before = (parse(await readFile(file, "utf8").catch(() => "")) ?? {}) as StackFile;
    const { "atelier:seed": seed, "atelier:secrets": kept } = before.config ?? {};
    const encrypted =
      seed === undefined ? {} : { "atelier:seed": seed, ...(kept ? { "atelier:secrets": kept } : {}) };
    await writeFile(file, stringify({ ...before, config: { ...config, ...encrypted } }));
    if (seed !== undefined) return;
    const secrets = { "atelier:seed": this.#options.seed ?? SEED, ...this.#options.secrets };
    for (const [key, value] of Object.entries(secrets)) {
      // By standard input: an argument would stand in the process list.
      await this.must(["config", "set", "--secret", "--raw", "--path", key], value);
    }
  }

  up(...extra: string[]): Promise<Run> {
    return this.pulumi(["up", ...RUN, ...extra]);
  }

  destroy(): Promise<Run> {
    return this.pulumi(["destroy", ...RUN]);
  }

  /** What an `up` would do: every step but `same`. */
  async preview(...extra: string[]): Promise<Step[]> {
    const { stdout } = await this.must(["preview", "--json", "--non-interactive", ...extra]);
    const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
    return steps
      .filter(({ op }) => op !== "same" && op !== "refresh")
      .map(({ op, urn }) => {
        const [type = "", name = ""] = urn.split("::").slice(-2);
        return { op, type: type.split("$").at(-1) ?? type, name };
      });
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.must(["stack", "output", "--json", "--show-secrets"]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** Every file of the state, concatenated: to look for what must not be in it. */
  async state(): Promise<string> {
    const entries = await readdir(join(this.folder, "state"), { recursive: true, withFileTypes: true });
    const texts = entries
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), "utf8"));
    return (await Promise.all(texts)).join("\n");
  }

  /** Runs pulumi and fails the test with its output when it fails. */
  async must(args: readonly string[], input?: string): Promise<Run> {
    const run = await this.pulumi(args, input);
    if (run.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${run.code}:\n${run.text}`);
    return run;
  }

  pulumi(args: readonly string[], input = ""): Promise<Run> {
    const options = { cwd: this.folder, env: this.#env, maxBuffer: 64 * 1024 ** 2 };
    return new Promise((done) => {
      const child = execFile(this.#pulumi, [...args, "--stack", STACK], options, (error, stdout, stderr) => {
        const code = typeof error?.code === "number" ? error.code : error ? 1 : 0;
        done({ code, stdout, stderr, text: stdout + stderr });
      });
      child.stdin?.end(input);
    });
  }

  /** Destroys what is left and removes the folder. */
  async remove(): Promise<void> {
    await this.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }
}

interface StackFile {
  readonly encryptionsalt?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

const SEED = randomBytes(32).toString("hex");

const PROJECT = `name: atelier
main: index.ts
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: "--stack-trace-limit=0"
`;

const DEPLOY = `import { deploy } from ${JSON.stringify(join(ROOT, "src/index.ts"))};
export const outputs = await deploy();
`;
