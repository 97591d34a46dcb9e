/** Networks, subnets and firewalls on Google Cloud. */
import {
  expects,
  type LinkedResource,
  needs,
  type Resource,
  type Rule,
  rule,
  type Violation,
} from "../rule.ts";
import { at, isUnknown, items, maps, type Properties, shown, text, texts } from "../values.ts";

const NETWORK = "gcp:compute/network:Network";
const SUBNET = "gcp:compute/subnetwork:Subnetwork";
const FIREWALL = "gcp:compute/firewall:Firewall";
const POLICIES = /^gcp:compute\/(region)?[nN]etworkFirewallPolicy(WithRules|Association)/;
const ANYWHERE = ["0.0.0.0/0", "::/0", "*"];

const arrives = ({ direction }: Properties): boolean => direction !== "EGRESS" && !isUnknown(direction);
const anywhere = (ranges: Properties[string] | undefined) =>
  texts(ranges).find((range) => ANYWHERE.includes(range));
/** Subnets that carry machines; the others are for load balancers and private connections. */
const carries = ({ inputs: { purpose } }: Resource): boolean =>
  purpose === undefined || purpose === "PRIVATE";

export const NETWORK_RULES: readonly Rule[] = [
  rule(
    {
      name: "gcp-network-own",
      platform: "gcp",
      severity: "medium",
      description:
        "Networks are made for the app, without subnets and firewall rules that come by themselves",
      remedy: "set autoCreateSubnetworks: false and another name than default",
      ids: ["CKV2_GCP_2", "GCP-0073"],
    },
    {
      subject: "resource",
      types: [NETWORK],
      judge: ({ inputs: { autoCreateSubnetworks, name } }) => [
        ...(autoCreateSubnetworks === false || isUnknown(autoCreateSubnetworks)
          ? []
          : [
              `autoCreateSubnetworks is ${shown(autoCreateSubnetworks)}: a subnet comes to be in every region`,
            ]),
        ...(name === "default" ? ["it is called default, which Google fills with open rules"] : []),
      ],
    },
  ),
  rule(
    {
      name: "gcp-project-network",
      platform: "gcp",
      severity: "high",
      description: "New projects come without the default network and its open rules",
      remedy: "set autoCreateNetwork: false",
      ids: ["GCP-0010"],
    },
    {
      subject: "resource",
      types: ["gcp:organizations/project:Project"],
      judge: expects("autoCreateNetwork", false),
    },
  ),
  rule(
    {
      name: "gcp-network-firewall",
      platform: "gcp",
      severity: "high",
      description: "Every network has firewall rules of its own",
      remedy: "add a compute.Firewall, or associate a network firewall policy",
      ids: ["CKV2_GCP_18"],
    },
    {
      subject: "stack",
      types: /^gcp:compute\/(network:|firewall:|(region)?[nN]etworkFirewallPolicy)/,
      judge: bareNetworks,
    },
  ),
  rule(
    {
      name: "gcp-subnet-flow-logs",
      platform: "gcp",
      severity: "medium",
      description: "Subnets record what flows, so that an incident can be read afterwards",
      remedy: "set logConfig, with metadata: INCLUDE_ALL_METADATA for whole records",
      ids: ["CKV_GCP_26", "GCP-0029", "GCP-0076"],
    },
    {
      subject: "resource",
      types: [SUBNET],
      judge: (subnet) => (carries(subnet) ? needs("logConfig")(subnet) : []),
    },
  ),
  rule(
    {
      name: "gcp-subnet-private-access",
      platform: "gcp",
      severity: "low",
      description: "Google's interfaces are reached from subnets without the internet",
      remedy: "set privateIpGoogleAccess: true",
      ids: ["CKV_GCP_74", "GCP-0075"],
    },
    {
      subject: "resource",
      types: [SUBNET],
      judge: (subnet) => (carries(subnet) ? expects("privateIpGoogleAccess", true)(subnet) : []),
    },
  ),
  rule(
    {
      name: "gcp-subnet-private-ipv6",
      platform: "gcp",
      severity: "low",
      description: "Subnets with IPv6 reach Google's interfaces without the internet as well",
      remedy: "set stackType: IPV4_ONLY, or privateIpv6GoogleAccess: ENABLE_OUTBOUND_VM_ACCESS_TO_GOOGLE",
      ids: ["CKV_GCP_76"],
    },
    {
      subject: "resource",
      types: [SUBNET],
      judge: ({ inputs: { stackType, privateIpv6GoogleAccess } }) =>
        text(stackType).includes("IPV6") &&
        !text(privateIpv6GoogleAccess).startsWith("ENABLE") &&
        !isUnknown(privateIpv6GoogleAccess)
          ? [
              `stackType is ${shown(stackType)} and privateIpv6GoogleAccess is ${shown(privateIpv6GoogleAccess)}`,
            ]
          : [],
    },
  ),
  rule(
    {
      name: "gcp-firewall-ingress",
      platform: "gcp",
      severity: "critical",
      description: "Nothing arrives from everywhere: no SSH, no RDP, no HTTP, no port at all",
      remedy:
        "name source ranges: load balancers 35.191.0.0/16 and 130.211.0.0/22, Identity-Aware Proxy 35.235.240.0/20",
      ids: ["CKV_GCP_2", "CKV_GCP_3", "CKV_GCP_106", "CKV2_GCP_12", "GCP-0027", "GCP-0070", "GCP-0071"],
    },
    {
      subject: "resource",
      types: [FIREWALL],
      judge: ({ inputs }) => {
        const range = anywhere(inputs.sourceRanges);
        return arrives(inputs) && items(inputs.allows).length > 0 && range
          ? [`sourceRanges has ${range} for ${portsSaid(inputs)}`]
          : [];
      },
    },
  ),
  rule(
    {
      name: "gcp-firewall-egress",
      platform: "gcp",
      severity: "high",
      description: "No rule lets traffic out to everywhere",
      remedy: "name destination ranges, or name hosts in a network firewall policy (in app.yaml: egress)",
      ids: ["GCP-0035"],
    },
    {
      subject: "resource",
      types: [FIREWALL],
      judge: ({ inputs }) => {
        const range = anywhere(inputs.destinationRanges);
        return inputs.direction === "EGRESS" && items(inputs.allows).length > 0 && range
          ? [`destinationRanges has ${range} for ${portsSaid(inputs)}`]
          : [];
      },
    },
  ),
  rule(
    {
      name: "gcp-firewall-ports",
      platform: "gcp",
      severity: "medium",
      description: "Firewall rules name single ports, not all of them and not long ranges",
      remedy: "name protocol and ports, at most 20 in a range",
      ids: ["GCP-0072", "GCP-0074"],
    },
    {
      subject: "resource",
      types: [FIREWALL],
      judge: ({ inputs }) =>
        maps(inputs.allows).flatMap(({ protocol, ports }) => {
          if (isUnknown(protocol) || isUnknown(ports)) return [];
          if (protocol === "icmp") return [];
          if (items(ports).length === 0) return [`allows every port of ${shown(protocol)}`];
          return texts(ports)
            .filter(isLong)
            .map((range) => `allows ${range} of ${shown(protocol)}`);
        }),
    },
  ),
  rule(
    {
      name: "gcp-firewall-policy-ingress",
      platform: "gcp",
      severity: "critical",
      description: "Network firewall policies let nothing in from everywhere",
      remedy: "name srcIpRanges, or sources by secure tag",
      ids: [],
    },
    {
      subject: "resource",
      types: /^gcp:compute\/(region)?[nN]etworkFirewallPolicy(WithRules|Rule):/,
      judge: ({ inputs }) =>
        [inputs, ...maps(inputs.rules)].flatMap((one) => {
          const range = anywhere(at(one, "match.srcIpRanges"));
          return one.action === "allow" && one.direction !== "EGRESS" && range
            ? [`rule ${shown(one.ruleName ?? one.priority)} allows ${range}`]
            : [];
        }),
    },
  ),
];

const portsSaid = ({ allows }: Properties): string =>
  maps(allows)
    .map(
      ({ protocol, ports }) =>
        `${text(protocol) || "some protocol"} ${texts(ports).join(", ") || "(every port)"}`,
    )
    .join("; ");

function isLong(range: string): boolean {
  const [from, to] = range.split("-").map(Number);
  return from !== undefined && to !== undefined && to - from >= 20;
}

/** A firewall belongs to a network by its link, which is mostly unknown before the network is there, or by order. */
function bareNetworks(resources: readonly LinkedResource[]): Violation[] {
  const guards = resources.filter(({ type }) => type === FIREWALL || POLICIES.test(type));
  const names = (guard: LinkedResource) =>
    [guard.inputs.network, guard.inputs.attachmentTarget].map((value) => text(value));
  return resources
    .filter(({ type }) => type === NETWORK)
    .filter((network) => {
      const called = text(network.inputs.name) || network.name;
      const guarded = guards.some(
        (guard) =>
          guard.dependencies.includes(network.urn) ||
          names(guard).some((value) => value === called || value.endsWith(`/${called}`)),
      );
      return !guarded;
    })
    .map((resource) => ({ resource, message: "no firewall rule and no firewall policy belongs to it" }));
}
