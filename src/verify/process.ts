/** A plugin's process: started, asked for its port, and ended whatever happens. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Environment, lastWords } from "../../engine/command.ts";
import type { Plugin } from "./plugin.ts";

export interface Running {
  readonly port: number;
  /** How it ended, in words; never resolves while it runs. */
  readonly ended: Promise<string>;
  /** Ends it and waits until it is gone. A plugin that ran before is left alone. */
  end(): Promise<void>;
}

export interface StartOptions {
  /** The process's whole environment. */
  readonly env: Environment;
  readonly folder: string;
  /** `127.0.0.1:PORT` of who stands for the engine. */
  readonly engine: string;
  /** Milliseconds until it must have said its port. */
  readonly timeout: number;
}

/** @throws Error in words when it does not start, ends, or says no port in time */
export async function startPlugin(plugin: Plugin, options: StartOptions): Promise<Running> {
  if ("port" in plugin) {
    return { port: plugin.port, ended: new Promise(() => undefined), end: async () => undefined };
  }
  const { env, folder, engine, timeout } = options;
  const child = spawn(plugin.program, [engine], { env, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const guard = endWithThisProcess(child);
  const ended = describeEnd(child);
  const gone = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
  const end = async () => {
    child.kill("SIGKILL");
    await gone;
    guard.release();
  };
  try {
    return { port: await portOf(child, { ended, timeout }), ended, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The first line that it writes. */
async function portOf(
  child: ChildProcess,
  { ended, timeout }: { readonly ended: Promise<string>; readonly timeout: number },
): Promise<number> {
  const { promise: late, resolve: expire } = Promise.withResolvers<string>();
  const timer = setTimeout(() => expire(`it did not say its port within ${timeout / 1000} s`), timeout);
  const said = new Promise<string>((resolve) => {
    if (child.stdout) createInterface({ input: child.stdout }).once("line", resolve);
  });
  const first = await Promise.race([said.then((line) => ({ line })), ended, late]).finally(() =>
    clearTimeout(timer),
  );
  if (typeof first === "string") throw new Error(first);
  const port = Number(first.line.trim());
  if (Number.isInteger(port) && port > 0) return port;
  throw new Error(`it said ${JSON.stringify(first.line.slice(0, 60))} in place of its port`);
}

function describeEnd(child: ChildProcess): Promise<string> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-10_000);
  });
  return new Promise((resolve) => {
    child.once("error", ({ message }) => resolve(`it does not start: ${message}`));
    child.once("close", (code, signal) => {
      const words = lastWords(said, 2);
      resolve(`it ended with ${signal ?? code}${words ? `: ${words}` : ""}`);
    });
  });
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A plugin does not notice that who started it is gone. */
function endWithThisProcess(child: ChildProcess): { release(): void } {
  const kill = () => child.kill("SIGKILL");
  const onSignal = (signal: NodeJS.Signals) => {
    kill();
    release();
    // As it would have gone without us, unless somebody else listens.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const release = () => {
    process.off("exit", kill);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  process.once("exit", kill);
  for (const signal of SIGNALS) process.once(signal, onSignal);
  return { release };
}
