/** The words of `atelier keys`. */
import { defineCommand } from "citty";

export const keys = defineCommand({
  meta: { name: "keys", description: "Print what each key of app.yaml becomes on each target" },
  args: {
    key: {
      type: "positional",
      required: false,
      description: "Only keys that contain this, for instance rateLimit",
    },
    markdown: { type: "boolean", description: "Print the table of docs/keys.md" },
  },
  run: async ({ args }) => (await import("../keys.ts")).runKeys(args),
});
