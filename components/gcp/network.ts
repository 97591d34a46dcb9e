import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress.js";
import { Network as Vpc } from "@pulumi/gcp/compute/network.js";
import { Router } from "@pulumi/gcp/compute/router.js";
import { RouterNat } from "@pulumi/gcp/compute/routerNat.js";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork.js";
import { Connection } from "@pulumi/gcp/servicenetworking/connection.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { Identity } from "../contracts/identity.ts";
import type * as contracts from "../contracts/network.ts";
import { type Deployment, regionsOf } from "./deployment.ts";
import type { GcpNetwork } from "./handles.ts";
import { nameOf, shorten } from "./names.ts";
import { type Plan, planAddresses, type Range, textOf } from "./network/addresses.ts";
import { createEgress, mayLeave } from "./network/egress.ts";
import { createGoogleNames, domainsOf } from "./network/google.ts";
import { type Members, tagOf } from "./network/members.ts";
import { createPaths } from "./network/paths.ts";
import { emailOf } from "./principal.ts";
import { volumeOf } from "./vectors/volume.ts";

export interface NetworkArgs extends contracts.NetworkArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** Who the services are that run on instances; rules for those go by service account. Absent on Cloud Run. */
  readonly instances?: Readonly<Record<string, Identity>>;
}

/** The app's own VPC: a subnet per region, private ways to Google's services and to managed data, a firewall that
 * opens exactly what the app says, and a NAT gateway per region where anything may leave at all.
 *
 * Costs a month: nothing for the network itself, $0.20 per private DNS zone, and where anything may leave $1 per
 * instance and region (up to $32) and $0.045 per GB through NAT; flow logs $0.50 per GiB beyond the first 50
 * (Google's price lists for Cloud DNS, Cloud NAT and Cloud Logging).
 *
 * Destroying it takes two runs: Cloud Run gives addresses back an hour or two after a service was deleted
 * (pulumi-defang#476), Cloud SQL lets go of the private connection hours after the instance (TPG#16275, TPG#19908).
 * Until then the connection's deletion fails, and a later `down` finishes it. It is not simply forgotten
 * (`ABANDON`): the peering would stay, and the network with it, for good.
 * @example new Network("network", { ...machines.network(), instances: { api: identity } })
 */
export class Network extends ComponentResource implements GcpNetwork {
  readonly id: Output<string>;
  readonly privateServices?: { readonly range: Output<string>; readonly ready: Resource };
  readonly ready: readonly Input<Resource>[];
  readonly #deployment: Deployment;
  readonly #subnets: Readonly<Record<string, Subnetwork>>;

  constructor(name: string, args: NetworkArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Network", name, {}, opts);
    const { deployment, instances } = args;
    this.#deployment = deployment;
    const plan = planAddresses(deployment.settings, regionsOf(deployment));
    const members = membersOf(args);
    const vpc = createVpc(this, deployment);
    this.id = vpc.id;
    this.#subnets = createSubnets(this, deployment, vpc, plan);
    const services = hasPrivateServices(deployment) ? plan.services : undefined;
    if (services) this.privateServices = createPrivateServices(this, deployment, vpc, services);
    const names = createGoogleNames(this, deployment, vpc.id, domainsOf({ instances: !!instances }));
    const paths = createPaths(this, members, vpc.id, {
      subnets: Object.values(plan.subnets),
      ...(services && { services: textOf(services) }),
    });
    const egress = createEgress(this, members, vpc.id);
    const gateways = mayLeave(members) ? createGateways(this, deployment, vpc) : [];
    this.ready = [...names, ...paths, ...egress, ...gateways];
    this.registerOutputs({});
  }

  subnet(region: string): Output<string> {
    const subnet = this.#subnets[region];
    if (!subnet) throw new Error(`The app does not run in ${region}.`);
    return subnet.id;
  }

  tag(service: string): string {
    return tagOf(this.#deployment.app, service);
  }
}

/** Whether any data has an address of its own in the network. */
export function hasPrivateServices({ app, settings }: Deployment): boolean {
  return Object.entries(app.data).some(
    ([name, spec]) =>
      spec.kind === "postgres" ||
      spec.kind === "redis" ||
      (spec.kind === "vectors" && volumeOf(name, spec, settings) === "nfs"),
  );
}

function membersOf({ deployment, links, instances = {} }: NetworkArgs): Members {
  const accounts = Object.entries(instances).map(
    ([service, identity]) => [service, emailOf(identity)] as const,
  );
  return { deployment, links, accounts: Object.fromEntries(accounts) };
}

function createVpc(parent: Resource, { app }: Deployment): Vpc {
  const name = nameOf(app, "compute");
  return new Vpc(
    name,
    {
      name,
      description: `Everything of ${name}.`,
      autoCreateSubnetworks: false,
      routingMode: "GLOBAL",
      // The policy on what leaves allows by host name and then denies; the VPC's own rules come before it.
      networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
    },
    { parent, protect: app.protect },
  );
}

/** Without names of their own: a subnet whose range changes is made before the old one goes. */
function createSubnets(parent: Resource, { app }: Deployment, vpc: Vpc, { subnets }: Plan) {
  const entries = Object.entries(subnets).map(([region, ipCidrRange]) => {
    const subnet = new Subnetwork(
      shorten(nameOf(app, "compute", region), 55),
      {
        region,
        network: vpc.id,
        ipCidrRange,
        stackType: "IPV4_ONLY",
        privateIpGoogleAccess: true,
        logConfig: {
          aggregationInterval: "INTERVAL_10_MIN",
          flowSampling: 0.5,
          metadata: "INCLUDE_ALL_METADATA",
        },
      },
      { parent },
    );
    return [region, subnet] as const;
  });
  return Object.fromEntries(entries);
}

/** The peering with Google's own network that Cloud SQL, Memorystore and Filestore are in. */
function createPrivateServices(parent: Resource, { app }: Deployment, vpc: Vpc, { address, prefix }: Range) {
  const name = nameOf(app, "compute", "services");
  const range = new GlobalAddress(
    name,
    {
      name,
      description: "Private addresses of managed services.",
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      address,
      prefixLength: prefix,
      network: vpc.id,
    },
    { parent, protect: app.protect },
  );
  const ready = new Connection(
    name,
    {
      network: vpc.id,
      service: "servicenetworking.googleapis.com",
      reservedPeeringRanges: [range.name],
      // A peering that an earlier network of this name left behind is taken over.
      updateOnCreationFail: true,
      deletionPolicy: "DELETE",
    },
    { parent, protect: app.protect },
  );
  return { range: range.name, ready };
}

/** Ports are given as they are needed. Mapping that is independent of endpoints can't be had with that. */
function createGateways(parent: Resource, deployment: Deployment, vpc: Vpc): Resource[] {
  return regionsOf(deployment).map((region) => {
    const name = nameOf(deployment.app, "compute", region);
    const router = new Router(`${name}-router`, { name, region, network: vpc.id }, { parent });
    return new RouterNat(
      `${name}-nat`,
      {
        name,
        region,
        router: router.name,
        natIpAllocateOption: "AUTO_ONLY",
        sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
        enableDynamicPortAllocation: true,
        enableEndpointIndependentMapping: false,
        minPortsPerVm: 64,
        maxPortsPerVm: 8192,
        logConfig: { enable: true, filter: "ERRORS_ONLY" },
      },
      { parent },
    );
  });
}
