/** Ids as the provider makes them (`id` in its pages website/docs/r/*.html.markdown). */
import { digest } from "../digest.ts";
import type { Properties, Value } from "../values.ts";

export interface Named {
  readonly project: string;
  readonly number: string;
}

type Id = (name: string, inputs: Properties, project: string) => string;

/** The input that carries a resource's own name, in the order in which types have them. */
const NAME_KEYS = [
  "workloadIdentityPoolProviderId",
  "workloadIdentityPoolId",
  "repositoryId",
  "accountId",
  "secretId",
  "bucketId",
  "idpId",
  "name",
] as const;

export const nameIn = (inputs: Properties): string | undefined =>
  NAME_KEYS.map((key) => text(inputs[key])).find((name) => name !== undefined);

export const text = (value: Value | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

export const isCompute = (type: string): boolean => type.startsWith("gcp:compute/");

export function idOf(type: string, name: string, inputs: Properties, { project }: Named): string {
  const own = IDS[type];
  if (own) return own(name, inputs, project);
  if (isCompute(type)) return computeId(type, name, inputs, project);
  // Members of roles have no name of their own: what they bind makes them one.
  return `projects/${project}/${type.split(":").at(-1)}/${digest(inputs)}`;
}

/** Google's collections that are not the provider's word and an s. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  GlobalAddress: "addresses",
  GlobalForwardingRule: "forwardingRules",
  NetworkFirewallPolicyWithRules: "firewallPolicies",
  RegionAutoscaler: "autoscalers",
  RegionBackendService: "backendServices",
  RegionInstanceGroupManager: "instanceGroupManagers",
  RegionInstanceTemplate: "instanceTemplates",
  RegionNetworkEndpointGroup: "networkEndpointGroups",
  SSLPolicy: "sslPolicies",
  SecurityPolicy: "securityPolicies",
  TargetHttpProxy: "targetHttpProxies",
  TargetHttpsProxy: "targetHttpsProxies",
  URLMap: "urlMaps",
};

function computeId(type: string, name: string, inputs: Properties, project: string): string {
  const word = type.split(":").at(-1) ?? "";
  const collection = COLLECTIONS[word] ?? `${word.charAt(0).toLowerCase()}${word.slice(1)}s`;
  const region = text(inputs.region);
  return `projects/${project}/${region === undefined ? "global" : `regions/${region}`}/${collection}/${name}`;
}

const at = (inputs: Properties, key: string): string => text(inputs[key]) ?? "";

/** `projects/…/locations/…/services/…`. */
const located =
  (collection: string, key = "location", otherwise = ""): Id =>
  (name, inputs, project) =>
    `projects/${project}/locations/${text(inputs[key]) ?? otherwise}/${collection}/${name}`;

const global = (collection: string): Id => located(collection, "location", "global");

const plain =
  (collection: string): Id =>
  (name, _, project) =>
    `projects/${project}/${collection}/${name}`;

/** Google chooses the last part. */
const numbered =
  (collection: string): Id =>
  (_, inputs, project) =>
    `projects/${project}/${collection}/${digest(inputs)}`;

const IDS: Readonly<Record<string, Id>> = {
  "gcp:artifactregistry/repository:Repository": located("repositories"),
  "gcp:billing/budget:Budget": (_, inputs) =>
    `billingAccounts/${at(inputs, "billingAccount")}/budgets/${digest(inputs)}`,
  "gcp:certificatemanager/certificate:Certificate": global("certificates"),
  "gcp:certificatemanager/certificateMap:CertificateMap": global("certificateMaps"),
  "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": (name, inputs, project) =>
    `projects/${project}/locations/global/certificateMaps/${at(inputs, "map")}/certificateMapEntries/${name}`,
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": global("dnsAuthorizations"),
  "gcp:cloudrunv2/job:Job": located("jobs"),
  "gcp:cloudrunv2/service:Service": located("services"),
  "gcp:cloudrunv2/workerPool:WorkerPool": located("workerPools"),
  "gcp:cloudscheduler/job:Job": located("jobs", "region"),
  "gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey": (name, inputs, project) =>
    `projects/${project}/global/backendBuckets/${at(inputs, "backendBucket")}/${name}`,
  "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation": (name, inputs, project) =>
    `projects/${project}/global/firewallPolicies/${at(inputs, "firewallPolicy")}/associations/${name}`,
  "gcp:compute/routerNat:RouterNat": (name, inputs, project) =>
    `${project}/${at(inputs, "region")}/${at(inputs, "router")}/${name}`,
  "gcp:dns/managedZone:ManagedZone": plain("managedZones"),
  "gcp:dns/recordSet:RecordSet": (name, inputs, project) =>
    `projects/${project}/managedZones/${at(inputs, "managedZone")}/rrsets/${name}/${at(inputs, "type")}`,
  "gcp:filestore/instance:Instance": located("instances"),
  "gcp:firebaserules/release:Release": plain("releases"),
  "gcp:firebaserules/ruleset:Ruleset": numbered("rulesets"),
  "gcp:firestore/backupSchedule:BackupSchedule": (_, inputs, project) =>
    `projects/${project}/databases/${at(inputs, "database")}/backupSchedules/${digest(inputs)}`,
  "gcp:firestore/database:Database": plain("databases"),
  "gcp:firestore/userCreds:UserCreds": (name, inputs, project) =>
    `projects/${project}/databases/${at(inputs, "database")}/userCreds/${name}`,
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": global("workloadIdentityPools"),
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (name, inputs, project) =>
    `projects/${project}/locations/global/workloadIdentityPools/${at(inputs, "workloadIdentityPoolId")}/providers/${name}`,
  "gcp:identityplatform/config:Config": (_, __, project) => `projects/${project}`,
  "gcp:identityplatform/defaultSupportedIdpConfig:DefaultSupportedIdpConfig": plain(
    "defaultSupportedIdpConfigs",
  ),
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": located("buckets"),
  "gcp:logging/projectSink:ProjectSink": plain("sinks"),
  "gcp:monitoring/alertPolicy:AlertPolicy": numbered("alertPolicies"),
  "gcp:monitoring/dashboard:Dashboard": numbered("dashboards"),
  "gcp:monitoring/notificationChannel:NotificationChannel": numbered("notificationChannels"),
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": numbered("uptimeCheckConfigs"),
  "gcp:projects/apiKey:ApiKey": global("keys"),
  "gcp:projects/service:Service": (_, inputs, project) => `${project}/${at(inputs, "service")}`,
  "gcp:projects/serviceIdentity:ServiceIdentity": (_, inputs, project) =>
    `projects/${project}/services/${at(inputs, "service")}`,
  "gcp:redis/instance:Instance": located("instances", "region"),
  "gcp:secretmanager/secret:Secret": plain("secrets"),
  "gcp:secretmanager/secretVersion:SecretVersion": (_, { secret, secretData }) =>
    `${text(secret) ?? ""}/versions/${digest(secretData ?? "", 6)}`,
  "gcp:serviceaccount/account:Account": (name, _, project) =>
    `projects/${project}/serviceAccounts/${name}@${project}.iam.gserviceaccount.com`,
  "gcp:servicenetworking/connection:Connection": (_, inputs) =>
    `${encodeURIComponent(at(inputs, "network"))}:${at(inputs, "service")}`,
  "gcp:sql/database:Database": (name, inputs, project) =>
    `projects/${project}/instances/${at(inputs, "instance")}/databases/${name}`,
  "gcp:sql/databaseInstance:DatabaseInstance": (name) => name,
  "gcp:sql/user:User": (name, inputs) => `${name}//${at(inputs, "instance")}`,
  "gcp:storage/bucket:Bucket": (name) => name,
  "gcp:storage/bucketObject:BucketObject": (name, inputs) => `${at(inputs, "bucket")}-${name}`,
  "gcp:storage/hmacKey:HmacKey": (_, inputs, project) => `projects/${project}/hmacKeys/${accessIdOf(inputs)}`,
};

export const accessIdOf = ({ serviceAccountEmail }: Properties): string =>
  `GOOG1E${digest(serviceAccountEmail ?? "", 20).toUpperCase()}`;
