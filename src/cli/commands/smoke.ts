/** The words of `atelier smoke`. */
import { defineCommand } from "citty";

export const smoke = defineCommand({
  meta: { name: "smoke", description: "Ask every route of a deployed stack whether it answers" },
  args: {
    stack: { type: "string", description: "The stack. Without it, the selected one" },
    url: { type: "string", description: "The address. Without it, https:// and the app's domain" },
    patience: { type: "string", description: "How long to ask again. Without it, 2m" },
    "this-machine": {
      type: "boolean",
      description: "The door listens here, with a certificate of the stack's own authority",
    },
  },
  run: async ({ rawArgs }) => (await import("../smoke-routes.ts")).runSmoke(rawArgs),
});
