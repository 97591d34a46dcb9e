/** What Google Cloud itself wants to be there first, where no argument says so: type → types that it waits for, and why.
 * What stands in an argument (a network in a subnet) is waited for anyway.
 */
import type { Waiting } from "../critical-path.ts";

const CONNECTION = "gcp:servicenetworking/connection:Connection";
const JOB = "gcp:cloudrunv2/job:Job";
const GRANTS = [
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "gcp:storage/bucketIAMMember:BucketIAMMember",
  "gcp:projects/iAMMember:IAMMember",
];

interface Wait {
  readonly on: readonly string[];
  readonly why: string;
}

const RUNS: readonly Wait[] = [
  { on: [JOB], why: "a login that its database does not have yet, or a job of the app that comes first" },
  { on: GRANTS, why: "a revision whose account cannot read its secrets or mount its bucket does not start" },
  { on: ["gcp:secretmanager/secretVersion:SecretVersion"], why: "the same for a secret without a value" },
];

export const WAITS: Readonly<Record<string, readonly Wait[]>> = {
  "gcp:sql/databaseInstance:DatabaseInstance": [
    { on: [CONNECTION], why: "its address is one of the peered network's" },
  ],
  "gcp:redis/instance:Instance": [{ on: [CONNECTION], why: "its address is one of the peered network's" }],
  "gcp:filestore/instance:Instance": [
    { on: [CONNECTION], why: "its address is one of the peered network's" },
  ],
  [JOB]: [
    ...RUNS,
    { on: ["gcp:sql/database:Database", "gcp:sql/user:User"], why: "it logs in to the database" },
  ],
  "gcp:cloudrunv2/service:Service": RUNS,
  "gcp:cloudrunv2/workerPool:WorkerPool": RUNS,
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": RUNS,
};

/** Whether the cloud would refuse or fail the resource without the other. Every interface has to be switched on. */
export function cloudWaits(resource: Waiting, on: Waiting): boolean {
  if (on.type === "gcp:projects/service:Service") return true;
  return WAITS[resource.type]?.some((wait) => wait.on.includes(on.type)) ?? false;
}

const SERVICE = "gcp:cloudrunv2/service:Service";
const GROUP = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";

/** Where an argument takes an output that could have been known before: a service's address could be made from the
 * project's number.
 */
export const couldBeKnown = (resource: Waiting, on: Waiting): boolean =>
  resource.type === SERVICE && on.type === SERVICE;

/** One region after the other, so that a version that does not start stops in the first. Chosen: it costs a first
 * deployment in several regions the time of one more start per region.
 */
export function isNextRegion(resource: Waiting, on: Waiting): boolean {
  const part = ({ id }: Waiting) => id.replace(/-[a-z]+-[a-z]+\d+$/, "");
  return [SERVICE, GROUP].includes(resource.type) && part(resource) === part(on);
}
