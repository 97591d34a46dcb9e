/** Paths for operators: a login in front, slow to guess, and nothing of it passed on but the fact. */
import { refuse } from "./refusals.ts";
import { onRoute, type Routed } from "./routes.ts";
import { section } from "./text.ts";

/** Wrong passwords that one address may try in a minute. */
const TRIES = 10;

const isOperators = ({ route }: Routed) => route.to.type === "operators";

export const hasOperators = (routes: readonly Routed[]): boolean => routes.some(isOperators);

export function operatorLogin(routes: readonly Routed[]): string[] {
  const tools = routes.filter(isOperators);
  if (tools.length === 0) return [];
  const tool = "{ var(txn.operator) -m bool }";
  const given = "{ req.hdr(authorization) -m found }";
  const known = "{ var(txn.login) -m bool }";
  return [
    ...tools.map(({ id }) => `http-request set-var(txn.operator) bool(true) if ${onRoute(id)}`),
    `http-request track-sc2 src,ipmask(32,64) table logins if ${tool}`,
    ...refuse("too_many", tool, `{ sc_gpc1_rate(2) ge ${TRIES} }`),
    `http-request set-var(txn.login) bool(true) if ${tool} { http_auth(operators) }`,
    `http-request sc-inc-gpc1(2) if ${tool} ${given} !${known}`,
    ...refuse("login_required", tool, `!${known}`),
    `http-request del-header Authorization if ${tool}`,
    `http-request set-header X-WEBAUTH-USER operator if ${tool}`,
    ...tools.filter(({ backend }) => !backend).flatMap(({ id }) => refuse("tool_absent", onRoute(id))),
  ];
}

export function loginTable(routes: readonly Routed[]): string[] {
  if (!hasOperators(routes)) return [];
  return [section("backend logins", ["stick-table type ipv6 size 100k expire 10m store gpc1_rate(60s)"])];
}
