/** What zod found → Problems: one line each, with the value, what is allowed and what to do. */
import type { z } from "zod";
import type { Path } from "./places.ts";
import type { Problem } from "./problem.ts";
import { suggest } from "./suggest.ts";
import { show } from "./unreadable.ts";

type Issue = z.core.$ZodIssue;

/** Between what is expected and an example of it, in the texts of schema/leaf.ts. */
const SUCH_AS = " such as ";

/** A problem of a layer: its path is within the layer, and not yet placed in a file. */
export type Finding = Pick<Problem, "path" | "what" | "allowed" | "remedy"> & {
  /** Whether the key itself is wrong, or the value. */
  readonly concerns: "key" | "value";
  /** The key that was probably meant: that it is missing only follows. */
  readonly meant?: Path;
};

export function findingsOf(error: { readonly issues: readonly Issue[] }, written: unknown): Finding[] {
  return error.issues.flatMap((issue) => findingsOfIssue(issue, written, []));
}

function findingsOfIssue(issue: Issue, root: unknown, above: Path): Finding[] {
  const path = [...above, ...issue.path.map((key) => (typeof key === "symbol" ? String(key) : key))];
  const value = valueAt(root, path);
  if (issue.code === "invalid_union") {
    const branch = nearestBranch(issue);
    if (branch) return branch.flatMap((inner) => findingsOfIssue(inner, root, path));
    return [mismatch(path, value, issue.message)];
  }
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey([...path, key], issue.message));
  if (issue.code === "invalid_key") {
    return issue.issues
      .flatMap((inner) => findingsOfIssue(inner, root, path))
      .map((finding) => ({
        ...finding,
        path,
        concerns: "key",
      }));
  }
  if (issue.code === "invalid_value") return [notOneOf(path, value, issue.values.map(String))];
  if (issue.code === "custom") {
    const { allowed, remedy, concerns = "value" } = (issue.params ?? {}) as Partial<Finding>;
    return [
      {
        path,
        what: issue.message,
        ...(allowed !== undefined && { allowed }),
        remedy: remedy ?? "correct the value",
        concerns,
      },
    ];
  }
  if (issue.code === "invalid_type" && issue.expected === "object" && !issue.message.includes(SUCH_AS)) {
    return [notAMap(path, value, issue.message)];
  }
  return [mismatch(path, value, issue.message, issue.code === "invalid_type" ? issue.expected : undefined)];
}

/** The alternative that the value was meant for: one that does not already fail on the value's type. */
function nearestBranch({
  errors,
}: {
  readonly errors: readonly (readonly Issue[])[];
}): readonly Issue[] | undefined {
  const wrongType = ({ code, path }: Issue) =>
    path.length === 0 && (code === "invalid_type" || code === "invalid_union" || code === "invalid_value");
  const words = (issues: readonly Issue[]) =>
    issues.some(({ code, path }) => code === "invalid_value" && path.length === 0);
  return errors.find((issues) => !issues.some(wrongType)) ?? (errors.every(words) ? errors[0] : undefined);
}

function unknownKey(path: Path, known: string): Finding {
  const key = String(path.at(-1));
  const near = suggest(key, known.split(", "));
  return {
    path,
    what: `${show(key)} is not a key here`,
    ...(near === undefined && { allowed: known }),
    remedy: near === undefined ? "correct or remove it" : `did you mean ${near}?`,
    concerns: "key",
    ...(near !== undefined && { meant: [...path.slice(0, -1), near] }),
  };
}

function notOneOf(path: Path, value: unknown, words: readonly string[]): Finding {
  const near = typeof value === "string" ? suggest(value, words) : undefined;
  return {
    path,
    what:
      value === null || value === undefined
        ? "has no value"
        : `${show(value)} is not one of the allowed words`,
    allowed: words.join(", "),
    remedy: near === undefined ? `write ${words[0]} for instance` : `did you mean ${near}?`,
    concerns: "value",
  };
}

function notAMap(path: Path, value: unknown, known: string): Finding {
  return {
    path,
    what: value === null ? "has no value" : `${show(value)} is not a map`,
    allowed: `a map with ${known}`,
    remedy: path.length === 0 ? "write key: value lines" : "write its keys below it, indented, or remove it",
    concerns: "value",
  };
}

/** `expects` is "a size such as 512Mi". */
function mismatch(path: Path, value: unknown, expects: string, wanted?: string): Finding {
  const [noun = expects, example] = expects.split(SUCH_AS);
  if (typeof value === "string" && wanted === "number" && /^-?\d+(\.\d+)?$/.test(value)) {
    return {
      path,
      what: `"${value}" is text`,
      allowed: noun,
      remedy: `write ${value} without quotes`,
      concerns: "value",
    };
  }
  return {
    path,
    what: value === null || value === undefined ? "has no value" : `${show(value)} is not ${noun}`,
    ...(value === null && { allowed: noun }),
    remedy: example === undefined ? `write ${noun}` : `write ${example} for instance`,
    concerns: "value",
  };
}

export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}
