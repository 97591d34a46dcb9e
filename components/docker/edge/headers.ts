/** Headers of every answer, whoever gave it. */
import {
  answerHeaders,
  DEFAULT_POLICY,
  isFraming,
  REVEALING,
  saysPolicy,
  strictTransport,
} from "../../../src/app/edge-headers.ts";
import type { App } from "../../../src/config/model.ts";
import { formatWord } from "./text.ts";

const TOOL = "{ var(txn.operator) -m bool }";

export function responseHeaders({ edge }: Pick<App, "edge">): string[] {
  return [
    `http-after-response set-header Strict-Transport-Security ${formatWord(strictTransport(edge.hsts))}`,
    ...Object.entries(answerHeaders(edge)).map(([name, value]) => {
      const unlessTool = isFraming(name) ? ` if !${TOOL}` : "";
      return `http-after-response set-header ${name} ${formatWord(value)}${unlessTool}`;
    }),
    ...(saysPolicy(edge) ? [] : [defaultPolicy()]),
    `http-after-response set-header X-Frame-Options SAMEORIGIN if ${TOOL}`,
    ...REVEALING.map((name) => `http-response del-header ${name}`),
  ];
}

/** A service that sends a policy of its own knows better. */
const defaultPolicy = () =>
  `http-after-response set-header Content-Security-Policy ${formatWord(DEFAULT_POLICY)} if !{ res.hdr(content-security-policy) -m found } !${TOOL}`;
