/** The words of `atelier engine`. */
import { defineCommand } from "citty";

export const engine = defineCommand({
  meta: { name: "engine", description: "Say which Pulumi engine is used, and get it" },
  args: {
    install: { type: "boolean", description: "Get the engine and its docker provider when they are missing" },
    env: {
      type: "boolean",
      description: 'Print the environment for a shell: eval "$(npx atelier engine --env)"',
    },
  },
  run: async ({ args }) => (await import("../engine.ts")).runEngine(args),
});
