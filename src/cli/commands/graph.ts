/** The words of `atelier graph`. */
import { defineCommand } from "citty";
import { SUBJECT_HELP } from "../subject-options.ts";

export const graph = defineCommand({
  meta: {
    name: "graph",
    description: "Draw who talks to whom: users, edge, services, data and hosts outside",
  },
  args: {
    ...SUBJECT_HELP,
    format: { type: "string", description: "svg, png or mermaid. Without it, as --out ends, else svg" },
    from: {
      type: "string",
      description: "plan: also what each part becomes on the target; app: the app alone. Without it, plan",
    },
    out: {
      type: "string",
      description: "File to write. Without it, standard output, or on a terminal a file named like the app",
    },
  },
  run: async ({ rawArgs }) => (await import("../graph.ts")).runGraph(rawArgs),
});
