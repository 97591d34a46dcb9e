/** Renews the price table of Google Cloud from the Cloud Billing catalog.
 *
 * `GOOGLE_API_KEY=… node src/cost/refresh.ts` writes src/cost/prices/google.json and prints what changed; `--check`
 * only prints. It exits with 1 when a price was not found; such a price keeps its old amount and source. Prices per
 * region (google-regions.json) and free amounts are not in it: they are checked by hand.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CatalogSku, type Fetch, findPrice, serviceIds, skusOf } from "./catalog.ts";
import type { Source } from "./model.ts";
import { SKUS } from "./prices/google-skus.ts";
import type { Sku } from "./prices/sku.ts";

export interface Table {
  readonly base: string;
  readonly sources: Readonly<Record<string, Source>>;
  readonly prices: Readonly<Record<string, { readonly usd: number; readonly source: string }>>;
}

export interface Refreshed {
  readonly table: Table;
  /** `sql.cpu: 0.0413 → 0.0427`. */
  readonly changes: readonly string[];
  /** Prices that were not found, with the reason. */
  readonly missing: readonly string[];
}

/** @param today `2026-11-21` */
export async function refresh(table: Table, key: string, today: string, get: Fetch): Promise<Refreshed> {
  const ids = await serviceIds(key, get);
  const entries = new Map<string, CatalogSku[]>();
  const prices: Record<string, Table["prices"][string]> = {};
  const [changes, missing]: [string[], string[]] = [[], []];
  for (const [name, sku] of Object.entries<Sku>(SKUS)) {
    const old = table.prices[name];
    const [service] = sku.catalog;
    const id = ids.get(service);
    if (id !== undefined && !entries.has(service)) entries.set(service, await skusOf(id, key, get));
    const found =
      id === undefined
        ? { problem: `there is no service ${service}` }
        : findPrice(sku, entries.get(service) ?? []);
    if ("problem" in found) {
      missing.push(`${name}: ${found.problem}`);
      if (old) prices[name] = old;
      continue;
    }
    if (old?.usd !== found.usd) changes.push(`${name}: ${old?.usd ?? "none"} → ${found.usd}`);
    prices[name] = { usd: found.usd, source: SOURCE };
  }
  const catalog: Source = {
    url: "https://cloudbilling.googleapis.com/v1/services",
    read: today,
    asOf: today,
    note: "Cloud Billing catalog",
  };
  const sources = usedSources({ ...table.sources, [SOURCE]: catalog }, prices);
  return { table: { ...table, sources, prices }, changes, missing };
}

const SOURCE = "catalog";

function usedSources(sources: Table["sources"], prices: Table["prices"]): Table["sources"] {
  const used = new Set(Object.values(prices).map(({ source }) => source));
  return Object.fromEntries(Object.entries(sources).filter(([name]) => used.has(name) || KEPT.has(name)));
}

/** Where the regions' prices and Cloud Run's second tier come from. */
const KEPT: ReadonlySet<string> = new Set(["compute-gcosts", "run-infracost"]);

const FILE = join(import.meta.dirname, "prices", "google.json");

async function main(): Promise<void> {
  const key = process.env.GOOGLE_API_KEY;
  if (!key)
    throw new Error(
      "GOOGLE_API_KEY is not set; make a key at https://console.cloud.google.com/apis/credentials",
    );
  const table = JSON.parse(readFileSync(FILE, "utf8")) as Table;
  const today = new Date().toISOString().slice(0, 10);
  const {
    table: renewed,
    changes,
    missing,
  } = await refresh(table, key, today, async (url) => {
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    // The address holds the key.
    if (!response.ok)
      throw new Error(`${new URL(url).pathname}: ${response.status} ${await response.text()}`);
    return response.json();
  });
  for (const change of changes) process.stdout.write(`${change}\n`);
  for (const problem of missing) process.stderr.write(`not found: ${problem}\n`);
  if (!process.argv.includes("--check")) writeFileSync(FILE, `${JSON.stringify(renewed, null, 2)}\n`);
  process.exitCode = missing.length > 0 ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
