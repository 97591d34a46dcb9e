/** The managed instance group of a service in one region, and what scales it.
 *
 * A new version takes the place of the old one instance by instance: new ones come first, and an old one goes when
 * the liveness check of a new one passes. The provider waits until every instance is of the new version. When it does
 * not get there in time, `up` fails, the old instances go on serving and nothing is rolled back: running `up`
 * with the version of before takes the failed instances away.
 */
import { RegionAutoscaler } from "@pulumi/gcp/compute/regionAutoscaler.js";
import { RegionInstanceGroupManager } from "@pulumi/gcp/compute/regionInstanceGroupManager.js";
import type { RegionInstanceTemplate } from "@pulumi/gcp/compute/regionInstanceTemplate.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import type { Input, Resource } from "@pulumi/pulumi";
import type { Service } from "../../../src/config/model.ts";
import { inSeconds } from "../../../src/config/units.ts";
import { shorten, stackOf } from "../names.ts";
import { autoscalingPolicy } from "./autoscaling.ts";
import {
  autoNamed,
  type ComputeDeployment,
  type ContainerServiceArgs,
  serviceSettings,
  zonesIn,
} from "./deployment.ts";
import { bootTime, type HealthChecks, timingOf } from "./health.ts";
import { chosenMachine } from "./template.ts";

/** Names of the ports that load balancers send requests to. */
export const SERVICE_PORT = "service";
export const METRICS_PORT = "metrics";

/** Zones that Google chooses where nobody names them. */
const ZONES = 3;

export interface GroupParts {
  readonly region: string;
  readonly template: RegionInstanceTemplate;
  readonly checks: HealthChecks;
  /** What must be there before an instance starts. */
  readonly ready: readonly Input<Resource>[];
}

export function createGroup(
  parent: Resource,
  args: ContainerServiceArgs,
  { region, template, checks, ready }: GroupParts,
): RegionInstanceGroupManager {
  const { app, name, spec, deployment } = args;
  const zones = zonesIn(deployment.settings, name, region);
  const limit = `${rolloutMinutes(spec, zones?.length ?? ZONES)}m`;
  return new RegionInstanceGroupManager(
    autoNamed(app, name, region),
    {
      region,
      baseInstanceName: shorten(`${stackOf(app)}-${name}`, 58),
      ...(zones && { distributionPolicyZones: zones }),
      versions: versionsOf(args, region, template),
      targetSize: spec.scale.min,
      updatePolicy: {
        type: "PROACTIVE",
        minimalAction: "REPLACE",
        mostDisruptiveAllowedAction: "REPLACE",
        replacementMethod: "SUBSTITUTE",
        instanceRedistributionType: "PROACTIVE",
        maxSurgeFixed: surgeOf(spec, zones?.length ?? ZONES),
        maxUnavailableFixed: 0,
      },
      ...(checks.live && {
        autoHealingPolicies: {
          healthCheck: checks.live.selfLink,
          initialDelaySec: Math.min(
            3600,
            inSeconds(bootTime(spec)) + Math.ceil(inSeconds(timingOf(spec).startup)),
          ),
        },
      }),
      // An instance that is repaired during a rollout that fails comes back as it was, not as the failing version.
      instanceLifecyclePolicy: { defaultActionOnFailure: "REPAIR", forceUpdateOnRepair: "NO" },
      namedPorts: namedPorts(spec),
      waitForInstances: true,
      waitForInstancesStatus: "UPDATED",
    },
    {
      parent,
      dependsOn: [...ready],
      // The autoscaler's business from the first instance on. Without one the size is the app's.
      ...(isScaled(spec) && { ignoreChanges: ["targetSize"] }),
      customTimeouts: { create: limit, update: limit, delete: limit },
    },
  );
}

export const isScaled = ({ scale }: Pick<Service, "scale">): boolean => scale.max > scale.min;

/** With a stable template named, the new one is a canary beside it; without, it is the only version. */
function versionsOf(
  { name, spec, deployment }: ContainerServiceArgs,
  region: string,
  template: RegionInstanceTemplate,
): inputs.compute.RegionInstanceGroupManagerVersion[] {
  const stable = stableOf(deployment, name, spec, region);
  if (stable === undefined) return [{ name: "stable", instanceTemplate: template.selfLink }];
  const percent = Math.max(1, Math.round((spec.rollout.share ?? 0.1) * 100));
  return [
    { name: "stable", instanceTemplate: stable },
    { name: "canary", instanceTemplate: template.selfLink, targetSize: { percent } },
  ];
}

function stableOf({ settings }: ComputeDeployment, name: string, { rollout }: Service, region: string) {
  return rollout.strategy === "canary" ? serviceSettings(settings, name).stable?.[region] : undefined;
}

/** Instances above the group's size during a rollout. Compute Engine refuses fewer than there are zones. Blue-green
 * makes the whole new version before the old one goes.
 */
function surgeOf({ rollout, scale }: Service, zones: number): number {
  return rollout.strategy === "blue-green" ? Math.max(zones, scale.max) : zones;
}

const ALLOWANCE = 10;

/** Minutes after which a rollout has failed: as many rounds as the largest group needs, each with boot, start and
 * leave. The provider's own limit is 15 minutes.
 */
export function rolloutMinutes(spec: Service, zones: number): number {
  const rounds = Math.ceil(spec.scale.max / surgeOf(spec, zones));
  const leave = inSeconds(spec.stopGrace) + inSeconds(spec.timeout);
  const round = inSeconds(bootTime(spec)) + inSeconds(timingOf(spec).startup) + leave;
  return ALLOWANCE + Math.ceil((rounds * round) / 60);
}

function namedPorts({ port, metrics }: Service): inputs.compute.RegionInstanceGroupManagerNamedPort[] {
  return [
    ...(port === undefined ? [] : [{ name: SERVICE_PORT, port }]),
    ...(metrics ? [{ name: METRICS_PORT, port: metrics.port }] : []),
  ];
}

/** Only where the app lets the number of instances change. */
export function createAutoscaler(
  parent: Resource,
  args: ContainerServiceArgs,
  region: string,
  group: RegionInstanceGroupManager,
): void {
  const { app, name, spec } = args;
  if (!isScaled(spec)) return;
  new RegionAutoscaler(
    autoNamed(app, name, region),
    { region, target: group.id, autoscalingPolicy: autoscalingPolicy(app, spec, chosenMachine(args)) },
    { parent },
  );
}
