/** Names and addresses inside the VPC: how one service calls another.
 *
 * A service that others use stands behind an internal passthrough load balancer in each region, under the name
 * `api.shop-prod.internal`. Of several regions a caller gets its nearest one that is healthy.
 */
import { ForwardingRule } from "@pulumi/gcp/compute/forwardingRule.js";
import type { HealthCheck } from "@pulumi/gcp/compute/healthCheck.js";
import { RegionBackendService } from "@pulumi/gcp/compute/regionBackendService.js";
import { ManagedZone } from "@pulumi/gcp/dns/managedZone.js";
import { RecordSet } from "@pulumi/gcp/dns/recordSet.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { consumersOf } from "../../../src/app/links.ts";
import { type Deployment, labelsOf } from "../deployment.ts";
import type { GcpNetwork } from "../handles.ts";
import { nameOf, stackOf } from "../names.ts";
import { autoNamed, type ContainerServiceArgs, type Zone } from "./deployment.ts";
import { whole } from "./health.ts";

export interface PrivateZoneArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** The VPC that sees it. */
  readonly network: Pick<GcpNetwork, "id">;
}

/** The private DNS zone of a deployment, visible in its VPC alone.
 *
 * Costs $0.20 a month (Google's price list for Cloud DNS).
 * @example new PrivateZone("internal", { deployment, network })
 */
export class PrivateZone extends ComponentResource implements Zone {
  readonly zone: Output<string>;
  readonly domain: string;

  constructor(name: string, { deployment, network }: PrivateZoneArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:PrivateZone", name, {}, opts);
    const { app } = deployment;
    this.domain = `${stackOf(app)}.internal`;
    const zone = new ManagedZone(
      nameOf(app, "compute", "internal"),
      {
        name: nameOf(app, "compute", "internal"),
        dnsName: `${this.domain}.`,
        description: `Services of ${stackOf(app)}.`,
        visibility: "private",
        privateVisibilityConfig: { networks: [{ networkUrl: network.id }] },
        forceDestroy: false,
        labels: labelsOf(deployment),
      },
      { parent: this },
    );
    this.zone = zone.name;
    this.registerOutputs({ zone: this.zone });
  }
}

export const hostOf = (service: string, { domain }: Pick<Zone, "domain">): string => `${service}.${domain}`;

export interface RegionalGroup {
  readonly region: string;
  /** The instance group's URL. */
  readonly group: Input<string>;
}

/** Longest time that Compute Engine lets an instance finish what it has begun. */
const LONGEST_DRAINING = 3600;
/** Callers keep an address for so long; a load balancer that is replaced gets another one. */
const TTL = 30;

/** The address under which others call the service; nothing when nobody uses it. */
export function createAddress(
  parent: Resource,
  args: ContainerServiceArgs,
  groups: readonly RegionalGroup[],
  healthCheck: HealthCheck | undefined,
): Resource | undefined {
  const { app, name, spec, zone } = args;
  const used = Object.keys(consumersOf(app, name)).length > 0;
  if (spec.port === undefined || !healthCheck || !used) return undefined;
  const port = String(spec.port);
  const rules = groups.map((group) => ({
    region: group.region,
    rule: createBalancer(parent, args, group, healthCheck, port),
  }));
  const [only, ...others] = rules;
  if (!only) return undefined;
  return new RecordSet(
    autoNamed(app, name, "address"),
    {
      managedZone: zone.zone,
      name: `${hostOf(name, zone)}.`,
      type: "A",
      ttl: TTL,
      ...(others.length === 0
        ? { rrdatas: [only.rule.ipAddress] }
        : { routingPolicy: { geos: rules.map((one) => nearest(args, one, port)) } }),
    },
    { parent },
  );
}

function createBalancer(
  parent: Resource,
  { app, name, spec, network, deployment }: ContainerServiceArgs,
  { region, group }: RegionalGroup,
  healthCheck: HealthCheck,
  port: string,
): ForwardingRule {
  const logical = autoNamed(app, name, region, "internal");
  const backend = new RegionBackendService(
    logical,
    {
      region,
      loadBalancingScheme: "INTERNAL",
      protocol: "TCP",
      healthChecks: healthCheck.selfLink,
      backends: [{ group, balancingMode: "CONNECTION" }],
      connectionDrainingTimeoutSec: Math.min(LONGEST_DRAINING, whole(spec.timeout)),
      logConfig: { enable: true, sampleRate: 1 },
    },
    { parent },
  );
  return new ForwardingRule(
    logical,
    {
      region,
      loadBalancingScheme: "INTERNAL",
      ipProtocol: "TCP",
      ports: [port],
      backendService: backend.selfLink,
      network: network.id,
      subnetwork: network.subnet(region),
      // Callers in the app's other regions may come here when theirs has no healthy instance.
      allowGlobalAccess: true,
      labels: labelsOf(deployment),
    },
    { parent },
  );
}

function nearest(
  { network, deployment }: ContainerServiceArgs,
  { region, rule }: { readonly region: string; readonly rule: ForwardingRule },
  port: string,
) {
  const balancer = {
    loadBalancerType: "regionalL4ilb",
    ipAddress: rule.ipAddress,
    ipProtocol: "tcp",
    port,
    networkUrl: network.id,
    project: deployment.settings.project,
    region,
  };
  return { location: region, healthCheckedTargets: { internalLoadBalancers: [balancer] } };
}
