/** What Google Cloud answers when a resource was made: ids, links, addresses. Shapes as the provider documents them;
 * the figures are made up, but the same for the same input.
 */
import { createHash } from "node:crypto";
import { isMap, type Properties, type Value } from "../values.ts";

export interface Named {
  readonly project: string;
  readonly number: string;
}

type Answer = (name: string, inputs: Properties, project: Named) => Properties;

/** Outputs of a resource of Google's, beside its inputs. */
export function googleOutputs(type: string, logical: string, inputs: Properties, project: Named): Properties {
  const name = nameIn(inputs) ?? logical;
  const answer = ANSWERS[type];
  const id = idOf(type, name, inputs, project);
  const link = isCompute(type) ? { selfLink: `https://www.googleapis.com/compute/v1/${id}` } : {};
  return {
    id,
    project: text(inputs.project) ?? project.project,
    ...link,
    ...answer?.(name, inputs, project),
  };
}

/** The input that carries a resource's own name, in the order in which types have them. */
const NAME_KEYS = [
  "name",
  "accountId",
  "secretId",
  "repositoryId",
  "databaseId",
  "workloadIdentityPoolProviderId",
  "workloadIdentityPoolId",
  "uptimeCheckId",
  "service",
] as const;

const nameIn = (inputs: Properties): string | undefined =>
  NAME_KEYS.map((key) => text(inputs[key])).find((name) => name !== undefined);

const text = (value: Value | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

const isCompute = (type: string): boolean => type.startsWith("gcp:compute/");

/** `gcp:compute/regionAutoscaler:RegionAutoscaler` → `regionAutoscalers`. */
const collectionOf = (type: string): string => `${type.split("/")[1]?.split(":")[0] ?? "things"}s`;

function idOf(type: string, name: string, inputs: Properties, { project }: Named): string {
  const at = text(inputs.region) ?? text(inputs.location);
  const place = at ? `/${isCompute(type) ? "regions" : "locations"}/${at}` : isCompute(type) ? "/global" : "";
  const own = `projects/${project}${place}/${collectionOf(type)}/${name}`;
  // Members, rules and records have no name of their own: what they bind makes them one.
  return nameIn(inputs) && !/IamMember|RecordSet|BucketObject/.test(type) ? own : `${own}/${digest(inputs)}`;
}

function digest(value: Value, length = 12): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, length);
}

/** A private address that follows from the name. */
function address(name: string, first: string): string {
  const bytes = createHash("sha256").update(name).digest();
  return `${first}.${bytes.readUInt8(0)}.${(bytes.readUInt8(1) % 253) + 2}`;
}

const PEM = "-----BEGIN CERTIFICATE-----\nMIIBrehearsal\n-----END CERTIFICATE-----\n";

const ANSWERS: Readonly<Record<string, Answer>> = {
  "gcp:serviceaccount/account:Account": (name, _, { project }) => ({
    email: `${name}@${project}.iam.gserviceaccount.com`,
    member: `serviceAccount:${name}@${project}.iam.gserviceaccount.com`,
    name: `projects/${project}/serviceAccounts/${name}@${project}.iam.gserviceaccount.com`,
    uniqueId: `1${parseInt(digest(name, 10), 16)}`,
  }),
  "gcp:secretmanager/secret:Secret": (name, _, { project, number }) => ({
    id: `projects/${project}/secrets/${name}`,
    name: `projects/${number}/secrets/${name}`,
  }),
  "gcp:secretmanager/secretVersion:SecretVersion": (_, { secret, secretData }) => ({
    id: `${text(secret) ?? ""}/versions/${digest(secretData ?? "", 6)}`,
    name: `${text(secret) ?? ""}/versions/1`,
    version: "1",
  }),
  "gcp:sql/databaseInstance:DatabaseInstance": (name, { region }, { project }) => ({
    id: name,
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${project}/instances/${name}`,
    connectionName: `${project}:${text(region) ?? ""}:${name}`,
    privateIpAddress: address(name, "10.20"),
    firstIpAddress: address(name, "10.20"),
    serverCaCerts: [{ cert: PEM, commonName: name, createTime: "", expirationTime: "", sha1Fingerprint: "" }],
    serviceAccountEmailAddress: `p-${digest(name)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
  }),
  "gcp:redis/instance:Instance": (name) => ({
    host: address(name, "10.21"),
    port: 6378,
    authString: `auth-${digest(name)}`,
    readEndpoint: address(`${name}-read`, "10.21"),
    readEndpointPort: 6378,
    serverCaCerts: [{ cert: PEM, createTime: "", expireTime: "", serialNumber: "1", sha1Fingerprint: "" }],
  }),
  "gcp:cloudrunv2/service:Service": (name, { location }, { project, number }) => ({
    uri: `https://${name}-${number}.${text(location) ?? ""}.run.app`,
    urls: [`https://${name}-${number}.${text(location) ?? ""}.run.app`],
    latestReadyRevision: `projects/${project}/locations/${text(location) ?? ""}/services/${name}/revisions/${name}-00001`,
  }),
  "gcp:compute/globalAddress:GlobalAddress": (name, inputs) => ({
    address: text(inputs.address) ?? (inputs.purpose ? "10.24.0.0" : address(name, "203.0")),
  }),
  "gcp:compute/address:Address": (name, inputs) => ({
    address: text(inputs.address) ?? address(name, "10.10"),
  }),
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": (name, { region }, { project }) => ({
    instanceGroup: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${text(region) ?? ""}/instanceGroups/${name}`,
  }),
  "gcp:compute/forwardingRule:ForwardingRule": (name, inputs) => ({
    ipAddress: text(inputs.ipAddress) ?? address(name, "10.10"),
  }),
  "gcp:dns/managedZone:ManagedZone": () => ({
    nameServers: ["a", "b", "c", "d"].map((letter) => `ns-cloud-${letter}1.googledomains.com.`),
  }),
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": (name, { domain }) => ({
    dnsResourceRecords: [
      {
        name: `_acme-challenge.${text(domain) ?? ""}.`,
        type: "CNAME",
        data: `${digest(name)}.authorize.example.`,
      },
    ],
  }),
  "gcp:storage/bucket:Bucket": (name) => ({
    id: name,
    url: `gs://${name}`,
    selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
  }),
  "gcp:storage/hmacKey:HmacKey": (_, { serviceAccountEmail }) => ({
    accessId: `GOOG1E${digest(serviceAccountEmail ?? "", 20).toUpperCase()}`,
    secret: `hmac-${digest(serviceAccountEmail ?? "", 20)}`,
  }),
  "gcp:firestore/userCreds:UserCreds": (name) => ({ securePassword: `creds-${digest(name)}` }),
  "gcp:firestore/database:Database": (name) => ({ uid: digest(name), locationId: "" }),
  "gcp:filestore/instance:Instance": (name, { networks }) => ({
    networks: (Array.isArray(networks) ? networks : []).map((network: Value) => ({
      ...(isMap(network) ? network : {}),
      ipAddresses: [address(name, "10.22")],
    })),
  }),
  "gcp:projects/apiKey:ApiKey": (name) => ({ keyString: `AIza${digest(name, 32)}`, uid: digest(name) }),
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": (name, _, { number }) => ({
    name: `projects/${number}/locations/global/workloadIdentityPools/${name}`,
  }),
  "gcp:monitoring/notificationChannel:NotificationChannel": (_, inputs, { project }) => ({
    name: `projects/${project}/notificationChannels/${digest(inputs)}`,
  }),
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": (_, inputs, { project }) => ({
    name: `projects/${project}/uptimeCheckConfigs/${digest(inputs)}`,
    uptimeCheckId: digest(inputs),
  }),
  "docker-build:index:Image": (_, inputs) => {
    const tags = Array.isArray(inputs.tags) ? inputs.tags : [];
    const sum = `sha256:${digest(inputs, 64)}`;
    return { digest: sum, ref: `${text(tags[0]) ?? "image"}@${sum}`, contextHash: digest(inputs, 64) };
  },
};
