/** What Google's monitoring would refuse, and what it means differently. */
import type { App } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { days, inSeconds } from "../../../src/config/units.ts";
import { LONGEST_LOGS, retentionDays } from "./logs.ts";

/** Managed Prometheus keeps samples for 24 months, no longer and no shorter. */
const SAMPLES = days(730);

export function refuseMonitoring(app: App): Problem[] {
  const { retention, logs, alerts } = app.monitoring;
  const plain = alerts.webhooks.filter((url) => !url.startsWith("https://"));
  return [
    ...(retentionDays(app) > LONGEST_LOGS
      ? [
          {
            path: ["monitoring", "logs", "retention"],
            what: `${Math.round(inSeconds(logs.retention) / 86_400)}d is longer than Cloud Logging keeps logs`,
            allowed: `up to ${LONGEST_LOGS}d`,
            remedy: `set ${LONGEST_LOGS}d or less`,
          },
        ]
      : []),
    ...(retention > SAMPLES
      ? [
          {
            path: ["monitoring", "retention"],
            what: `${Math.round(inSeconds(retention) / 86_400)}d is longer than Managed Prometheus keeps samples`,
            allowed: "up to 730d",
            remedy: "set 730d or less",
          },
        ]
      : []),
    ...plain.map((url) => ({
      path: ["monitoring", "alerts", "webhooks"],
      what: `${url} is not HTTPS, and Cloud Monitoring calls nothing else`,
      remedy: "give the receiver a certificate, or use monitoring.alerts.email",
    })),
  ];
}

export function monitoringDifferences(app: App): string[] {
  const { alerts, grafana } = app.monitoring;
  const tools = Object.values(app.routes).flatMap(({ to }) =>
    to.type === "operators" && typeof to.tool === "string" ? [to.tool] : [],
  );
  return [
    "monitoring.retention: Managed Prometheus keeps samples for 24 months, whatever it says",
    "monitoring.logs: the project's own _Default bucket keeps a second copy of each line for 30 days",
    ...(alerts.smtp && alerts.email.length > 0
      ? ["monitoring.alerts.smtp: Google sends the mail itself, so the server is not asked"]
      : []),
    ...(tools.includes("grafana") && !grafana
      ? ["routes: grafana does not run, because monitoring.grafana is off; its path answers 404"]
      : []),
    ...[...new Set(tools)]
      .filter((tool) => tool !== "grafana")
      .map(
        (tool) =>
          `routes: ${tool} has no server here; its path answers 404, and the console's Monitoring shows what it would`,
      ),
  ];
}
