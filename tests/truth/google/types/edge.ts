/** The load balancers, Cloud Armor and certificates. */
import { address, like, member, one, oneOf, plural, REGION, renamed, type Service } from "../mapping.ts";

const NAME = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const CAPITALS = "Google writes it in capitals";
const FORWARDING = () => ({
  ipAddress: renamed("IPAddress", CAPITALS),
  ipProtocol: renamed("IPProtocol", CAPITALS),
});
const BACKEND = () => ({
  connectionDrainingTimeoutSec: renamed("connectionDraining.drainingTimeoutSec", "one field of the object"),
  healthChecks: one(),
});

export const edge: Service = {
  types: {
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": {
      document: "compute.v1",
      schema: "ForwardingRule",
      fields: FORWARDING(),
    },
    "gcp:compute/forwardingRule:ForwardingRule": {
      document: "compute.v1",
      schema: "ForwardingRule",
      fields: { ...REGION, ipProtocol: renamed("IPProtocol", CAPITALS) },
    },
    "gcp:compute/targetHttpProxy:TargetHttpProxy": { document: "compute.v1", schema: "TargetHttpProxy" },
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy": {
      document: "compute.v1",
      schema: "TargetHttpsProxy",
      fields: {
        certificateMap: like(
          /^\/\/certificatemanager\.googleapis\.com\/\S+$/,
          "of the schema's own description",
        ),
      },
    },
    "gcp:compute/sSLPolicy:SSLPolicy": { document: "compute.v1", schema: "SslPolicy" },
    "gcp:compute/uRLMap:URLMap": { document: "compute.v1", schema: "UrlMap" },
    "gcp:compute/backendService:BackendService": {
      document: "compute.v1",
      schema: "BackendService",
      fields: { ...BACKEND(), enableCdn: renamed("enableCDN", CAPITALS) },
    },
    "gcp:compute/regionBackendService:RegionBackendService": {
      document: "compute.v1",
      schema: "BackendService",
      fields: { ...REGION, ...BACKEND() },
    },
    "gcp:compute/backendBucket:BackendBucket": { document: "compute.v1", schema: "BackendBucket" },
    "gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey": {
      document: "compute.v1",
      schema: "SignedUrlKey",
      fields: {
        backendBucket: address(NAME),
        name: {
          api: "keyName",
          format: NAME,
          why: "the provider says name; form as in the schema's own description",
        },
        keyValue: like(/^[A-Za-z0-9_-]{22}(==)?$/, "128 bits as base64 for addresses, as the schema says"),
      },
    },
    "gcp:compute/securityPolicy:SecurityPolicy": { document: "compute.v1", schema: "SecurityPolicy" },
    "gcp:iap/webBackendServiceIamMember:WebBackendServiceIamMember": member("iap.v1", "Binding", {
      webBackendService: NAME,
    }),
    "gcp:certificatemanager/certificate:Certificate": {
      document: "certificatemanager.v1",
      schema: "Certificate",
    },
    "gcp:certificatemanager/certificateMap:CertificateMap": {
      document: "certificatemanager.v1",
      schema: "CertificateMap",
    },
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": {
      document: "certificatemanager.v1",
      schema: "CertificateMapEntry",
      fields: { map: address() },
    },
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": {
      document: "certificatemanager.v1",
      schema: "DnsAuthorization",
    },
  },
  schemas: {
    HttpHeaderAction: {
      requestHeadersToAdds: plural("requestHeadersToAdd"),
      requestHeadersToRemoves: plural("requestHeadersToRemove"),
      responseHeadersToAdds: plural("responseHeadersToAdd"),
      responseHeadersToRemoves: plural("responseHeadersToRemove"),
    },
    HttpRetryPolicy: {
      retryConditions: oneOf(
        "of the schema's own description",
        "5xx",
        "gateway-error",
        "connect-failure",
        "retriable-4xx",
        "refused-stream",
        "cancelled",
        "deadline-exceeded",
        "internal",
        "resource-exhausted",
        "unavailable",
      ),
    },
    CustomErrorResponsePolicyCustomErrorResponseRule: {
      matchResponseCodes: like(/^([45]xx|[45]\d\d)$/, "of the schema's own description"),
    },
    SecurityPolicyAdvancedOptionsConfig: {
      requestBodyInspectionSize: oneOf("r/compute_security_policy", "8KB", "16KB", "32KB", "48KB", "64KB"),
    },
    SecurityPolicyRule: {
      action: like(
        /^(allow|deny\((403|404|502)\)|redirect|throttle|rate_based_ban)$/,
        "of the schema's own description",
      ),
      description: like(/^[\s\S]{0,64}$/, "up to 64 characters (r/compute_security_policy)"),
    },
    SecurityPolicyRuleRateLimitOptions: {
      conformAction: oneOf("of the schema's own description", "allow"),
      exceedAction: like(/^(deny\((403|404|429|502)\)|redirect)$/, "of the schema's own description"),
    },
  },
};
