/** Time in a rehearsal: none at all, or the cloud's own, replayed faster. */
import { setTimeout as wait } from "node:timers/promises";

export interface Clock {
  /** Seconds of the cloud's time since the rehearsal began. */
  now(): number;
  /** Waits for that much of the cloud's time. */
  sleep(seconds: number): Promise<void>;
  /** Whether time passes at all, so that something can be there and not be seen yet. */
  readonly passes: boolean;
}

/** Everything takes no time. How long it would have taken follows from who waited for whom (schedule.ts). */
export const instant: Clock = { now: () => 0, sleep: async () => undefined, passes: false };

/** The cloud's time, `speed` times as fast as a real one: at 600, ten minutes pass in a second. */
export function replay(speed: number): Clock {
  const began = performance.now();
  return {
    now: () => ((performance.now() - began) / 1000) * speed,
    sleep: (seconds) => wait((seconds / speed) * 1000),
    passes: true,
  };
}
