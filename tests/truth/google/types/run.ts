/** Cloud Run and Cloud Scheduler. */
import { GUARD, LOCATION, like, member, one, oneOf, plural, REGION, type Service } from "../mapping.ts";

const NAME = () =>
  like(/^[a-z](?:[-a-z0-9]{0,47}[a-z0-9])?$/, "less than 50 characters (r/cloud_run_v2_service)");
const INVOKED = { location: /^[a-z]+-[a-z]+\d+$/, name: /^[a-z][-a-z0-9]{0,48}$/ };

export const run: Service = {
  types: {
    "gcp:cloudrunv2/service:Service": {
      document: "run.v2",
      schema: "GoogleCloudRunV2Service",
      fields: { ...LOCATION, ...GUARD, name: NAME(), traffics: plural("traffic") },
    },
    "gcp:cloudrunv2/job:Job": {
      document: "run.v2",
      schema: "GoogleCloudRunV2Job",
      fields: { ...LOCATION, ...GUARD, name: NAME() },
    },
    "gcp:cloudrunv2/workerPool:WorkerPool": {
      document: "run.v2",
      schema: "GoogleCloudRunV2WorkerPool",
      fields: { ...LOCATION, ...GUARD, name: NAME() },
    },
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": member("run.v2", "GoogleIamV1Binding", INVOKED),
    "gcp:cloudrunv2/jobIamMember:JobIamMember": member("run.v2", "GoogleIamV1Binding", INVOKED),
    "gcp:cloudscheduler/job:Job": {
      document: "cloudscheduler.v1",
      schema: "Job",
      fields: {
        ...REGION,
        name: like(/^[A-Za-z0-9_-]{1,500}$/, "of the schema's own description"),
        timeZone: like(/^(UTC|[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z_+-]+)+)$/, "a name of the tz database"),
        schedule: like(/^(\S+ ){4}\S+$/, "five fields (r/cloud_scheduler_job)"),
      },
    },
  },
  schemas: {
    GoogleCloudRunV2Container: {
      commands: plural("command"),
      dependsOns: plural("dependsOn"),
      envs: plural("env"),
      ports: one(),
    },
    GoogleCloudRunV2ContainerPort: { name: oneOf("of the schema's own description", "http1", "h2c") },
    GoogleCloudRunV2RevisionTemplate: {
      revision: like(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/, "a revision is a Kubernetes object: up to 63"),
    },
    GoogleCloudRunV2Volume: {
      name: like(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "a label of RFC 1123, as in Kubernetes"),
    },
    GoogleCloudRunV2ResourceRequirements: {
      limits: like(/^(\d+m?|0\.\d+|\d+(Mi|Gi))$/, "quantities of Kubernetes"),
    },
    GoogleCloudRunV2NodeSelector: {
      accelerator: oneOf("docs.cloud.google.com/run/docs/configuring/services/gpu", "nvidia-l4"),
    },
  },
};
