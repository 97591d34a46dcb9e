/** The options that say which app, in which environment, on which target. */

/** Options that every command has which looks at an app; `node:util` reads them. */
export const SUBJECT_OPTIONS = {
  app: { type: "string" },
  environment: { type: "string" },
  stack: { type: "string" },
  target: { type: "string" },
  set: { type: "string", multiple: true },
} as const;

/** The same for `--help`. */
export const SUBJECT_HELP = {
  app: { type: "string", description: "The app.yaml. Without it, the stack's" },
  environment: { type: "string", description: "The environment. Without it, the stack's, else dev" },
  stack: {
    type: "string",
    description: "Read Pulumi.<stack>.yaml. Without it and --app, the selected stack",
  },
  target: { type: "string", description: "The target. Without it, the stack's, else docker" },
  set: { type: "string", description: "Override a key: --set services.api.scale.max=4 (repeatable)" },
} as const;
