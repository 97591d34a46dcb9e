/** Load balancers, certificates, firewalls for requests, and DNS. */
import {
  expects,
  type LinkedResource,
  needs,
  type Resource,
  type Rule,
  rule,
  type Violation,
} from "../rule.ts";
import { at, isUnknown, items, maps, type Properties, present, shown, text } from "../values.ts";

const BACKEND = /^gcp:compute\/(region)?[bB]ackendService:/;
const HTTP_PROXY = "gcp:compute/targetHttpProxy:TargetHttpProxy";
const URL_MAP = "gcp:compute/uRLMap:URLMap";
const RULES_OF_FORWARDING = /^gcp:compute\/(globalF|f)orwardingRule:/;

/** The classic scheme is what a rule or backend has that names none. */
const scheme = ({ loadBalancingScheme }: Properties): string =>
  isUnknown(loadBalancingScheme) ? "" : text(loadBalancingScheme) || "EXTERNAL";
const isPublic = (inputs: Properties): boolean => scheme(inputs).startsWith("EXTERNAL");

export const EDGE_RULES: readonly Rule[] = [
  rule(
    {
      name: "gcp-edge-firewall",
      platform: "gcp",
      severity: "high",
      description: "Every public backend stands behind a firewall for requests (Cloud Armor)",
      remedy: "set securityPolicy",
      ids: [],
    },
    {
      subject: "resource",
      types: BACKEND,
      judge: (resource) => (isPublic(resource.inputs) ? needs("securityPolicy")(resource) : []),
    },
  ),
  rule(
    {
      name: "gcp-edge-bucket-firewall",
      platform: "gcp",
      severity: "medium",
      description: "Public buckets stand behind a firewall for requests as well",
      remedy: "set edgeSecurityPolicy",
      ids: [],
    },
    {
      subject: "resource",
      types: ["gcp:compute/backendBucket:BackendBucket"],
      judge: (resource) =>
        text(resource.inputs.loadBalancingScheme).startsWith("INTERNAL")
          ? []
          : needs("edgeSecurityPolicy")(resource),
    },
  ),
  rule(
    {
      name: "gcp-edge-logs",
      platform: "gcp",
      severity: "low",
      description: "Public backends record requests",
      remedy: "set logConfig: { enable: true, sampleRate: 1 }",
      ids: [],
    },
    {
      subject: "resource",
      types: BACKEND,
      judge: (resource) => (isPublic(resource.inputs) ? expects("logConfig.enable", true)(resource) : []),
    },
  ),
  rule(
    {
      name: "gcp-edge-log4j",
      platform: "gcp",
      severity: "high",
      description: "The firewall for requests stops lookups of Log4j (CVE-2021-44228)",
      remedy: "add a rule that denies evaluatePreconfiguredWaf('cve-canary') and is not in preview",
      ids: ["CKV_GCP_73"],
    },
    {
      subject: "resource",
      types: [
        "gcp:compute/securityPolicy:SecurityPolicy",
        "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy",
      ],
      judge: ({ inputs }) => {
        const { type, rules } = inputs;
        if (type === "CLOUD_ARMOR_EDGE" || type === "CLOUD_ARMOR_NETWORK" || isUnknown(rules)) return [];
        const stops = maps(rules).some(
          (one) =>
            text(one.action).startsWith("deny") &&
            one.preview !== true &&
            /evaluatePreconfigured(Waf|Expr)\('cve-canary/.test(text(at(one, "match.expr.expression"))),
        );
        return stops ? [] : [`none of ${items(rules).length} rules denies cve-canary`];
      },
    },
  ),
  rule(
    {
      name: "gcp-edge-tls",
      platform: "gcp",
      severity: "critical",
      description: "TLS begins at 1.2, with strong ciphers alone",
      remedy: "set minTlsVersion: TLS_1_2 and profile: MODERN or RESTRICTED",
      ids: ["CKV_GCP_4", "GCP-0039"],
    },
    {
      subject: "resource",
      types: ["gcp:compute/sSLPolicy:SSLPolicy", "gcp:compute/regionSslPolicy:RegionSslPolicy"],
      judge: (resource) => [
        ...expects("minTlsVersion", "TLS_1_2", "TLS_1_3")(resource),
        ...(resource.inputs.profile === "CUSTOM"
          ? weakCiphers(resource)
          : expects("profile", "MODERN", "RESTRICTED", "FIPS_202205")(resource)),
      ],
    },
  ),
  rule(
    {
      name: "gcp-edge-tls-policy",
      platform: "gcp",
      severity: "high",
      description: "Every HTTPS proxy has a TLS policy: Google's own default takes TLS 1.0",
      remedy: "set sslPolicy",
      ids: [],
    },
    {
      subject: "resource",
      types: /^gcp:compute\/((region)?[tT]argetHttpsProxy|targetSSLProxy):/,
      judge: needs("sslPolicy"),
    },
  ),
  rule(
    {
      name: "gcp-edge-certificate",
      platform: "gcp",
      severity: "medium",
      description: "HTTPS proxies take their certificates from Certificate Manager, which renews them",
      remedy: "set certificateMap, or certificateManagerCertificates",
      ids: [],
    },
    {
      subject: "resource",
      types: /^gcp:compute\/(region)?[tT]argetHttpsProxy:/,
      judge: ({ inputs }) =>
        present(inputs.certificateMap) || present(inputs.certificateManagerCertificates)
          ? []
          : [
              `certificateMap is not set${present(inputs.sslCertificates) ? "; sslCertificates renew only by hand" : ""}`,
            ],
    },
  ),
  rule(
    {
      name: "gcp-edge-classic",
      platform: "gcp",
      severity: "medium",
      description: "No public address leads to a proxy of the classic load balancer",
      remedy: "set loadBalancingScheme: EXTERNAL_MANAGED",
      ids: ["CKV2_GCP_37", "CKV2_GCP_38"],
    },
    {
      subject: "resource",
      types: RULES_OF_FORWARDING,
      judge: ({ inputs }) =>
        scheme(inputs) === "EXTERNAL" && !present(inputs.backendService)
          ? [`loadBalancingScheme is ${shown(inputs.loadBalancingScheme)}, which is the classic one`]
          : [],
    },
  ),
  rule(
    {
      name: "gcp-edge-redirect",
      platform: "gcp",
      severity: "high",
      description: "Plain HTTP leads to HTTPS and nowhere else",
      remedy: "give the HTTP proxy a URL map with defaultUrlRedirect.httpsRedirect and no other route",
      ids: [],
    },
    { subject: "stack", types: [HTTP_PROXY, URL_MAP], judge: plainRoutes },
  ),
  rule(
    {
      name: "gcp-dns-signed",
      platform: "gcp",
      severity: "medium",
      description: "Public zones are signed (DNSSEC)",
      remedy: "set dnssecConfig.state: on",
      ids: ["CKV_GCP_16", "GCP-0013"],
    },
    {
      subject: "resource",
      types: ["gcp:dns/managedZone:ManagedZone"],
      judge: (resource) =>
        resource.inputs.visibility === "private" ? [] : expects("dnssecConfig.state", "on")(resource),
    },
  ),
  rule(
    {
      name: "gcp-dns-algorithm",
      platform: "gcp",
      severity: "medium",
      description: "Zones are not signed with SHA-1",
      remedy: "set dnssecConfig.defaultKeySpecs[].algorithm: ecdsap256sha256",
      ids: ["CKV_GCP_17", "GCP-0012"],
    },
    {
      subject: "resource",
      types: ["gcp:dns/managedZone:ManagedZone"],
      judge: ({ inputs }) =>
        maps(at(inputs, "dnssecConfig.defaultKeySpecs"))
          .filter(({ algorithm }) => algorithm === "rsasha1")
          .map(({ keyType }) => `the ${shown(keyType)} key is rsasha1`),
    },
  ),
];

/** Without forward secrecy, or with CBC. */
const weakCiphers = ({ inputs: { customFeatures } }: Resource): string[] =>
  items(customFeatures)
    .filter((cipher) => typeof cipher === "string" && /^TLS_RSA_|_CBC_|3DES|RC4/.test(cipher))
    .map((cipher) => `customFeatures has ${shown(cipher)}`);

function plainRoutes(resources: readonly LinkedResource[]): Violation[] {
  const urlMaps = resources.filter(({ type }) => type === URL_MAP);
  return resources
    .filter(({ type }) => type === HTTP_PROXY)
    .flatMap((proxy) => {
      const wanted = text(proxy.inputs.urlMap).split("/").at(-1) ?? "";
      const behind = urlMaps.filter(
        ({ urn, name, inputs }) =>
          proxy.dependencies.includes(urn) ||
          (wanted !== "" && (wanted === text(inputs.name) || wanted === name)),
      );
      const open = behind.filter(({ inputs }) => !onlyRedirects(inputs));
      return open.map(({ name }) => ({
        resource: proxy,
        message: `its URL map ${name} answers without TLS`,
      }));
    });
}

const redirects = (inputs: Properties): boolean => {
  const redirect = at(inputs, "defaultUrlRedirect.httpsRedirect");
  return redirect === true || isUnknown(redirect);
};
const onlyRedirects = (inputs: Properties): boolean =>
  redirects(inputs) && !present(inputs.defaultService) && maps(inputs.pathMatchers).every(redirects);
