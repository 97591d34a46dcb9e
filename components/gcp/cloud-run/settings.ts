/** The stack config block `atelier:gcp-cloud-run`: what both Google Cloud targets ask, and Cloud Run's own knobs. */
import { z } from "zod";
import { settings as base } from "../settings.ts";

/** Google's collector of Prometheus metrics, as a second container. */
const COLLECTOR =
  "us-docker.pkg.dev/cloud-ops-agents-artifacts/cloud-run-gmp-sidecar/cloud-run-gmp-sidecar:1.9.2";

/** Of a job or a schedule, which run here on both targets. */
export const task = {
  retries: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe("Jobs and cron alone: how often a failed run is tried again. Not at all when absent."),
  run: z
    .int()
    .min(1)
    .optional()
    .describe(
      "Jobs alone: count up to run the same version once more, for instance after an outage made it fail.",
    ),
};

const service = z.strictObject({
  concurrency: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      "Requests that one instance answers at the same time; more than that add an instance. 80 when absent.",
    ),
  cpu: z
    .enum(["always", "requests"])
    .optional()
    .describe(
      "When an instance has its cpu, and costs: `always`, or only while it answers requests. When absent: `always` with a gpu or where an instance is kept (scale.min), `requests` otherwise and on static services.",
    ),
  ...task,
});

const canary = z.strictObject({
  stable: z
    .string()
    .regex(/^(none|[a-z][a-z0-9-]{0,61}[a-z0-9])$/, { error: "is not a revision's name, nor none" })
    .describe(
      "Revision that keeps the rest of the traffic; the stack's outputs name it. `none` before there is one.",
    ),
  share: z
    .string()
    .regex(/^(\d{1,2}|100)%$/, { error: "is not a whole share such as 25%" })
    .optional()
    .describe("Share of the new revision in place of rollout.share: `50%` to go on, `0%` to go back."),
});

export const runSettings = base
  .extend({
    services: z.record(z.string(), service).default({}).describe("Settings per service of the app."),
    canary: z.record(z.string(), canary).default({}).describe("Where a canary stands, per service."),
    invoker: z
      .enum(["all-users", "unchecked"])
      .default("all-users")
      .describe(
        "How a service behind the load balancer is opened: by a grant to allUsers, or by switching its check of callers off, for organisations that refuse members from outside.",
      ),
    collector: z
      .string()
      .regex(/^[a-z0-9.-]+\/[a-z0-9./_-]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/, {
        error: "is not an image with a tag or a digest",
      })
      .default(COLLECTOR)
      .describe("Image that collects the metrics of services."),
  })
  .describe("Settings of the gcp-cloud-run target.");

export type RunSettings = z.output<typeof runSettings>;
