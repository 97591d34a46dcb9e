/** Plans and estimates of real apps, as the command makes them. */
import { join } from "node:path";
import { readSubject } from "../../src/cli/subject.ts";
import type { App } from "../../src/config/model.ts";
import { type EstimateOptions, estimate } from "../../src/cost/estimate.ts";
import type { Draft, Estimate, Line } from "../../src/cost/model.ts";
import type { Plan, PlannedResource } from "../../src/plan/model.ts";
import { planProgram } from "../../src/plan/run.ts";
import { targets } from "../../stacks/targets.ts";
import { makeApp } from "../helpers/app.ts";
import { plannedResource, STACK_URN } from "../helpers/planned.ts";
import { ROOT } from "../helpers/stack.ts";

export const EXAMPLES = ["flashfit-ai", "closetgpt", "ai-shopping-assistant"] as const;

export interface Case {
  /** Relative to the repository. */
  readonly app: string;
  readonly environment: string;
  readonly target: string;
  readonly set?: readonly string[];
}

export const example = (
  name: string,
  environment: string,
  target: string,
  set: readonly string[] = [],
): Case => ({
  app: `examples/${name}/app.yaml`,
  environment,
  target,
  set,
});

const plans = new Map<string, Promise<Planned>>();

interface Planned {
  readonly plan: Plan;
  readonly app: App;
}

/** Each is made once in a test file. */
export function planned(chosen: Case): Promise<Planned> {
  const key = JSON.stringify(chosen);
  const known = plans.get(key) ?? makePlan(chosen);
  plans.set(key, known);
  return known;
}

async function makePlan({ app: file, ...selection }: Case): Promise<Planned> {
  const chosen = await readSubject({ app: join(ROOT, file), ...selection }, targets);
  const { app, subject, target, settings } = chosen;
  return { plan: await planProgram({ app, subject, open: () => target.assume(app, settings) }), app };
}

export async function estimated(chosen: Case, options: EstimateOptions = {}): Promise<Estimate> {
  const { plan, app } = await planned(chosen);
  return estimate(plan, app, options);
}

const SUBJECT = { app: "shop", environment: "prod", target: "gcp-cloud-run", project: "shop", stack: "prod" };

type Written = Pick<PlannedResource, "type" | "inputs"> & Partial<PlannedResource>;

/** A resource of a component called `part`, whose type ends in `kind`. */
export function resource(written: Written, part = "api", kind = "ContainerService"): PlannedResource[] {
  const type = `atelier:gcp:${kind}`;
  const component = plannedResource({ type, name: part, parent: STACK_URN, custom: false });
  return [component, plannedResource({ name: part, parent: component.urn, ...written })];
}

export const planOf = (...resources: readonly PlannedResource[][]): Plan => ({
  subject: SUBJECT,
  resources: resources.flat(),
  outputs: {},
});

/** Lines of a single resource, without what is free of them. */
export function linesOf(
  written: Written,
  app: App = makeApp(),
  ...part: [part?: string, kind?: string]
): Line[] {
  const { lines } = estimate(planOf(resource(written, ...part)), app);
  return lines.filter(({ urn }) => urn !== "");
}

/** `sku → expected amount`. */
export const amounts = (lines: readonly (Line | Draft)[]): Record<string, number> =>
  Object.fromEntries(lines.map(({ sku, quantity }) => [sku, quantity.expected]));
