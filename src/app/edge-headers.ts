/** Headers that an edge sets on every answer and takes from every request, whatever it is built from. */
import type { Edge } from "../config/model.ts";
import { inSeconds } from "../config/units.ts";

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

/** For answers without a policy of their own. */
export const DEFAULT_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob: https:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** What tells strangers which software runs. */
export const REVEALING = [
  "Server",
  "X-Powered-By",
  "Via",
  "X-AspNet-Version",
  "X-AspNetMvc-Version",
  "X-Generator",
  "Keep-Alive",
] as const;

/** Request headers that only the edge may say; a client's are dropped. */
export const FORGEABLE = [
  "Forwarded",
  "X-Forwarded-For",
  "X-Forwarded-Proto",
  "X-Forwarded-Host",
  "X-Forwarded-Port",
  "X-Forwarded-Prefix",
  "X-Real-IP",
  "X-Client-IP",
  "True-Client-IP",
  "CF-Connecting-IP",
  "X-Original-URL",
  "X-Rewrite-URL",
  "X-HTTP-Method-Override",
  "X-WEBAUTH-USER",
  "Proxy",
] as const;

const FRAMING = new Set(["x-frame-options", "content-security-policy"]);

/** Tools for operators bring pages of their own that no strict framing policy for the app would let work. */
export const isFraming = (name: string): boolean => FRAMING.has(name.toLowerCase());

/** Header → value, without HSTS and without the default policy. */
export function answerHeaders({ headers }: Pick<Edge, "headers">): Record<string, string> {
  const configured = Object.keys(headers).map((name) => name.toLowerCase());
  const defaults = Object.entries(DEFAULTS).filter(([name]) => !configured.includes(name.toLowerCase()));
  return Object.fromEntries([...defaults, ...Object.entries(headers)].filter(([, value]) => value !== ""));
}

/** Whether the app says something about its Content-Security-Policy, be it that there is none. */
export const saysPolicy = ({ headers }: Pick<Edge, "headers">): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === "content-security-policy");

/** Value of Strict-Transport-Security. */
export function strictTransport({ maxAge, subdomains, preload }: Edge["hsts"]): string {
  const parts = [`max-age=${Math.floor(inSeconds(maxAge))}`];
  if (subdomains) parts.push("includeSubDomains");
  if (preload) parts.push("preload");
  return parts.join("; ");
}
