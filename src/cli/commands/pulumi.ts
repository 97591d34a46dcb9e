/** The words of `atelier pulumi`. */
import { defineCommand } from "citty";

export const pulumi = defineCommand({
  meta: {
    name: "pulumi",
    description: "Run any pulumi command with the project's engine: atelier pulumi -- up",
  },
  run: async ({ rawArgs }) => (await import("../pulumi.ts")).runPulumi(rawArgs),
});
