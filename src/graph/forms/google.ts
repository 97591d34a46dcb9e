/** Parts on Google Cloud, by the names of its console. */
import { isMap, type Properties, type Value } from "../../../rehearsal/values.ts";
import type { Form } from "./form.ts";

const named =
  (name: string, ...details: readonly ((inputs: Properties) => Value | undefined)[]): Form =>
  (inputs) =>
    [name, ...details.map((detail) => detail(inputs)).filter((detail) => typeof detail === "string")].join(
      ", ",
    );

const tier = (inputs: Properties) => (isMap(inputs.settings) ? inputs.settings.tier : inputs.tier);

export const google: Readonly<Record<string, Form>> = {
  "gcp:cloudrunv2/service:Service": named("Cloud Run service"),
  "gcp:cloudrunv2/job:Job": named("Cloud Run job"),
  "gcp:cloudrunv2/workerPool:WorkerPool": named("Cloud Run worker pool"),
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": named("managed instance group"),
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": ({ machineType }) =>
    typeof machineType === "string" ? `${machineType} machines` : undefined,
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy": named("HTTPS load balancer"),
  "gcp:compute/securityPolicy:SecurityPolicy": named("Cloud Armor policy"),
  "gcp:cloudscheduler/job:Job": named("Cloud Scheduler"),
  "gcp:sql/databaseInstance:DatabaseInstance": named("Cloud SQL", tier),
  "gcp:redis/instance:Instance": named("Memorystore", tier),
  "gcp:firestore/database:Database": named("Firestore"),
  "gcp:identityplatform/config:Config": named("Identity Platform"),
  "gcp:storage/bucket:Bucket": named("Cloud Storage bucket"),
  "gcp:filestore/instance:Instance": named("Filestore", tier),
  "gcp:monitoring/alertPolicy:AlertPolicy": named("alert policy"),
};
