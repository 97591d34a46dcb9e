/** Other work on the machine, which would be measured too. */
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Processes that ran or waited for a processor, mean of the last minute. */
export const loadNow = (): number => loadavg()[0] ?? 0;

/** Waits until the load is below `below`, at most `minutes`. Tells whether it is. */
export async function waitForQuiet(options: { readonly below: number; readonly minutes: number }) {
  const end = Date.now() + options.minutes * 60_000;
  while (loadNow() >= options.below && Date.now() < end) await sleep(5_000);
  return loadNow() < options.below;
}
