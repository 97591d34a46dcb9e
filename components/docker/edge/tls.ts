/** TLS of the door: 1.2 and 1.3 with forward secrecy and authenticated encryption only, HTTP/2 where the client can.
 *
 * Cipher list: Mozilla's "intermediate" profile without its last CBC and DHE entries.
 */
import { CERTIFICATE, PORTS } from "./layout.ts";

const CIPHERS = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
];
const SUITES = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

export function tlsDefaults(): string[] {
  return [
    "ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets",
    `ssl-default-bind-ciphers ${CIPHERS.join(":")}`,
    `ssl-default-bind-ciphersuites ${SUITES.join(":")}`,
    "ssl-default-bind-curves X25519:P-256:P-384",
  ];
}

/** The client's address comes from the door by the PROXY protocol. */
export const httpsBind = (): string =>
  `bind :${PORTS.https} accept-proxy ssl crt ${CERTIFICATE} alpn h2,http/1.1`;

export const httpBind = (): string => `bind :${PORTS.http} accept-proxy`;
