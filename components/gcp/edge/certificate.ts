/** Certificates: made and renewed by Google once DNS proves whose the names are, or given by the app.
 *
 * A managed certificate becomes active minutes to an hour after its DNS records exist, and nothing waits for it: the load
 * balancer serves HTTPS from then on.
 */
import { Certificate } from "@pulumi/gcp/certificatemanager/certificate.js";
import { CertificateMap } from "@pulumi/gcp/certificatemanager/certificateMap.js";
import { CertificateMapEntry } from "@pulumi/gcp/certificatemanager/certificateMapEntry.js";
import { DnsAuthorization } from "@pulumi/gcp/certificatemanager/dnsAuthorization.js";
import { type Input, interpolate, type Output, type Resource, secret } from "@pulumi/pulumi";
import { type Deployment, labelsOf } from "../deployment.ts";
import type { GcpSecrets } from "../handles.ts";
import type { DnsRecord } from "./dns.ts";
import { hyphened, namesOf, replaceable } from "./plan.ts";

/** Google's limit for one certificate with DNS authorization. */
export const MOST_NAMES = 100;

export interface Certificates {
  /** `//certificatemanager.googleapis.com/…`, as a target proxy wants it. */
  readonly map: Output<string>;
  /** What must be in DNS before Google issues; none for a certificate of the app's own. */
  readonly records: readonly DnsRecord[];
}

export function createCertificates(
  parent: Resource,
  deployment: Deployment,
  secrets: GcpSecrets,
): Certificates {
  const { certificate, records } = deployment.app.edge.certificate
    ? { certificate: createGiven(parent, deployment, secrets), records: [] }
    : createManaged(parent, deployment);
  return { map: createMap(parent, deployment, certificate), records };
}

function createManaged(parent: Resource, deployment: Deployment) {
  const { app } = deployment;
  const labels = labelsOf(deployment);
  const names = namesOf(deployment);
  const authorizations = names.map((domain) => {
    return new DnsAuthorization(
      replaceable(app, "proof", hyphened(domain)),
      { domain, description: `Proof that ${domain} is ours`, labels },
      { parent },
    );
  });
  const certificate = new Certificate(
    replaceable(app, "certificate"),
    {
      description: `Names of ${app.name} in ${app.environment}`,
      labels,
      managed: { domains: names, dnsAuthorizations: authorizations.map(({ id }) => id) },
    },
    { parent },
  );
  const records = authorizations.map(({ dnsResourceRecords }, index): DnsRecord => {
    const record = dnsResourceRecords.apply(([first]) => first);
    return {
      key: `proof-${hyphened(names[index] ?? "")}`,
      name: record.apply((known) => known?.name ?? ""),
      type: "CNAME",
      data: [record.apply((known) => known?.data ?? "")],
    };
  });
  return { certificate: certificate.id, records };
}

/** Certificate Manager wants the text itself; it lies encrypted in the state. */
function createGiven(parent: Resource, deployment: Deployment, secrets: GcpSecrets): Output<string> {
  const { app } = deployment;
  const { chain, key } = app.edge.certificate ?? { chain: "", key: "" };
  const { id } = new Certificate(
    replaceable(app, "certificate"),
    {
      description: `Certificate that ${app.name} brings along`,
      labels: labelsOf(deployment),
      selfManaged: { pemCertificate: textOf(secrets, chain), pemPrivateKey: textOf(secrets, key) },
    },
    { parent },
  );
  return id;
}

function textOf(secrets: GcpSecrets, name: string): Output<string> {
  const { value } = secrets.get(name);
  // Refused before; this is for callers that build an edge without checking.
  if (!value) throw new Error(`The value of the secret ${name} is not known here.`);
  return secret(value);
}

function createMap(parent: Resource, deployment: Deployment, certificate: Input<string>): Output<string> {
  const { app } = deployment;
  const labels = labelsOf(deployment);
  const map = new CertificateMap(
    replaceable(app, "certificates"),
    { description: `Certificates of ${app.name}`, labels },
    { parent },
  );
  for (const hostname of namesOf(deployment)) {
    new CertificateMapEntry(
      replaceable(app, "certificate-for", hyphened(hostname)),
      { map: map.name, hostname, certificates: [certificate], labels },
      { parent },
    );
  }
  return interpolate`//certificatemanager.googleapis.com/${map.id}`;
}
