/** When a group grows and shrinks: the app's words per container, turned into Compute Engine's per machine. */
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import type { App, Service } from "../../../src/config/model.ts";
import { inSeconds, minutes, type Percent, percent } from "../../../src/config/units.ts";
import { bootTime, timingOf } from "./health.ts";
import { type Machine, neededMemory } from "./machine.ts";

/** Used where the app says how many but not when; Compute Engine's own default. */
const CPU = percent(60);

/** Share of a load balancer's capacity at which the group grows. The capacity is set so that this share is what the
 * app asks for: the rest is room until new instances are there, before requests go to another region.
 */
const UTILIZATION = 0.8;

/** Instances that may leave within ten minutes, so that one quiet moment does not empty the group. */
const SCALE_IN = { timeWindowSec: inSeconds(minutes(10)), maxScaledInReplicas: { percent: 25 } };

/** What the guest uses, from the agent that `google-monitoring-enabled` starts. Google's Ops Agent does not run there. */
const MEMORY_USED = "compute.googleapis.com/guest/memory/bytes_used";

export function autoscalingPolicy(
  app: Pick<App, "preset">,
  spec: Service,
  machine: Machine,
): inputs.compute.RegionAutoscalerAutoscalingPolicy {
  const { min, max, on } = spec.scale;
  const nothing = on.cpu === undefined && on.memory === undefined && on.requestsPerSecond === undefined;
  const cpu = on.cpu ?? (nothing ? CPU : undefined);
  return {
    mode: "ON",
    minReplicas: min,
    maxReplicas: max,
    cooldownPeriod: inSeconds(bootTime(spec)) + Math.ceil(inSeconds(timingOf(spec).startup)),
    ...(cpu !== undefined && {
      cpuUtilization: {
        target: cpuTarget(spec, machine, cpu),
        predictiveMethod: app.preset === "prod" ? "OPTIMIZE_AVAILABILITY" : "NONE",
      },
    }),
    ...(on.requestsPerSecond !== undefined && { loadBalancingUtilization: { target: UTILIZATION } }),
    ...(on.memory !== undefined && { metrics: [memoryMetric(spec, on.memory)] }),
    scaleInControl: SCALE_IN,
  };
}

/** A container that may use half of its machine is at 70 % when the machine is at 35 %. */
function cpuTarget({ cpu }: Service, machine: Machine, share: Percent): number {
  return round(Math.min(1, (share * cpu) / (machine.cpu ?? cpu)));
}

/** The machine's use of memory is the container's and the system's. */
function memoryMetric(spec: Service, share: Percent): inputs.compute.RegionAutoscalerAutoscalingPolicyMetric {
  const system = neededMemory(spec) - spec.memory;
  return {
    name: MEMORY_USED,
    filter: 'resource.type = "gce_instance" AND metric.labels.state = "used"',
    type: "GAUGE",
    target: Math.round(spec.memory * share + system),
  };
}

/** Requests per second that the load balancer counts as a full instance. */
export function ratePerInstance({ scale }: Pick<Service, "scale">): number | undefined {
  return scale.on.requestsPerSecond === undefined
    ? undefined
    : round(scale.on.requestsPerSecond / UTILIZATION);
}

const round = (value: number) => Math.round(value * 1000) / 1000;
