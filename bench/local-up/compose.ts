/** Docker Compose, built from its Go module, on one compose file. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../../bootstrap/progress.mjs";
import { run } from "../../engine/command.ts";
import { buildProgram } from "../../engine/programs.ts";
import type { ComposeFile } from "./compose-file.ts";

const MODULE = "github.com/docker/compose/v2";
const SOURCE = join(import.meta.dirname, "compose");

export class Compose {
  readonly #program: string;
  readonly #file: string;
  readonly #project: string;

  private constructor(program: string, file: string, project: string) {
    this.#program = program;
    this.#file = file;
    this.#project = project;
  }

  /** Writes the file into `folder`. The program is compiled the first time and kept in the user's cache. */
  static async open(options: {
    readonly folder: string;
    readonly project: string;
    readonly file: ComposeFile;
    readonly progress: Progress;
  }): Promise<Compose> {
    const { folder, project, file, progress } = options;
    const name = "docker-compose";
    const target = `${MODULE}/cmd`;
    const built = await buildProgram({
      name,
      source: SOURCE,
      target,
      env: process.env,
      progress,
      seconds: 300,
    });
    const path = join(folder, "compose.json");
    await writeFile(path, JSON.stringify(file, null, 2), { mode: 0o600 });
    return new Compose(join(built.folder, name), path, project);
  }

  /** Starts everything and waits until what has a health check is healthy and jobs have ended. */
  async up(): Promise<void> {
    await this.#run("up", "--detach", "--wait", "--wait-timeout", "600");
  }

  async down(): Promise<void> {
    await this.#run("down", "--volumes", "--remove-orphans");
  }

  async #run(...args: string[]): Promise<void> {
    const all = ["--file", this.#file, "--project-name", this.#project, "--progress", "plain", ...args];
    const { code, stderr } = await run(this.#program, all, { env: process.env });
    if (code !== 0) throw new Error(`docker compose ${args[0]} ended with ${code}:\n${stderr.slice(-4000)}`);
  }
}

/** The version that go.mod pins. */
export async function composeVersion(): Promise<string> {
  const pins = await readFile(join(SOURCE, "go.mod"), "utf8");
  return new RegExp(`${MODULE} (v\\S+)`).exec(pins)?.[1] ?? "";
}
