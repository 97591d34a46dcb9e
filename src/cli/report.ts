/** Everything that `atelier plan` says of an app: the plan, what it costs, what policies find, and what changes. */
import { readFileSync } from "node:fs";
import { parsePolicies } from "../../policies/config.ts";
import { openFindings, stoppingFindings } from "../../policies/finding.ts";
import { judge } from "../../policies/judge.ts";
import { RULES } from "../../policies/rules.ts";
import { lint } from "../app/lints.ts";
import { ConfigError } from "../config/problem.ts";
import { overrunLine, overruns } from "../cost/budget.ts";
import { estimate } from "../cost/estimate.ts";
import { nameOf } from "../cost/summary.ts";
import { differenceOf } from "../plan/difference.ts";
import { type PlanDocument, statesIn } from "../plan/document.ts";
import { earlierPlan } from "../plan/earlier.ts";
import type { Plan } from "../plan/model.ts";
import {
  type Change,
  type CostSummary,
  differencesIn,
  type PolicySummary,
  type Report,
} from "../plan/report.ts";
import { planProgram, planWithStates } from "../plan/run.ts";
import type { States } from "../plan/simulation.ts";
import type { Chosen } from "./subject.ts";

/** The plan with what configuration and target say of it.
 * @throws ConfigError with everything that the target refuses, where nothing can be planned because of it
 */
export async function reportOn(chosen: Chosen): Promise<Report> {
  const { app, refusals, assumed, place } = chosen;
  const plan = await planProgram(requestOf(chosen)).catch((error: unknown) => {
    throw refusals.length > 0 ? new ConfigError(refusals) : error;
  });
  return {
    plan,
    refusals,
    assumed,
    warnings: lint(app).map((warning) => place(warning)),
    differences: differencesIn(plan),
  };
}

export interface ReportOptions {
  /** Earlier plan: a commit or a file. */
  readonly against?: string;
  /** Options that choose the same app there. */
  readonly args?: readonly string[];
}

/** The same with cost, policies, and the difference to an earlier plan. */
export async function wholeReport(
  chosen: Chosen,
  { against, args = [] }: ReportOptions = {},
): Promise<Report> {
  const report = await reportOn(chosen);
  const earlier = against === undefined ? undefined : await earlierPlan(against, { args, env: process.env });
  return {
    ...report,
    cost: costOf(report.plan, chosen, earlier),
    policies: policiesOf(report.plan, chosen),
    ...(against !== undefined && earlier && { change: await changeSince(against, earlier, chosen) }),
  };
}

export const requestOf = ({ app, subject, target, settings }: Chosen) => ({
  app,
  subject,
  open: () => target.assume(app, settings),
});

/** Every value known, as after the deployment. */
export const expectedStates = async (chosen: Chosen): Promise<States> =>
  (await planWithStates({ ...requestOf(chosen), complete: true })).states;

/** How many parts are named with what they cost. */
const DEAREST = 5;

function costOf(plan: Plan, { app }: Chosen, earlier: PlanDocument | undefined): CostSummary {
  const found = estimate(plan, app);
  return {
    total: found.total,
    items: found.parts
      .slice(0, DEAREST)
      .map((part) => ({ name: nameOf(part), expected: part.dollars.expected })),
    overruns: overruns(found, app).map(overrunLine),
    ...(app.budget && { budget: app.budget.monthly }),
    ...(earlier?.cost && { before: earlier.cost.total }),
  };
}

function policiesOf(plan: Plan, { stack }: Chosen): PolicySummary {
  const config = parsePolicies(stack?.policies);
  const today = new Date().toISOString().slice(0, 10);
  const findings = judge(plan, { config, today, read });
  const open = openFindings(findings);
  return {
    rules: RULES.length,
    waived: findings.length - open.length,
    stopping: stoppingFindings(findings).length,
    findings: open.map(({ rule, severity, level, resource, message, remedy }) => ({
      rule,
      severity,
      level,
      resource,
      message,
      remedy,
    })),
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

async function changeSince(against: string, earlier: PlanDocument, chosen: Chosen): Promise<Change> {
  const before = statesIn(earlier);
  const { states, replaces } = await planWithStates({ ...requestOf(chosen), before });
  return { against, difference: differenceOf(before, states, replaces) };
}
