/** Google's Cloud Billing catalog: reads its documented answers and finds our prices in them.
 *
 * `GET https://cloudbilling.googleapis.com/v1/services` and `…/v1/services/<id>/skus`, both with `key` and `pageToken`
 * (https://cloud.google.com/billing/v1/how-tos/catalog-api).
 */
import { z } from "zod";
import { BASE } from "./prices/google.ts";
import type { Sku } from "./prices/sku.ts";

const money = z.object({
  currencyCode: z.string(),
  units: z.union([z.string(), z.number()]).default("0"),
  nanos: z.number().default(0),
});

const sku = z.object({
  skuId: z.string(),
  description: z.string(),
  category: z.object({ usageType: z.string().default("") }).prefault({}),
  serviceRegions: z.array(z.string()).default([]),
  pricingInfo: z
    .array(
      z.object({
        pricingExpression: z.object({
          usageUnit: z.string(),
          displayQuantity: z.number().default(1),
          tieredRates: z.array(z.object({ startUsageAmount: z.number().default(0), unitPrice: money })),
        }),
      }),
    )
    .default([]),
});

export type CatalogSku = z.output<typeof sku>;

const services = z.object({
  services: z.array(z.object({ serviceId: z.string(), displayName: z.string() })).default([]),
  nextPageToken: z.string().default(""),
});
const skus = z.object({ skus: z.array(sku).default([]), nextPageToken: z.string().default("") });

const ROOT = "https://cloudbilling.googleapis.com/v1/services";

/** One answer of the interface. Rejects for anything but success. */
export type Fetch = (url: string) => Promise<unknown>;

/** Display name → id of every service of Google's. */
export async function serviceIds(key: string, get: Fetch): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  await eachPage(ROOT, { key, get, answer: services }, ({ services: some }) => {
    for (const { displayName, serviceId } of some) ids.set(displayName, serviceId);
  });
  return ids;
}

export async function skusOf(service: string, key: string, get: Fetch): Promise<CatalogSku[]> {
  const found: CatalogSku[] = [];
  await eachPage(`${ROOT}/${service}/skus`, { key, get, answer: skus }, (page) => found.push(...page.skus));
  return found;
}

interface Pages<T> {
  readonly key: string;
  readonly get: Fetch;
  readonly answer: z.ZodType<T>;
}

async function eachPage<T extends { readonly nextPageToken: string }>(
  url: string,
  { key, get, answer }: Pages<T>,
  visit: (page: T) => void,
): Promise<void> {
  let token = "";
  do {
    const query = new URLSearchParams({
      key,
      currencyCode: "USD",
      ...(token !== "" && { pageToken: token }),
    });
    const page = answer.parse(await get(`${url}?${query}`));
    visit(page);
    token = page.nextPageToken;
  } while (token !== "");
}

export type Found = { readonly usd: number; readonly skuId: string } | { readonly problem: string };

/** The price of one of ours among a service's entries: on demand, in the base region, the first rate that is not free. */
export function findPrice({ catalog }: Sku, entries: readonly CatalogSku[]): Found {
  const [service, description, usageUnit, units = 1] = catalog;
  const found = entries.filter(
    (entry) =>
      description.test(entry.description) &&
      (entry.category.usageType === "" || entry.category.usageType === "OnDemand") &&
      entry.serviceRegions.some((region) => region === BASE || region === "global"),
  );
  const [entry] = found;
  if (!entry) return { problem: `${service} has no entry like ${description.source} in ${BASE}` };
  const prices = new Set(found.map((one) => rateOf(one)?.usd));
  if (prices.size > 1)
    return {
      problem: `${service} has ${found.length} entries like ${description.source} at different prices`,
    };
  const rate = rateOf(entry);
  if (!rate) return { problem: `${entry.skuId} has no price in US dollars` };
  if (rate.usageUnit !== usageUnit)
    return { problem: `${entry.skuId} is priced by ${rate.usageUnit}, not by ${usageUnit}` };
  return { usd: rate.usd / units, skuId: entry.skuId };
}

function rateOf({ pricingInfo }: CatalogSku): { usd: number; usageUnit: string } | undefined {
  const expression = pricingInfo.at(-1)?.pricingExpression;
  const rates = (expression?.tieredRates ?? []).map(({ unitPrice: { currencyCode, units, nanos } }) =>
    currencyCode === "USD" ? Number(units) + nanos / 1e9 : Number.NaN,
  );
  const usd = rates.find((rate) => rate > 0);
  return expression && usd !== undefined ? { usd, usageUnit: expression.usageUnit } : undefined;
}
