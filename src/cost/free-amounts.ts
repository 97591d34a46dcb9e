/** What is free each month, as lines that take it off: once per bill and price, shared by those who use it. */
import type { Part } from "../plan/parts.ts";
import type { Line, Price, Range } from "./model.ts";
import { atMost, range, sum, times } from "./range.ts";

/** @param lines of everything that is on the bill */
export function freeLines(lines: readonly Line[], priceOf: (sku: string) => Price | undefined): Line[] {
  return [...Map.groupBy(lines, ({ sku }) => sku)].flatMap(([sku, alike]) => {
    const price = priceOf(sku);
    return price?.free === undefined ? [] : takenOff(sku, alike, price, price.free);
  });
}

function takenOff(sku: string, alike: readonly Line[], price: Price, free: number): Line[] {
  const used = sum(alike.map(({ quantity }) => quantity));
  const taken = atMost(used, free);
  const parts = Map.groupBy(alike, ({ part }) => `${part.kind} ${part.name}`);
  return [...parts.values()].flatMap((own): Line[] => {
    const [first] = own;
    const share = shareOf(sum(own.map(({ quantity }) => quantity)), used);
    const quantity = times(times(taken, share), -1);
    if (!first || quantity.high === 0) return [];
    return [freeLine(sku, first.part, quantity, price, free)];
  });
}

const shareOf = (own: Range, all: Range): Range => {
  const ratio = (x: number, y: number) => (y === 0 ? 0 : x / y);
  return range(ratio(own.low, all.low), ratio(own.expected, all.expected), ratio(own.high, all.high));
};

const freeLine = (sku: string, part: Part, quantity: Range, price: Price, free: number): Line => ({
  urn: "",
  resource: "",
  part,
  sku,
  what: `the first ${grouped(free)} are free`,
  quantity,
  unit: price.unit,
  unitPrice: price.usd,
  // Free amounts are taken off at the base region's price.
  dollars: times(quantity, price.usd),
  source: price.source,
});

const grouped = (amount: number): string =>
  amount >= 1000 ? Math.round(amount).toLocaleString("en-US") : String(amount);
