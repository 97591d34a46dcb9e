import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress.js";
import { GlobalForwardingRule } from "@pulumi/gcp/compute/globalForwardingRule.js";
import { SSLPolicy } from "@pulumi/gcp/compute/sslpolicy.js";
import { TargetHttpProxy } from "@pulumi/gcp/compute/targetHttpProxy.js";
import { TargetHttpsProxy } from "@pulumi/gcp/compute/targetHttpsProxy.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
} from "@pulumi/pulumi";
import type { EdgeArgs, EdgePart } from "../contracts/edge.ts";
import { type Deployment, labelsOf } from "./deployment.ts";
import { createBucketPolicy, createServicePolicy } from "./edge/armor.ts";
import { createBackends, createNowhere } from "./edge/backends.ts";
import { createBucket } from "./edge/buckets.ts";
import { createCertificates } from "./edge/certificate.ts";
import { addressRecords, createDns, type Dns } from "./edge/dns.ts";
import { letOperatorsIn } from "./edge/login.ts";
import { backendsOf, isBucket, isGroups, planRoutes, replaceable } from "./edge/plan.ts";
import { createRedirectMap, createUrlMap, type Made } from "./edge/url-map.ts";
import type { GcpHandles } from "./handles.ts";
import { stackOf } from "./names.ts";

export interface GcpEdgeArgs extends EdgeArgs<GcpHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
}

/** The one door of an app on Google Cloud: a global external load balancer with Cloud Armor, certificates and DNS.
 *
 * Costs about $18 a month for the four forwarding rules ($0.025 an hour up to five) and $0.008 per GiB
 * (cloud.google.com/vpc/network-pricing), and about $6 for Cloud Armor's policy and $1 per rule (cloud.google.com/armor/pricing).
 * Several regions: the load balancer sends a request to the nearest region that is sound. See backends.ts for when one
 * is not.
 * @example new Edge("edge", { deployment, app, network, secrets, routes })
 */
export class Edge extends ComponentResource implements EdgePart {
  readonly url: Output<string>;
  /** Addresses that the app's names lead to; absent without routes, where there is nothing to lead to. */
  readonly addresses?: Addresses;
  /** DNS records to write by hand; empty when settings.dns names a zone. */
  readonly records: Output<string[]>;
  /** Name servers for the registrar, when the zone is made here. */
  readonly nameServers: Output<string[]>;

  constructor(name: string, args: GcpEdgeArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Edge", name, {}, opts);
    const door = args.routes.length > 0 ? createDoor(this, args) : NO_DOOR;
    if (door.addresses) this.addresses = door.addresses;
    this.records = door.records;
    this.nameServers = door.nameServers;
    this.url = output(`https://${args.app.edge.domain}`);
    this.registerOutputs({ url: this.url });
  }
}

interface Addresses {
  readonly v4: Output<string>;
  readonly v6: Output<string>;
}

interface Door extends Dns {
  readonly addresses?: Addresses;
}

const NO_DOOR: Door = { records: output([]), nameServers: output([]) };

function createDoor(parent: Edge, args: GcpEdgeArgs): Door {
  const { deployment, secrets } = args;
  const maps = createRoutes(parent, args);
  const certificates = createCertificates(parent, deployment, secrets);
  const addresses = createAddresses(parent, deployment);
  createProxies(parent, deployment, addresses, { ...maps, certificates: certificates.map });
  const records = [...addressRecords(deployment, addresses), ...certificates.records];
  return { addresses, ...createDns(parent, deployment, records) };
}

interface UrlMaps {
  readonly https: Input<string>;
  readonly http: Input<string>;
}

/** Policies, backends and what leads to them. */
function createRoutes(parent: Edge, { app, deployment, secrets, routes }: GcpEdgeArgs): UrlMaps {
  const planned = planRoutes(routes);
  const backends = backendsOf(planned);
  const policy = createServicePolicy(parent, deployment).selfLink;
  const context = { parent, app, policy };
  const made = new Map<string, Made>();
  for (const plan of backends.filter(isGroups)) {
    const versions = createBackends(context, plan);
    if (plan.login) {
      versions.forEach((version, index) => {
        letOperatorsIn(parent, deployment, index === 0 ? plan.key : `${plan.key}-${index + 1}`, version.name);
      });
    }
    made.set(plan.key, { type: "services", versions });
  }
  const buckets = backends.filter(isBucket);
  if (buckets.length > 0) {
    const reading = { ...context, secrets, policy: createBucketPolicy(parent, deployment).selfLink };
    for (const plan of buckets) made.set(plan.key, { type: "bucket", id: createBucket(reading, plan).id });
  }
  const nowhere = createNowhere(context).id;
  return {
    https: createUrlMap({ parent, app, routes: planned, made, nowhere }).id,
    http: createRedirectMap(parent, app).id,
  };
}

/** They outlive everything behind them: DNS names them. */
function createAddresses(parent: Edge, deployment: Deployment): Addresses {
  const { app } = deployment;
  const create = (version: "v4" | "v6") => {
    return new GlobalAddress(
      replaceable(app, version),
      {
        // Not the domain: the description can't change, and a new address would leave every name that points here.
        description: `Where ${stackOf(app)} is reached`,
        ipVersion: version === "v4" ? "IPV4" : "IPV6",
        addressType: "EXTERNAL",
        labels: labelsOf(deployment),
      },
      { parent, protect: app.protect },
    ).address;
  };
  return { v4: create("v4"), v6: create("v6") };
}

function createProxies(
  parent: Edge,
  deployment: Deployment,
  addresses: Addresses,
  { https, http, certificates }: UrlMaps & { readonly certificates: Input<string> },
): void {
  const { app } = deployment;
  const tls = new SSLPolicy(
    replaceable(app, "tls"),
    { description: "TLS 1.2 and 1.3 with forward secrecy", minTlsVersion: "TLS_1_2", profile: "RESTRICTED" },
    { parent },
  );
  const httpsProxy = new TargetHttpsProxy(
    replaceable(app, "https"),
    { urlMap: https, certificateMap: certificates, sslPolicy: tls.id, quicOverride: "ENABLE" },
    { parent },
  );
  const httpProxy = new TargetHttpProxy(replaceable(app, "http"), { urlMap: http }, { parent });
  for (const version of ["v4", "v6"] as const) {
    for (const [scheme, target, portRange] of [
      ["https", httpsProxy.id, "443"],
      ["http", httpProxy.id, "80"],
    ] as const) {
      new GlobalForwardingRule(
        replaceable(app, scheme, version),
        {
          target,
          portRange,
          ipAddress: addresses[version],
          ipProtocol: "TCP",
          loadBalancingScheme: "EXTERNAL_MANAGED",
          networkTier: "PREMIUM",
          labels: labelsOf(deployment),
        },
        // One address and port can have one rule.
        { parent, deleteBeforeReplace: true },
      );
    }
  }
}
