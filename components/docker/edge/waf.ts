/** The web application firewall: the agent is asked about every request that passed the cheaper checks.
 *
 * HAProxy sends method, address, headers and the first 48 KiB of the body, and waits for the verdict. When the
 * agent does not answer, `block` refuses the request and `detect` lets it pass; both say so in the access log.
 */
import type { App } from "../../../src/config/model.ts";
import { ALIAS, BUFFER, INSPECTED_BODY, WAF_PORTS } from "./layout.ts";
import { refuse } from "./refusals.ts";
import { section } from "./text.ts";

type Mode = App["edge"]["waf"];

export const wafBuffer = (): string[] => [`tune.bufsize ${BUFFER}`, "tune.maxrewrite 2048"];

export const wafFilter = (mode: Mode): string[] =>
  mode === "off" ? [] : ["filter spoe engine waf config /run/config/spoe.cfg"];

export function inspect(mode: Mode): string[] {
  if (mode === "off") return [];
  const again = "{ var(txn.waf_again) -m bool }";
  // Nobody to ask is known at once; waiting would only pile up requests. An edge that was told to stop counts no
  // server any more, and can still ask.
  const reachable = "{ nbsrv(waf_agent) gt 0 } || { stopping }";
  return [
    `http-request send-spoe-group waf inspect if ${reachable}`,
    // An agent that leaves between two requests is not a failure yet; looking twice does no harm.
    "http-request set-var(txn.waf_failed) bool(true) if { var(txn.waf.error) -m found }",
    `http-request set-var(txn.waf_again) bool(true) if { var(txn.waf_failed) -m bool } { nbsrv(waf_agent) gt 0 } || { var(txn.waf_failed) -m bool } { stopping }`,
    `http-request unset-var(txn.waf.error) if ${again}`,
    `http-request send-spoe-group waf inspect if ${again}`,
    ...refuse("blocked", "{ var(txn.waf.action) -m str block }"),
    ...(mode === "block" ? refuse("uninspected", "!{ var(txn.waf.action) -m found }") : []),
  ];
}

/** The agent's side of the conversation, in HAProxy's format for filters. */
export function spoeFile(): string {
  return [
    "[waf]",
    section("spoe-agent waf", [
      "groups inspect",
      "option var-prefix waf",
      "option set-on-error error",
      // Otherwise one failure would keep the filter from asking a second time.
      "option continue-on-error",
      "timeout hello 1s",
      "timeout idle 2m",
      "timeout processing 3s",
      "use-backend waf_agent",
    ]),
    section("spoe-group inspect", ["messages request"]),
    section("spoe-message request", [
      // Not `url`: over HTTP/2 that is the whole URI, which the rules take for a request to somebody else.
      `args id=var(txn.id) client=src method=method url=pathq version=req.ver headers=req.hdrs body=req.body,bytes(0,${INSPECTED_BODY}) size=req.body_size`,
    ]),
  ].join("\n");
}

export function wafSection(mode: Mode): string[] {
  if (mode === "off") return [];
  return [
    section("backend waf_agent", [
      "mode tcp",
      "timeout server 3m",
      "option spop-check",
      "option redispatch 1",
      "retries 3",
      "default-server check inter 500ms fastinter 200ms downinter 200ms fall 2 rise 1 observe layer4 error-limit 1 on-error fastinter",
      `server-template s 1-6 ${ALIAS.waf}:${WAF_PORTS.agent} resolvers docker init-addr none`,
    ]),
  ];
}
