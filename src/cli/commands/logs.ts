/** The words of `atelier logs`. */
import { defineCommand } from "citty";

export const logs = defineCommand({
  meta: { name: "logs", description: "Show the logs of services: atelier logs api --since 1h --follow" },
  args: {
    services: {
      type: "positional",
      required: false,
      description: "Services, data parts or tools; all by default",
    },
    since: {
      type: "string",
      default: "1h",
      description: "How far back: 90s, 5m, 1h, 2d, or a time like 2026-01-31T12:00 (UTC)",
    },
    follow: { type: "boolean", alias: "f", description: "Go on with new lines as they come" },
    grep: { type: "string", description: "Only lines that match this regular expression" },
    json: { type: "boolean", description: "Print each line as a JSON object" },
    stack: { type: "string", description: "Deployment, <app>-<environment>; needed when several run" },
  },
  run: async ({ args }) => (await import("../logs.ts")).runLogs({ ...args, services: args._ }),
});
