/** Services that answer requests: one Cloud Run service per region, and for routes one endpoint group each.
 *
 * A service behind a route is reached through the load balancer and from the app's network, never from outside by its
 * own address. One without a route answers the app's own callers alone. Regions follow one another: a version that
 * does not become ready in the first never reaches the next.
 */
import { Service as RunService } from "@pulumi/gcp/cloudrunv2/service.js";
import { ServiceIamMember } from "@pulumi/gcp/cloudrunv2/serviceIamMember.js";
import { RegionNetworkEndpointGroup } from "@pulumi/gcp/compute/regionNetworkEndpointGroup.js";
import { type ComponentResource, type Output, output, type Resource } from "@pulumi/pulumi";
import { consumersOf } from "../../../src/app/links.ts";
import type { App, Service } from "../../../src/config/model.ts";
import { type Duration, inSeconds } from "../../../src/config/units.ts";
import { labelsOf, regionsOf } from "../deployment.ts";
import type { GcpGroups } from "../handles.ts";
import { nameOf, shorten } from "../names.ts";
import { createCollector } from "./collector.ts";
import type { ContainerServiceArgs } from "./deployment.ts";
import type { Placed } from "./grant.ts";
import { probesOf } from "./probes.ts";
import { nextStep, type Traffic, trafficOf } from "./rollout.ts";
import type { RunSettings } from "./settings.ts";
import { describeTemplate, hashOf, readyOf } from "./template.ts";

export interface Web {
  readonly placed: readonly [Placed, ...Placed[]];
  readonly done: Resource;
  readonly backend?: GcpGroups;
  readonly revision: Output<string>;
  readonly next?: Output<string>;
}

export function createWeb(parent: ComponentResource, args: ContainerServiceArgs): Web {
  const { app, deployment, name, spec } = args;
  const collector = createCollector(parent, args);
  const regions = regionsOf(deployment).map((region) => ({
    region,
    template: describeRevision(args, describeTemplate(args, region, collector)),
  }));
  const service = nameOf(app, "run", name);
  const revision = output(hashOf(regions)).apply((hash) => `${service}-${hash}`);
  const traffic = trafficOf({ name, spec, settings: deployment.settings }, revision);
  const ready = readyOf(args, collector);
  const placed: Placed[] = [];
  for (const { region, template } of regions) {
    const before = placed.map((one) => one.service);
    const made = createService(parent, args, { region, template: { ...template, revision }, traffic }, [
      ...ready,
      ...before,
    ]);
    placed.push({ region, service: made });
  }
  const [first, ...rest] = placed;
  if (!first) throw new Error(`The service ${name} has no region.`);
  const routed = isRouted(app, name);
  if (routed && deployment.settings.invoker === "all-users") openToBalancer(parent, service, placed);
  const next = nextStep({ name, spec, settings: deployment.settings }, revision);
  return {
    placed: [first, ...rest],
    done: (rest.at(-1) ?? first).service,
    revision,
    ...(routed && { backend: createBackend(parent, args, placed) }),
    ...(next && { next }),
  };
}

/** Whether the load balancer sends requests to it. */
export function isRouted(app: App, name: string): boolean {
  return Object.values(app.routes).some(({ to }) => to.type === "service" && to.service === name);
}

export const answersRequests = ({ kind }: Pick<Service, "kind">): boolean =>
  kind === "web" || kind === "model" || kind === "static";

type Template = ReturnType<typeof describeTemplate>;

function describeRevision({ deployment, name, spec }: ContainerServiceArgs, template: Template) {
  const [container, ...others] = template.containers;
  if (!container) throw new Error(`The service ${name} has no container.`);
  const cpuIdle = !hasCpuAlways(name, spec, deployment.settings);
  return {
    ...template,
    labels: { ...labelsOf(deployment), service: name },
    executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
    timeout: `${inSeconds(longestRequest(spec))}s`,
    maxInstanceRequestConcurrency: concurrencyOf(name, deployment.settings),
    scaling: {
      maxInstanceCount: spec.scale.max,
      ...(spec.scale.on.cpu !== undefined && { cpuUtilization: spec.scale.on.cpu }),
    },
    containers: [
      {
        ...container,
        ...(spec.port !== undefined && { ports: { name: "http1", containerPort: spec.port } }),
        ...probesOf(spec),
        resources: { ...container.resources, cpuIdle, startupCpuBoost: true },
      },
      ...others.map((other) => ({ ...other, resources: { ...other.resources, cpuIdle } })),
    ],
  };
}

/** Requests that an instance answers at a time; 80 is Google's own. */
export const concurrencyOf = (name: string, { services }: RunSettings): number =>
  services[name]?.concurrency ?? 80;

/** Work between requests, and the collector, need a cpu; where an instance is kept, it keeps one. */
export function hasCpuAlways(name: string, spec: Service, settings: RunSettings): boolean {
  if (spec.gpu) return true;
  const said = settings.services[name]?.cpu;
  return said ? said === "always" : spec.kind !== "static" && spec.scale.min > 0;
}

/** A stream lives longer than any other request. */
export function longestRequest({ timeout, streaming }: Service): Duration {
  return streaming && streaming.longest > timeout ? streaming.longest : timeout;
}

interface Instance {
  readonly region: string;
  readonly template: ReturnType<typeof describeRevision> & { readonly revision: Output<string> };
  readonly traffic: Output<Traffic[]>;
}

function createService(
  parent: ComponentResource,
  { app, deployment, name, spec }: ContainerServiceArgs,
  { region, template, traffic }: Instance,
  dependsOn: ReturnType<typeof readyOf>,
): RunService {
  const service = nameOf(app, "run", name);
  const routed = isRouted(app, name);
  const called = Object.keys(consumersOf(app, name)).length > 0;
  return new RunService(
    `${service}-${region}`,
    {
      name: service,
      location: region,
      ingress: routed ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : "INGRESS_TRAFFIC_INTERNAL_ONLY",
      defaultUriDisabled: !called,
      invokerIamDisabled: routed && deployment.settings.invoker === "unchecked",
      deletionProtection: false,
      labels: { ...labelsOf(deployment), service: name },
      // Counted over all revisions; set per revision, each old one would keep its instances.
      scaling: { minInstanceCount: spec.scale.min, maxInstanceCount: spec.scale.max },
      template,
      traffics: traffic,
    },
    { parent, dependsOn },
  );
}

function openToBalancer(parent: ComponentResource, name: string, placed: readonly Placed[]): void {
  for (const { region, service } of placed) {
    new ServiceIamMember(
      `${name}-${region}-all-users`,
      { name: service.name, location: region, role: "roles/run.invoker", member: "allUsers" },
      { parent },
    );
  }
}

/** Groups can't be changed, nor deleted while a backend names them: Pulumi names them, so that a new one is there
 * before the old one goes.
 */
function createBackend(
  parent: ComponentResource,
  { app, name, spec }: ContainerServiceArgs,
  placed: readonly Placed[],
): GcpGroups {
  const groups = placed.map(({ region, service }) => ({
    region,
    group: new RegionNetworkEndpointGroup(
      shorten(`${nameOf(app, "run", name)}-${region}`, LONGEST_GROUP),
      { region, networkEndpointType: "SERVERLESS", cloudRun: { service: service.name } },
      { parent },
    ).id,
  }));
  return { type: "groups", name, spec, groups };
}

/** 63 without the hyphen and seven digits that Pulumi adds. */
const LONGEST_GROUP = 55;
