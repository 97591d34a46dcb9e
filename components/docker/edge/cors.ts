/** Calls from pages of other origins: preflights are answered by the edge, answers get the headers they need. */
import type { App } from "../../../src/config/model.ts";
import { inSeconds } from "../../../src/config/units.ts";
import { refuse } from "./refusals.ts";
import { formatWord, word } from "./text.ts";

type Cors = NonNullable<App["edge"]["cors"]>;

const PREFLIGHT = [
  "{ method OPTIONS }",
  "{ req.hdr(origin) -m found }",
  "{ req.hdr(access-control-request-method) -m found }",
];
const SPOKEN = "{ var(txn.origin) -m found }";

export function corsRequest(cors: Cors | undefined): string[] {
  if (!cors) return [];
  const anyone = cors.origins.includes("*") && !cors.credentials;
  const allowed = anyone
    ? "http-request set-var(txn.origin) str(*) if { req.hdr(origin) -m found }"
    : `http-request set-var(txn.origin) req.hdr(origin) if { req.hdr(origin) -m str -i ${cors.origins.map(word).join(" ")} }`;
  return [
    allowed,
    ...refuse("origin_refused", ...PREFLIGHT, `!${SPOKEN}`),
    ["http-request return status 204", ...preflightHeaders(cors), "if", ...PREFLIGHT].join(" "),
  ];
}

function preflightHeaders({ methods, headers, maxAge }: Cors): string[] {
  return [
    `hdr Access-Control-Allow-Methods ${formatWord(methods.join(", "))}`,
    ...(headers.length > 0 ? [`hdr Access-Control-Allow-Headers ${formatWord(headers.join(", "))}`] : []),
    `hdr Access-Control-Max-Age ${Math.floor(inSeconds(maxAge))}`,
  ];
}

/** What a service says about origins by itself is replaced: the edge is the one place that decides. */
export function corsResponse(cors: Cors | undefined): string[] {
  if (!cors) return [];
  return [
    "http-response del-header Access-Control-Allow-Origin",
    "http-response del-header Access-Control-Allow-Credentials",
    `http-after-response set-header Access-Control-Allow-Origin %[var(txn.origin)] if ${SPOKEN}`,
    ...(cors.credentials
      ? [`http-after-response set-header Access-Control-Allow-Credentials true if ${SPOKEN}`]
      : []),
    `http-after-response set-header Access-Control-Expose-Headers X-Request-Id if ${SPOKEN}`,
    "http-after-response add-header Vary Origin",
  ];
}
