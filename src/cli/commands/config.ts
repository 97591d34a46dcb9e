/** The words of `atelier config`. */
import { defineCommand } from "citty";

export const config = defineCommand({
  meta: {
    name: "config",
    description: "Print the resolved value of every key and where it came from, or everything that is wrong",
  },
  args: {
    app: {
      type: "string",
      description: "The app.yaml to read. Without it, the one of the stack, else ./app.yaml",
    },
    environment: {
      type: "string",
      description: "The environment. Without it, the one of the stack, else dev",
    },
    stack: {
      type: "string",
      description: "Read Pulumi.<stack>.yaml. Without it and --app, the one named like the environment",
    },
    target: {
      type: "string",
      description:
        "Ask this target as well whether it can carry the app. Without it and --app, the stack's own",
    },
    set: {
      type: "string",
      description: "Override a key, any number of times: --set services.api.scale.max=4",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ rawArgs }) => (await import("../config.ts")).runConfig(rawArgs),
});
