/** Google's own services from within: their names lead to an address that never leaves Google's network. */
import { ManagedZone } from "@pulumi/gcp/dns/managedZone.js";
import { RecordSet } from "@pulumi/gcp/dns/recordSet.js";
import type { Input, Resource } from "@pulumi/pulumi";
import { type Deployment, labelsOf } from "../deployment.ts";
import { nameOf } from "../names.ts";

/** private.googleapis.com (docs.cloud.google.com/vpc/docs/configure-private-google-access). */
export const GOOGLE = {
  range: "199.36.153.8/30",
  addresses: ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"],
} as const;

/** How long an answer is kept. */
const TTL = 300;

/** Domains that answer there: all of Google's interfaces, and what a target needs beside them. */
export const domainsOf = (target: { readonly instances: boolean }): readonly string[] =>
  target.instances ? ["googleapis.com", "pkg.dev", "gcr.io"] : ["googleapis.com", "run.app"];

/** @returns the records */
export function createGoogleNames(
  parent: Resource,
  deployment: Deployment,
  network: Input<string>,
  domains: readonly string[],
): Resource[] {
  return domains.flatMap((domain) => createZone(parent, deployment, network, domain));
}

function createZone(
  parent: Resource,
  deployment: Deployment,
  network: Input<string>,
  domain: string,
): Resource[] {
  const name = nameOf(deployment.app, "compute", domain.replaceAll(".", "-"));
  const zone = new ManagedZone(
    name,
    {
      name,
      dnsName: `${domain}.`,
      description: `Names below ${domain} lead to Google's own network.`,
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: network }] },
      forceDestroy: false,
      labels: labelsOf(deployment),
    },
    { parent },
  );
  const apex = domain === "googleapis.com" ? "private.googleapis.com." : `${domain}.`;
  const record = (kind: string, args: { name: string; type: string; rrdatas: string[] }) =>
    new RecordSet(`${name}-${kind}`, { managedZone: zone.name, ttl: TTL, ...args }, { parent });
  return [
    record("address", { name: apex, type: "A", rrdatas: [...GOOGLE.addresses] }),
    record("names", { name: `*.${domain}.`, type: "CNAME", rrdatas: [apex] }),
  ];
}
