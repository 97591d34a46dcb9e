/** DNS records of the app: in a zone of Cloud DNS, or as a list of what to write elsewhere. */
import { ManagedZone } from "@pulumi/gcp/dns/managedZone.js";
import { RecordSet } from "@pulumi/gcp/dns/recordSet.js";
import { all, type Input, type Output, output, type Resource } from "@pulumi/pulumi";
import { type Deployment, labelsOf } from "../deployment.ts";
import { hyphened, namesOf, replaceable } from "./plan.ts";

export interface DnsRecord {
  /** Unique in the deployment. */
  readonly key: string;
  /** With the dot at its end. */
  readonly name: Input<string>;
  readonly type: "A" | "AAAA" | "CNAME" | "CAA";
  readonly data: readonly Input<string>[];
}

export interface Dns {
  /** Records to write by hand, `shop.example. A 203.0.113.1`; empty when a zone has them. */
  readonly records: Output<string[]>;
  /** Name servers that the domain's registrar must name; empty unless the zone is made here. */
  readonly nameServers: Output<string[]>;
}

/** Five minutes, so that a change of address is soon everywhere. */
const TTL = 300;

export function addressRecords(
  deployment: Deployment,
  { v4, v6 }: { readonly v4: Input<string>; readonly v6: Input<string> },
): DnsRecord[] {
  return namesOf(deployment).flatMap((name): DnsRecord[] => [
    { key: `a-${hyphened(name)}`, name: `${name}.`, type: "A", data: [v4] },
    { key: `aaaa-${hyphened(name)}`, name: `${name}.`, type: "AAAA", data: [v6] },
  ]);
}

export function createDns(parent: Resource, deployment: Deployment, records: readonly DnsRecord[]): Dns {
  const { dns } = deployment.settings;
  if (!dns) return { records: written(records), nameServers: output([]) };
  const zone = dns.create ? createZone(parent, deployment, dns.zone) : undefined;
  const own = zone ? issuers(deployment) : [];
  for (const { key, name, type, data } of [...records, ...own]) {
    new RecordSet(
      replaceable(deployment.app, "dns", key),
      { managedZone: zone?.name ?? dns.zone, name, type, ttl: TTL, rrdatas: [...data] },
      // A name can have one set of a type, so the old one goes first.
      { parent, deleteBeforeReplace: true },
    );
  }
  return { records: output([]), nameServers: zone?.nameServers ?? output([]) };
}

function createZone(parent: Resource, deployment: Deployment, name: string): ManagedZone {
  const { app } = deployment;
  return new ManagedZone(
    replaceable(app, "zone"),
    {
      name,
      dnsName: `${app.edge.domain}.`,
      description: `Names of ${app.name} in ${app.environment}`,
      labels: labelsOf(deployment),
      dnssecConfig: {
        state: "on",
        nonExistence: "nsec3",
        // SHA-1 must not sign a zone: CKV_GCP_17.
        defaultKeySpecs: [
          { keyType: "keySigning", algorithm: "ecdsap256sha256", keyLength: 256 },
          { keyType: "zoneSigning", algorithm: "ecdsap256sha256", keyLength: 256 },
        ],
      },
      forceDestroy: !app.protect,
    },
    // Another zone has other name servers, which the registrar does not know.
    { parent, protect: app.protect, deleteBeforeReplace: true },
  );
}

/** Only Google may issue certificates for the names of a zone that is ours, unless the app brings its own. */
function issuers({ app: { edge } }: Deployment): DnsRecord[] {
  if (edge.certificate) return [];
  const data = ['0 issue "pki.goog"', '0 issuewild ";"'];
  return [{ key: "issuers", name: `${edge.domain.toLowerCase()}.`, type: "CAA", data }];
}

const written = (records: readonly DnsRecord[]): Output<string[]> =>
  all(
    records.map(({ name, type, data }) =>
      all([name, all([...data])]).apply(([known, texts]) => `${known} ${type} ${texts.join(" ")}`),
    ),
  );
