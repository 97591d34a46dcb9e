/** docs/traps.md names the tests that hold each trap of Google Cloud; here they are looked up. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { ROOT } from "./helpers/stack.ts";

const ROW = /^\| (.+) \| (.+) \|$/;
const NAMED = /^`([^`]+)`: (.+)$/;

const rows = readFileSync(join(ROOT, "docs/traps.md"), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, trap = "", tests = ""] = ROW.exec(line) ?? [];
    return trap === "" || trap === "Trap" ? [] : [{ trap, tests: tests.split("<br>") }];
  });

const titles = new Map<string, ReadonlySet<string>>();

/** Titles of a file's tests, as they are written: `it("…")`, `test.each(cases)("…")`. */
function titlesIn(file: string): ReadonlySet<string> {
  const known = titles.get(file);
  if (known) return known;
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) found.add(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.ESNext));
  titles.set(file, found);
  return found;
}

/** `it`, `test`, and what their `each` returns. */
function isTest(called: ts.Expression): boolean {
  if (ts.isIdentifier(called)) return called.text === "it" || called.text === "test";
  return (
    ts.isCallExpression(called) &&
    ts.isPropertyAccessExpression(called.expression) &&
    called.expression.name.text === "each" &&
    isTest(called.expression.expression)
  );
}

describe("every trap", () => {
  it("is in the table once, with a test", () => {
    expect(rows.length).toBeGreaterThanOrEqual(80);
    expect(
      rows.filter(({ trap }, index) => rows.findIndex((other) => other.trap === trap) !== index),
    ).toEqual([]);
  });

  it.each(rows)("is held: $trap", ({ tests }) => {
    for (const test of tests) {
      const [, file, title] = NAMED.exec(test) ?? [];
      expect(titlesIn(`tests/${file}.test.ts`), test).toContain(title);
    }
  });
});
