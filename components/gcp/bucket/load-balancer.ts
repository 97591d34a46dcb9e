/** Lets the load balancer read a bucket that is closed to everybody else.
 *
 * A backend bucket needs no public bucket ("private bucket access"): Google reads it under an account of the project's
 * own, `https-lb`, whoever asks. The account comes to be with the project's first backend bucket. Links that were
 * signed are read under another account, and the edge sees to that.
 */
import type { Bucket } from "@pulumi/gcp/storage/bucket.js";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import { interpolate, type Resource } from "@pulumi/pulumi";

export function admitLoadBalancer(
  parent: Resource,
  name: string,
  bucket: Bucket,
): (after: Resource) => Resource {
  return (after) =>
    new BucketIAMMember(
      `${name}-load-balancer`,
      {
        bucket: bucket.name,
        role: "roles/storage.objectViewer",
        member: interpolate`serviceAccount:service-${bucket.projectNumber}@https-lb.iam.gserviceaccount.com`,
      },
      { parent, dependsOn: [after] },
    );
}
