/** Where things are inside the edge's containers. The images in images/edge and images/waf know the same places. */
export const PORTS = { http: 8080, https: 8443, internal: 8404 } as const;
export const WAF_PORTS = { agent: 9000, metrics: 9101 } as const;

export const CONFIG = "/run/config";
export const SECRETS = "/run/secrets";
/** Written by the entry script at each start, in memory: the certificate with its key. */
export const CERTIFICATE = "/tmp/edge/certificate.pem";
/** Persistent: the self-signed authority and the certificate it issued. */
export const AUTHORITY = "/var/lib/atelier/authority";

/** Network aliases by which the parts find each other. */
export const ALIAS = { edge: "edge", waf: "waf" } as const;

/** Buffer of one request when the WAF reads bodies: the inspected body, the headers and room for rewriting. */
export const BUFFER = 65_536;
/** So many bytes of a body are inspected. */
export const INSPECTED_BODY = 49_152;
/** So many bytes of headers are accepted. */
export const HEADER_BYTES = 12_288;
export const HEADER_COUNT = 64;
export const URL_BYTES = 8_192;
/** Written by the entry script: figures for Prometheus, with the certificate's end. */
export const FIGURES = "/tmp/edge/figures";
