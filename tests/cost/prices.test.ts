/** The price tables: whole, with a source each, and honest about what was not read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../src/cost/prices/ai.ts";
import written from "../../src/cost/prices/google.json" with { type: "json" };
import { priceIn, prices } from "../../src/cost/prices/google.ts";
import regions from "../../src/cost/prices/google-regions.json" with { type: "json" };
import { SKUS } from "../../src/cost/prices/google-skus.ts";
import { ROOT } from "../helpers/stack.ts";

const REMEMBERED = [
  "armor.requests",
  "compute.gpu.t4",
  "disk.balanced",
  "filestore.regional",
  "firestore.backup",
  "identity.users",
  "monitoring.condition",
  "monitoring.uptime",
  "registry.scan",
  "run.gpu.l4",
  "run.gpu.l4.zonal",
  "run.worker.cpu",
  "run.worker.memory",
  "scheduler.job",
];

describe("Google Cloud's prices", () => {
  it("are there for every entry of the catalog's table, and no others", () => {
    expect(Object.keys(written.prices).sort()).toEqual(Object.keys(SKUS).sort());
  });

  it.each(Object.entries(prices))(
    "%s is more than nothing and says where it was read",
    (_, { usd, source }) => {
      expect(usd).toBeGreaterThan(0);
      expect(source.url).toMatch(/^https:\/\//);
      expect(source.note).not.toBe("");
      if (source.read === undefined) expect(source.note).toBe("list price as remembered, not read");
      else expect(source.read).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    },
  );

  it("names the sources that are used, and no others but those of the regions", () => {
    const used = new Set(Object.values(written.prices).map(({ source }) => source));
    expect(Object.keys(written.sources).filter((name) => !used.has(name as never))).toEqual([]);
    expect(Object.keys(written.sources)).toContain(regions.source);
  });

  it("counts those that are remembered, as docs/cost.md does", () => {
    const remembered = Object.entries(prices).filter(([, { source }]) => source.read === undefined);
    expect(remembered.map(([name]) => name).sort()).toEqual(REMEMBERED);
    const document = readFileSync(join(ROOT, "docs/cost.md"), "utf8");
    expect(document).toContain(`${REMEMBERED.length} of ${Object.keys(prices).length} prices`);
    for (const name of REMEMBERED) expect(document).toContain(`\`${name}\``);
  });

  it("follow the region where they differ from one to another", () => {
    expect(priceIn("compute.e2.cpu", "europe-west1").usd / priceIn("compute.e2.cpu").usd).toBeCloseTo(1.1, 3);
    expect(priceIn("run.cpu", "europe-west1").usd).toBe(priceIn("run.cpu").usd);
    expect(priceIn("run.cpu", "europe-west3").usd).toBeCloseTo(0.0000216, 10);
    expect(priceIn("run.request.cpu", "europe-west3").usd).toBeCloseTo(0.0000336, 10);
    expect(priceIn("storage.standard", "EUROPE-WEST3").usd).toBeCloseTo(0.023, 6);
    expect(priceIn("storage.standard", "US").usd).toBeCloseTo(0.026, 6);
    expect(priceIn("armor.policy", "nowhere-1")).toEqual({ usd: 5 });
  });

  it("say so where a region has none", () => {
    expect(priceIn("sql.cpu", "moon-west1")).toEqual({
      usd: 0.0413,
      assumed: "no price is known for moon-west1; it counts as us-central1",
    });
  });
});

describe("AI providers' prices", () => {
  it.each(Object.entries(PROVIDERS))(
    "%s: the usual model is one of its models",
    (_, { usual, models, source }) => {
      expect(Object.keys(models)).toContain(usual);
      for (const { input, output } of Object.values(models))
        expect(Math.min(input, output)).toBeGreaterThan(0);
      expect(source.url).toMatch(/^https:\/\//);
    },
  );
});
