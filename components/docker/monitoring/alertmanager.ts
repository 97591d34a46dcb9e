/** alertmanager.yml: who hears of what, once and not thirty times. */
import { stringify } from "yaml";
import type { App } from "../../../src/config/model.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { addressOf, CONFIG, pathInside, type Rendered, SECRETS } from "./layout.ts";

export interface AlertmanagerArgs {
  readonly app: App;
  /** Of the door, for links in messages. */
  readonly origin: string;
  /** Where silences are kept. @default /alertmanager */
  readonly storage?: string;
}

/** Silences and the memory of what was sent. */
const REMEMBER = "120h";
const PASSWORD_FILE = "smtp-password";
/** Mail servers of a development machine, which know no TLS. */
const PLAIN_PORTS = [25, 1025];

export function renderAlertmanager({ app, origin, storage = "/alertmanager" }: AlertmanagerArgs): Rendered {
  const { smtp } = app.monitoring.alerts;
  return {
    files: { "alertmanager.yml": stringify(configuration(app), { lineWidth: 0 }) },
    command: [
      `--config.file=${CONFIG}/alertmanager.yml`,
      `--storage.path=${storage}`,
      `--data.retention=${REMEMBER}`,
      `--web.external-url=${addressOf(app, "alertmanager", origin)}`,
      `--web.route-prefix=${pathInside(app, "alertmanager")}/`,
      "--cluster.listen-address=",
    ],
    env: {},
    secrets: smtp?.password ? { [PASSWORD_FILE]: { of: "app", name: smtp.password } } : {},
  };
}

/** `host:port` of everything that Alertmanager calls outside of the deployment. */
export function alertDestinations({ monitoring: { alerts } }: App): readonly string[] {
  const mail = alerts.smtp && alerts.email.length > 0 ? [`${alerts.smtp.host}:${alerts.smtp.port}`] : [];
  const hooks = alerts.webhooks.map((url) => {
    const { protocol, hostname, port } = new URL(url);
    return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  });
  return [...new Set([...mail, ...hooks])].sort();
}

/** What would make alerts stay silent. */
export function alertProblems({ monitoring: { alerts } }: App): readonly Problem[] {
  if (alerts.email.length === 0 || alerts.smtp) return [];
  return [
    {
      path: ["monitoring", "alerts", "email"],
      what: `nothing sends mail to ${alerts.email.join(", ")}`,
      remedy: "add monitoring.alerts.smtp with host, port and from, or use monitoring.alerts.webhooks",
    },
  ];
}

function configuration(app: App) {
  const { email, webhooks, smtp } = app.monitoring.alerts;
  return {
    ...(smtp && { global: mailServer(smtp) }),
    route: {
      receiver: "operators",
      // One message per kind of alarm and part, not one per instance.
      group_by: ["alertname", "job", "service"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "12h",
      routes: [
        { matchers: ['severity="page"'], group_wait: "10s", repeat_interval: "2h", receiver: "operators" },
      ],
    },
    inhibit_rules: inhibitions,
    receivers: [
      {
        name: "operators",
        ...(smtp && email.length > 0 && { email_configs: email.map((to) => mail(app, to)) }),
        ...(webhooks.length > 0 && {
          webhook_configs: webhooks.map((url) => ({ url, send_resolved: true, max_alerts: 50 })),
        }),
      },
    ],
  };
}

/** What follows from something worse is not said as well. */
const inhibitions = [
  inhibit('alertname="ServiceDown"', 'alertname=~"ErrorRateHigh|AnswersSlow|TargetMissing"', ["job"]),
  inhibit('alertname=~"PostgresDown|RedisDown"', 'alertname="TargetMissing"', ["job"]),
  inhibit('alertname="ContainerRestarting"', 'alertname=~"ContainerUnhealthy|WatchdogBusy"', ["service"]),
  inhibit('alertname="DiskAlmostFull"', 'alertname="DiskFilling"', ["device"]),
  inhibit('alertname="AiBudgetSpent"', 'alertname="AiBudgetNear"', ["provider"]),
  inhibit('alertname="VectorIndexEmpty"', 'alertname="VectorIndexStale"', ["index"]),
];

function inhibit(source: string, target: string, equal: readonly string[]) {
  return { source_matchers: [source], target_matchers: [target], equal: [...equal] };
}

function mailServer({ host, port, from, user, password }: NonNullable<App["monitoring"]["alerts"]["smtp"]>) {
  return {
    smtp_smarthost: `${host}:${port}`,
    smtp_from: from,
    smtp_require_tls: user !== undefined || !PLAIN_PORTS.includes(port),
    ...(user && { smtp_auth_username: user }),
    ...(password && { smtp_auth_password_file: `${SECRETS}/${PASSWORD_FILE}` }),
  };
}

function mail({ name, environment }: App, to: string) {
  return {
    to,
    send_resolved: true,
    headers: {
      Subject: `[${name} ${environment}] {{ .Status }}: {{ .CommonLabels.alertname }} {{ .CommonLabels.job }}{{ .CommonLabels.service }}`,
    },
    html: "",
    text: MAIL,
  };
}

const MAIL = `{{ range .Alerts }}{{ .Annotations.summary }}

{{ .Annotations.description }}

What to look at first: {{ .Annotations.runbook }}

Since {{ .StartsAt }}
{{ .GeneratorURL }}

{{ end }}`;
