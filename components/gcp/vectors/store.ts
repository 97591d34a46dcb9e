/** An index in a bucket whose folders are real ones, so that a version appears all at once. */
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { Access, Vectors } from "../../../src/config/model.ts";
import type { Consumers } from "../../contracts/data.ts";
import { createBucket } from "../bucket/create.ts";
import { keepOf } from "../bucket/keep.ts";
import { regionalLocation } from "../bucket/location.ts";
import { type Deployment, homeOf } from "../deployment.ts";

export interface StoreArgs {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  readonly spec: Vectors;
  readonly consumers: Consumers;
}

export interface Store {
  readonly bucket: Output<string>;
  readonly ready: Readonly<Record<string, readonly Input<Resource>[]>>;
}

/** Options of Cloud Storage FUSE: a reader looks for a new version once a minute, a writer always sees the truth. Whom
 * the files belong to is up to whoever mounts.
 */
export const MOUNT_OPTIONS: Readonly<Record<Access, readonly string[]>> = {
  read: ["metadata-cache-ttl-secs=60"],
  write: ["metadata-cache-ttl-secs=0"],
};

const ROLES: Readonly<Record<Access, string>> = {
  read: "roles/storage.objectViewer",
  write: "roles/storage.objectUser",
};

/** A bucket with a hierarchical namespace has no object versions; versions are folders here. */
export function createStore(
  parent: Resource,
  name: string,
  { deployment, spec, consumers }: StoreArgs,
): Store {
  const { name: bucket } = createBucket(parent, name, deployment, {
    place: regionalLocation(homeOf(deployment)),
    softDelete: keepOf(spec),
    args: {
      hierarchicalNamespace: { enabled: true },
      lifecycleRules: [{ action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 1 } }],
    },
  });
  const members = Object.entries(consumers).map(([consumer, { access, identity }]) => {
    const member = new BucketIAMMember(
      `${name}-${consumer}`,
      { bucket, role: ROLES[access], member: identity.principal },
      { parent },
    );
    return [consumer, [member]] as const;
  });
  return { bucket, ready: Object.fromEntries(members) };
}
