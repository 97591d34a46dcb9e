/** What a new project may have of a kind before somebody asks Google for more. Yours may differ: the console's page
 * "Quotas and system limits" says so, and `atelier rehearse --quota` takes what it says.
 */
import type { Quota } from "../behaviour.ts";
import { isMap, type Properties } from "../values.ts";
import { text } from "./ids.ts";

interface Limit {
  readonly name: string;
  readonly limit: number;
  /** Why this figure. */
  readonly source: string;
  /** How much one takes; 1 by default. */
  readonly takes?: (inputs: Properties) => number;
  readonly regional?: boolean;
}

const LIMITS: Readonly<Record<string, Limit>> = {
  "gcp:compute/network:Network": {
    name: "NETWORKS",
    limit: 15,
    source: "Essential Google Cloud Infrastructure: fifteen VPC networks per project",
  },
  "gcp:sql/databaseInstance:DatabaseInstance": {
    name: "SQL_INSTANCES",
    limit: 1000,
    source: "cloud.google.com/sql/docs/quotas: up to 1000 instances per project by default",
  },
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": {
    name: "GPUS_ALL_REGIONS",
    limit: 0,
    source: "Quota 'GPUS_ALL_REGIONS' exceeded. Limit: 0.0 globally, until it was asked for",
    takes: ({ guestAccelerators }) =>
      (Array.isArray(guestAccelerators) ? guestAccelerators : []).reduce<number>(
        (sum, one) => sum + (isMap(one) && typeof one.count === "number" ? one.count : 0),
        0,
      ),
  },
  "gcp:cloudrunv2/service:Service": {
    name: "RUN_SERVICES",
    limit: 1000,
    source: "cloud.google.com/run/quotas: 1000 services per region and project",
    regional: true,
  },
};

export function quotaOf(type: string, inputs: Properties): Quota | undefined {
  const known = LIMITS[type];
  if (!known) return undefined;
  const { name, limit, takes, regional } = known;
  const scope = regional ? (text(inputs.location) ?? text(inputs.region) ?? "global") : "global";
  return { name, scope, limit, takes: takes ? takes(inputs) : 1 };
}
