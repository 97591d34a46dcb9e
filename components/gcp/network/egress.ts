/** What may leave to the internet: the hosts that services name, and nothing else.
 *
 * Host names are known to firewall policies alone, tags to VPC firewall rules alone. Google reads the VPC's rules
 * first, so the last word, the denial of everything, stands in the policy: as a VPC rule it would hide the policy.
 * On instances each service has its own hosts. Cloud Run's services share theirs, because a policy can't tell them
 * apart; those that name none are cut off by their tag.
 */
import { Firewall } from "@pulumi/gcp/compute/firewall.js";
import { NetworkFirewallPolicyAssociation } from "@pulumi/gcp/compute/networkFirewallPolicyAssociation.js";
import { NetworkFirewallPolicyWithRules } from "@pulumi/gcp/compute/networkFirewallPolicyWithRules.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import type { Input, Resource } from "@pulumi/pulumi";
import { GRAFANA, hasGrafana } from "../monitoring/grafana.ts";
import { nameOf, shorten } from "../names.ts";
import { chunks, type Members, onInstance, tagOf, targetsOf } from "./members.ts";

type Rule = inputs.compute.NetworkFirewallPolicyWithRulesRule;

export const ANYWHERE = "0.0.0.0/0";
const LAST = 65_534;
/** Names in one rule. */
const MOST_NAMES = 100;

/** Where the images of these registries really come from; of others, from the registry's own host. */
const REGISTRIES: Readonly<Record<string, readonly string[]>> = {
  "docker.io": [
    "registry-1.docker.io",
    "auth.docker.io",
    "production.cloudflare.docker.com",
    "production.cloudfront.docker.com",
    "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com",
  ],
  "ghcr.io": ["ghcr.io", "pkg-containers.githubusercontent.com"],
  "quay.io": ["quay.io", "cdn.quay.io", ...[1, 2, 3, 4, 5, 6].map((number) => `cdn0${number}.quay.io`)],
  "registry.gitlab.com": ["registry.gitlab.com", "gitlab.com", "cdn.registry.gitlab-static.net"],
  "public.ecr.aws": ["public.ecr.aws", "d5l0dvt14r5h8.cloudfront.net"],
};

/** Hosts that a service may call. An instance fetches its image itself; for Cloud Run Google does. */
export function hostsOf(members: Members, service: string): string[] {
  const egress = members.deployment.app.services[service]?.egress ?? [];
  return [...new Set([...egress, ...registryHosts(members, service)])];
}

/** Google's own registries answer at the address of its other services. */
export function registryHosts(members: Members, service: string): readonly string[] {
  const source = members.deployment.app.services[service]?.source;
  if (!source || !onInstance(members, service)) return [];
  const registry = source.type === "image" ? (source.registry ?? "docker.io") : "pkg.dev";
  if (/(^|\.|-docker\.)(pkg\.dev|gcr\.io)$/.test(registry)) return [];
  return REGISTRIES[registry] ?? [registry];
}

/** Services on Cloud Run that call hosts. */
export const sharers = (members: Members): string[] =>
  Object.keys(members.deployment.app.services).filter(
    (service) => !onInstance(members, service) && hostsOf(members, service).length > 0,
  );

/** Whether anything may leave at all. */
export const mayLeave = (members: Members): boolean =>
  Object.keys(members.deployment.app.services).some((service) => hostsOf(members, service).length > 0);

/** @returns what must be there before a call is let through, or stopped */
export function createEgress(parent: Resource, members: Members, network: Input<string>): Resource[] {
  const { app } = members.deployment;
  const name = nameOf(app, "compute", "egress");
  const policy = new NetworkFirewallPolicyWithRules(
    name,
    {
      name,
      description: "What may leave the network: the hosts that services name.",
      rules: policyRules(members),
    },
    { parent },
  );
  const association = new NetworkFirewallPolicyAssociation(
    name,
    { name, firewallPolicy: policy.name, attachmentTarget: network },
    { parent },
  );
  return [association, ...cutOff(parent, members, network)];
}

/** In the order in which Google reads them; no two may have the same priority. */
export function policyRules(members: Members): Rule[] {
  const { accounts, deployment } = members;
  const own = Object.entries(accounts).flatMap(([service, account]) =>
    allowed(service, hostsOf(members, service)).map((rule) => ({
      ...rule,
      targetServiceAccounts: [account],
    })),
  );
  const shared = allowed("cloud-run", [
    ...new Set(sharers(members).flatMap((service) => hostsOf(members, service))),
  ]);
  // Rules without a target are for everybody; these come first, so that they are not for instances.
  const closed = shared.length === 0 ? [] : chunks(Object.values(accounts), 10).map(denied);
  const last = { ...denied([]), priority: LAST };
  return [
    ...[...own, ...closed, ...shared].map((rule, index) => ({ ...rule, priority: 1000 + index })),
    last,
  ].map((rule) => ({ ...rule, description: `${deployment.app.name}: ${rule.description}` }));
}

/** One rule per port, and per hundred names. */
function allowed(who: string, hosts: readonly string[]): Omit<Rule, "priority">[] {
  const byPort = Map.groupBy(hosts.map(splitHost), ({ port }) => port);
  return [...byPort]
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(([port, entries]) =>
      chunks(entries.map(({ name }) => name).sort(), MOST_NAMES).map((destFqdns) => ({
        description: `${who} calls hosts on port ${port}`,
        direction: "EGRESS",
        action: "allow",
        enableLogging: false,
        match: { destFqdns, layer4Configs: [{ ipProtocol: "tcp", ports: [port] }] },
      })),
    );
}

function denied(targetServiceAccounts: Input<string>[]): Omit<Rule, "priority"> {
  return {
    description: "nothing else leaves",
    direction: "EGRESS",
    action: "deny",
    enableLogging: true,
    match: { destIpRanges: [ANYWHERE], layer4Configs: [{ ipProtocol: "all" }] },
    ...(targetServiceAccounts.length > 0 && { targetServiceAccounts }),
  };
}

/** `smtp.acme.example:587`; 443 when no port is named. */
export function splitHost(host: string): { readonly name: string; readonly port: string } {
  const [name = host, port = "443"] = host.split(":");
  return { name, port };
}

/** Services on Cloud Run that name no host must not use those of the others. */
function cutOff(parent: Resource, members: Members, network: Input<string>): Resource[] {
  const { app } = members.deployment;
  if (sharers(members).length === 0) return [];
  const silent = Object.keys(app.services).filter(
    (service) => !onInstance(members, service) && hostsOf(members, service).length === 0,
  );
  return targetsOf(members, silent, toolTags(members)).map(
    (target, index) =>
      new Firewall(
        shorten(nameOf(app, "compute", `silent--${index + 1}`), 55),
        {
          network,
          description: "Calls no host outside.",
          direction: "EGRESS",
          priority: 2000,
          destinationRanges: [ANYWHERE],
          denies: [{ protocol: "all" }],
          logConfig: { metadata: "INCLUDE_ALL_METADATA" },
          ...target,
        },
        { parent },
      ),
  );
}

/** What runs beside the app's services on Cloud Run: jobs that set up a database, and Grafana. */
const toolTags = ({ deployment: { app } }: Members): string[] => [
  ...Object.entries(app.data).flatMap(([name, { kind }]) =>
    kind === "postgres" ? [tagOf(app, `${name}-setup`)] : [],
  ),
  ...(hasGrafana(app) ? [tagOf(app, GRAFANA)] : []),
];
