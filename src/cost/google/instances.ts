/** How many instances of a service run: the least, what usage asks for, and the most. */
import type { PlannedResource } from "../../plan/model.ts";
import { LOAD, REQUESTS_PER_CPU } from "../assumptions.ts";
import { at, numberIn, type Scene, type Seen } from "../estimator.ts";
import type { Range } from "../model.ts";
import { fixed, range, times, ZERO } from "../range.ts";

export const RUN_SERVICE = "gcp:cloudrunv2/service:Service";
export const WORKER_POOL = "gcp:cloudrunv2/workerPool:WorkerPool";
export const GROUP = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";
export const AUTOSCALER = "gcp:compute/regionAutoscaler:RegionAutoscaler";

/** Requests a second that reach one of the regions in which a service runs. */
function arriving({ resource, service }: Seen, scene: Scene): Range {
  if (service?.kind !== "web" && service?.kind !== "model" && service?.kind !== "static") return ZERO;
  const { kind, name } = scene.partOf(resource);
  const regions = scene.ofType(resource.type).filter((other) => {
    const part = scene.partOf(other);
    return part.kind === kind && part.name === name;
  });
  return times(scene.traffic.requestsPerSecond, 1 / Math.max(regions.length, 1));
}

/** Between the least and the most, as many as requests need. */
export function instancesBetween(seen: Seen, scene: Scene, least: number, most: number): Range {
  const { service } = seen;
  const perSecond = service?.scale.on.requestsPerSecond ?? (service?.cpu ?? 1) * REQUESTS_PER_CPU;
  const needed = arriving(seen, scene).expected / (perSecond * LOAD);
  return range(least, Math.min(Math.max(needed, least), Math.max(most, least)), Math.max(most, least));
}

/** Requests a month that one region's service answers. */
export function requestsOf(seen: Seen, scene: Scene): Range {
  const perSecond = scene.traffic.requestsPerSecond;
  const share = perSecond.expected === 0 ? 0 : arriving(seen, scene).expected / perSecond.expected;
  return times(scene.traffic.requests, share);
}

export function runInstances(seen: Seen, scene: Scene): Range {
  const scaling = seen.inputs.scaling;
  const least = numberIn(at(scaling, "minInstanceCount"));
  return instancesBetween(seen, scene, least, numberIn(at(scaling, "maxInstanceCount"), Math.max(least, 1)));
}

export const workerInstances = ({ inputs }: Seen): Range =>
  fixed(numberIn(at(inputs.scaling, "manualInstanceCount"), 1));

/** Of a group: as its autoscaler allows, or its own size. */
export function groupInstances(seen: Seen, scene: Scene): Range {
  const scaler = scalerOf(seen.resource, scene);
  if (!scaler) return fixed(numberIn(seen.inputs.targetSize, 1));
  const policy = scaler.inputs.autoscalingPolicy;
  const least = numberIn(at(policy, "minReplicas"), 1);
  return instancesBetween(seen, scene, least, numberIn(at(policy, "maxReplicas"), least));
}

const scalerOf = ({ urn }: PlannedResource, scene: Scene) =>
  scene.ofType(AUTOSCALER).find(({ propertyDependencies }) => propertyDependencies.target?.includes(urn));

/** How instances are told in a line: `3`, `2 to 10`. */
export function counted({ low, expected, high }: Range): string {
  const about = expected.toFixed(Number.isInteger(expected) ? 0 : 1);
  if (low === high) return `${low}`;
  return expected === low ? `${low} to ${high}` : `${low} to ${high}, ${about} on average`;
}
