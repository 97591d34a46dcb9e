/** Instances that Docker's DNS finds, each let in by `readiness.lua` once its health check has passed. */
import { readFileSync } from "node:fs";
import { CONFIG } from "./layout.ts";

const SCRIPT = "readiness.lua";

/** What stands in an address until the first one is known: no one's, kept for documentation by RFC 5737. */
const NOBODY = "192.0.2.1";

/** Times between two checks of an instance that is not let in yet. `inter` is the wait for the first one, and what each
 * unused slot costs: ten services take about 1 % of a core.
 */
const PROBING = "inter 250ms fastinter 100ms downinter 100ms fall 1 rise 2";

export interface Found {
  /** Network alias that all instances share. */
  readonly alias: string;
  readonly port: number;
  /** Instances that there can be at a time. */
  readonly slots: number;
  /** Words of the server lines that say where and how an instance is asked, for instance `port 8404`. */
  readonly asked?: string;
  /** Words of the server lines that say how often, and what else holds for an instance that gets requests. */
  readonly serving: string;
}

/** The server lines of one backend: those that are only checked, and those that get what is for the instances.
 * The section needs `readinessSettings()` in its process' global section, and `readinessFile()` beside it.
 */
export function instances({ alias, port, slots, asked = "", serving }: Found): string[] {
  const check = ["check", asked].filter((words) => words !== "").join(" ");
  return [
    `server-template probe 1-${slots} ${alias}:${port} resolvers docker init-addr none weight 0 ${check} ${PROBING}`,
    `server-template s 1-${slots} ${NOBODY}:${port} disabled ${check} ${serving}`,
  ];
}

export const readinessSettings = (): string[] => [`lua-load ${CONFIG}/${SCRIPT}`];

/** Name below /run/config → text. */
export const readinessFile = (): Record<string, string> => ({
  [SCRIPT]: readFileSync(new URL(`./${SCRIPT}`, import.meta.url), "utf8"),
});
