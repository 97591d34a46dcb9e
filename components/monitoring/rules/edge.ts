/** The door: errors, backends without servers, attacks, limits, the certificate. */
import type { App } from "../../../src/config/model.ts";
import { hours, minutes } from "../../../src/config/units.ts";
import type { AlertRule, RuleGroup } from "../rules.ts";

const PUBLIC = 'proxy=~"http|https"';
const DAYS = 86_400;

export function edgeRules({ edge: { waf } }: App): RuleGroup {
  return { name: "edge", rules: [...serving, ...refusing, ...(waf === "off" ? [] : firewall)] };
}

const serving: readonly AlertRule[] = [
  {
    name: "EdgeErrors",
    expr: `sum(rate(haproxy_frontend_http_responses_total{${PUBLIC}, code="5xx"}[5m])) / sum(rate(haproxy_frontend_http_responses_total{${PUBLIC}}[5m])) > 0.05`,
    for: minutes(5),
    severity: "page",
    summary: "{{ $value | humanizePercentage }} of all answers are errors",
    description: "Users see 5xx answers at the door.",
    runbook:
      "On the API dashboard see which backend fails; `npx atelier logs edge` has each request with its id, and the same id stands in the service's log.",
  },
  {
    name: "BackendDown",
    expr: 'max by (proxy) (haproxy_backend_status{state="DOWN"}) == 1',
    for: minutes(1),
    severity: "page",
    summary: "The door has no server for {{ $labels.proxy }}",
    description: "Every request to it is answered with 503.",
    runbook:
      "The system dashboard shows whether its containers run and are healthy; `npx atelier logs edge` has the failed health checks.",
  },
  {
    name: "CertificateExpiring",
    expr: `min(atelier_edge_certificate_expiry_timestamp_seconds) - time() < 14 * ${DAYS}`,
    for: hours(1),
    severity: "page",
    summary: "The certificate ends in {{ $value | humanizeDuration }}",
    description: "Browsers then refuse to show the app.",
    runbook:
      "Renew it, set both secrets of `edge.certificate` and run `pulumi up`. A self-signed one is renewed by `pulumi up` alone.",
  },
];

const refusing: readonly AlertRule[] = [
  {
    name: "RateLimitSpike",
    expr: 'sum(rate(atelier_edge_refused_total{reason="too_many"}[5m])) * 60 > 300',
    for: minutes(5),
    severity: "warn",
    summary: "{{ $value | humanize }} requests a minute are over a rate limit",
    description: "One client sends too much, or a limit is too low for real use.",
    runbook:
      "`npx atelier logs edge` shows `refused: too_many` with address and path. If they are users, raise `rateLimit` of the route.",
  },
];

const firewall: readonly AlertRule[] = [
  {
    name: "FirewallSpike",
    expr: 'sum(rate(waf_requests_total{action="block"}[5m])) * 60 > 60',
    for: minutes(5),
    severity: "warn",
    summary: "The firewall blocks {{ $value | humanize }} requests a minute",
    description: "Someone attacks, or a new kind of request looks like an attack.",
    runbook:
      "`npx atelier logs waf` names the rules. If they are real users, list the rule with its reason under `edge.wafExclusions`.",
  },
  {
    name: "FirewallDown",
    expr: 'sum(rate(atelier_edge_refused_total{reason="uninspected"}[5m])) > 0',
    for: minutes(1),
    severity: "page",
    summary: "Requests are refused because the firewall does not answer",
    description: "Without its judgement the door answers 503.",
    runbook:
      "Run `npx atelier logs waf`. The system dashboard shows whether it lacks memory or processor time.",
  },
];
