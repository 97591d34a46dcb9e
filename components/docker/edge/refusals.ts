/** Answers that the edge gives by itself: one body for programs, one page for people, both with the request id. */

import { CONFIG } from "./layout.ts";
import { word } from "./text.ts";

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const REFUSALS = {
  bad_request: { status: 400, message: "The request is malformed." },
  login_required: {
    status: 401,
    message: "This page is for operators.",
    headers: { "WWW-Authenticate": 'Basic realm="operators", charset="UTF-8"' },
  },
  blocked: { status: 403, message: "The request looks like an attack and was not passed on." },
  origin_refused: { status: 403, message: "This origin may not call here." },
  not_found: { status: 404, message: "There is nothing at this address." },
  tool_absent: { status: 404, message: "This tool does not run on this host." },
  method_refused: { status: 405, message: "This method is not allowed here." },
  length_required: { status: 411, message: "A body of this size needs a Content-Length." },
  too_large: { status: 413, message: "The body is larger than this address accepts." },
  url_too_long: { status: 414, message: "The address is too long." },
  wrong_host: { status: 421, message: "This server does not answer for that host." },
  too_many: { status: 429, message: "Too many requests; wait a minute.", headers: { "Retry-After": "60" } },
  headers_too_large: { status: 431, message: "The headers are too large." },
  uninspected: {
    status: 503,
    message: "The request could not be inspected.",
    headers: { "Retry-After": "5" },
  },
} as const satisfies Record<string, Refusal>;

export type RefusalName = keyof typeof REFUSALS;

/** Refuses the request when every condition holds. The access log shows the refusal's name. */
export function refuse(name: RefusalName, ...conditions: readonly string[]): string[] {
  const refusal: Refusal = REFUSALS[name];
  const when = conditions.join(" ");
  const headers = Object.entries(refusal.headers ?? {}).map(([key, value]) => `hdr ${key} ${word(value)}`);
  const answer = (...body: string[]) =>
    ["http-request return status", refusal.status, ...body, ...headers, "if", when].join(" ");
  return [
    `http-request set-var(txn.refused) str(${name}) if ${when}`,
    `http-request set-var(${counterOf(name)}) var(${counterOf(name)},0),add(1) if ${when}`,
    `${answer("content-type text/html", `lf-file ${CONFIG}/${pageName(name)}`)} wants_page`,
    answer("content-type application/json", `lf-string ${json(name, refusal)}`),
  ];
}

const counterOf = (name: RefusalName | string) => `proc.refused_${name}`;

/** What HAProxy's own exporter does not tell apart: why requests were refused. HAProxy fills in the numbers; the entry
 * script adds when the certificate ends.
 */
export function figuresFile(): string {
  const metric = "atelier_edge_refused_total";
  return [
    `# HELP ${metric} Requests that the edge answered by itself.`,
    `# TYPE ${metric} counter`,
    ...Object.keys(REFUSALS).map((name) => `${metric}{reason="${name}"} %[var(${counterOf(name)},0)]`),
    "",
  ].join("\n");
}

/** Declared once in each frontend that refuses. */
export const REFUSAL_ACLS = ["acl wants_page req.hdr(accept) -m sub text/html"];

/** What HAProxy answers by itself when a request is broken, late, or has nobody to answer it. */
export function ownErrors(): string[] {
  const errors: Record<number, string> = {
    400: "The request is malformed.",
    408: "The request took too long to arrive.",
    500: "Something went wrong.",
    502: "The service gave no valid answer.",
    503: "The service is not available.",
    504: "The service took too long to answer.",
  };
  return Object.entries(errors).map(
    ([status, message]) =>
      `http-error status ${status} content-type application/json lf-string ${json("", { status: Number(status), message })}`,
  );
}

const pageName = (name: RefusalName) => `error-${name}.html`;

/** File name → text of every page. */
export function errorPages(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(REFUSALS).map(([name, refusal]) => [pageName(name as RefusalName), page(refusal)]),
  );
}

function json(name: string, { status, message }: Refusal): string {
  const body = JSON.stringify({ error: name || "unavailable", status, message, requestId: "REQUEST" });
  return `'${body.replace("REQUEST", "%[var(txn.id)]")}'`;
}

function page({ status, message }: Refusal): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${status}</title>
<h1>${status}</h1>
<p>${message}</p>
<p><small>Request %[var(txn.id)]</small></p>
</html>
`;
}
