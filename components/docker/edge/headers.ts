/** Headers of every answer, whoever gave it. */
import type { App } from "../../../src/config/model.ts";
import { inSeconds } from "../../../src/config/units.ts";
import { formatWord } from "./text.ts";

/** Set on every answer unless `edge.headers` says otherwise; an empty value there leaves the header out. */
const DEFAULTS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  // The filter that this header controls is gone from browsers and was itself a hole; 0 turns remains off.
  "X-XSS-Protection": "0",
  "Permissions-Policy": "camera=(self), geolocation=(), microphone=(self), payment=()",
  "Cross-Origin-Opener-Policy": "same-origin",
};

const DEFAULT_CSP = [
  "default-src 'self'",
  "img-src 'self' data: blob: https:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** What tells strangers which software runs. */
const REVEALING = [
  "Server",
  "X-Powered-By",
  "Via",
  "X-AspNet-Version",
  "X-AspNetMvc-Version",
  "X-Generator",
  "Keep-Alive",
];

/** Tools for operators bring pages of their own that no strict policy for the app would let work. */
const TOOL = "{ var(txn.operator) -m bool }";
const FRAMING = new Set(["x-frame-options", "content-security-policy"]);

export function responseHeaders({ edge }: Pick<App, "edge">): string[] {
  const configured = Object.keys(edge.headers).map((name) => name.toLowerCase());
  const defaults = Object.entries(DEFAULTS).filter(([name]) => !configured.includes(name.toLowerCase()));
  const headers = [...defaults, ...Object.entries(edge.headers)].filter(([, value]) => value !== "");
  return [
    `http-after-response set-header Strict-Transport-Security ${formatWord(hsts(edge.hsts))}`,
    ...headers.map(([name, value]) => {
      const unlessTool = FRAMING.has(name.toLowerCase()) ? ` if !${TOOL}` : "";
      return `http-after-response set-header ${name} ${formatWord(value)}${unlessTool}`;
    }),
    ...(configured.includes("content-security-policy") ? [] : [defaultPolicy()]),
    `http-after-response set-header X-Frame-Options SAMEORIGIN if ${TOOL}`,
    ...REVEALING.map((name) => `http-response del-header ${name}`),
  ];
}

/** A service that sends a policy of its own knows better. */
const defaultPolicy = () =>
  `http-after-response set-header Content-Security-Policy ${formatWord(DEFAULT_CSP)} if !{ res.hdr(content-security-policy) -m found } !${TOOL}`;

function hsts({ maxAge, subdomains, preload }: App["edge"]["hsts"]): string {
  const parts = [`max-age=${Math.floor(inSeconds(maxAge))}`];
  if (subdomains) parts.push("includeSubDomains");
  if (preload) parts.push("preload");
  return parts.join("; ");
}
