/** What providers answer, in a form of one line: where it is, and what is wrong there. */
import { isMap, isSecret, type Properties, textsIn, type Value } from "../../rehearsal/values.ts";
import type { LogLine } from "./engine.ts";
import type { Finding, InputPath } from "./model.ts";

/** An answer as it comes: `property` is empty where the provider writes the place into the reason, or leaves it out. */
export interface Answer {
  readonly property: string;
  readonly reason: string;
}

type Placed = Pick<Finding, "input" | "reason">;

/** Takes the place out of an answer.
 *
 * Providers that come from Terraform write `… Examine values at 'NAME.settings[0].tier'.`, or begin with the input's name.
 */
export function readAnswer({ property, reason }: Answer, name: string, inputs: Properties): Placed {
  const at = / Examine values at '(.*)'\.?\s*$/s.exec(reason);
  const words = tidy(at ? reason.slice(0, at.index) : reason);
  const written = at?.[1]?.startsWith(`${name}.`) ? at[1].slice(name.length + 1) : at?.[1];
  const input = parseInput(property || written || inputNamedFirst(words, inputs));
  return { reason: words, ...(input.length > 0 && { input }) };
}

/** An error of a whole call may hold several reasons, as a list below `2 errors occurred:`. */
export function readError(message: string, name: string, inputs: Properties): Placed[] {
  const bare = message.replace(/^(?:diffing|preparing|converting result for) urn:\S+: /, "");
  const [, list] = /errors? occurred:\s*\n(.*)$/s.exec(bare) ?? [];
  const reasons = list ? list.split(/^\s*\* /m).filter((one) => one.trim() !== "") : [bare];
  return reasons.map((reason) => readAnswer({ property: "", reason }, name, inputs));
}

/** What a plugin logged about a resource; undefined for lines that only stand around others. */
export function readLog({ severity, urn, message }: LogLine): Finding | undefined {
  if (/^Type checking (failed|is still experimental)/.test(message)) return undefined;
  const typed = /^Unexpected type at field "(.*?)":(.*)$/s.exec(message.trim());
  const words = typed?.[2] ?? message.replace(/^urn:\S+ verification warning: /, "");
  const input = parseInput(typed?.[1] ?? "");
  return { urn, severity, reason: tidy(words), ...(input.length > 0 && { input }) };
}

const LONGEST = 400;

/** On one line, each sentence once, without the full stop. */
function tidy(reason: string): string {
  const line = reason
    .replace(/^could not validate provider configuration: /, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/\.+$/, "");
  const once = /^(.+)\. \1$/.exec(line)?.[1] ?? line;
  return once.length > LONGEST ? `${once.slice(0, LONGEST - 1)}…` : once;
}

/** `memory: invalid syntax` is about the input `memory`. */
function inputNamedFirst(reason: string, inputs: Properties): string {
  const first = /^(\w+): /.exec(reason)?.[1] ?? "";
  return Object.hasOwn(inputs, first) ? first : "";
}

/** `settings[0].labels["a.b"]`, or with numbers between dots: `settings.0.tier`. */
export function parseInput(text: string): InputPath {
  const keys = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...keys].map(([, quoted, index, plain]) => {
    if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, "$1");
    const key = index ?? plain ?? "";
    return /^\d+$/.test(key) ? Number(key) : key;
  });
}

export function formatInput(path: InputPath): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      if (!/^[\w$-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}

/** Shorter ones may stand anywhere by chance. */
const SHORTEST_SECRET = 6;

/** Hides what is marked as secret anywhere in `all` from texts that providers made of it. */
export function hiding(all: readonly Properties[]): (text: string) => string {
  const secrets = [...new Set(all.flatMap(secretsIn))]
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "[secret]"), text);
}

function secretsIn(value: Value): string[] {
  if (isSecret(value)) return isMap(value) ? textsIn(value.value ?? null) : [];
  if (Array.isArray(value)) return value.flatMap(secretsIn);
  return isMap(value) ? Object.values(value).flatMap(secretsIn) : [];
}
