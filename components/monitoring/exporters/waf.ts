/** The web application firewall's agent. */
import { counter, type Exporter, histogram } from "./declare.ts";

export const waf: Exporter = {
  waf_requests_total: counter("Requests judged.", "verdict"),
  waf_rule_matches_total: counter("Rules that matched.", "rule"),
  waf_duration_seconds: histogram("Time that a judgement took."),
};
