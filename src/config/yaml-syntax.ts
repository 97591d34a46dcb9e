/** What the YAML library says, in our words, and what is looked at before it may build a tree. */
import type { CST, ErrorCode, YAMLError } from "yaml";
import type { Place } from "./places.ts";
import type { Problem } from "./problem.ts";

/** Characters. An app of 200 services takes about a quarter of it. */
export const LARGEST_FILE = 512 * 1024;

const REMEDIES: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: "indent with spaces",
  BAD_INDENT: "line the keys of one map up in the same column",
  BAD_ALIAS: "write the value out; anchors and aliases are not read here",
  BAD_SCALAR_START: "put the value in quotes",
  BLOCK_AS_IMPLICIT_KEY: "put the value in quotes, or start the map on the next line",
  BLOCK_IN_FLOW: "close the bracket first, or write all of it in brackets",
  MISSING_CHAR: "close what is open: a bracket, a brace, a quote, or write a colon after the key",
  MULTILINE_IMPLICIT_KEY: "write a colon after the key, on the same line",
  TAG_RESOLVE_FAILED: "remove the tag (what starts with !)",
  UNEXPECTED_TOKEN: "remove it or put the value in quotes",
};

export function syntaxProblem(error: YAMLError, text: string, at: Place): Problem {
  const reason = (error.message.split("\n")[0] ?? "").replace(/\s+at line \d.*$/, "").replace(/[.:]$/, "");
  const found = text.slice(error.pos[0], error.pos[0] + 1).trim();
  const near = /^[!-~]$/.test(found) ? ` at ${found}` : "";
  return {
    path: [],
    at,
    what: `is not YAML${near}: ${printable(reason)}`,
    remedy: (/^Flow /.test(reason) ? REMEDIES.MISSING_CHAR : REMEDIES[error.code]) ?? "correct the line",
  };
}

const printable = (reason: string) => reason.slice(0, 120).replaceAll(/[^ -~]/g, "?");

/** Offset of the first token that is nested deeper than `limit`, found without recursion. */
export function depthOf(tokens: readonly CST.Token[], limit: number): number | undefined {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > limit) return token.offset;
    if (token.type === "document") {
      if (token.value) open.push({ token: token.value, depth });
      continue;
    }
    if (!("items" in token)) continue;
    for (const item of token.items) {
      if (item.key) open.push({ token: item.key, depth: depth + 1 });
      if (item.value) open.push({ token: item.value, depth: depth + 1 });
    }
  }
  return undefined;
}
