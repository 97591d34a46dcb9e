/** The plan as JSON: stable, described by a schema, without secrets, and good enough to hold a later plan against. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { differenceOf } from "../../src/plan/difference.ts";
import { documentOf, planDocument, statesIn } from "../../src/plan/document.ts";
import type { Report } from "../../src/plan/report.ts";
import { planOf } from "../helpers/plan.ts";
import { ROOT } from "../helpers/stack.ts";

const CELL = { example: "closetgpt", target: "gcp-compute", environment: "prod" };

async function document(set: readonly string[] = []) {
  const { plan } = await planOf({ ...CELL, set });
  const { states } = await planOf({ ...CELL, set }, { complete: true });
  const report: Report = { plan, refusals: [], assumed: {}, warnings: [], differences: [] };
  return documentOf(report, states);
}

it("is what the schema says, which is current", async () => {
  const schema = JSON.parse(readFileSync(join(ROOT, "schema/plan.schema.json"), "utf8")) as unknown;
  expect(schema).toEqual(z.toJSONSchema(planDocument, { io: "output" }));
  expect(planDocument.parse(JSON.parse(JSON.stringify(await document())))).toBeTruthy();
});

it("holds no secret, but a digest of its stand-in where plans are compared", async () => {
  const text = JSON.stringify(await document());
  expect(text).not.toContain("value of OPENAI_API_KEY");
  expect(text).not.toContain("1b47061264138c4ac30d75fd1eb44270");
  expect(text).toContain('"[secret]"');
  expect(text).toMatch(/"\[secret [0-9a-f]{8}\]"/);
  expect(text).toContain('"[unknown]"');
});

it("equals a later plan of the same app, and shows a change inside a secret", async () => {
  const earlier = statesIn(JSON.parse(JSON.stringify(await document())));
  const same = await planOf(CELL, { before: earlier });
  expect(differenceOf(earlier, same.states, same.replaces).changes).toEqual([]);
  const edited = await planOf(
    { ...CELL, set: ["services.backend.env.LOG_LEVEL=warning"] },
    { before: earlier },
  );
  const { changes } = differenceOf(earlier, edited.states, edited.replaces);
  expect(changes.map(({ kind, type }) => `${kind} ${type}`)).toEqual([
    "replace gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    "update gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
  ]);
});

it("is refused when it is of another version", () => {
  expect(() => statesIn({ version: 2 })).toThrow();
});
