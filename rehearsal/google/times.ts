/** How long Google Cloud takes to make a resource, in seconds: for plans of a first deployment, not as a promise.
 *
 * `seen` was measured by somebody who said so, `limit` follows from the provider's own time limit, `guess` is the middle
 * of what one commonly sees. Google promises none of them.
 */
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
  "docker-build:index:Image": {
    seconds: minutes(2),
    basis: "guess",
    source: "a build with a warm cache and its push",
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
