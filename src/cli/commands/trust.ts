/** The words of `atelier trust`. */
import { defineCommand } from "citty";

export const trust = defineCommand({
  meta: {
    name: "trust",
    description: "Trust the certificate authority of a local deployment on this machine",
  },
  args: {
    stack: { type: "string", description: "Name of the stack", default: "dev" },
    print: { type: "boolean", description: "Print the authority's certificate and change nothing" },
  },
  run: async ({ args }) => (await import("../trust.ts")).runTrust(args),
});
