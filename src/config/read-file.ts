/** A configuration file's text, or one problem. */
import { readFileSync, statSync } from "node:fs";
import type { Problem } from "./problem.ts";
import { LARGEST_FILE } from "./yaml-syntax.ts";

export function readText(file: string, remedy: string): string | Problem {
  const problem = (what: string, fix: string): Problem => ({ path: [file], what, remedy: fix });
  try {
    const stat = statSync(file);
    if (!stat.isFile()) return problem("is not a file", remedy);
    if (stat.size > 4 * LARGEST_FILE) {
      return {
        ...problem(`has ${stat.size} bytes`, "split the app or leave out what is not used"),
        allowed: `up to ${LARGEST_FILE}`,
      };
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return problem("there is no such file", remedy);
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return problem("is not UTF-8 text", "save it as UTF-8");
    return problem(`cannot be read (${code ?? "unknown reason"})`, "make it readable, or name another file");
  }
}
