/** Small words of HAProxy's configuration language, shared by the files beside this one. */
import type { Duration } from "../../../src/config/units.ts";

/** `frontend https` followed by its indented lines; empty lines are left out. */
export function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.filter((line) => line !== "").map((line) => `    ${line}`), ""].join("\n");
}

/** HAProxy's spelling of a duration. */
export const time = (duration: Duration): string => `${Math.ceil(duration)}ms`;

/** One word, whatever it contains. Inside single quotes nothing is special but the quote itself. */
export const word = (text: string): string =>
  /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** One word in a log-format string, where `%` would start an expression. */
export const formatWord = (text: string): string => word(text.replaceAll("%", "%%"));

/** A name as it may stand in a section title, an ACL or a variable. */
export const identifier = (text: string): string => text.replace(/[^A-Za-z0-9]/g, "_");

/** A literal inside a regular expression. */
export const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** Conditions that hold for a path and everything below it, one per alternative. */
export const below = (path: string): readonly string[] =>
  path === "/"
    ? ["{ always_true }"]
    : [`{ var(txn.path) -m str ${word(path)} }`, `{ var(txn.path) -m beg ${word(`${path}/`)} }`];
