/** The words of `atelier recover`. */
import { defineCommand } from "citty";

export const recover = defineCommand({
  meta: {
    name: "recover",
    description:
      "Put a stack's state in order after a run that was cut off, without a question: recover --stack prod",
  },
  args: { stack: { type: "string", description: "Name of the stack; without it, the selected one" } },
  run: async ({ args }) => (await import("../recover.ts")).runRecover(args),
});
