/** Google Kubernetes Engine: clusters and their pools of nodes. */
import { expects, needs, type Resource, type Rule, rule } from "../rule.ts";
import { at, isUnknown, maps, shown, text, UNKNOWN, type Value } from "../values.ts";

const CLUSTER = "gcp:container/cluster:Cluster";
const POOL = "gcp:container/nodePool:NodePool";

/** Google runs the nodes of an Autopilot cluster and sets what the rest of this file asks of nodes. */
const autopilot = ({ inputs }: Resource): boolean => inputs.enableAutopilot === true;
const standard = (judge: (resource: Resource) => string[]) => (resource: Resource) =>
  autopilot(resource) ? [] : judge(resource);

/** Asked of every pool, and of the nodes that a cluster is made with unless its first pool goes at once. */
const ofNodes = (judge: (nodes: Resource) => string[]) => (resource: Resource) => {
  if (autopilot(resource) || (resource.type === CLUSTER && passes(resource.inputs.removeDefaultNodePool)))
    return [];
  return judge(resource);
};

const passes = (value: Value | undefined): boolean => value === true || value === UNKNOWN;

/** Neither set to false nor left out where Google would leave it off. */
const on =
  (path: string, unless: Value | undefined = undefined) =>
  ({ inputs }: Resource) => {
    const value = at(inputs, path);
    return passes(value) || (unless === true && value === undefined) ? [] : [`${path} is ${shown(value)}`];
  };
const off =
  (path: string) =>
  ({ inputs }: Resource) =>
    at(inputs, path) === true ? [`${path} is true`] : [];

/** An interface of Google's own that a cluster writes to; `none` turns it off. */
const service =
  (path: string) =>
  ({ inputs }: Resource) =>
    ["none", "logging.googleapis.com", "monitoring.googleapis.com"].includes(text(inputs[path]))
      ? [`${path} is ${shown(inputs[path])}`]
      : [];

type Row = readonly [
  name: string,
  severity: Rule["severity"],
  description: string,
  remedy: string,
  ids: readonly string[],
  types: readonly string[],
  judge: (resource: Resource) => readonly string[],
];

const ROWS: readonly Row[] = [
  [
    "alpha",
    "high",
    "Clusters have no alpha features, which end with the cluster",
    "leave out enableKubernetesAlpha",
    ["CKV2_GCP_19"],
    [CLUSTER],
    off("enableKubernetesAlpha"),
  ],
  [
    "logs",
    "medium",
    "Clusters send their logs to Cloud Logging",
    "set loggingService: logging.googleapis.com/kubernetes",
    ["CKV_GCP_1", "GCP-0060"],
    [CLUSTER],
    service("loggingService"),
  ],
  [
    "metrics",
    "medium",
    "Clusters send their metrics to Cloud Monitoring",
    "set monitoringService: monitoring.googleapis.com/kubernetes",
    ["CKV_GCP_8", "GCP-0052"],
    [CLUSTER],
    service("monitoringService"),
  ],
  [
    "abac",
    "high",
    "Who may do what in a cluster is said by RBAC alone",
    "leave out enableLegacyAbac",
    ["CKV_GCP_7", "GCP-0062"],
    [CLUSTER],
    off("enableLegacyAbac"),
  ],
  [
    "repair",
    "medium",
    "Broken nodes are repaired",
    "set management.autoRepair: true",
    ["CKV_GCP_9", "GCP-0063"],
    [POOL],
    on("management.autoRepair", true),
  ],
  [
    "upgrade",
    "medium",
    "Nodes are upgraded with the control plane",
    "set management.autoUpgrade: true",
    ["CKV_GCP_10", "GCP-0058"],
    [POOL],
    on("management.autoUpgrade", true),
  ],
  [
    "network-policy",
    "medium",
    "Network policies between pods are enforced",
    "set datapathProvider: ADVANCED_DATAPATH, or networkPolicy.enabled: true",
    ["CKV_GCP_12", "GCP-0056"],
    [CLUSTER],
    standard(networkPolicy),
  ],
  [
    "client-certificate",
    "high",
    "Nobody logs in to a cluster with a certificate that can't be taken back",
    "leave out masterAuth.clientCertificateConfig.issueClientCertificate",
    ["CKV_GCP_13", "GCP-0064"],
    [CLUSTER],
    off("masterAuth.clientCertificateConfig.issueClientCertificate"),
  ],
  [
    "control-plane",
    "critical",
    "The control plane is not reached from everywhere",
    "name ranges in masterAuthorizedNetworksConfig.cidrBlocks",
    ["CKV_GCP_18", "GCP-0053"],
    [CLUSTER],
    openControlPlane,
  ],
  [
    "authorized-networks",
    "high",
    "The control plane is reached from named networks",
    "set masterAuthorizedNetworksConfig",
    ["CKV_GCP_20", "GCP-0061"],
    [CLUSTER],
    needs("masterAuthorizedNetworksConfig"),
  ],
  [
    "labels",
    "low",
    "Clusters say whose they are",
    "set resourceLabels",
    ["CKV_GCP_21", "GCP-0051"],
    [CLUSTER],
    needs("resourceLabels"),
  ],
  [
    "node-image",
    "medium",
    "Nodes run Container-Optimized OS with containerd",
    "set nodeConfig.imageType: COS_CONTAINERD",
    ["CKV_GCP_22", "GCP-0054"],
    [CLUSTER, POOL],
    ofNodes(nodeImage),
  ],
  [
    "ip-alias",
    "low",
    "Pods have addresses of the network",
    "set ipAllocationPolicy",
    ["CKV_GCP_23", "GCP-0049"],
    [CLUSTER],
    standard(needs("ipAllocationPolicy")),
  ],
  [
    "private",
    "medium",
    "Nodes have no public addresses",
    "set privateClusterConfig.enablePrivateNodes: true",
    ["CKV_GCP_25", "CKV_GCP_64", "GCP-0059"],
    [CLUSTER],
    expects("privateClusterConfig.enablePrivateNodes", true),
  ],
  [
    "intranode",
    "low",
    "Traffic between pods of one node is recorded too",
    "set enableIntranodeVisibility: true",
    ["CKV_GCP_61"],
    [CLUSTER],
    standard(expects("enableIntranodeVisibility", true)),
  ],
  [
    "groups",
    "low",
    "Roles in the cluster go to groups",
    "set authenticatorGroupsConfig.securityGroup",
    ["CKV_GCP_65"],
    [CLUSTER],
    needs("authenticatorGroupsConfig.securityGroup"),
  ],
  [
    "binary-authorization",
    "medium",
    "Images that nobody signed for don't start",
    "set binaryAuthorization.evaluationMode: PROJECT_SINGLETON_POLICY_ENFORCE",
    ["CKV_GCP_66"],
    [CLUSTER],
    binaryAuthorization,
  ],
  [
    "secure-boot",
    "medium",
    "Nodes start from signed code",
    "set nodeConfig.shieldedInstanceConfig.enableSecureBoot: true",
    ["CKV_GCP_68"],
    [CLUSTER, POOL],
    ofNodes(on("nodeConfig.shieldedInstanceConfig.enableSecureBoot")),
  ],
  [
    "integrity",
    "medium",
    "Nodes watch that their code stays signed",
    "set nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring: true",
    ["CKV_GCP_72"],
    [CLUSTER, POOL],
    ofNodes(on("nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring", true)),
  ],
  [
    "metadata",
    "high",
    "Pods see a metadata server that gives them their own account, not the node's",
    "set nodeConfig.workloadMetadataConfig.mode: GKE_METADATA",
    ["CKV_GCP_69", "GCP-0057"],
    [CLUSTER, POOL],
    ofNodes(expects("nodeConfig.workloadMetadataConfig.mode", "GKE_METADATA")),
  ],
  [
    "release-channel",
    "low",
    "Clusters follow a release channel",
    "set releaseChannel.channel: REGULAR",
    ["CKV_GCP_70"],
    [CLUSTER],
    needs("releaseChannel.channel"),
  ],
  [
    "shielded",
    "high",
    "Nodes prove who they are to the control plane",
    "set enableShieldedNodes: true",
    ["CKV_GCP_71", "GCP-0055"],
    [CLUSTER],
    standard(on("enableShieldedNodes", true)),
  ],
  [
    "pools",
    "low",
    "Nodes are in pools of their own, which change without the cluster",
    "use container.NodePool, and removeDefaultNodePool: true",
    ["CKV_GCP_123"],
    [CLUSTER],
    standard(ownPools),
  ],
  [
    "account",
    "high",
    "Nodes run under a service account of their own, not the project's default one",
    "set nodeConfig.serviceAccount",
    ["GCP-0050"],
    [CLUSTER, POOL],
    ofNodes(nodeAccount),
  ],
];

export const GKE_RULES: readonly Rule[] = ROWS.map(
  ([name, severity, description, remedy, ids, types, judge]) =>
    rule(
      { name: `gcp-gke-${name}`, platform: "gcp", severity, description, remedy, ids },
      { subject: "resource", types, judge },
    ),
);

function networkPolicy({ inputs }: Resource): string[] {
  const fast = inputs.datapathProvider;
  if (fast === "ADVANCED_DATAPATH" || isUnknown(fast)) return [];
  return on("networkPolicy.enabled")({ inputs } as Resource);
}

function openControlPlane({ inputs }: Resource): string[] {
  return maps(at(inputs, "masterAuthorizedNetworksConfig.cidrBlocks"))
    .filter(({ cidrBlock }) => cidrBlock === "0.0.0.0/0" || cidrBlock === "::/0")
    .map(({ cidrBlock }) => `masterAuthorizedNetworksConfig.cidrBlocks has ${shown(cidrBlock)}`);
}

/** Container-Optimized OS is what one gets without asking. */
function nodeImage({ inputs }: Resource): string[] {
  const image = at(inputs, "nodeConfig.imageType");
  return image === undefined || image === UNKNOWN || text(image).toUpperCase() === "COS_CONTAINERD"
    ? []
    : [`nodeConfig.imageType is ${shown(image)}`];
}

function binaryAuthorization({ inputs }: Resource): string[] {
  const mode = at(inputs, "binaryAuthorization.evaluationMode");
  return isUnknown(mode) || text(mode).includes("ENFORCE") || text(mode).includes("POLICY_BINDINGS")
    ? []
    : [`binaryAuthorization.evaluationMode is ${shown(mode)}`];
}

function ownPools({ inputs }: Resource): string[] {
  const inside = inputs.nodePools !== undefined || inputs.nodeConfig !== undefined;
  if (inside) return [`${inputs.nodePools === undefined ? "nodeConfig" : "nodePools"} stands in the cluster`];
  return on("removeDefaultNodePool")({ inputs } as Resource);
}

function nodeAccount({ inputs }: Resource): string[] {
  const account = at(inputs, "nodeConfig.serviceAccount");
  if (isUnknown(account)) return [];
  const said = text(account);
  return said === "" || said === "default" || /-compute@developer\./.test(said)
    ? [`nodeConfig.serviceAccount is ${shown(account)}`]
    : [];
}
