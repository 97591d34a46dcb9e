/** Backend services: what the load balancer knows of a service, and how it treats it. */

import { BackendService } from "@pulumi/gcp/compute/backendService.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { App, Service } from "../../../src/config/model.ts";
import { inSeconds, seconds } from "../../../src/config/units.ts";
import type { GcpGroup, GcpGroups } from "../handles.ts";
import { kept } from "./caching.ts";
import { type Caching, type PlannedBackend, replaceable } from "./plan.ts";

/** A backend service per version that serves, with its share of new requests. */
export interface Version {
  readonly id: Output<string>;
  readonly name: Output<string>;
  readonly weight: number;
}

export interface BackendContext {
  readonly parent: Resource;
  readonly app: App;
  readonly policy: Input<string>;
}

export function createBackends(context: BackendContext, planned: PlannedBackend<GcpGroups>): Version[] {
  const versions = versionsOf(planned.backend.groups);
  return versions.map((groups, index) => {
    const parts = index === 0 ? [planned.key] : [planned.key, `version-${index + 1}`];
    const { id, name } = createBackend(context, planned, groups, parts);
    return { id, name, weight: groups[0]?.weight ?? 100 };
  });
}

/** The first group of each region makes the first version, the second the second. */
function versionsOf(groups: readonly GcpGroup[]): GcpGroup[][] {
  const versions: GcpGroup[][] = [];
  const seen = new Map<string, number>();
  for (const group of groups) {
    const index = seen.get(group.region) ?? 0;
    seen.set(group.region, index + 1);
    versions[index] = [...(versions[index] ?? []), group];
  }
  return versions.length > 0 ? versions : [[]];
}

function createBackend(
  { parent, app, policy }: BackendContext,
  { backend, caching, login }: PlannedBackend<GcpGroups>,
  groups: readonly GcpGroup[],
  parts: readonly string[],
): BackendService {
  return new BackendService(
    replaceable(app, ...parts),
    {
      description: `${backend.name} of ${app.name}`,
      loadBalancingScheme: "EXTERNAL_MANAGED",
      securityPolicy: policy,
      logConfig: { enable: true, sampleRate: 1 },
      // The client as the load balancer saw it; what a client says of itself is dropped in the URL map.
      customRequestHeaders: ["X-Real-IP:{client_ip_address}"],
      iap: { enabled: login },
      enableCdn: caching !== undefined,
      ...(caching && {
        cdnPolicy: cdnPolicy(caching),
        // Google compresses only what goes through Cloud CDN.
        compressionMode: app.edge.compression ? "AUTOMATIC" : "DISABLED",
      }),
      ...(backend.instances ? instances(backend, groups) : serverless(groups)),
    },
    { parent },
  );
}

/** Serverless groups refuse `timeoutSec`, health checks and ports (terraform-google-lb-http#358). Their timeout stands
 * in the URL map; their health is Cloud Run's own service health, which takes a region out of rotation when too few of
 * its instances pass the readiness probe. Outlier detection adds what only the caller sees.
 */
function serverless(groups: readonly GcpGroup[]) {
  return {
    protocol: "HTTPS",
    backends: groups.map(({ group }) => ({ group })),
    ...(groups.length > 1 && { outlierDetection: OUTLIERS }),
  };
}

/** SA-15: every 30 seconds, three failures in a row take a region out, for 30 seconds at first. Only answers that come
 * from the infrastructure count; a service that answers 500 would do so in the other region as well.
 */
const OUTLIERS: inputs.compute.BackendServiceOutlierDetection = {
  interval: { seconds: 30 },
  baseEjectionTime: { seconds: 30 },
  consecutiveGatewayFailure: 3,
  enforcingConsecutiveGatewayFailure: 100,
  enforcingConsecutiveErrors: 0,
  enforcingSuccessRate: 0,
  maxEjectionPercent: 50,
};

function instances({ instances, spec }: GcpGroups, groups: readonly GcpGroup[]) {
  const longest = longestAnswer(spec);
  return {
    protocol: "HTTP",
    ...(instances && { portName: instances.portName, healthChecks: instances.healthCheck }),
    timeoutSec: longest,
    connectionDrainingTimeoutSec: Math.min(longest, LONGEST_DRAIN),
    localityLbPolicy: "LEAST_REQUEST",
    ...(groups.length > 1 && { outlierDetection: OUTLIERS }),
    backends: groups.map(({ group, ratePerInstance }) => ({
      group,
      capacityScaler: 1,
      ...(ratePerInstance === undefined
        ? { balancingMode: "UTILIZATION", maxUtilization: 0.8 }
        : { balancingMode: "RATE", maxRatePerInstance: ratePerInstance }),
    })),
  };
}

/** Google's own limit, in seconds. */
const LONGEST_DRAIN = 3600;
const DEFAULT_TIMEOUT = seconds(60);

/** Seconds that one answer may take: the timeout, or the life of a stream. */
export function longestAnswer(spec: Pick<Service, "timeout" | "streaming"> | undefined): number {
  const { timeout = DEFAULT_TIMEOUT, streaming } = spec ?? {};
  return Math.ceil(
    inSeconds(timeout > (streaming?.longest ?? 0) ? timeout : (streaming?.longest ?? timeout)),
  );
}

/** What a service says of an answer counts: `no-store`, `private` or a cookie keep it out of the cache. */
function cdnPolicy(caching: Caching) {
  return {
    ...kept(caching),
    cacheKeyPolicy: { includeHost: true, includeProtocol: true, includeQueryString: true },
    bypassCacheOnRequestHeaders: [{ headerName: "Authorization" }],
  };
}

/** Where requests go that no route takes. It has no group; the URL map answers in its place. */
export function createNowhere({ parent, app, policy }: BackendContext): BackendService {
  return new BackendService(
    replaceable(app, "nowhere"),
    {
      description: "Requests for hosts and paths that do not exist",
      loadBalancingScheme: "EXTERNAL_MANAGED",
      protocol: "HTTPS",
      securityPolicy: policy,
      logConfig: { enable: true, sampleRate: 1 },
    },
    { parent },
  );
}
