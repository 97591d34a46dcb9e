/** Words that rules share. */

import type { Path } from "../places.ts";
import type { Find } from "../resolve/missing.ts";
import { suggest } from "../suggest.ts";
import { show } from "../unreadable.ts";

export type { Find } from "../resolve/missing.ts";

/** A name that nobody declared. `noun` says what it should be: "service or data". */
export function unknownName(
  path: Path,
  name: string,
  noun: string,
  known: readonly string[],
  otherwise: string,
): Find {
  const near = suggest(name, known);
  return {
    path,
    // Its own declaration may be what is wrong.
    follows: ["services", "data", "secrets"].map((group) => [group, name]),
    what: `there is no ${noun} ${show(name)}`,
    ...(known.length > 0 && { allowed: known.join(", ") }),
    remedy: near === undefined ? otherwise : `did you mean ${near}?`,
  };
}

/** `a, b and c`. */
export function enumerate(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

export const own = <V>(record: Readonly<Record<string, V>>, name: string): V | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
