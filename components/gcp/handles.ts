/** What the parts of a deployment on Google Cloud hand to one another. */
import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { Service } from "../../src/config/model.ts";
import type { Grant, Mount } from "../contracts/grant.ts";
import type { Handles } from "../contracts/handles.ts";
import type { SecretReference, Secrets } from "../contracts/secrets.ts";

/** The app's own VPC. Made by network.ts. */
export interface GcpNetwork {
  /** `projects/…/global/networks/…`. */
  readonly id: Output<string>;
  /** Name of the range that managed services take their private addresses from; undefined when no data needs it. */
  readonly privateServices?: { readonly range: Output<string>; readonly ready: Resource };
  /** The subnet of a region of the deployment; `projects/…/regions/…/subnetworks/…`. */
  subnet(region: string): Output<string>;
  /** Network tag or label by which firewall rules know the service. */
  tag(service: string): string;
  /** What must be there before anything in the VPC calls out: NAT and egress rules. */
  readonly ready: readonly Input<Resource>[];
}

/** A secret in Secret Manager. `reference` is `projects/…/secrets/…/versions/N`; never `latest`. */
export interface GcpSecret extends SecretReference {
  /** Id of the secret alone, for Cloud Run's `secretKeyRef`. */
  readonly secret: Output<string>;
  /** Number of the version. */
  readonly version: Output<string>;
  /** The value, for what Google wants to be told itself; absent when it lies in the store alone. */
  readonly value?: Output<string>;
  /** Lets one more identity read it; the same one twice is one grant. */
  readers(principal: Input<string>, service: string): Resource;
}

/** Where files come from that a service sees below `path`. */
export interface GcpMount extends Mount {
  /** `bucket`: source is a bucket's name. `nfs`: source is `address:/share`. */
  readonly type: "bucket" | "nfs";
  /** Only buckets: options of Cloud Storage FUSE as Cloud Run spells them, `metadata-cache-ttl-secs=60`. */
  readonly options?: readonly string[];
}

export interface GcpGrant extends Grant {
  readonly secrets: Readonly<Record<string, GcpSecret>>;
  readonly mounts: readonly GcpMount[];
}

/** What the load balancer sends requests to. */
export type GcpBackend = GcpGroups | GcpBucketBackend;

export interface GcpGroups {
  readonly type: "groups";
  /** Name of the service or tool. */
  readonly name: string;
  /** What the app says about it; a tool of ours has none. */
  readonly spec?: Pick<Service, "timeout" | "streaming" | "health" | "rollout">;
  /** One per region: a serverless network endpoint group or a managed instance group. */
  readonly groups: readonly GcpGroup[];
  /** Only for instances: what the load balancer asks, and the named port. Serverless groups refuse both. */
  readonly instances?: { readonly healthCheck: Input<string>; readonly portName: string };
}

export interface GcpGroup {
  readonly region: string;
  readonly group: Input<string>;
  /** Share of new requests in percent while two versions serve; 100 without it. */
  readonly weight?: number;
  /** Highest requests per second of one instance, when the app scales on them. */
  readonly ratePerInstance?: number;
}

export interface GcpBucketBackend {
  readonly type: "bucket";
  readonly name: string;
  readonly bucket: Input<string>;
  /** Answers are kept by Cloud CDN. */
  readonly cdn: boolean;
  /** Objects need a signed URL. False for a static service's files. */
  readonly private: boolean;
  /** Number of the project that the bucket lies in: names the account that Cloud CDN reads a private bucket as. */
  readonly projectNumber?: Input<number>;
  /** Only static services: document for paths that do not exist. */
  readonly fallback?: string;
  /** Only where the objects are for everybody: lets the load balancer read them, because the bucket itself is closed.
   * Google makes the account that it reads as with a project's first backend bucket, which is `after`.
   */
  readonly admit?: (after: Resource) => Resource;
}

export interface GcpHandles extends Handles {
  readonly network: GcpNetwork;
  readonly backend: GcpBackend;
  readonly grant: GcpGrant;
  readonly secret: GcpSecret;
  readonly secrets: GcpSecrets;
}

export interface GcpSecrets extends Secrets {
  get(name: string): GcpSecret;
  password(
    purpose: string,
    options?: { readonly version?: number; readonly reader?: import("../contracts/identity.ts").Identity },
  ): GcpSecret & { readonly value: Output<string> };
  store(
    purpose: string,
    value: Input<string>,
    options?: { readonly reader?: import("../contracts/identity.ts").Identity },
  ): GcpSecret;
}
