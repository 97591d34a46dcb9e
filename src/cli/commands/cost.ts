/** The words of `atelier cost`. */
import { defineCommand } from "citty";
import { SUBJECT_HELP } from "../subject-options.ts";

export const cost = defineCommand({
  meta: {
    name: "cost",
    description: "Estimate what an app costs a month, without a cloud account; docs/cost.md says how",
  },
  args: {
    ...SUBJECT_HELP,
    compare: { type: "boolean", description: "Put all targets side by side" },
    host: {
      type: "string",
      description: "On docker: dollars a month of your machine. Without it, a comparable one counts",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ rawArgs }) => (await import("../cost.ts")).runCost(rawArgs),
});
