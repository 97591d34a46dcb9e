/** The web application firewall's agent. */
import { counter, type Exporter, histogram } from "./declare.ts";

export const waf: Exporter = {
  waf_requests_total: counter("Requests inspected, by what was decided: pass, block, detect.", "action"),
  waf_attacks_total: counter("Attacks recognised, by category.", "category"),
  waf_inspection_seconds: histogram("Time of an inspection."),
};
