/** Everything that is said about a plan, whatever it is written as: text, JSON, Markdown or HTML. */
import type { Problem } from "../config/problem.ts";
import type { Difference } from "./difference.ts";
import type { Plan } from "./model.ts";

export interface Report {
  readonly plan: Plan;
  /** Why the target would refuse the app as it is; the plan shows what it would be without. */
  readonly refusals: readonly Problem[];
  /** Settings that nobody wrote, with what stands in for them. */
  readonly assumed: Readonly<Record<string, unknown>>;
  /** What is valid and probably not meant. */
  readonly warnings: readonly Problem[];
  /** What the target does in another way than app.yaml says. */
  readonly differences: readonly string[];
  readonly cost?: CostSummary;
  readonly policies?: PolicySummary;
  /** Against an earlier plan. */
  readonly change?: Change;
  readonly picture?: Picture;
}

/** The app's topology. */
export interface Picture {
  readonly svg: string;
  readonly mermaid: string;
  /** The same in words. */
  readonly text: string;
}

/** Dollars a month. */
export interface Money {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

export interface CostSummary {
  readonly total: Money;
  /** The biggest first. */
  readonly items: readonly { readonly name: string; readonly expected: number }[];
  /** A sentence for each budget that is not kept. */
  readonly overruns: readonly string[];
  /** What `budget` allows a month. */
  readonly budget?: number;
  /** Since the earlier plan, where there is one. */
  readonly before?: Money;
}

export interface PolicyFinding {
  readonly rule: string;
  readonly severity: string;
  /** `mandatory` stops a deployment, `advisory` does not. */
  readonly level: string;
  /** Logical name of the resource, or what else was found wanting. */
  readonly resource: string;
  readonly message: string;
  readonly remedy: string;
}

export interface PolicySummary {
  /** Rules that were asked. */
  readonly rules: number;
  readonly findings: readonly PolicyFinding[];
  /** Findings that the stack's config waives, with a reason and an end. */
  readonly waived: number;
  /** Findings that stop a deployment. */
  readonly stopping: number;
}

export interface Change {
  /** Git reference or file that the plan was held against. */
  readonly against: string;
  readonly difference: Difference;
}

/** What the target says in the stack's output `differences`. */
export function differencesIn({ outputs }: Pick<Plan, "outputs">): string[] {
  const { differences } = outputs;
  return Array.isArray(differences)
    ? differences.filter((one): one is string => typeof one === "string")
    : [];
}
