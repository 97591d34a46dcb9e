/** Renewing the price table, from answers of the shape that Google documents for the Cloud Billing catalog. */
import { describe, expect, it } from "vitest";
import written from "../../src/cost/prices/google.json" with { type: "json" };
import { refresh, type Table } from "../../src/cost/refresh.ts";
import answers from "../fixtures/cost/catalog/answers.json" with { type: "json" };

const TABLE: Table = written;
const asked: string[] = [];

async function get(url: string): Promise<unknown> {
  const { origin, pathname, searchParams } = new URL(url);
  asked.push(url);
  expect(origin).toBe("https://cloudbilling.googleapis.com");
  expect(searchParams.get("key")).toBe("a-key");
  expect(searchParams.get("currencyCode")).toBe("USD");
  const page = searchParams.get("pageToken");
  return (answers as Record<string, unknown>)[page === null ? pathname : `${pathname}?${page}`];
}

const renewed = () => refresh(TABLE, "a-key", "2026-12-01", get);

describe("node src/cost/refresh.ts", () => {
  it("takes over prices on demand in the base region, from every page", async () => {
    const { table, changes } = await renewed();
    expect(table.prices["sql.cpu"]).toEqual({ usd: 0.0431, source: "catalog" });
    expect(table.prices["sql.memory"]).toEqual({ usd: 0.007, source: "catalog" });
    expect(table.prices["armor.policy"]).toEqual({ usd: 5, source: "catalog" });
    expect(changes).toEqual(["sql.cpu: 0.0413 → 0.0431"]);
    expect(table.sources.catalog).toMatchObject({ read: "2026-12-01" });
  });

  it("takes the first rate that is not free", async () => {
    const { table } = await renewed();
    expect(table.prices["run.requests"]).toEqual({ usd: 4e-7, source: "catalog" });
    expect(table.prices["network.nat"]).toEqual({ usd: 0.0014, source: "catalog" });
  });

  it("keeps what it doesn't find, and says why", async () => {
    const { table, missing } = await renewed();
    expect(table.prices["armor.rule"]).toEqual(TABLE.prices["armor.rule"]);
    expect(table.prices["redis.basic.m1"]).toEqual(TABLE.prices["redis.basic.m1"]);
    expect(missing).toContain(
      "armor.rule: Networking has 2 entries like ^Networking Cloud Armor Rule$ at different prices",
    );
    expect(missing).toContain("sql.backup: 0006 is priced by GiBy.h, not by GiBy.mo");
    expect(missing).toContain("redis.basic.m1: there is no service Cloud Memorystore for Redis");
    expect(missing).toContain(
      "sql.micro: Cloud SQL has no entry like ^Cloud SQL for PostgreSQL: Zonal - Micro instance in Americas$ in us-central1",
    );
    expect(Object.keys(table.prices).sort()).toEqual(Object.keys(TABLE.prices).sort());
  });

  it("asks for each service once", async () => {
    asked.length = 0;
    await renewed();
    expect(asked).toHaveLength(Object.keys(answers).length);
  });

  it("refuses an answer of another shape", async () => {
    await expect(refresh(TABLE, "a-key", "2026-12-01", async () => ({ services: "none" }))).rejects.toThrow();
  });
});
