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
      if (value === undefined) return finding("is missing", `write ${formAt(schema, path) ?? noun}`);
      return finding(`${show(value)} is not ${noun}`, `write ${noun}`);
    }
    case "too_small":
      if (Array.isArray(value)) return finding("is an empty list", "name one, or leave the key out");
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
    case "invalid_format":
      return malformed(finding, value, issue.message);
    case "invalid_key":
      return malformed(finding, path.at(-1), issue.issues[0]?.message ?? "is not a key here");
    default:
      return finding(`${show(value)} is not valid here`, "correct the value");
  }
}

/** A pattern's message says what the value is not, `is not a project id such as acme-prod`. */
function malformed(
  finding: (what: string, remedy: string) => Finding[],
  value: unknown,
  message: string,
): Finding[] {
  const [what = message, example] = message.split(" such as ");
  return finding(`${show(value)} ${what}`, example ? `write ${example} for instance` : "correct the value");
}

/** What the schema at the path wants a text to be, `a project id such as acme-prod`. */
function formAt(schema: z.core.$ZodType, path: Path): string | undefined {
  const { checks = [] } = (leafAt(schema, path)?._zod.def ?? {}) as z.core.$ZodStringDef;
  const messages = checks.map(({ _zod: { def } }) => def.error?.({ code: "custom", input: "" } as never));
  const [message] = messages.filter((text) => typeof text === "string");
  return message?.replace(/^is not /, "");
}

/** Keys of the map at the path; empty when it has free keys. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  return Object.keys(defOf(leafAt(schema, path)).shape ?? {});
}

/** The schema of the value at the path. */
function leafAt(schema: z.core.$ZodType | undefined, path: Path): z.core.$ZodType | undefined {
  if (!schema) return undefined;
  const def = defOf(schema);
  if (def.innerType) return leafAt(def.innerType, path);
  const [key, ...below] = path;
  if (key === undefined) return schema;
  return leafAt(def.shape?.[String(key)] ?? def.valueType, below);
}

interface Def {
  readonly innerType?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly valueType?: z.core.$ZodType;
}

const defOf = (schema: z.core.$ZodType | undefined): Def => (schema?._zod.def ?? {}) as Def;
