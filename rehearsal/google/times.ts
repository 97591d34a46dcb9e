/** How long Google Cloud takes to make a resource, in seconds: for plans of a first deployment, not as a promise.
 *
 * `seen` was measured by somebody who said so, `limit` follows from the provider's own time limit, `guess` is the middle
 * of what one commonly sees. Google promises none of them.
 */
import type { Verb } from "../behaviour.ts";

interface Time {
  readonly seconds: number;
  readonly basis: "seen" | "limit" | "guess";
  readonly source: string;
}

const minutes = (count: number) => count * 60;

export const TIMES: Readonly<Record<string, Time>> = {
  "gcp:sql/databaseInstance:DatabaseInstance": {
    seconds: minutes(11),
    basis: "seen",
    source: "7 to 15 minutes, about 7 in pulumi-gcp#1209; the provider waits 90",
  },
  "gcp:redis/instance:Instance": {
    seconds: minutes(7.5),
    basis: "guess",
    source: "5 to 10 minutes; the provider waits 20",
  },
  "gcp:filestore/instance:Instance": {
    seconds: minutes(5.5),
    basis: "guess",
    source: "3 to 8 minutes; the provider waits 20",
  },
  "gcp:servicenetworking/connection:Connection": {
    seconds: minutes(1.5),
    basis: "guess",
    source: "1 to 2 minutes",
  },
  "gcp:cloudrunv2/job:Job": {
    seconds: 60,
    basis: "guess",
    source: "an execution starts within half a minute; Ready only when it has completed (runExecutionToken)",
  },
  "gcp:cloudrunv2/service:Service": {
    seconds: 40,
    basis: "guess",
    source: "until a revision's first instance has passed its startup probe",
  },
  "gcp:cloudrunv2/workerPool:WorkerPool": { seconds: 40, basis: "guess", source: "as a service" },
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": {
    seconds: minutes(3),
    basis: "guess",
    source: "machines boot, fetch the image and pass their health check (waitForInstances)",
  },
  "gcp:firestore/database:Database": { seconds: 60, basis: "guess", source: "below a minute, mostly" },
  "gcp:projects/service:Service": {
    seconds: 20,
    basis: "guess",
    source: "an interface that was off; none where it is on",
  },
  "gcp:compute/network:Network": { seconds: 15, basis: "guess", source: "a global operation" },
  "gcp:compute/subnetwork:Subnetwork": { seconds: 20, basis: "guess", source: "a regional operation" },
  "gcp:compute/routerNat:RouterNat": { seconds: 15, basis: "guess", source: "a regional operation" },
  "gcp:compute/backendService:BackendService": {
    seconds: 25,
    basis: "guess",
    source: "a global operation of the load balancer",
  },
  "gcp:compute/uRLMap:URLMap": {
    seconds: 12,
    basis: "guess",
    source: "a global operation of the load balancer",
  },
  "gcp:compute/securityPolicy:SecurityPolicy": {
    seconds: 30,
    basis: "guess",
    source: "with all rules in one call",
  },
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": {
    seconds: 15,
    basis: "guess",
    source: "a global operation of the load balancer",
  },
  "gcp:certificatemanager/certificate:Certificate": {
    seconds: 10,
    basis: "guess",
    source: "issued later; nothing waits for ACTIVE",
  },
};

/** What is not named: one call, or a grant. */
const OTHERWISE = 5;

export const secondsOf = (type: string): number => TIMES[type]?.seconds ?? OTHERWISE;

type Times = Readonly<Record<string, Time>>;

/** Where a change takes long. */
const CHANGES: Times = {
  "gcp:sql/databaseInstance:DatabaseInstance": {
    seconds: minutes(3),
    basis: "guess",
    source: "another tier restarts it; a flag or a backup window takes less",
  },
  "gcp:redis/instance:Instance": {
    seconds: minutes(5),
    basis: "guess",
    source: "another size copies the data to a new node",
  },
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": {
    seconds: minutes(4),
    basis: "guess",
    source: "new machines boot and pass their health check before old ones go",
  },
};

/** Where going takes long. */
const REMOVALS: Times = {
  "gcp:sql/databaseInstance:DatabaseInstance": { seconds: 60, basis: "guess", source: "about a minute" },
  "gcp:redis/instance:Instance": { seconds: minutes(4), basis: "guess", source: "3 to 5 minutes" },
  "gcp:filestore/instance:Instance": { seconds: minutes(3), basis: "guess", source: "2 to 4 minutes" },
  "gcp:compute/network:Network": { seconds: 30, basis: "guess", source: "a global operation" },
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": {
    seconds: minutes(2),
    basis: "guess",
    source: "its machines shut down first",
  },
};

/** A change or a removal that is not named takes no longer than this, nor than the making. */
const ELSE: Readonly<Record<Exclude<Verb, "create">, number>> = { update: 40, delete: 20 };

/** Seconds of one operation. */
export function secondsFor(type: string, verb: Verb): number {
  if (verb === "create") return secondsOf(type);
  const known = { update: CHANGES, delete: REMOVALS }[verb][type];
  return known?.seconds ?? Math.min(secondsOf(type), ELSE[verb]);
}

/** Google says that a grant takes effect within 60 seconds as a rule, 7 minutes or more at times
 * (cloud.google.com/iam/docs/access-change-propagation).
 */
const GRANT = 60;

/** Seconds until the rest of the cloud knows of what was made. */
export const lagOf = (type: string): number => (isGrant(type) ? GRANT : 0);

export const isGrant = (type: string): boolean => /I[aA][mM]Member$/.test(type);
