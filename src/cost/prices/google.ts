/** Google Cloud's prices: what each is for, where it applies, and how the Cloud Billing catalog calls it.
 *
 * Amounts and sources are in google.json, which `node src/cost/refresh.ts` renews.
 */
import type { Price, Source } from "../model.ts";
import written from "./google.json" with { type: "json" };
import { factorIn } from "./google-regions.ts";
import { SKUS } from "./google-skus.ts";
import type { Sku } from "./sku.ts";

export type GoogleSku = keyof typeof SKUS;

export const BASE: string = written.base;
const sources: Readonly<Record<string, Source>> = written.sources;

export const prices = Object.fromEntries(
  Object.entries<Sku>(SKUS).map(([name, { unit, free }]) => {
    const { usd, source } = written.prices[name as GoogleSku];
    return [name, { usd, unit, ...(free !== undefined && { free }), source: sourceNamed(source) }];
  }),
) as Readonly<Record<GoogleSku, Price>>;

function sourceNamed(name: string): Source {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (!source) throw new Error(`src/cost/prices/google.json: there is no source ${name}`);
  return source;
}

/** Price of a unit in a region: the base region's, times what that region costs more. */
export function priceIn(sku: GoogleSku, region = BASE): { usd: number; assumed?: string } {
  const { factor, assumed } = factorIn(SKUS[sku].scope, region);
  return { usd: prices[sku].usd * factor, ...(assumed !== undefined && { assumed }) };
}
