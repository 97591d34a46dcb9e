/** The words of `atelier preview`. */
import { defineCommand } from "citty";

const numberArgument = {
  number: { type: "string", description: "Number of the pull request or merge request" },
} as const;

const up = defineCommand({
  meta: { name: "up", description: "Make or update the stack of a pull request; print its address" },
  args: numberArgument,
  run: async ({ rawArgs }) => (await import("../preview.ts")).runPreviewUp(rawArgs),
});

const down = defineCommand({
  meta: { name: "down", description: "Remove the stack of a pull request, with everything in it" },
  args: numberArgument,
  run: async ({ rawArgs }) => (await import("../preview.ts")).runPreviewDown(rawArgs),
});

const sweep = defineCommand({
  meta: { name: "sweep", description: "Remove every preview that was not deployed for a while" },
  args: {
    "older-than": { type: "string", description: "How long: 72h for instance. Without it, 72h" },
  },
  run: async ({ rawArgs }) => (await import("../preview.ts")).runPreviewSweep(rawArgs),
});

export const preview = defineCommand({
  meta: { name: "preview", description: "Make and remove stacks of pull requests, as workflows do" },
  subCommands: { up, down, sweep },
});
