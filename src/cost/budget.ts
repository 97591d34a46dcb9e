/** Whether an app stays within its own `budget`, going by the expected cost. */
import type { App } from "../config/model.ts";
import { DAYS } from "./assumptions.ts";
import type { Estimate, PartCost } from "./model.ts";
import { dollarsOf } from "./money.ts";
import { nameOf } from "./summary.ts";

export interface Overrun {
  /** `budget.monthly` or `budget.<provider>.daily`. */
  readonly key: string;
  /** AI provider; absent for infrastructure. */
  readonly provider?: string;
  /** Dollars a month. */
  readonly limit: number;
  readonly expected: number;
  /** The three dearest of what counts. */
  readonly items: readonly PartCost[];
}

export function overruns(estimate: Estimate, { budget }: Pick<App, "budget">): Overrun[] {
  if (!budget) return [];
  const { infrastructure, ai, parts } = estimate;
  const monthly: Overrun = {
    key: "budget.monthly",
    limit: budget.monthly,
    expected: infrastructure.expected,
    items: parts.filter(({ part }) => part.kind !== "AI").slice(0, 3),
  };
  const providers = Object.entries(budget.ai).map(
    ([provider, { daily }]): Overrun => ({
      key: `budget.${provider}.daily`,
      provider,
      limit: daily * DAYS,
      expected: ai[provider]?.expected ?? 0,
      items: parts.filter(({ part }) => part.kind === "AI" && part.name === provider),
    }),
  );
  return [monthly, ...providers].filter(({ expected, limit }) => expected > limit);
}

/** `budget.monthly: about $879 a month is $579 over $300; dearest: api $411, encoder $160, db $106` */
export function overrunLine({ key, provider, limit, expected, items }: Overrun): string {
  const allowed =
    provider === undefined ? dollarsOf(limit) : `${dollarsOf(limit)} (${dollarsOf(limit / DAYS)} a day)`;
  const dearest = items.map((cost) => `${nameOf(cost)} ${dollarsOf(cost.dollars.expected)}`).join(", ");
  return `${key}: about ${dollarsOf(expected)} a month is ${dollarsOf(expected - limit)} over ${allowed}; dearest: ${dearest}`;
}
