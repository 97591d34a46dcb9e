/** Alarms: one alert policy per rule, and the channels that they go to. */
import { AlertPolicy } from "@pulumi/gcp/monitoring/alertPolicy.js";
import { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel.js";
import type { Input, Output, Resource } from "@pulumi/pulumi";
import { inSeconds } from "../../../src/config/units.ts";
import type { AlertRule, RuleGroup } from "../../monitoring/rules.ts";
import { type Deployment, labelsOf } from "../deployment.ts";
import { shorten, stackOf } from "../names.ts";

/** Google writes the mail itself, and calls a webhook with its own JSON. */
export function createChannels(parent: Resource, deployment: Deployment): Output<string>[] {
  const { app } = deployment;
  const { email, webhooks } = app.monitoring.alerts;
  const common = { userLabels: labelsOf(deployment), forceDelete: true };
  const mails = email.map((address, index) => {
    return new NotificationChannel(
      `${stackOf(app)}-alerts-mail-${index + 1}`,
      { displayName: address, type: "email", labels: { email_address: address }, ...common },
      { parent },
    ).id;
  });
  const hooks = webhooks.map((url, index) => {
    return new NotificationChannel(
      `${stackOf(app)}-alerts-webhook-${index + 1}`,
      { displayName: new URL(url).host, type: "webhook_tokenauth", labels: { url }, ...common },
      { parent },
    ).id;
  });
  return [...mails, ...hooks];
}

/** An alarm whose series have stopped is over after this. */
const AUTO_CLOSE = "1800s";
const SEVERITIES = { page: "CRITICAL", warn: "WARNING" } as const satisfies Record<
  AlertRule["severity"],
  string
>;
const REMINDERS = { page: "7200s", warn: "43200s" } as const satisfies Record<AlertRule["severity"], string>;

export function createAlerts(
  parent: Resource,
  deployment: Deployment,
  groups: readonly RuleGroup[],
  channels: readonly Input<string>[],
): void {
  for (const group of groups) {
    for (const rule of group.rules) createAlert(parent, deployment, group.name, rule, channels);
  }
}

/** `expr` may hold outputs, for alarms on what is made here. */
export function createAlert(
  parent: Resource,
  deployment: Deployment,
  group: string,
  rule: Omit<AlertRule, "expr"> & { readonly expr: Input<string> },
  channels: readonly Input<string>[],
): void {
  const { app } = deployment;
  const { name, expr, severity, labels = {}, summary } = rule;
  new AlertPolicy(
    shorten(`${stackOf(app)}-alert-${name}`, 100),
    {
      displayName: `${app.name} ${app.environment}: ${name}`,
      combiner: "OR",
      severity: SEVERITIES[severity],
      conditions: [
        {
          displayName: name,
          conditionPrometheusQueryLanguage: {
            query: expr,
            duration: `${inSeconds(rule.for)}s`,
            evaluationInterval: "30s",
            alertRule: name,
            ruleGroup: group,
            labels: { severity, ...labels },
            // Before its first sample no metric is known, and without this its alarm would be refused.
            disableMetricValidation: true,
          },
        },
      ],
      notificationChannels: [...channels],
      alertStrategy: {
        autoClose: AUTO_CLOSE,
        notificationPrompts: ["OPENED", "CLOSED"],
        ...(channels.length > 0 && {
          notificationChannelStrategies: [
            { notificationChannelNames: [...channels], renotifyInterval: REMINDERS[severity] },
          ],
        }),
      },
      documentation: {
        subject: `[${app.name} ${app.environment}] ${inGoogle(summary)}`,
        content: inGoogle(documentation(rule)),
        mimeType: "text/markdown",
      },
      userLabels: { ...labelsOf(deployment), group },
    },
    { parent },
  );
}

const documentation = ({
  summary,
  description,
  runbook,
}: Pick<AlertRule, "summary" | "description" | "runbook">) =>
  [summary, description, `What to look at first: ${runbook}`].join("\n\n");

/** Prometheus' placeholders in the words of Cloud Monitoring, as Google's own converter writes them. */
export const inGoogle = (text: string): string =>
  text
    .replaceAll(
      /\{\{\s*\$labels\.(\w+)\s*\}\}/g,
      (_, label: string) => `\${metric_or_resource.label.${label}}`,
    )
    .replaceAll(/\{\{\s*\$value[^}]*\}\}/g, () => "${metric.label.value}");
