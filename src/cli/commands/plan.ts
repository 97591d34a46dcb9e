/** The words of `atelier plan`. */
import { defineCommand } from "citty";
import { SUBJECT_HELP } from "../subject-options.ts";

export const plan = defineCommand({
  meta: { name: "plan", description: "Show what a deployment would create, without a cloud account" },
  args: {
    ...SUBJECT_HELP,
    against: {
      type: "string",
      description: "Show the difference to a commit (origin/main) or to a file of plan --json",
    },
    "allow-data-loss": { type: "boolean", description: "Exit with 0 although data would be lost" },
    verify: {
      type: "boolean",
      description: "Have every resource checked by its real provider (docs/verify.md)",
    },
    full: { type: "boolean", description: "List every resource, also where many are alike" },
    json: { type: "boolean", description: "Print JSON (schema/plan.schema.json)" },
    markdown: { type: "boolean", description: "Print Markdown, for a comment on a pull request" },
    html: { type: "boolean", description: "Print a page that stands alone, with the picture" },
  },
  run: async ({ rawArgs }) => (await import("../plan.ts")).runPlan(rawArgs),
});
