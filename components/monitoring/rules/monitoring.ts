/** Monitoring on itself: a silent alarm is worse than none. */

import { minutes } from "../../../src/config/units.ts";
import { anyOf } from "../promql.ts";
import type { RuleGroup } from "../rules.ts";

/** @param jobs Prometheus jobs that must be there; empty: those that are known are watched. */
export function monitoringRules(jobs: readonly string[]): RuleGroup {
  return {
    name: "monitoring",
    rules: [
      {
        name: "TargetMissing",
        expr: anyOf(["up == 0", ...[...new Set(jobs)].sort().map((job) => `absent(up{job="${job}"})`)]),
        for: minutes(5),
        severity: "warn",
        summary: "Prometheus cannot read {{ $labels.job }}",
        description: "What {{ $labels.job }} measures is not seen, and alerts on it stay silent.",
        runbook:
          "/prometheus/targets shows the error, `npx atelier logs {{ $labels.job }}` why it does not answer.",
      },
      {
        name: "NotificationsFailing",
        expr: "sum by (integration) (increase(alertmanager_notifications_failed_total[10m])) > 0",
        for: minutes(5),
        severity: "page",
        summary: "Alerts cannot be sent by {{ $labels.integration }}",
        description: "Nobody hears of alarms that go this way.",
        runbook:
          "Run `npx atelier logs alertmanager`: it names the refused login or address. Correct `monitoring.alerts` in app.yaml.",
      },
      {
        name: "AlertmanagerMissing",
        expr: "prometheus_notifications_alertmanagers_discovered == 0",
        for: minutes(5),
        severity: "page",
        summary: "Prometheus finds no Alertmanager",
        description: "Alarms are raised and reach nobody.",
        runbook: "Run `npx atelier logs alertmanager`; `pulumi up` brings it back when it was removed.",
      },
      {
        name: "RulesFailing",
        expr: "sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[10m])) > 0",
        for: minutes(0),
        severity: "warn",
        summary: "Alert rules of {{ $labels.rule_group }} cannot be evaluated",
        description: "These alarms stay silent.",
        runbook: "/prometheus/rules shows the error; two series with the same labels are the usual cause.",
      },
    ],
  };
}
