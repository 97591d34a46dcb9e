/** The words of `atelier down`. */
import { defineCommand } from "citty";

export const down = defineCommand({
  meta: { name: "down", description: "Remove what start made; keep the data unless --data" },
  args: {
    stack: { type: "string", description: "Name of the stack", default: "dev" },
    data: { type: "boolean", description: "Remove the data volumes as well" },
  },
  run: async ({ args }) => (await import("../down.ts")).runDown(args),
});
