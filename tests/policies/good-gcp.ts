/** One resource of each type on Google Cloud; together they break no rule. */
import { type Properties, UNKNOWN } from "../../policies/values.ts";
import type { Fixture } from "./fixtures.ts";

const NETWORK = "projects/acme/global/networks/shop";
const ACCOUNT = "shop-api@acme.iam.gserviceaccount.com";
const DIGEST = `us-docker.pkg.dev/acme/shop/api@sha256:${"a".repeat(64)}`;

const container = {
  name: "api",
  image: DIGEST,
  ports: { containerPort: 8080 },
  envs: [
    { name: "LOG_LEVEL", value: "info" },
    { name: "DB_PASSWORD_FILE", value: "/run/secrets/db" },
    { name: "JWT_SECRET", valueSource: { secretKeyRef: { secret: "shop-jwt", version: "3" } } },
  ],
  resources: { limits: { cpu: "1", memory: "512Mi" } },
  startupProbe: { httpGet: { path: "/health" } },
};
const task = {
  containers: [container],
  serviceAccount: ACCOUNT,
  vpcAccess: { egress: "ALL_TRAFFIC", networkInterfaces: [{ network: NETWORK }] },
  volumes: [{ name: "db", secret: { secret: "shop-db", items: [{ path: "value", version: "1" }] } }],
};
const shielded = { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true };
const nodes = {
  imageType: "COS_CONTAINERD",
  serviceAccount: ACCOUNT,
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  workloadMetadataConfig: { mode: "GKE_METADATA" },
};
const FLAGS = {
  "cloudsql.enable_pgaudit": "on",
  log_statement: "ddl",
  log_connections: "on",
  log_disconnections: "on",
  log_hostname: "on",
  log_checkpoints: "on",
  log_lock_waits: "on",
  log_temp_files: "0",
  log_duration: "on",
};

const INPUTS: Readonly<Record<string, Properties>> = {
  "gcp:compute/network:Network": { name: "shop", autoCreateSubnetworks: false },
  "gcp:organizations/project:Project": { projectId: "acme", autoCreateNetwork: false },
  "gcp:compute/subnetwork:Subnetwork": {
    network: NETWORK,
    ipCidrRange: "10.0.0.0/24",
    logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    privateIpGoogleAccess: true,
    stackType: "IPV4_ONLY",
  },
  "gcp:compute/firewall:Firewall": {
    network: NETWORK,
    direction: "INGRESS",
    sourceRanges: ["35.191.0.0/16"],
    allows: [{ protocol: "tcp", ports: ["8080"] }],
  },
  "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules": {
    rules: [
      { priority: 1, action: "allow", direction: "INGRESS", match: { srcIpRanges: ["10.0.0.0/8"] } },
      { priority: 2, action: "deny", direction: "INGRESS", match: { srcIpRanges: ["0.0.0.0/0"] } },
    ],
  },
  "gcp:cloudrunv2/service:Service": {
    name: "shop-api",
    location: "us-central1",
    ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
    defaultUriDisabled: true,
    template: { ...task, scaling: { maxInstanceCount: 4 } },
  },
  "gcp:cloudrunv2/job:Job": {
    name: "shop-setup",
    location: "us-central1",
    template: { template: { ...task, serviceAccount: "shop-setup@acme.iam.gserviceaccount.com" } },
  },
  "gcp:cloudrunv2/workerPool:WorkerPool": {
    name: "shop-mailer",
    location: "us-central1",
    template: { ...task, serviceAccount: "shop-mailer@acme.iam.gserviceaccount.com" },
  },
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": {
    machineType: "e2-medium",
    canIpForward: false,
    disks: [{ sourceImage: "projects/cos-cloud/global/images/family/cos-stable" }],
    metadata: {
      "block-project-ssh-keys": "TRUE",
      "enable-oslogin": "TRUE",
      "serial-port-enable": "FALSE",
      "user-data": `#cloud-config\nimage='${DIGEST}'\n`,
    },
    networkInterfaces: [{ network: NETWORK }],
    serviceAccount: { email: ACCOUNT, scopes: ["cloud-platform"] },
    shieldedInstanceConfig: shielded,
  },
  "gcp:compute/backendService:BackendService": {
    loadBalancingScheme: "EXTERNAL_MANAGED",
    securityPolicy: "projects/acme/global/securityPolicies/shop",
    logConfig: { enable: true },
  },
  "gcp:compute/backendBucket:BackendBucket": {
    bucketName: "shop-media",
    edgeSecurityPolicy: "projects/acme/global/securityPolicies/shop-edge",
  },
  "gcp:compute/securityPolicy:SecurityPolicy": {
    rules: [
      {
        action: "deny(403)",
        priority: 1000,
        preview: false,
        match: { expr: { expression: "evaluatePreconfiguredWaf('cve-canary')" } },
      },
    ],
  },
  "gcp:compute/sSLPolicy:SSLPolicy": { minTlsVersion: "TLS_1_2", profile: "RESTRICTED" },
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy": {
    urlMap: "projects/acme/global/urlMaps/shop",
    sslPolicy: "projects/acme/global/sslPolicies/shop",
    certificateMap: "//certificatemanager.googleapis.com/projects/acme/locations/global/certificateMaps/shop",
  },
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": {
    loadBalancingScheme: "EXTERNAL_MANAGED",
    portRange: "443",
    target: "projects/acme/global/targetHttpsProxies/shop",
  },
  "gcp:dns/managedZone:ManagedZone": {
    dnsName: "shop.example.",
    dnssecConfig: {
      state: "on",
      defaultKeySpecs: [{ keyType: "keySigning", algorithm: "ecdsap256sha256" }],
    },
  },
  "gcp:sql/databaseInstance:DatabaseInstance": {
    databaseVersion: "POSTGRES_15",
    settings: {
      tier: "db-custom-1-3840",
      deletionProtectionEnabled: true,
      ipConfiguration: { ipv4Enabled: false, privateNetwork: NETWORK, sslMode: "ENCRYPTED_ONLY" },
      backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
      databaseFlags: Object.entries(FLAGS).map(([name, value]) => ({ name, value })),
    },
  },
  "gcp:firestore/database:Database": {
    name: "shop-items",
    deleteProtectionState: "DELETE_PROTECTION_ENABLED",
    pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED",
  },
  "gcp:firestore/backupSchedule:BackupSchedule": { database: "shop-items", retention: "604800s" },
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": {
    name: "shop-api",
    location: "us-central1",
    role: "roles/run.invoker",
    member: "allUsers",
  },
  "gcp:compute/targetHttpProxy:TargetHttpProxy": { urlMap: UNKNOWN },
  "gcp:compute/uRLMap:URLMap": { defaultUrlRedirect: { httpsRedirect: true } },
  "gcp:logging/projectSink:ProjectSink": { destination: "logging.googleapis.com/projects/acme/buckets/shop" },
  "gcp:sql/database:Database": { instance: "shop", name: "db" },
  "gcp:redis/instance:Instance": {
    memorySizeGb: 1,
    authEnabled: true,
    transitEncryptionMode: "SERVER_AUTHENTICATION",
    deletionProtection: true,
  },
  "gcp:firebaserules/ruleset:Ruleset": {
    source: {
      files: [
        {
          name: "firestore.rules",
          content:
            "match /{document=**} { allow read, write: if false; }\n// allow read: if true;\nmatch /a/{id} { allow read: if request.auth != null; }",
        },
      ],
    },
  },
  "gcp:storage/bucket:Bucket": {
    name: "shop-media",
    location: "US",
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    versioning: { enabled: true },
    logging: { logBucket: "shop-media-logs" },
    forceDestroy: false,
  },
  "gcp:artifactregistry/repository:Repository": { format: "DOCKER", repositoryId: "shop" },
  "gcp:storage/bucketIAMMember:BucketIAMMember": {
    bucket: "shop-media",
    role: "roles/storage.objectViewer",
    member: `serviceAccount:${ACCOUNT}`,
  },
  "gcp:projects/iAMMember:IAMMember": {
    project: "acme",
    role: "roles/monitoring.metricWriter",
    member: `serviceAccount:${ACCOUNT}`,
  },
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
    workloadIdentityPoolId: "shop",
    workloadIdentityPoolProviderId: "github",
    attributeCondition: "assertion.repository == 'acme/shop' && assertion.ref == 'refs/heads/main'",
  },
  "gcp:secretmanager/secretIamMember:SecretIamMember": {
    secretId: "shop-jwt",
    role: "roles/secretmanager.secretAccessor",
    member: `serviceAccount:${ACCOUNT}`,
  },
  "gcp:secretmanager/secret:Secret": { secretId: "shop-jwt", versionDestroyTtl: "86400s" },
  "gcp:kms/cryptoKey:CryptoKey": { keyRing: "main", rotationPeriod: "7776000s" },
  "gcp:container/cluster:Cluster": {
    resourceLabels: { app: "shop" },
    removeDefaultNodePool: true,
    datapathProvider: "ADVANCED_DATAPATH",
    enableIntranodeVisibility: true,
    ipAllocationPolicy: {},
    masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "10.0.0.0/8" }] },
    privateClusterConfig: { enablePrivateNodes: true },
    authenticatorGroupsConfig: { securityGroup: "gke-security-groups@acme.example" },
    binaryAuthorization: { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" },
    releaseChannel: { channel: "REGULAR" },
  },
  "gcp:container/nodePool:NodePool": {
    cluster: "shop",
    management: { autoRepair: true, autoUpgrade: true },
    nodeConfig: nodes,
  },
};

/** Waits that rules follow: whose link is unknown before it is made. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  "gcp:compute/firewall:Firewall": ["Network"],
  "gcp:compute/targetHttpProxy:TargetHttpProxy": ["URLMap"],
};

/** Two types of data are called Database. */
export const GOOD_GCP: readonly Fixture[] = Object.entries(INPUTS).map(([type, inputs]) => ({
  type,
  name: type.startsWith("gcp:firestore/database") ? "items" : (type.split(":").at(-1) ?? ""),
  inputs,
  ...(AFTER[type] && { after: AFTER[type] }),
}));
