/** Real plans: what the examples would register, on every target and in every environment. */
import { existsSync, readFileSync } from "node:fs";
import type { App } from "../../src/config/model.ts";
import { parseSettings } from "../../src/config/stack.ts";
import type { Plan } from "../../src/plan/model.ts";
import { planProgram } from "../../src/plan/run.ts";
import { targetNamed } from "../../stacks/targets.ts";
import { EXAMPLES, loadExample, SETTINGS } from "../helpers/google-stack.ts";

export const TARGETS = ["docker", "gcp-cloud-run", "gcp-compute"] as const;
export type TargetName = (typeof TARGETS)[number];
export const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

export interface Where {
  readonly example: string;
  readonly target: TargetName;
  readonly environment: string;
}

/** Every example in every place. */
export const EVERYWHERE: readonly Where[] = EXAMPLES.flatMap((example) =>
  TARGETS.flatMap((target) => ENVIRONMENTS.map((environment) => ({ example, target, environment }))),
);

const known = new Map<string, Promise<Plan>>();

/** The plan of an example; made once per place. */
export function planOf(where: Where): Promise<Plan> {
  const key = JSON.stringify(where);
  const plan = known.get(key) ?? planApp(appOf(where), where);
  known.set(key, plan);
  return plan;
}

/** Nobody issues a certificate for localhost, which is where development is on one's own machine. */
function appOf({ example, target, environment }: Where): App {
  const overrides = target === "docker" || environment !== "dev" ? {} : { "edge.domain": "dev.acme.example" };
  return loadExample(example, { environment, overrides });
}

async function planApp(app: App, { example, target, environment }: Where): Promise<Plan> {
  const chosen = await targetNamed(target);
  const settings = parseSettings(chosen, target === "docker" ? { selfSigned: true } : SETTINGS);
  const subject = { app: app.name, environment, target, project: example, stack: environment };
  return planProgram({ app, subject, open: () => chosen.assume(app, settings) });
}

export const readFile = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "utf8") : undefined;
