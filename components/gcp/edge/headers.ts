/** Headers of every answer, written for the URL map: what all answers carry, and what differs by route. */
import {
  answerHeaders,
  DEFAULT_POLICY,
  FORGEABLE,
  isFraming,
  REVEALING,
  saysPolicy,
  strictTransport,
} from "../../../src/app/edge-headers.ts";
import type { App } from "../../../src/config/model.ts";

interface Added {
  readonly headerName: string;
  readonly headerValue: string;
  readonly replace: boolean;
}

const PREFIX = "X-Forwarded-Prefix";
/** The load balancer writes these itself, or the single route does; what the map removes is removed last. */
const OWN_REQUEST_HEADERS = new Set<string>(["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", PREFIX]);
/** Added after the URL map was asked, or forbidden in it. */
const OWN_ANSWER_HEADERS = new Set<string>(["Via", "Keep-Alive"]);

const set = (headerName: string, headerValue: string): Added => ({ headerName, headerValue, replace: true });

/** On the whole map: each answer, each request. */
export function commonHeaders({ edge }: Pick<App, "edge">) {
  const common = Object.entries(answerHeaders(edge)).filter(([name]) => !isFraming(name));
  return {
    responseHeadersToAdds: [
      set("Strict-Transport-Security", strictTransport(edge.hsts)),
      ...common.map(([name, value]) => set(name, value)),
    ],
    responseHeadersToRemoves: REVEALING.filter((name) => !OWN_ANSWER_HEADERS.has(name)),
    requestHeadersToRemoves: FORGEABLE.filter((name) => !OWN_REQUEST_HEADERS.has(name)),
  };
}

/** On one route: who may frame it, and which policy its pages have. Tools for operators bring their own policy. */
export function framingHeaders({ edge }: Pick<App, "edge">, operators: boolean): Added[] {
  if (operators) return [set("X-Frame-Options", "SAMEORIGIN")];
  const framing = Object.entries(answerHeaders(edge)).filter(([name]) => isFraming(name));
  return [
    ...framing.map(([name, value]) => set(name, value)),
    ...(saysPolicy(edge) ? [] : [set("Content-Security-Policy", DEFAULT_POLICY)]),
  ];
}

/** What a service is told of a prefix that was removed from its requests; nobody else may say it. */
export const prefixHeaders = (removed: string | undefined) =>
  removed === undefined
    ? { requestHeadersToRemoves: [PREFIX] }
    : { requestHeadersToAdds: [set(PREFIX, removed)] };
