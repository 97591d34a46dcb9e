/** Nothing in a plan goes uncounted: every type is priced, or free for a reason that the table gives. */
import { describe, expect, it } from "vitest";
import { estimate } from "../../src/cost/estimate.ts";
import { google } from "../../src/cost/google/index.ts";
import { targets } from "../../stacks/targets.ts";
import { GOOGLE_TARGETS, runWide } from "../helpers/google-stack.ts";
import { EXAMPLES, example, planned } from "./plans.ts";

const cases = EXAMPLES.flatMap((name) =>
  ["dev", "staging", "prod"].flatMap((environment) =>
    Object.keys(targets).map((target) => [name, environment, target] as const),
  ),
);

describe("every resource of a plan", () => {
  it.each(cases)("%s in %s on %s is counted or free", async (...chosen) => {
    const { plan, app } = await planned(example(...chosen));
    const found = estimate(plan, app);
    expect(found.unpriced).toEqual([]);
    const billed = new Set(found.lines.map(({ urn }) => urn));
    const types = new Set(
      plan.resources.filter(({ custom, urn }) => custom && !billed.has(urn)).map(({ type }) => type),
    );
    const silent = [...types].filter((type) => !found.free[type] && !(type in google.estimators));
    expect(silent).toEqual([]);
    expect(found.total.low).toBeLessThanOrEqual(found.total.expected);
    expect(found.total.expected).toBeLessThanOrEqual(found.total.high);
    expect(found.total.expected).toBeGreaterThan(50);
  });
});

describe("the tables", () => {
  it("have no type that no app on Google Cloud makes", async () => {
    const seen = new Set<string>();
    for (const target of GOOGLE_TARGETS) {
      for (const { type } of (await runWide(target)).resources) seen.add(type);
      for (const name of EXAMPLES) {
        for (const { type } of (await planned(example(name, "prod", target))).plan.resources) seen.add(type);
      }
    }
    const known = [...Object.keys(google.estimators), ...Object.keys(google.free)];
    expect(known.filter((type) => !seen.has(type))).toEqual([]);
    const missing = [...seen].filter((type) => type.startsWith("gcp:") && !known.includes(type));
    expect(missing).toEqual([]);
  });

  it("price or free a type, never both", () => {
    expect(Object.keys(google.estimators).filter((type) => type in google.free)).toEqual([]);
  });
});
