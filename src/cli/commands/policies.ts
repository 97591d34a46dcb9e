/** The words of `atelier policies`. */
import { defineCommand } from "citty";

export const policies = defineCommand({
  meta: {
    name: "policies",
    description: "List the rules for deployments, or ask them of Dockerfiles and workflows",
  },
  args: {
    files: {
      type: "positional",
      required: false,
      description: "Dockerfiles and workflows (.yml) to judge. Exits with 2 when a mandatory rule is broken",
    },
    stack: { type: "string", description: "Take settings and waivers from Pulumi.<stack>.yaml" },
    check: {
      type: "boolean",
      description:
        "Print how many checks of other tools the rules stand for; exits with 2 when one is missing",
    },
    json: { type: "boolean", description: "Print JSON" },
    markdown: { type: "boolean", description: "Print docs/policies.md" },
  },
  run: async ({ rawArgs }) => (await import("../policies.ts")).runPolicies(rawArgs),
});
