/** The words of `atelier secrets`. */
import { defineCommand } from "citty";

const stackArgument = {
  stack: { type: "string", description: "Name of the stack; the selected one, or dev", alias: "s" },
} as const;

const init = defineCommand({
  meta: { name: "init", description: "Make the stack's seed, from which all generated secrets derive" },
  args: {
    ...stackArgument,
    placeholders: { type: "boolean", description: "Give required secrets without a value a placeholder" },
    "stack-file": {
      type: "boolean",
      description: "Keep secrets in Pulumi.<stack>.yaml, for plain pulumi commands",
    },
  },
  run: async ({ args }) => (await import("../secrets.ts")).runSecretsInit(args),
});

const list = defineCommand({
  meta: { name: "list", description: "Show which secrets the app has, and which still need a value" },
  args: stackArgument,
  run: async ({ args }) => (await import("../secrets.ts")).runSecretsList(args),
});

const set = defineCommand({
  meta: {
    name: "set",
    description: "Set a required secret; the value is asked for, or read from standard input",
  },
  args: { name: { type: "positional", description: "Name of the secret", required: true }, ...stackArgument },
  run: async ({ args }) => (await import("../secrets.ts")).runSecretsSet(args),
});

export const secrets = defineCommand({
  meta: { name: "secrets", description: "Make, list and set the secrets of a stack" },
  subCommands: { init, list, set },
});
