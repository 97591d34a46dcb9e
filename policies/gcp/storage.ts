/** Cloud Storage. */

import { expects, type LinkedResource, type Rule, rule, type Violation } from "../rule.ts";
import { at, isUnknown, present, shown, text, UNKNOWN } from "../values.ts";
import { isRefilled } from "./data.ts";

const BUCKET = "gcp:storage/bucket:Bucket";
const SINKS = /^gcp:logging\/(project|folder|organization|billingAccount)Sink:/;
const WEEK = 604_800;

export const STORAGE_RULES: readonly Rule[] = [
  rule(
    {
      name: "gcp-bucket-access",
      platform: "gcp",
      severity: "medium",
      description: "Who may read a bucket is said once for all of its objects",
      remedy: "set uniformBucketLevelAccess: true",
      ids: ["CKV_GCP_29", "GCP-0002"],
    },
    { subject: "resource", types: [BUCKET], judge: expects("uniformBucketLevelAccess", true) },
  ),
  rule(
    {
      name: "gcp-bucket-public",
      platform: "gcp",
      severity: "high",
      description: "Buckets are closed to the public, whoever grants what",
      remedy: "set publicAccessPrevention: enforced; publish through the load balancer",
      ids: ["CKV_GCP_114", "gcp-storage-bucket-enforce-public-access-prevention"],
    },
    { subject: "resource", types: [BUCKET], judge: expects("publicAccessPrevention", "enforced") },
  ),
  rule(
    {
      name: "gcp-bucket-logs",
      platform: "gcp",
      severity: "low",
      description: "Buckets record who reads them, in another bucket",
      remedy: "set logging.logBucket to a bucket that is made for it",
      ids: ["CKV_GCP_62", "CKV_GCP_63", "GCP-0077"],
    },
    { subject: "stack", types: [BUCKET], judge: unrecorded },
  ),
  rule(
    {
      name: "gcp-bucket-versions",
      platform: "gcp",
      severity: "medium",
      description: "What was deleted or overwritten in a bucket can come back for a week",
      remedy: "set versioning.enabled: true, or softDeletePolicy.retentionDurationSeconds: 604800",
      ids: ["CKV_GCP_78", "GCP-0078"],
    },
    {
      subject: "resource",
      types: [BUCKET],
      judge: ({ inputs }) => {
        const [versions, kept] = [
          at(inputs, "versioning.enabled"),
          at(inputs, "softDeletePolicy.retentionDurationSeconds"),
        ];
        const enough = versions === true || Number(kept) >= WEEK;
        return enough || versions === UNKNOWN || kept === UNKNOWN
          ? []
          : [
              `versioning.enabled is ${shown(versions)} and softDeletePolicy.retentionDurationSeconds is ${shown(kept)}`,
            ];
      },
    },
  ),
  rule(
    {
      name: "gcp-log-bucket-locked",
      platform: "gcp",
      severity: "medium",
      description: "Buckets that a log sink writes to keep what they have, whoever deletes",
      remedy: "set retentionPolicy with isLocked: true, or send logs to a bucket of Cloud Logging",
      ids: ["CKV2_GCP_4"],
    },
    { subject: "stack", types: /^gcp:(storage\/bucket:|logging\/\w+Sink:)/, judge: unlocked },
  ),
];

/** Who keeps records of accesses keeps none of its own. */
function unrecorded(resources: readonly LinkedResource[]): Violation[] {
  const keepers = new Set(resources.map(({ inputs }) => text(at(inputs, "logging.logBucket"))));
  const isKeeper = ({ urn, inputs, name }: LinkedResource) =>
    keepers.has(text(inputs.name) || name) ||
    resources.some(
      (other) => at(other.inputs, "logging.logBucket") === UNKNOWN && other.dependencies.includes(urn),
    );
  return resources.flatMap((resource): Violation[] => {
    const target = at(resource.inputs, "logging.logBucket");
    const self = text(target) !== "" && target === resource.inputs.name;
    if (self) return [{ resource, message: "logging.logBucket is the bucket itself" }];
    return isUnknown(target) || present(target) || isKeeper(resource) || isRefilled(resource)
      ? []
      : [{ resource, message: "logging.logBucket is not set" }];
  });
}

function unlocked(resources: readonly LinkedResource[]): Violation[] {
  const sinks = resources.filter(({ type }) => SINKS.test(type));
  return resources
    .filter(({ type }) => type === BUCKET)
    .filter(({ urn, inputs, name }) =>
      sinks.some((sink) => {
        const target = sink.inputs.destination;
        return isUnknown(target)
          ? sink.dependencies.includes(urn)
          : text(target) === `storage.googleapis.com/${text(inputs.name) || name}`;
      }),
    )
    .filter(({ inputs }) => ![true, UNKNOWN].includes(at(inputs, "retentionPolicy.isLocked") as boolean))
    .map((resource) => ({
      resource,
      message: "retentionPolicy.isLocked is not true, and a log sink writes to it",
    }));
}
