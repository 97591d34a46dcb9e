/** Judges a plan in this process: the same rules, settings and waivers as the pack has under the engine. */
import { reveal } from "../rehearsal/values.ts";
import type { Plan, PlannedResource } from "../src/plan/model.ts";
import { askedRules, type PoliciesConfig } from "./config.ts";
import { judgeResource, judgeStack, type ReadFile } from "./evaluate.ts";
import { bySeverity, type Finding } from "./finding.ts";
import type { LinkedResource } from "./rule.ts";
import { isMap, type Properties } from "./values.ts";
import { Waivers } from "./waivers.ts";

export interface Judging {
  readonly config: PoliciesConfig;
  /** `2026-11-21`; waivers end by it. */
  readonly today: string;
  /** Reads the Dockerfiles that the plan's images are built from. Without it they are not looked at. */
  readonly read?: ReadFile;
}

/** Everything that rules find in a plan, worst first, waived findings among them. */
export function judge(
  plan: Pick<Plan, "subject" | "resources">,
  { config, today, read = () => undefined }: Judging,
): Finding[] {
  const asked = askedRules(config, plan.subject.environment);
  const waivers = new Waivers(config.waivers, today);
  const resources = plan.resources.map(resourceOf);
  const found = [
    ...resources.flatMap((resource) => judgeResource(asked, resource, read)),
    ...judgeStack(asked, resources),
  ].map((finding) => waivers.apply(finding));
  return [...found, ...waivers.notices()].sort(bySeverity);
}

function resourceOf({ urn, type, name, inputs, protect, dependencies }: PlannedResource): LinkedResource {
  return { urn, type, name, inputs: openInputs(inputs), protect, dependencies };
}

/** Without marks of secrecy. */
export function openInputs(inputs: Properties): Properties {
  const open = reveal(inputs);
  return isMap(open) ? open : {};
}
