/** The VPC, its firewall and its names. */
import { address, like, oneOf, own, plural, REGION, renamed, type Service } from "../mapping.ts";

const NAME = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const RULE = /^(tcp|udp|icmp|esp|ah|sctp|ipip|all|\d{1,3})$/;
const PORTS = /^\d{1,5}(-\d{1,5})?$/;

export const network: Service = {
  types: {
    "gcp:compute/network:Network": {
      document: "compute.v1",
      schema: "Network",
      fields: { routingMode: renamed("routingConfig.routingMode", "one field of the object") },
    },
    "gcp:compute/subnetwork:Subnetwork": {
      document: "compute.v1",
      schema: "Subnetwork",
      fields: { ...REGION },
    },
    "gcp:compute/globalAddress:GlobalAddress": { document: "compute.v1", schema: "Address" },
    "gcp:servicenetworking/connection:Connection": {
      document: "servicenetworking.v1",
      schema: "Connection",
      fields: {
        service: address(/^servicenetworking\.googleapis\.com$/),
        updateOnCreationFail: own("the provider changes a connection that is there"),
        deletionPolicy: own("what deleting the resource does (r/service_networking_connection)", {
          values: ["ABANDON", "DELETE"],
        }),
      },
    },
    "gcp:compute/router:Router": { document: "compute.v1", schema: "Router", fields: { ...REGION } },
    "gcp:compute/routerNat:RouterNat": {
      document: "compute.v1",
      schema: "RouterNat",
      fields: { ...REGION, router: address(NAME) },
    },
    "gcp:compute/firewall:Firewall": {
      document: "compute.v1",
      schema: "Firewall",
      fields: { allows: plural("allowed"), denies: plural("denied") },
    },
    "gcp:compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules": {
      document: "compute.v1",
      schema: "FirewallPolicy",
    },
    "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation": {
      document: "compute.v1",
      schema: "FirewallPolicyAssociation",
      fields: { firewallPolicy: address(NAME) },
    },
    "gcp:dns/managedZone:ManagedZone": {
      document: "dns.v1",
      schema: "ManagedZone",
      fields: {
        name: like(NAME, "1 to 63 characters, as the schema says"),
        dnsName: like(/^([a-z0-9_-]+\.)+$/, "ends in a dot"),
        forceDestroy: own("the provider deletes the records first"),
      },
    },
    "gcp:dns/recordSet:RecordSet": {
      document: "dns.v1",
      schema: "ResourceRecordSet",
      fields: {
        managedZone: address(NAME),
        name: like(/^(\*\.)?([a-z0-9_-]+\.)+$/, "ends in a dot"),
        type: oneOf("docs.cloud.google.com/dns/docs/records-overview", "A", "AAAA", "CAA", "CNAME", "TXT"),
      },
    },
  },
  schemas: {
    "Firewall.allowed": {
      protocol: { api: "IPProtocol", format: RULE, why: "Google writes it in capitals; words of the schema" },
      ports: like(PORTS, "a port or a range"),
    },
    "Firewall.denied": {
      protocol: { api: "IPProtocol", format: RULE, why: "Google writes it in capitals; words of the schema" },
    },
    FirewallPolicyRule: {
      action: oneOf(
        "of the schema's own description",
        "allow",
        "deny",
        "goto_next",
        "apply_security_profile_group",
      ),
    },
    FirewallPolicyRuleMatcherLayer4Config: {
      ipProtocol: like(RULE, "words of the schema"),
      ports: like(PORTS, "a port or a range"),
    },
    RRSetRoutingPolicy: { geos: renamed("geo.items", "the provider has the entries alone") },
  },
};
