/** Runs other programs. */
import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: Environment;
  readonly cwd?: string;
  /** Called with every line of either stream as it comes. */
  readonly onLine?: (line: string) => void;
  /** Called with the process id of the program once it runs. */
  readonly onStart?: (pid: number) => void;
  /** Milliseconds after which the program is ended. None by default. */
  readonly timeout?: number;
  readonly input?: string;
  /** Leave standard output to `onLine` alone. It is collected by default. */
  readonly streamed?: boolean;
  /** Let the program end by itself when this one is interrupted: it hears Ctrl-C from the terminal, and a SIGTERM
   * reaches it as an interrupt. */
  readonly graceful?: boolean;
}

/** Runs a program to its end. A program that cannot be started has code 127 and says why on `stderr`. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: options.env,
      cwd: options.cwd,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      ...(options.timeout === undefined ? {} : { timeout: options.timeout, killSignal: "SIGKILL" as const }),
    });
    if (child.pid !== undefined) options.onStart?.(child.pid);
    const collected = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      const stream = child[name];
      if (!stream) continue;
      stream.setEncoding("utf8");
      const kept = name === "stderr" || !options.streamed;
      stream.on("data", (text: string) => {
        if (kept) collected[name] += text;
      });
      if (options.onLine) createInterface({ input: stream }).on("line", options.onLine);
    }
    const release = options.graceful ? holdInterrupts(() => child.kill("SIGINT")) : () => undefined;
    child.on("error", (error) => resolve({ code: 127, stdout: "", stderr: error.message }));
    child.on("close", (code) => {
      release();
      resolve({ code: code ?? 1, ...collected });
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input);
  });
}

/** Runs a program on the terminal of this one and returns its exit code. */
export function runAttached(command: string, args: readonly string[], options: RunOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: options.env, cwd: options.cwd, stdio: "inherit" });
    const release = holdInterrupts(() => child.kill("SIGINT"));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      release();
      resolve(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

/** Keeps this process alive while a program ends by itself. Returns what undoes it. */
function holdInterrupts(onTerminate: () => void): () => void {
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  process.on("SIGTERM", onTerminate);
  return () => {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", onTerminate);
  };
}

/** The full path of a program on PATH. */
export async function findOnPath(name: string, env: Environment): Promise<string | undefined> {
  for (const folder of (env.PATH ?? "").split(delimiter).filter(Boolean)) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The last lines of a text that say something, for an error of one line. */
export function lastWords(text: string, lines = 1): string {
  return text.trim().split("\n").filter(Boolean).slice(-lines).join(" / ").slice(0, 300);
}
