/** Runs a stack's program in this process: no engine, no credentials, no network. */
import type { Adapters } from "../../components/contracts/target.ts";
import { compose, type SecretValues } from "../../stacks/compose.ts";
import type { App } from "../config/model.ts";
import type { Replaces } from "./difference.ts";
import type { Plan, Subject } from "./model.ts";
import { Monitor } from "./monitor.ts";
import { runStack } from "./sdk.ts";
import { Simulation, type SimulationOptions, type States } from "./simulation.ts";

export interface PlanRequest extends SimulationOptions {
  readonly app: App;
  readonly subject: Subject;
  /** Makes the target's parts without asking anybody. Called where resources are written down. */
  readonly open: () => Adapters;
  /** Values of secrets. Without them, each required secret has a stand-in that says its name. */
  readonly secretValues?: SecretValues;
  /** Keep stack traces as deep as Node has them, which costs several times what the program takes. */
  readonly stackTraces?: boolean;
}

/** @throws what the program throws */
export async function planProgram(request: PlanRequest): Promise<Plan> {
  return (await planWithStates(request)).plan;
}

/** The plan, what would stand in the stack's state after it, by urn, and which inputs replace. */
export async function planWithStates(
  request: PlanRequest,
): Promise<{ readonly plan: Plan; readonly states: States; readonly replaces: Replaces }> {
  const { app, subject, open, complete = false, stackTraces = false } = request;
  const { secretValues = standIns(app) } = request;
  const simulation = new Simulation(subject, request);
  const monitor = new Monitor(subject, (resource) => simulation.answer(resource));
  const limit = Error.stackTraceLimit;
  // As in Pulumi.yaml: every promise of the SDK would pay for a stack trace.
  if (!stackTraces) Error.stackTraceLimit = 0;
  try {
    await runStack({ monitor, ...subject, preview: !complete }, async () =>
      compose(app, open(), secretValues),
    );
  } finally {
    Error.stackTraceLimit = limit;
  }
  const { resources, outputs } = monitor;
  return {
    plan: { subject, resources, outputs },
    states: simulation.states,
    replaces: (type, path) => simulation.behaviourOf(type).replaces(type, path),
  };
}

/** Values that show what they stand for, and a seed that is the same in every plan. */
export function standIns({ secrets }: Pick<App, "secrets">): SecretValues {
  const required = Object.entries(secrets).filter(([, { source }]) => source === "required");
  return {
    seed: "5eed".repeat(16),
    values: Object.fromEntries(required.map(([name]) => [name, `value of ${name}`])),
  };
}
