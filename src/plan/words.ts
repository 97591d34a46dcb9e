/** Sentences that text, Markdown and HTML share. */
import type { CostSummary } from "./report.ts";

export const dollars = (amount: number): string => `$${amount.toFixed(amount < 10 ? 2 : 0)}`;

/** `$214 a month ($160 to $390), +$12 against before; budget $300` */
export function costInWords({ total, budget, before }: CostSummary): string {
  const change = before ? `, ${signed(total.expected - before.expected)} against before` : "";
  const limit = budget === undefined ? "" : `; budget ${dollars(budget)}`;
  return `${dollars(total.expected)} a month (${dollars(total.low)} to ${dollars(total.high)})${change}${limit}`;
}

const signed = (amount: number): string => `${amount < 0 ? "-" : "+"}${dollars(Math.abs(amount))}`;
