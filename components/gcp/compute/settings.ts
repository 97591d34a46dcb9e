/** The stack config block `atelier:gcp-compute`: what Compute Engine asks beside the settings of every Google target. */
import { z } from "zod";
import { task } from "../cloud-run/settings.ts";
import { region, settings } from "../settings.ts";

const text = (pattern: RegExp, what: string) => z.string().regex(pattern, { error: `is not ${what}` });

const template = text(
  /^(https:\/\/www\.googleapis\.com\/compute\/(v1|beta)\/)?projects\/[^/]+\/regions\/[^/]+\/instanceTemplates\/[^/]+$/,
  "an instance template such as projects/acme-prod/regions/us-central1/instanceTemplates/shop-prod-api-20261101",
);

const service = z.strictObject({
  machineType: text(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/, "a machine type such as n1-standard-2")
    .optional()
    .describe(
      "Machine of every instance, by Google's name. The cheapest that fits cpu and memory when absent.",
    ),
  zones: z
    .array(text(/^[a-z]+-[a-z]+\d+-[a-z]$/, "a zone such as us-central1-a"))
    .min(1)
    .optional()
    .describe(
      "Zones that instances may stand in, of every region of the app. Google chooses three per region when absent. A service with a gpu must name them: not every zone has every gpu.",
    ),
  disk: z
    .int()
    .min(10)
    .max(2048)
    .optional()
    .describe("Size in GiB of an instance's disk, which holds the system and the image. 30 when absent."),
  ...task,
  stable: z
    .record(region, template)
    .optional()
    .describe(
      "For a canary: region → template that the other instances keep while `rollout.share` of them get the new version. The stack output `templates` names it. Take it away to give the new version to all.",
    ),
});

export type ComputeServiceSettings = z.output<typeof service>;

export const computeSettings = settings
  .extend({
    services: z.record(z.string(), service).default({}).describe("Settings per service of the app."),
    system: text(
      /^projects\/[^/]+\/global\/images\/(family\/)?[^/]+$/,
      "an image such as projects/cos-cloud/global/images/family/cos-stable",
    )
      .default("projects/cos-cloud/global/images/family/cos-stable")
      .describe(
        "Container-Optimized OS of every instance. With a family each new instance starts from its newest image; name one image to fix it.",
      ),
    patched: text(/^[a-z0-9_-]{1,63}$/, "a label value such as 2026-11-01")
      .optional()
      .describe(
        "Any word, for instance a date. Changing it replaces every instance, one after the other, by one with the newest system.",
      ),
    collector: z
      .string()
      .default(
        "us-docker.pkg.dev/cloud-ops-agents-artifacts/google-cloud-opentelemetry-collector/otelcol-google:0.144.0",
      )
      .describe("Image of the collector that brings a service's metrics to Managed Prometheus."),
    mounter: z
      .string()
      .default("gke.gcr.io/gcs-fuse-csi-driver-sidecar-mounter:v1.17.1-gke.0")
      .describe("Image that carries /gcsfuse, for services that see a bucket as a folder."),
  })
  .describe("Settings of the gcp-compute target.");

export type ComputeSettings = z.output<typeof computeSettings>;
