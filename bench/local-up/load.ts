/** Other work on the machine, which would be measured too. */
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Processes that ran or waited for a processor, mean of the last minute. */
export const loadNow = (): number => loadavg()[0] ?? 0;

export interface Quiet {
  readonly below: number;
  readonly minutes: number;
  readonly signal: AbortSignal;
}

/** Waits until the load is below `below`, at most `minutes`. Tells whether it is. */
export async function waitForQuiet({ below, minutes, signal }: Quiet): Promise<boolean> {
  const end = Date.now() + minutes * 60_000;
  while (loadNow() >= below && Date.now() < end) await sleep(5_000, undefined, { signal });
  return loadNow() < below;
}
