/** The examples, planned with every value known. */
import { join } from "node:path";
import { type Loaded, loadApp } from "../../src/config/load.ts";
import type { App } from "../../src/config/model.ts";
import { parseSettings } from "../../src/config/stack.ts";
import type { Plan } from "../../src/plan/model.ts";
import { planProgram } from "../../src/plan/run.ts";
import { targetNamed } from "../../stacks/targets.ts";
import { SETTINGS } from "../helpers/google-stack.ts";
import { ROOT } from "../helpers/stack.ts";

export interface PlannedExample {
  readonly loaded: Loaded;
  readonly app: App;
  readonly settings: unknown;
  readonly plan: Plan;
  /** The same program for another app and other settings. */
  readonly replan: (app: App, settings: unknown) => Promise<Plan>;
}

/** Production, as a stack's config would have it. */
export async function planExample(example: string, target: string): Promise<PlannedExample> {
  const loaded = loadApp({ file: join(ROOT, "examples", example, "app.yaml"), environment: "prod" });
  const { app } = loaded;
  const chosen = await targetNamed(target);
  const settings = parseSettings(chosen, target === "docker" ? {} : SETTINGS);
  const subject = { app: app.name, environment: "prod", target, project: "shop", stack: "prod" };
  const replan: PlannedExample["replan"] = (other, others) =>
    planProgram({ app: other, subject, open: () => chosen.assume(other, others), complete: true });
  return { loaded, app, settings, plan: await replan(app, settings), replan };
}
