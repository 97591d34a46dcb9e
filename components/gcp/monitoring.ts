import { Dashboard as GoogleDashboard } from "@pulumi/gcp/monitoring/dashboard.js";
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import { ComponentResource, type ComponentResourceOptions, type Input } from "@pulumi/pulumi";
import type { OperatorTool } from "../../src/config/model.ts";
import type { MonitoringArgs, MonitoringPart } from "../contracts/monitoring.ts";
import type { Deployment } from "./deployment.ts";
import { hyphened } from "./edge/plan.ts";
import type { GcpBackend, GcpHandles } from "./handles.ts";
import { createAlerts, createChannels } from "./monitoring/alerts.ts";
import { renderGoogleDashboard } from "./monitoring/dashboard-json.ts";
import { createGrafana, hasGrafana } from "./monitoring/grafana.ts";
import { createAudit, createLogs } from "./monitoring/logs.ts";
import type { Compute } from "./monitoring/selectors.ts";
import { type Translated, translate } from "./monitoring/translate.ts";
import { createUptimeChecks } from "./monitoring/uptime.ts";
import { stackOf } from "./names.ts";

export interface GcpMonitoringArgs extends MonitoringArgs<GcpHandles> {
  /** App and settings of the deployment that this is a part of. */
  readonly deployment: Deployment;
  /** What services run on, which decides what Google measures of them. */
  readonly compute: Compute;
}

/** Monitoring on Google Cloud: Managed Prometheus for what services measure, Google's own metrics for everything else, alarms,
 * dashboards, uptime checks, logs, and Grafana for operators.
 *
 * Costs $0.06 per million samples of the app's own and $0.10 per million PromQL series that alarms read beyond the free
 * share (cloud.google.com/stackdriver/pricing), logs $0.50 per GiB beyond 50 GiB, and Grafana next to nothing, because it
 * sleeps until somebody looks.
 * @example new Monitoring("monitoring", { deployment, compute: "cloud-run", app, network, secrets, targets, dashboards, rules })
 */
export class Monitoring extends ComponentResource implements MonitoringPart<GcpHandles> {
  readonly tools: Readonly<Partial<Record<OperatorTool, GcpBackend>>>;
  readonly notes: readonly string[];
  /** Who is told, for a budget to tell as well: `projects/…/notificationChannels/…`. */
  readonly channels: readonly Input<string>[];

  constructor(name: string, args: GcpMonitoringArgs, opts?: ComponentResourceOptions) {
    super("atelier:gcp:Monitoring", name, {}, opts);
    const { deployment } = args;
    const translated = translate(args, args);
    const channels = createChannels(this, deployment);
    this.channels = channels;
    createAlerts(this, deployment, translated.rules, channels);
    createUptimeChecks(this, deployment, channels);
    createDashboards(this, deployment, translated);
    letOperatorsLook(this, deployment);
    createLogs(this, deployment);
    createAudit(this, deployment);
    this.tools = createTools(this, args, translated);
    this.notes = translated.notes;
    this.registerOutputs({});
  }
}

function createDashboards(parent: Monitoring, { app }: Deployment, { dashboards }: Translated): void {
  for (const dashboard of dashboards) {
    const title = `${app.name} ${app.environment}: ${dashboard.title}`;
    new GoogleDashboard(
      `${stackOf(app)}-${dashboard.uid}`,
      { dashboardJson: renderGoogleDashboard(dashboard, title, [app.name, app.environment]) },
      { parent },
    );
  }
}

/** Whom the edge's login lets through may also see alarms and dashboards in the console. */
function letOperatorsLook(parent: Monitoring, { app, settings }: Deployment): void {
  for (const member of [...new Set(settings.operators)].sort()) {
    new IAMMember(
      `${stackOf(app)}-viewer-${hyphened(member)}`,
      { project: settings.project, role: "roles/monitoring.viewer", member },
      { parent },
    );
  }
}

/** Prometheus and Alertmanager are Google's here and have no page of their own. */
function createTools(
  parent: Monitoring,
  { app, deployment, network, secrets }: GcpMonitoringArgs,
  { dashboards }: Translated,
): MonitoringPart<GcpHandles>["tools"] {
  if (!hasGrafana(app)) return {};
  return { grafana: createGrafana({ parent, deployment, network, secrets }, dashboards) };
}
