/** An estimate in a few words, and what two of them differ in: for plans, and for comments on pull requests. */

import type { Estimate, Line, PartCost, Range } from "./model.ts";
import { dollarsOf } from "./money.ts";
import { minus, ZERO } from "./range.ts";

export interface CostSummary {
  readonly total: Range;
  readonly infrastructure: Range;
  readonly ai: Range;
  /** The three dearest parts. */
  readonly top: readonly PartCost[];
  /** How many things are paid for and were not counted. */
  readonly unpriced: number;
}

export function summarize(estimate: Estimate): CostSummary {
  const { total, infrastructure, parts, unpriced } = estimate;
  const ai = minus(total, infrastructure);
  return { total, infrastructure, ai, top: parts.slice(0, 3), unpriced: unpriced.length };
}

/** One or two lines, without indentation: `about $464 a month ($459–$696); dearest: api $98, db $106`. */
export function summaryLines(estimate: Estimate): string[] {
  const { total, ai, top, unpriced } = summarize(estimate);
  const dearest = top.map((cost) => `${nameOf(cost)} ${dollarsOf(cost.dollars.expected)}`).join(", ");
  const tokens = ai.expected > 0 ? `, ${dollarsOf(ai.expected)} of it AI` : "";
  return [
    `about ${dollarsOf(total.expected)} a month (${spanOf(total)})${tokens}`,
    ...(dearest === "" ? [] : [`dearest: ${dearest}`]),
    ...(unpriced > 0 ? [`${unpriced} not counted: npx atelier cost names them`] : []),
  ];
}

export const spanOf = ({ low, high }: Range): string => `${dollarsOf(low)}–${dollarsOf(high)}`;

/** What a reader of app.yaml calls a part. */
export function nameOf({ part }: Pick<Line, "part">): string {
  return part.name === "" ? "everything else" : part.name;
}

export interface CostDifference {
  readonly from: Range;
  readonly to: Range;
  readonly by: Range;
  /** Parts whose expected cost differs by a cent or more, largest difference first. */
  readonly parts: readonly { readonly name: string; readonly from: Range; readonly to: Range }[];
}

export function differenceOf(before: Estimate, after: Estimate): CostDifference {
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const parts = names
    .map((name) => ({ name, from: old.get(name) ?? ZERO, to: now.get(name) ?? ZERO }))
    .filter(({ from, to }) => Math.abs(change({ from, to })) >= CENT);
  return {
    from: before.total,
    to: after.total,
    by: minus(after.total, before.total),
    parts: parts.sort((a, b) => Math.abs(change(b)) - Math.abs(change(a))),
  };
}

const CENT = 0.01;

const change = ({ from, to }: Pick<CostDifference, "from" | "to">): number => to.expected - from.expected;

/** Parts of one name, a service and its piece of the edge for instance, count together. */
function byName({ parts }: Estimate): Map<string, Range> {
  return new Map(parts.map((cost) => [`${cost.part.kind} ${cost.part.name}`.trim(), cost.dollars]));
}

/** The difference as a table for a comment; a sentence where there is none. */
export function differenceMarkdown({ from, to, parts }: CostDifference): string {
  const by = to.expected - from.expected;
  if (parts.length === 0) return `The cost stays at about ${dollarsOf(to.expected)} a month.\n`;
  const rows = parts.map(
    (part) =>
      `| ${part.name} | ${dollarsOf(part.from.expected)} | ${dollarsOf(part.to.expected)} | ${signed(change(part))} |`,
  );
  return [
    `About **${dollarsOf(to.expected)}** a month (${spanOf(to)}), ${signed(by)}.`,
    "",
    "| part | before | after | difference |",
    "|---|--:|--:|--:|",
    ...rows,
    "",
  ].join("\n");
}

export const signed = (amount: number): string => `${amount < 0 ? "−" : "+"}${dollarsOf(Math.abs(amount))}`;
