/** Services that run by schedule: a Cloud Run job, and an entry of Cloud Scheduler that may start it and nothing else. */
import { Job } from "@pulumi/gcp/cloudrunv2/job.js";
import { JobIamMember } from "@pulumi/gcp/cloudrunv2/jobIamMember.js";
import { Job as ScheduledCall } from "@pulumi/gcp/cloudscheduler/job.js";
import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import { type ComponentResource, interpolate, type Resource } from "@pulumi/pulumi";
import { homeOf, labelsOf } from "../deployment.ts";
import { nameOf } from "../names.ts";
import type { ContainerServiceArgs } from "./deployment.ts";
import { describeTask } from "./job.ts";
import { readyOf } from "./template.ts";

export function createCron(
  parent: ComponentResource,
  args: ContainerServiceArgs,
): { readonly done: Resource } {
  const { app, deployment, name } = args;
  const region = homeOf(deployment);
  const job = new Job(
    `${nameOf(app, "run", name)}-${region}`,
    {
      name: nameOf(app, "run", name),
      location: region,
      deletionProtection: false,
      labels: { ...labelsOf(deployment), service: name },
      template: describeTask(args),
    },
    { parent, dependsOn: readyOf(args) },
  );
  return { done: createSchedule(parent, args, job) };
}

function createSchedule(parent: ComponentResource, args: ContainerServiceArgs, job: Job): Resource {
  const { app, deployment, name, spec } = args;
  if (!spec.schedule) throw new Error(`The cron entry ${name} has no schedule.`);
  const region = homeOf(deployment);
  // No name of the app's own has two hyphens before its end.
  const accountId = nameOf(app, "serviceAccount", `${name}--cron`);
  const account = new Account(
    accountId,
    { accountId, displayName: `Starts ${name} of ${app.name} in ${app.environment}` },
    { parent },
  );
  const invoker = new JobIamMember(
    `${nameOf(app, "run", name)}-${region}-scheduler`,
    {
      name: job.name,
      location: region,
      role: "roles/run.invoker",
      member: interpolate`serviceAccount:${account.email}`,
    },
    { parent },
  );
  const uri = interpolate`https://run.googleapis.com/v2/projects/${deployment.settings.project}/locations/${region}/jobs/${job.name}:run`;
  return new ScheduledCall(
    nameOf(app, "run", name),
    {
      name: nameOf(app, "run", name),
      region,
      schedule: spec.schedule.cron,
      timeZone: spec.schedule.timeZone,
      attemptDeadline: "60s",
      // Of the call that starts the job, not of the job.
      retryConfig: { retryCount: 3, minBackoffDuration: "5s", maxBackoffDuration: "60s" },
      httpTarget: { uri, httpMethod: "POST", oauthToken: { serviceAccountEmail: account.email } },
    },
    { parent, dependsOn: [invoker] },
  );
}
