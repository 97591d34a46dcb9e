/** The tables of keys are whole, and docs/keys.md is made from them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { to } from "../../components/contracts/carries.ts";
import { keysAsMarkdown } from "../../src/cli/keys.ts";
import { keyPaths } from "../../src/config/key-paths.ts";
import { carriesOf } from "../../stacks/carries.ts";
import { targets } from "../../stacks/targets.ts";
import { contradictions } from "./carried.ts";
import { PROBES } from "./probes.ts";

const KEYS = [...keyPaths().keys()].sort();

describe("the tables of keys", () => {
  it("list every key of the schema, for every target", () => {
    expect(Object.keys(carriesOf)).toEqual(Object.keys(targets));
    for (const carries of Object.values(carriesOf)) expect(Object.keys(carries).sort()).toEqual(KEYS);
    expect(Object.keys(PROBES).sort()).toEqual(KEYS);
  });

  it("are what docs/keys.md shows; `npx atelier keys --markdown > docs/keys.md` renews it", () => {
    expect(readFileSync(join(import.meta.dirname, "../../docs/keys.md"), "utf8")).toBe(keysAsMarkdown());
  });
});

describe("a table that is wrong", () => {
  const effect = {
    changed: new Set(["redis.Instance[cache] tier"]),
    refused: ["no such size"],
    told: ["less"],
  };

  it("names a place that does not change", () => {
    expect(contradictions(to("redis.Instance memorySizeGb"), effect)).toEqual([
      "does not change redis.Instance memorySizeGb",
    ]);
    expect(contradictions(to("redis.Instance[<name>] tier"), effect)).toEqual([]);
    expect(contradictions(to("redis.Instance tie"), effect)).toHaveLength(1);
  });

  it("quotes a sentence that nobody says", () => {
    expect(
      contradictions({ in: ["redis.Instance tier"], refused: "so", differs: "much less" }, effect),
    ).toEqual(["is not refused: so", "is not told: much less"]);
  });

  it("leaves out what changes, or has nothing to say", () => {
    expect(contradictions({ in: [], differs: "less" }, effect)).toEqual([
      "changes redis.Instance[cache] tier, which the table leaves out",
    ]);
    expect(contradictions({ in: [] }, { ...effect, changed: new Set() })).toEqual([
      "is accepted and ignored",
    ]);
  });
});
