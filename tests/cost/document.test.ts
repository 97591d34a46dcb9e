/** docs/cost.md: its calculations by hand are right, and the estimate is within a tenth of each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../helpers/stack.ts";
import { type Case, estimated } from "./plans.ts";

const DOCUMENT = readFileSync(join(ROOT, "docs/cost.md"), "utf8");

interface Reference {
  readonly title: string;
  readonly chosen: Case;
  readonly steps: readonly {
    readonly what: string;
    readonly calculation: string;
    readonly dollars: number;
  }[];
  readonly total: number;
}

const number = (text: string): number =>
  Number(text.replaceAll(",", "").replaceAll("−", "-").replaceAll("*", ""));

function references(): Reference[] {
  return DOCUMENT.split(/^### /m)
    .slice(1)
    .filter((section) => section.includes("**by hand**"))
    .map((section): Reference => {
      const rows = section
        .split("\n")
        .filter((line) => line.startsWith("| "))
        .map((line) => line.split("|").map((cell) => cell.trim()))
        .map(([, what = "", calculation = "", dollars = ""]) => [what, calculation, dollars] as const);
      const steps = rows.filter(([what, calculation]) => what !== "what" && calculation !== "");
      const [, app = "", environment = "", target = ""] =
        /npx atelier cost --app (\S+) --environment (\S+) --target (\S+)`/.exec(section) ?? [];
      return {
        title: section.split("\n")[0] ?? "",
        chosen: { app, environment, target },
        steps: steps.map(([what, calculation, dollars]) => ({ what, calculation, dollars: number(dollars) })),
        total: number(rows.find(([what]) => what === "**by hand**")?.[2] ?? ""),
      };
    });
}

/** Sums and products of numbers, as they are written in the document. */
function resultOf(calculation: string): number {
  const plain = calculation.replaceAll(",", "").replaceAll("×", "*").replaceAll("−", "-");
  expect(plain).toMatch(/^[\d\s.()*/+-]+$/);
  return Function(`"use strict"; return (${plain});`)() as number;
}

const all = references();

describe("the reference configurations of docs/cost.md", () => {
  it("are six: the three examples on Google Cloud, and three after the documents of other systems", () => {
    expect(all.map(({ chosen }) => `${chosen.app} ${chosen.environment} ${chosen.target}`)).toEqual([
      "examples/flashfit-ai/app.yaml prod gcp-cloud-run",
      "examples/closetgpt/app.yaml prod gcp-compute",
      "examples/ai-shopping-assistant/app.yaml prod gcp-cloud-run",
      "tests/fixtures/cost/nowry/app.yaml growing docker",
      "tests/fixtures/cost/nowry/app.yaml large gcp-cloud-run",
      "tests/fixtures/cost/photomemory/app.yaml prod gcp-cloud-run",
    ]);
  });

  it.each(all)("$title: each step is calculated right, and they add up", ({ steps, total }) => {
    for (const { what, calculation, dollars } of steps) {
      expect(Math.abs(resultOf(calculation) - dollars), `${what}: ${calculation}`).toBeLessThan(0.0051);
    }
    expect(steps.reduce((sum, { dollars }) => sum + dollars, 0)).toBeCloseTo(total, 2);
  });

  it.each(all)(
    "$title: the estimate is within a tenth of the calculation by hand",
    async ({ chosen, total }) => {
      const { total: found, unpriced } = await estimated(chosen);
      expect(unpriced).toEqual([]);
      expect(Math.abs(found.expected - total) / total).toBeLessThan(0.1);
    },
  );
});
