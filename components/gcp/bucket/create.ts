/** A bucket as all buckets of a deployment are: closed to the public, logged, encrypted with the customer's key. */
import { Bucket, type BucketArgs } from "@pulumi/gcp/storage/bucket.js";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import type { Resource } from "@pulumi/pulumi";
import { type Duration, days, inSeconds } from "../../../src/config/units.ts";
import { type Deployment, homeOf, labelsOf } from "../deployment.ts";
import { LONGEST, shorten, stackOf } from "../names.ts";
import { grantStorageKey } from "./key.ts";
import type { Location } from "./location.ts";

export interface BucketSpec {
  readonly place: Location;
  /** How long deleted objects can be brought back. Google allows 7 to 90 days. */
  readonly softDelete: Duration;
  readonly args?: Pick<
    BucketArgs,
    "cors" | "hierarchicalNamespace" | "lifecycleRules" | "versioning" | "website"
  >;
}

/** Buckets are named for the whole world, so the project's name, which is too, comes first. */
export function bucketNameOf({ app, settings }: Deployment, part: string): string {
  return shorten(`${settings.project}-${stackOf(app)}-${part}`, LONGEST.bucket);
}

export function createBucket(
  parent: Resource,
  name: string,
  deployment: Deployment,
  { place, softDelete, args = {} }: BucketSpec,
): Bucket {
  const { app } = deployment;
  const logs = createLogs(parent, name, deployment);
  const encryption = grantStorageKey(parent, name, deployment, logs);
  return new Bucket(
    name,
    {
      ...closed(deployment, name),
      location: place.location,
      ...(place.regions && {
        customPlacementConfig: { dataLocations: [...place.regions] },
        rpo: "ASYNC_TURBO",
      }),
      softDeletePolicy: { retentionDurationSeconds: inSeconds(softDelete) },
      logging: { logBucket: logs.name, logObjectPrefix: name },
      ...(encryption && { encryption: { defaultKmsKeyName: encryption.key } }),
      ...args,
    },
    { parent, protect: app.protect, dependsOn: encryption ? [encryption.ready] : [] },
  );
}

/** Who read and wrote what, for as long as the app keeps its logs. Nothing is written here by the app itself. */
function createLogs(parent: Resource, name: string, deployment: Deployment): Bucket {
  const { app } = deployment;
  const logs = new Bucket(
    `${name}-logs`,
    {
      ...closed(deployment, `${name}-logs`),
      location: homeOf(deployment).toUpperCase(),
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: inSeconds(days(7)) },
      lifecycleRules: [
        {
          action: { type: "Delete" },
          condition: { age: Math.ceil(app.monitoring.logs.retention / days(1)), withState: "ANY" },
        },
      ],
    },
    { parent },
  );
  new BucketIAMMember(
    `${name}-logs`,
    {
      bucket: logs.name,
      role: "roles/storage.objectCreator",
      member: "group:cloud-storage-analytics@google.com",
    },
    { parent },
  );
  return logs;
}

function closed(deployment: Deployment, part: string) {
  return {
    name: bucketNameOf(deployment, part),
    storageClass: "STANDARD",
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    forceDestroy: !deployment.app.protect,
    labels: labelsOf(deployment),
  };
}
