/** An option that is a length of time. */
import { parseDuration } from "../config/parse.ts";
import { ConfigError } from "../config/problem.ts";
import type { Duration } from "../config/units.ts";
import { Unreadable } from "../config/unreadable.ts";

/** @throws ConfigError naming the option, what is allowed and what to write */
export function durationOption(option: string, written: string): Duration {
  try {
    return parseDuration(written);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { what, allowed, remedy } = error;
    throw new ConfigError([{ path: [option], what, ...(allowed !== undefined && { allowed }), remedy }]);
  }
}
