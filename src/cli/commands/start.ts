/** The words of `atelier start`. */
import { defineCommand } from "citty";

export const start = defineCommand({
  meta: {
    name: "start",
    description: "Bring the app up on this machine: engine, Docker, secrets, pulumi up",
  },
  args: { stack: { type: "string", description: "Name of the stack", default: "dev" } },
  run: async ({ args }) => (await import("../start.ts")).startApp(args.stack, process.env),
});
