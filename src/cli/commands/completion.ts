/** The words of `atelier completion`. */
import { defineCommand } from "citty";

export const completion = defineCommand({
  meta: { name: "completion", description: "Print a script that completes commands and options in a shell" },
  args: { shell: { type: "positional", required: true, description: "bash, zsh or fish" } },
  run: async ({ args }) => (await import("../completion.ts")).runCompletion(args.shell),
});
