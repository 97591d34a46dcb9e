/** Plans of the examples, as `atelier plan` makes them. */
import { join } from "node:path";
import { type Chosen, readSubject } from "../../src/cli/subject.ts";
import { parseSettings } from "../../src/config/stack.ts";
import { planWithStates } from "../../src/plan/run.ts";
import type { SimulationOptions } from "../../src/plan/simulation.ts";
import { targets } from "../../stacks/targets.ts";
import { ROOT } from "./stack.ts";

export const TARGETS = Object.keys(targets);
export const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

export interface Cell {
  readonly example: string;
  readonly environment: string;
  readonly target: string;
  /** As after `--set`. */
  readonly set?: readonly string[];
  /** The target's block, in place of stand-ins alone. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Without the example's own stack files, so that every cell is asked in the same way. */
export function choose({ example, environment, target, set = [] }: Cell): Promise<Chosen> {
  const app = join(ROOT, "examples", example, "app.yaml");
  return readSubject({ app, environment, target, set, stack: undefined }, targets, { implied: false });
}

export async function planOf(cell: Cell, options: SimulationOptions = {}) {
  const { app, subject, target, settings: assumed } = await choose(cell);
  const settings = cell.settings ? parseSettings(target, cell.settings) : assumed;
  return planWithStates({ app, subject, open: () => target.assume(app, settings), ...options });
}
