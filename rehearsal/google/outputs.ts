/** What Google Cloud answers when a resource was made: ids, links, addresses. Shapes as the provider documents them;
 * the figures are made up, but the same for the same input.
 */
import { createHash } from "node:crypto";
import { digest } from "../digest.ts";
import { isMap, type Properties, type Value } from "../values.ts";
import { accessIdOf, idOf, isCompute, type Named, nameIn, text } from "./ids.ts";

export type { Named } from "./ids.ts";

type Answer = (name: string, inputs: Properties, project: Named, id: string) => Properties;

/** Outputs of a resource of Google's, beside its inputs. */
export function googleOutputs(type: string, logical: string, inputs: Properties, project: Named): Properties {
  const name = nameIn(inputs) ?? generatedName(inputs) ?? logical;
  const id = idOf(type, name, inputs, project);
  const link = isCompute(type) ? { selfLink: `https://www.googleapis.com/compute/v1/${id}` } : {};
  return {
    id,
    project: text(inputs.project) ?? project.project,
    ...link,
    ...ANSWERS[type]?.(name, inputs, project, id),
  };
}

/** The provider adds the time and a counter. */
const generatedName = ({ namePrefix, ...rest }: Properties): string | undefined =>
  typeof namePrefix === "string"
    ? `${namePrefix}${BigInt(`0x${digest(rest, 16)}`)
        .toString()
        .padStart(26, "2026")
        .slice(0, 26)}`
    : undefined;

/** A private address that follows from the name. */
function address(name: string, first: string): string {
  const bytes = createHash("sha256").update(name).digest();
  return `${first}.${bytes.readUInt8(0)}.${(bytes.readUInt8(1) % 253) + 2}`;
}

const PEM = "-----BEGIN CERTIFICATE-----\nMIIBrehearsal\n-----END CERTIFICATE-----\n";

const numberOf = (value: Value, digits = 18): string =>
  `1${parseInt(digest(value, 13), 16)}`.padEnd(digits, "0").slice(0, digits);

/** Google's own account of a service in a project; of some it has another form. */
function agentOf(service: string, number: string): string {
  const word = service.split(".")[0] ?? "";
  const AGENTS: Readonly<Record<string, string>> = {
    artifactregistry: "gcp-sa-artifactregistry",
    compute: "compute-system",
    file: "cloud-filer",
    redis: "cloud-redis",
    sqladmin: "gcp-sa-cloud-sql",
    storage: "gs-project-accounts",
  };
  return `service-${number}@${AGENTS[word] ?? `gcp-sa-${word}`}.iam.gserviceaccount.com`;
}

/** Only the name that Google makes of the id. */
const named: Answer = (_, __, ___, id) => ({ name: id });

const ANSWERS: Readonly<Record<string, Answer>> = {
  "gcp:artifactregistry/repository:Repository": (name, { location }, { project }) => ({
    name,
    registryUri: `${text(location) ?? ""}-docker.pkg.dev/${project}/${name}`,
  }),
  "gcp:billing/budget:Budget": named,
  "gcp:certificatemanager/certificate:Certificate": (_, { managed }) => ({
    sanDnsnames: (isMap(managed) && managed.domains) || [],
  }),
  "gcp:certificatemanager/certificateMap:CertificateMap": () => ({ gclbTargets: [] }),
  "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": () => ({ state: "ACTIVE" }),
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": (name, { domain }) => ({
    dnsResourceRecords: [
      {
        name: `_acme-challenge.${text(domain) ?? ""}.`,
        type: "CNAME",
        data: `${digest(name)}.authorize.example.`,
      },
    ],
  }),
  "gcp:cloudrunv2/job:Job": (name) => ({
    uid: digest(name),
    latestCreatedExecutions: [{ name: `${name}-00001`, completionTime: "2026-11-01T00:00:00Z" }],
  }),
  "gcp:cloudrunv2/service:Service": (name, { location }, { number }, id) => ({
    uid: digest(name),
    uri: `https://${name}-${number}.${text(location) ?? ""}.run.app`,
    urls: [`https://${name}-${number}.${text(location) ?? ""}.run.app`],
    latestReadyRevision: `${id}/revisions/${name}-00001`,
  }),
  "gcp:cloudrunv2/workerPool:WorkerPool": (name, _, __, id) => ({
    uid: digest(name),
    latestReadyRevision: `${id}/revisions/${name}-00001`,
  }),
  "gcp:cloudscheduler/job:Job": () => ({ state: "ENABLED" }),
  "gcp:compute/forwardingRule:ForwardingRule": (name, inputs) => ({
    ipAddress: text(inputs.ipAddress) ?? address(name, "10.10"),
  }),
  "gcp:compute/globalAddress:GlobalAddress": (name, inputs) => ({ address: addressOf(name, inputs) }),
  "gcp:compute/network:Network": (name) => ({ networkId: numberOf(name), numericId: numberOf(name) }),
  "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules": (name) => ({
    networkFirewallPolicyId: numberOf(name),
  }),
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": (name, { region }, { project }) => ({
    instanceGroup: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${text(region) ?? ""}/instanceGroups/${name}`,
  }),
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": (name) => ({ name }),
  "gcp:compute/subnetwork:Subnetwork": (_, { ipCidrRange }) => ({
    gatewayAddress: (text(ipCidrRange) ?? "").replace(/\.\d+\/\d+$/, ".1"),
  }),
  "gcp:dns/managedZone:ManagedZone": (name) => ({
    managedZoneId: numberOf(name),
    nameServers: ["a", "b", "c", "d"].map((letter) => `ns-cloud-${letter}1.googledomains.com.`),
  }),
  "gcp:filestore/instance:Instance": (name, { networks }) => ({
    networks: (Array.isArray(networks) ? networks : []).map((network: Value) => ({
      ...(isMap(network) ? network : {}),
      ipAddresses: [address(name, "10.22")],
    })),
  }),
  "gcp:firebaserules/ruleset:Ruleset": (_, __, ___, id) => ({ name: id.split("/").at(-1) ?? "" }),
  "gcp:firestore/backupSchedule:BackupSchedule": (_, __, ___, id) => ({ name: id.split("/").at(-1) ?? "" }),
  "gcp:firestore/database:Database": (name) => ({ uid: digest(name), keyPrefix: "g" }),
  "gcp:firestore/userCreds:UserCreds": (name, { database }, { number }) => ({
    securePassword: `creds-${digest(name)}`,
    state: "ENABLED",
    resourceIdentities: [
      {
        principal: `principal://firestore.googleapis.com/projects/${number}/name/databases/${text(database) ?? ""}/userCreds/${name}`,
      },
    ],
  }),
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": (name, _, { number }) => ({
    name: `projects/${number}/locations/global/workloadIdentityPools/${name}`,
    state: "ACTIVE",
  }),
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (name, inputs, { number }) => ({
    name: `projects/${number}/locations/global/workloadIdentityPools/${text(inputs.workloadIdentityPoolId) ?? ""}/providers/${name}`,
    state: "ACTIVE",
  }),
  "gcp:identityplatform/config:Config": (_, __, { number }) => ({ name: `projects/${number}/config` }),
  "gcp:identityplatform/defaultSupportedIdpConfig:DefaultSupportedIdpConfig": named,
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": (_, __, ___, id) => ({
    name: id,
    lifecycleState: "ACTIVE",
  }),
  "gcp:logging/projectSink:ProjectSink": (_, __, { number }) => ({
    writerIdentity: `serviceAccount:service-${number}@gcp-sa-logging.iam.gserviceaccount.com`,
  }),
  "gcp:monitoring/alertPolicy:AlertPolicy": named,
  "gcp:monitoring/notificationChannel:NotificationChannel": named,
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": (_, __, ___, id) => ({
    name: id,
    uptimeCheckId: id.split("/").at(-1) ?? "",
  }),
  "gcp:projects/apiKey:ApiKey": (name) => ({ keyString: `AIza${digest(name, 32)}`, uid: digest(name) }),
  "gcp:projects/serviceIdentity:ServiceIdentity": (_, { service }, { number }) => {
    const email = agentOf(text(service) ?? "", number);
    return { email, member: `serviceAccount:${email}` };
  },
  "gcp:redis/instance:Instance": (name, { region }) => ({
    host: address(name, "10.21"),
    port: 6378,
    authString: `auth-${digest(name)}`,
    currentLocationId: `${text(region) ?? ""}-a`,
    readEndpoint: address(`${name}-read`, "10.21"),
    readEndpointPort: 6378,
    serverCaCerts: [{ cert: PEM, createTime: "", expireTime: "", serialNumber: "1", sha1Fingerprint: "" }],
  }),
  "gcp:secretmanager/secret:Secret": (name, _, { number }) => ({
    name: `projects/${number}/secrets/${name}`,
  }),
  "gcp:secretmanager/secretVersion:SecretVersion": (_, { secret }) => ({
    name: `${text(secret) ?? ""}/versions/1`,
    version: "1",
  }),
  "gcp:serviceaccount/account:Account": (name, _, { project }, id) => ({
    email: `${name}@${project}.iam.gserviceaccount.com`,
    member: `serviceAccount:${name}@${project}.iam.gserviceaccount.com`,
    name: id,
    uniqueId: numberOf(name, 21),
  }),
  "gcp:servicenetworking/connection:Connection": () => ({ peering: "servicenetworking-googleapis-com" }),
  "gcp:sql/database:Database": (_, __, ___, id) => ({
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/${id}`,
  }),
  "gcp:sql/databaseInstance:DatabaseInstance": (name, { region }, { project }) => ({
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${project}/instances/${name}`,
    connectionName: `${project}:${text(region) ?? ""}:${name}`,
    privateIpAddress: address(name, "10.20"),
    firstIpAddress: address(name, "10.20"),
    serverCaCerts: [{ cert: PEM, commonName: name, createTime: "", expirationTime: "", sha1Fingerprint: "" }],
    serviceAccountEmailAddress: `p-${digest(name)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
  }),
  "gcp:storage/bucket:Bucket": (name, _, { number }) => ({
    projectNumber: Number(number),
    url: `gs://${name}`,
    selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
  }),
  "gcp:storage/bucketObject:BucketObject": (name, { bucket }) => ({
    outputName: name,
    selfLink: `https://www.googleapis.com/storage/v1/b/${text(bucket) ?? ""}/o/${encodeURIComponent(name)}`,
    md5hash: digest(name, 24),
  }),
  "gcp:storage/hmacKey:HmacKey": (_, inputs) => ({
    accessId: accessIdOf(inputs),
    secret: `hmac-${digest(inputs.serviceAccountEmail ?? "", 20)}`,
  }),
};

/** One that is reserved, one of a range that is, or one that Google gives. */
function addressOf(name: string, inputs: Properties): string {
  const asked = text(inputs.address);
  if (asked !== undefined) return asked;
  if (inputs.purpose !== undefined) return "10.24.0.0";
  return inputs.ipVersion === "IPV6" ? `2600:1901:0:${digest(name, 4)}::` : address(name, "203.0");
}
