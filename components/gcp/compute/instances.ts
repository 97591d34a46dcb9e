/** Services that run all the time: health checks, and in each region template, group, autoscaler and address. */
import type { RegionInstanceGroupManager } from "@pulumi/gcp/compute/regionInstanceGroupManager.js";
import type { RegionInstanceTemplate } from "@pulumi/gcp/compute/regionInstanceTemplate.js";
import type { ComponentResource, Input, Resource } from "@pulumi/pulumi";
import type { ScrapeTarget } from "../../contracts/monitoring.ts";
import { regionsOf } from "../deployment.ts";
import { grantKey } from "../encryption.ts";
import type { GcpGroups } from "../handles.ts";
import { createAccess, prerequisites } from "./access.ts";
import { ratePerInstance } from "./autoscaling.ts";
import { autoNamed, type ContainerServiceArgs, type Made } from "./deployment.ts";
import { createAutoscaler, createGroup, METRICS_PORT, SERVICE_PORT } from "./group.ts";
import { createHealthChecks, type HealthChecks } from "./health.ts";
import { createAddress, hostOf } from "./internal.ts";
import { createTemplate, keyIn } from "./template.ts";

interface Region {
  readonly region: string;
  readonly template: RegionInstanceTemplate;
  readonly manager: RegionInstanceGroupManager;
}

export function createInstances(parent: ComponentResource, args: ContainerServiceArgs): Made {
  const checks = createHealthChecks(parent, args);
  const access = createAccess(parent, args);
  const regions = createRegions(
    parent,
    args,
    checks,
    prerequisites(args, [...access, ...mayEncrypt(parent, args)]),
  );
  const groups = regions.map(({ region, manager }) => ({ region, group: manager.instanceGroup }));
  const address = createAddress(parent, args, groups, checks.ready);
  const last = regions.at(-1);
  if (!last) throw new Error(`The service ${args.name} has no region.`);
  return {
    ...backendsOf(args, regions, checks),
    scrape: scrapeTargets(args),
    done: last.manager,
    ...(address && { address }),
    templates: Object.fromEntries(regions.map(({ region, template }) => [region, template.selfLink])),
  };
}

/** One region after the other: a version that fails in the first never reaches the others. */
function createRegions(
  parent: ComponentResource,
  args: ContainerServiceArgs,
  checks: HealthChecks,
  ready: readonly Input<Resource>[],
): Region[] {
  const made: Region[] = [];
  for (const region of regionsOf(args.deployment)) {
    const template = createTemplate(parent, args, region);
    const before = made.map(({ manager }) => manager);
    const manager = createGroup(parent, args, { region, template, checks, ready: [...ready, ...before] });
    createAutoscaler(parent, args, region, manager);
    made.push({ region, template, manager });
  }
  return made;
}

/** Disks with a customer's key need Compute Engine's own agent to be let at it. */
function mayEncrypt(
  parent: ComponentResource,
  { app, name, deployment }: ContainerServiceArgs,
): readonly Resource[] {
  const { encryptionKey } = deployment.settings;
  const used = regionsOf(deployment).some((region) => keyIn(encryptionKey, region));
  return used ? grantKey(parent, autoNamed(app, name, "disk"), deployment, "compute") : [];
}

function backendsOf(
  { name, spec }: ContainerServiceArgs,
  regions: readonly Region[],
  { ready, live }: HealthChecks,
): Pick<Made, "backend" | "metrics"> {
  const rate = ratePerInstance(spec);
  const groups = regions.map(({ region, manager }) => ({ region, group: manager.instanceGroup }));
  const figures = ready ?? live;
  const backend: GcpGroups | undefined = ready && {
    type: "groups",
    name,
    spec,
    groups: groups.map((group) => ({ ...group, ...(rate !== undefined && { ratePerInstance: rate }) })),
    instances: { healthCheck: ready.selfLink, portName: SERVICE_PORT },
  };
  const metrics: GcpGroups | undefined =
    spec.metrics && figures
      ? {
          type: "groups",
          name: `${name}-metrics`,
          groups,
          instances: { healthCheck: figures.selfLink, portName: METRICS_PORT },
        }
      : undefined;
  return { ...(backend && { backend }), ...(metrics && { metrics }) };
}

/** What is measured. The collector beside each container reads it; nothing scrapes from outside. */
function scrapeTargets({ name, spec, zone }: ContainerServiceArgs): ScrapeTarget[] {
  if (!spec.metrics) return [];
  const { port, path, every } = spec.metrics;
  return [{ job: name, host: hostOf(name, zone), port, path, every, labels: { kind: spec.kind } }];
}
