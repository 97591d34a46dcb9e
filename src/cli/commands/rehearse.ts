/** The words of `atelier rehearse`. */
import { defineCommand } from "citty";
import { ACTS } from "../rehearsal-acts.ts";
import { SUBJECT_HELP } from "../subject-options.ts";

export const rehearse = defineCommand({
  meta: {
    name: "rehearse",
    description:
      "Run up, update, destroy or failover of a stack with the real engine and simulated clouds: rehearse up --stack prod",
  },
  args: {
    act: { type: "positional", description: ACTS.join(", "), required: true },
    ...SUBJECT_HELP,
    set: {
      type: "string",
      description: "For update: what changes, --set services.api.scale.max=4 (repeatable)",
    },
    fail: {
      type: "string",
      description: "Let operations fail: 'gcp:sql*:create:429', with @2 the second alone",
    },
    "kill-at": { type: "string", description: "Kill the engine at this operation, and run again" },
    speed: {
      type: "string",
      description: "Replay the cloud's times that much faster; without it, none pass",
    },
    quota: { type: "string", description: "Enforce a quota: --quota GPUS_ALL_REGIONS=2 (repeatable)" },
    region: { type: "string", description: "For failover: the region that is gone; without it, the first" },
    picture: { type: "string", description: "Write the timeline to this file, as SVG" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ rawArgs }) => (await import("../rehearse.ts")).runRehearse(rawArgs),
});
