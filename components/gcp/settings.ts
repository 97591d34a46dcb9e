/** What both targets on Google Cloud ask in the stack config: `atelier:gcp-cloud-run` and `atelier:gcp-compute`. */
import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { App } from "../../src/config/model.ts";

const text = (pattern: RegExp, what: string) => z.string().regex(pattern, { error: `is not ${what}` });

/** A size by Google's own name, where cpu and memory of the app don't say it. */
const sized = z.strictObject({
  tier: z
    .string()
    .optional()
    .describe("Machine of the instance, for instance `db-custom-2-7680`. From cpu and memory when absent."),
  location: z
    .string()
    .regex(/^(nam\d|eur\d|[a-z]+-[a-z]+\d+)$/, { error: "is not a location such as nam5 or us-central1" })
    .optional()
    .describe(
      "Documents alone: where the database lies, a multi-region such as nam5 or a region. From the regions when absent; it can never be changed later.",
    ),
  volume: z
    .enum(["bucket", "nfs"])
    .optional()
    .describe(
      "Vectors alone: what the index lies on, a bucket or a Filestore share. From storage and staleAfter when absent.",
    ),
});

export const region = text(/^[a-z]+-[a-z]+\d+$/, "a region such as us-central1");

export const settings = z.strictObject({
  project: text(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "a project id such as acme-prod").describe(
    "Project that everything is created in.",
  ),
  region: region
    .optional()
    .describe("Where data and single services live. The first of the app's `regions` when absent."),
  cidr: z
    .string()
    .refine((range) => ipaddr.IPv4.isValidCIDR(range) && ipaddr.IPv4.parseCIDR(range)[1] <= 20, {
      error: "is not an IPv4 range of /20 or larger; write for instance 10.10.0.0/16",
    })
    .default("10.10.0.0/16")
    .describe("IPv4 range of the VPC. Subnets and the range of managed services are cut from it."),
  dns: z
    .strictObject({
      zone: z.string().describe("Name of the Cloud DNS zone."),
      create: z.boolean().default(false).describe("Make the zone. Its name servers become an output."),
    })
    .optional()
    .describe(
      "Zone that gets the records of the app's domains and of its certificates. Without it they become an output, to be made by hand.",
    ),
  operators: z
    .array(text(/^(user|group|domain):\S+$/, "a member such as group:ops@acme.example"))
    .default([])
    .describe("Who passes the login in front of operators' routes and may see dashboards."),
  billingAccount: text(
    /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/,
    "a billing account such as 01A2B3-4C5D6E-7F8A9B",
  )
    .optional()
    .describe("Billing account for the app's `budget`. A budget without it is refused."),
  github: z
    .strictObject({
      repository: text(/^[\w.-]+\/[\w.-]+$/, "a repository such as acme/shop").describe("owner/name."),
      branch: z.string().default("main").describe("Branch whose workflows may deploy."),
    })
    .optional()
    .describe("Lets this repository's workflows deploy without a key, by workload identity federation."),
  registry: text(
    /^[a-z0-9-]+-docker\.pkg\.dev\/[a-z0-9-]+\/[a-z0-9-]+$/,
    "a repository such as us-central1-docker.pkg.dev/acme/shop",
  )
    .optional()
    .describe("Artifact Registry repository for images that are built. One is made when absent."),
  labels: z
    .record(
      text(/^[a-z][a-z0-9_-]{0,62}$/, "a label key such as team"),
      text(/^[a-z0-9_-]{0,63}$/, "a label value such as shop_2"),
    )
    .default({})
    .describe("Labels on everything that takes labels, beside app and environment."),
  encryptionKey: text(
    /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
    "a key such as projects/acme/locations/us-central1/keyRings/main/cryptoKeys/data",
  )
    .optional()
    .describe("Customer-managed key for data. Google's own keys when absent."),
  data: z.record(z.string(), sized).default({}).describe("Settings per data part of the app."),
});

export type GcpSettings = z.output<typeof settings>;

/** What a plan takes where no stack's config says it. */
export const standIns = ({ regions }: Pick<App, "regions">) =>
  ({
    project: "your-project",
    ...(regions.length === 0 && { region: "us-central1" }),
    operators: ["group:operators@example.com"],
    billingAccount: "000000-000000-000000",
  }) satisfies z.input<typeof settings>;
