/** What zod found with a schema that is not built from ours (a target's settings) → findings in the same form. */
import type { z } from "zod";
import { type Finding, findingsOf, valueAt } from "./issues.ts";
import type { Path } from "./places.ts";
import { show } from "./unreadable.ts";

type Issue = z.core.$ZodIssue;

const NOUNS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
};

export function foreignFindings(error: z.ZodError, written: unknown, schema: z.ZodType): Finding[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
    return reworded(issue, path, valueAt(written, path), schema).flatMap((reword) =>
      "remedy" in reword ? [reword] : findingsOf({ issues: [reword] }, written),
    );
  });
}

/** Either a finding, or an issue whose message is what ours would say. */
function reworded(issue: Issue, path: Path, value: unknown, schema: z.ZodType): (Issue | Finding)[] {
  const finding = (what: string, remedy: string, allowed?: string): Finding[] => [
    { path, what, ...(allowed !== undefined && { allowed }), remedy, concerns: "value" },
  ];
  switch (issue.code) {
    case "unrecognized_keys":
      return [{ ...issue, message: keysAt(schema, path).join(", ") }];
    case "invalid_type": {
      const noun = NOUNS[issue.expected] ?? "what is expected here";
      if (value === undefined) return finding("is missing", `write ${noun}`);
      return finding(`${show(value)} is not ${noun}`, `write ${noun}`);
    }
    case "too_small":
      return finding(
        `${show(value)} is too small`,
        `write ${issue.minimum} or more`,
        `from ${issue.minimum}`,
      );
    case "too_big":
      return finding(
        `${show(value)} is too large`,
        `write ${issue.maximum} or less`,
        `up to ${issue.maximum}`,
      );
    case "invalid_value":
      return [issue];
    case "custom": {
      const [what = "is not valid", ...remedy] = issue.message.split("; ");
      return finding(`${show(value)} ${what}`, remedy.join("; ") || "correct the value");
    }
    default:
      return finding(`${show(value)} is not valid here`, "correct the value");
  }
}

/** Keys of the map at the path; empty when it has free keys. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const { def } = schema._zod as {
    def: {
      innerType?: z.core.$ZodType;
      shape?: Record<string, z.core.$ZodType>;
      valueType?: z.core.$ZodType;
    };
  };
  if (def.innerType) return keysAt(def.innerType, path);
  const [key, ...below] = path;
  if (key === undefined) return Object.keys(def.shape ?? {});
  const inner = def.shape?.[String(key)] ?? def.valueType;
  return inner ? keysAt(inner, below) : [];
}
