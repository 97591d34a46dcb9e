/** Looks into the inputs of a resource, of which any part may be missing or not known yet.
 *
 * A rule never holds against a resource what nobody knows: `UNKNOWN` passes every test here.
 */
import { isMap, type Properties, UNKNOWN, type Value } from "../rehearsal/values.ts";

export type { Properties, Value };
export { isMap, UNKNOWN };

/** The value at `a.b.c`: `UNKNOWN` when any part of the way is, undefined when any part is missing. */
export function at(inputs: Properties | Value | undefined, path: string): Value | undefined {
  let value = inputs as Value | undefined;
  for (const key of path.split(".")) {
    if (value === UNKNOWN) return UNKNOWN;
    value = isMap(value) ? value[key] : undefined;
  }
  return value;
}

export const isUnknown = (value: Value | undefined): boolean => value === UNKNOWN;

/** A text; empty when it is missing, not a text or unknown. */
export const text = (value: Value | undefined): string =>
  typeof value === "string" && value !== UNKNOWN ? value : "";

/** Every item of a list; none when it is missing or unknown. */
export const items = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);

/** The maps in a list. */
export const maps = (value: Value | undefined): readonly Properties[] => items(value).filter(isMap);

/** The texts in a list that are known. */
export const texts = (value: Value | undefined): readonly string[] =>
  items(value).flatMap((item) => (typeof item === "string" && item !== UNKNOWN ? [item] : []));

/** Whether a value stands there, known or not. */
export const present = (value: Value | undefined): boolean =>
  value !== undefined && value !== null && value !== "";

/** How a value is called in a message. Long ones are cut. */
export function shown(value: Value | undefined): string {
  if (value === undefined || value === null) return "not set";
  if (value === UNKNOWN) return "not known yet";
  const said = typeof value === "string" ? value : JSON.stringify(value);
  return said.length > 60 ? `${said.slice(0, 57)}…` : said;
}
