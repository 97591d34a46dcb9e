/** Logs: a bucket of the deployment's own, kept as long as the app says, and a record of who read what is secret. */
import { ProjectBucketConfig } from "@pulumi/gcp/logging/projectBucketConfig.js";
import { ProjectSink } from "@pulumi/gcp/logging/projectSink.js";
import { IAMAuditConfig } from "@pulumi/gcp/projects/iamauditConfig.js";
import { interpolate, type Resource } from "@pulumi/pulumi";
import type { App } from "../../../src/config/model.ts";
import { days } from "../../../src/config/units.ts";
import { type Deployment, homeOf } from "../deployment.ts";
import { nameOf, stackOf } from "../names.ts";

/** What Google keeps logs for at the most, in days. */
export const LONGEST_LOGS = 3650;

export const retentionDays = ({ monitoring }: Pick<App, "monitoring">): number =>
  Math.max(1, Math.ceil(monitoring.logs.retention / days(1)));

export function createLogs(parent: Resource, deployment: Deployment): void {
  const { app, settings } = deployment;
  const name = nameOf(app, "compute", "logs");
  const bucket = new ProjectBucketConfig(
    name,
    {
      project: settings.project,
      location: homeOf(deployment),
      bucketId: name,
      retentionDays: retentionDays(app),
      description: `Logs of ${app.name} in ${app.environment}`,
      // Locked, it could never be deleted again.
      locked: false,
    },
    { parent },
  );
  new ProjectSink(
    `${name}-sink`,
    {
      name,
      description: `Logs of ${app.name} in ${app.environment}`,
      destination: interpolate`logging.googleapis.com/${bucket.id}`,
      filter: filterOf(deployment),
      uniqueWriterIdentity: true,
    },
    { parent },
  );
}

/** Everything of this deployment in a project that may hold several. */
function filterOf({ app, settings }: Deployment): string {
  const own = `"^${stackOf(app)}-"`;
  return [
    `resource.labels.service_name=~${own}`,
    `resource.labels.job_name=~${own}`,
    `resource.labels.worker_pool_name=~${own}`,
    `resource.labels.url_map_name=~${own}`,
    `resource.labels.database_id=~"^${settings.project}:${stackOf(app)}-"`,
    `labels."compute.googleapis.com/resource_name"=~${own}`,
  ].join(" OR ");
}

/** Services whose reading is worth a record: secrets, and who passed the operators' login. */
const AUDITED = ["secretmanager.googleapis.com", "iap.googleapis.com"] as const;

/** The record is the project's, which may hold several deployments: the last one to go must not end it for the others. */
export function createAudit(parent: Resource, { app, settings }: Deployment): void {
  for (const service of AUDITED) {
    new IAMAuditConfig(
      `${stackOf(app)}-audit-${service.split(".")[0]}`,
      {
        project: settings.project,
        service,
        auditLogConfigs: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"].map((logType) => ({ logType })),
      },
      { parent, retainOnDelete: true },
    );
  }
}
