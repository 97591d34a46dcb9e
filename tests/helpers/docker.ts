/** The Docker engine of this machine, and patience. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export function docker(...args: string[]) {
  return run("docker", args, { maxBuffer: 64 * 1024 ** 2 });
}

/** Asks again until the answer is right; fails with the last error after the given time. */
export async function eventually<T>(what: () => Promise<T>, milliseconds = 30_000): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await what();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((wait) => setTimeout(wait, 250));
    }
  }
}
