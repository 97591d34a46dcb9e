/** Failures on purpose: `gcp:sql*:create:429`. */
import { ConfigError } from "../src/config/problem.ts";
import type { Moment, Operation } from "./operation.ts";

/** How an operation fails, what the engine hears, and whether it was done all the same. */
const KINDS = {
  500: { moment: "before", message: "500: internal error: the backend failed; nothing was done" },
  429: { moment: "before", message: "429: rateLimitExceeded: too many requests; try again later" },
  timeout: {
    moment: "before",
    message: "timeout while waiting for state to become 'DONE' (last state: 'PENDING', timeout: 20m0s)",
  },
  lost: {
    moment: "after",
    message: "connection reset by peer: the request was sent, and no answer came",
  },
} as const satisfies Record<string, Strike>;

export type Kind = keyof typeof KINDS;
export const FAULT_KINDS = Object.keys(KINDS) as readonly string[] as readonly `${Kind}`[];

const VERBS = ["create", "update", "delete", "read", "*"] as const;

export interface Strike {
  readonly moment: Moment;
  readonly message: string;
}

export interface Fault {
  /** As it was written. */
  readonly text: string;
  /** Whether it is about operations like this one. */
  readonly matches: (operation: Pick<Operation, "verb" | "type" | "name">) => boolean;
  readonly strike: Strike;
  /** Strikes the N-th of its operations alone. Without it, the first attempt at each. */
  readonly nth?: number;
}

/** `<type or name, with *>:<verb>:<500|429|timeout|lost>[@N]`.
 * @throws ConfigError that says what is wrong with it
 */
export function parseFault(text: string): Fault {
  const [, glob, verb, kind, nth] = /^(.+):([^:]+):([^:@]+)(?:@(.*))?$/.exec(text) ?? [];
  if (glob === undefined || verb === undefined || kind === undefined) {
    throw wrong(text, "is not TYPE:VERB:FAILURE", "gcp:sql*:create:429");
  }
  if (!VERBS.includes(verb as (typeof VERBS)[number])) {
    throw wrong(text, `${verb} is not an operation`, VERBS.join(", "));
  }
  if (!isKind(kind)) throw wrong(text, `${kind} is not a failure`, FAULT_KINDS.join(", "));
  if (nth !== undefined && !/^[1-9]\d*$/.test(nth)) {
    throw wrong(text, `@${nth} is not a number of an operation`, "@1, @2, …");
  }
  const pattern = glob.split("*").map(quoted).join(".*");
  const whole = new RegExp(`^${pattern}$`);
  return {
    text,
    matches: (operation) =>
      (verb === "*" || verb === operation.verb) && (whole.test(operation.type) || whole.test(operation.name)),
    strike: KINDS[kind],
    ...(nth !== undefined && { nth: Number(nth) }),
  };
}

const isKind = (kind: string): kind is `${Kind}` => Object.hasOwn(KINDS, kind);
const quoted = (text: string): string => text.replace(/[\\^$.+?()[\]{}|]/g, "\\$&");

const wrong = (text: string, what: string, allowed: string): ConfigError =>
  new ConfigError([
    { path: ["--fail"], what: `${text}: ${what}`, allowed, remedy: "write --fail 'gcp:sql*:create:429'" },
  ]);

/** Several faults at work: who was struck already, and how often each has met an operation. */
export class Faults {
  readonly #faults: readonly Fault[];
  readonly #met = new Map<Fault, number>();
  readonly #struck = new Set<string>();

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  /** Operations that were struck. */
  get strikes(): number {
    return this.#struck.size;
  }

  strike(operation: Operation): Strike | undefined {
    for (const fault of this.#faults) {
      if (!fault.matches(operation)) continue;
      const met = (this.#met.get(fault) ?? 0) + 1;
      this.#met.set(fault, met);
      const key = `${fault.text} ${operation.verb} ${operation.urn}`;
      if (fault.nth === undefined ? this.#struck.has(key) : fault.nth !== met) continue;
      this.#struck.add(key);
      return fault.strike;
    }
    return undefined;
  }
}

/** @throws ConfigError that names each fault which none of these operations would meet, and what it could have met */
export function refuseIdle(
  faults: readonly Fault[],
  operations: readonly Pick<Operation, "verb" | "type" | "name">[],
): void {
  const idle = faults.filter(({ matches, nth = 1 }) => operations.filter(matches).length < nth);
  if (idle.length === 0) return;
  const kinds = [...new Set(operations.map(({ verb, type }) => `${type}:${verb}`))].sort();
  const shown = kinds.slice(0, 12).join(", ");
  const more = kinds.length > 12 ? `, and ${kinds.length - 12} more` : "";
  throw new ConfigError(
    idle.map(({ text, matches, nth }) => {
      const met = operations.filter(matches).length;
      const what = met > 0 ? `meets ${met} operations, so there is no @${nth}` : "meets no operation";
      return {
        path: ["--fail"],
        what: `${text} ${what}`,
        allowed: kinds.length > 0 ? `${shown}${more}` : "nothing: there is nothing to do",
        remedy: "change the pattern",
      };
    }),
  );
}
