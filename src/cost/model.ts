/** What an estimate of the monthly cost is made of. Money is in US dollars a month throughout. */
import type { Part } from "../plan/parts.ts";

/** Three answers to one question: a quiet month at the smallest size, the month that `usage` describes, and a busy
 * month at the largest size.
 */
export interface Range {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** A price as it was read: in the base region of its table, before any free amount. */
export interface Price {
  readonly usd: number;
  /** Of what: `GiB-month`, `vCPU-second`. */
  readonly unit: string;
  /** How often the unit is free each month, once per bill. */
  readonly free?: number;
  readonly source: Source;
}

export interface Source {
  readonly url: string;
  /** Day on which the text was read. Absent for a price that is remembered, not read. */
  readonly read?: string;
  /** Day that the text itself gives for its prices. */
  readonly asOf?: string;
  readonly note: string;
}

/** What an estimator says of a resource: how much of what is paid for. */
export interface Draft<Sku extends string = string> {
  readonly sku: Sku;
  /** In words, with the sizes that it follows from: `2 to 10 instances of 1 vCPU`. */
  readonly what: string;
  /** Amount a month, in the price's unit. */
  readonly quantity: Range;
  /** Where it is used; the base region of the table when absent. */
  readonly region?: string;
  /** What the price is multiplied with: two machines for one with a standby, a discount for a whole month. */
  readonly times?: number;
}

/** A line of the bill. */
export interface Line {
  /** Resource that causes it; empty for what has none: tokens of AI providers, free amounts. */
  readonly urn: string;
  readonly resource: string;
  readonly part: Part;
  readonly sku: string;
  readonly what: string;
  readonly quantity: Range;
  readonly unit: string;
  /** Dollars per unit where it is used. */
  readonly unitPrice: number;
  readonly dollars: Range;
  readonly source: Source;
}

/** What an app's part costs. */
export interface PartCost {
  readonly part: Part;
  readonly dollars: Range;
}

export interface Estimate {
  readonly app: string;
  readonly environment: string;
  readonly target: string;
  readonly lines: readonly Line[];
  /** Everything but AI providers: what `budget.monthly` limits. */
  readonly infrastructure: Range;
  /** Per provider: what `budget.<provider>.daily` limits. */
  readonly ai: Readonly<Record<string, Range>>;
  readonly total: Range;
  /** Dearest first. */
  readonly parts: readonly PartCost[];
  /** Resource type → why it costs nothing. */
  readonly free: Readonly<Record<string, string>>;
  /** What is paid for and was not counted, with the reason. */
  readonly unpriced: readonly string[];
  /** What was counted with, in sentences. */
  readonly assumptions: readonly string[];
}
