/** Whether everything is there that the provider does not do without. */
import { REQUIRED } from "../../../rehearsal/google/required.ts";
import type { Registered } from "../../helpers/program.ts";

export interface Presence {
  readonly present: number;
  /** `type name: input`. */
  readonly missing: readonly string[];
}

export function checkRequired(resources: readonly Registered[]): Presence {
  const asked = resources.flatMap(({ type, name, inputs }) =>
    (REQUIRED[type] ?? []).map((input) => ({
      there: inputs[input] !== undefined,
      is: `${type} ${name}: ${input}`,
    })),
  );
  return {
    present: asked.filter(({ there }) => there).length,
    missing: asked.filter(({ there }) => !there).map(({ is }) => is),
  };
}
