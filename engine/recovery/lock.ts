/** The lock that an ended Pulumi leaves on its stack. */
import { hostname } from "node:os";
import type { Ran } from "../command.ts";
import { isAlive } from "../lock.ts";
import type { OpenEngine } from "../open.ts";
import { pulumi } from "../stack.ts";

/** Runs Pulumi, and once more after taking away the lock of processes of this machine that are no longer there. A lock of
 * another machine, or of one that still runs, stays, with Pulumi's own error.
 * @param taken called with what was done, in words
 */
export async function withoutStaleLock(
  opened: OpenEngine,
  stack: string,
  run: () => Promise<Ran>,
  taken: (what: string) => void = () => undefined,
): Promise<Ran> {
  const ran = await run();
  const said = `${ran.stderr}\n${ran.stdout}`;
  if (ran.code === 0 || !isStale(said)) return ran;
  const cancelled = await pulumi(opened, ["cancel", "--yes", "--stack", stack]);
  if (cancelled.code !== 0) return ran;
  taken(`the lock of an interrupted run on ${stack} was taken away; its process is gone`);
  return run();
}

/** Whether Pulumi's words are about locks, all of them of this machine and of processes that ended. */
export function isStale(said: string): boolean {
  const locks = [...said.matchAll(/created by [^@\n]*@(\S+) \(pid (\d+)\)/g)];
  if (!/is currently locked by/.test(said) || locks.length === 0) return false;
  return locks.every(([, host, pid]) => host === hostname() && !isAlive(Number(pid)));
}
