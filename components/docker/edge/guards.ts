/** What is refused before anything else looks at a request: wrong hosts, odd paths and methods, oversized heads,
 * forged headers.
 */
import { FORGEABLE } from "../../../src/app/edge-headers.ts";
import type { App } from "../../../src/config/model.ts";
import { HEADER_BYTES, HEADER_COUNT, URL_BYTES } from "./layout.ts";
import { refuse } from "./refusals.ts";
import { word } from "./text.ts";

export const guardSettings = (): string[] => [`tune.http.maxhdr ${HEADER_COUNT}`];

/** Every host name that the app answers for. */
export function hostNames({ edge, development }: Pick<App, "edge" | "development">): string[] {
  const local = development ? ["localhost", "127.0.0.1", "[::1]"] : [];
  return [...new Set([edge.domain, ...edge.aliases, ...local].map((host) => host.toLowerCase()))];
}

export function knownHost(app: Pick<App, "edge" | "development">): string[] {
  return [
    `acl known_host req.hdr(host),host_only,lower -m str ${hostNames(app).map(word).join(" ")}`,
    ...refuse("wrong_host", "!known_host"),
  ];
}

/** `txn.path` is the path as a lenient service would read it: decoded, without double slashes. Everything that
 * decides by path uses it, so that no spelling of a path gets around a limit or a login.
 */
export function soundRequest(): string[] {
  return [
    "http-request set-var(txn.path) path,url_dec,regsub(/+,/,g)",
    "http-request set-var(txn.version) req.ver",
    ...refuse("url_too_long", `{ url,length gt ${URL_BYTES} }`),
    ...refuse("headers_too_large", `{ req.hdrs,length gt ${HEADER_BYTES} }`),
    ...refuse("method_refused", "{ method TRACE CONNECT }"),
    ...refuse("bad_request", `{ var(txn.path) -m reg ${word("(^|[/\\\\])[.][.]?([/\\\\]|$)")} }`),
    ...refuse("bad_request", "{ path_sub %00 }"),
    ...refuse("bad_request", "{ req.hdr_cnt(host) gt 1 }"),
    // Two ways to say how long a body is: the classic way to smuggle a second request.
    ...refuse(
      "bad_request",
      "{ req.hdr_cnt(content-length) gt 0 }",
      "{ req.hdr_cnt(transfer-encoding) gt 0 }",
    ),
    ...refuse(
      "bad_request",
      "{ req.hdr_cnt(transfer-encoding) gt 0 }",
      "!{ req.hdr(transfer-encoding) -m str -i chunked }",
    ),
  ];
}

/** Removes what only the edge may say, then says it. */
export function forwarding(): string[] {
  return [
    ...FORGEABLE.map((name) => `http-request del-header ${name}`),
    "http-request set-header X-Forwarded-For %[src]",
    "http-request set-header X-Forwarded-Proto https",
    "http-request set-header X-Forwarded-Host %[req.hdr(host)]",
    "http-request set-header X-Real-IP %[src]",
  ];
}
