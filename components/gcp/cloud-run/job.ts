/** Services that run to their end: a Cloud Run job that runs once per version, in the first region.
 *
 * The job's name ends in a hash of its template, and its only execution is part of its creation: the job is there when
 * that succeeded, and `up` fails when it did not. A new version is a new job beside the old one, which goes when the
 * new one is done. So a version that came before runs again, where one job with a token per version would meet its own
 * execution of that time (`Resource 'job-token' already exists`, TPG#24451). The same version runs once more with
 * `services: { migrate: { run: 2 } }`.
 */
import { Job } from "@pulumi/gcp/cloudrunv2/job.js";
import { type ComponentResource, output, type Resource } from "@pulumi/pulumi";
import { inSeconds } from "../../../src/config/units.ts";
import { homeOf, labelsOf } from "../deployment.ts";
import { LONGEST, nameOf, shorten, stackOf } from "../names.ts";
import type { ContainerServiceArgs } from "./deployment.ts";
import { describeTemplate, hashOf, readyOf } from "./template.ts";

/** Suffix of the one execution. */
const TOKEN = "run";
const HASH_WITH_HYPHEN = 9;

export function createJob(
  parent: ComponentResource,
  args: ContainerServiceArgs,
): { readonly done: Resource } {
  const { app, deployment, name } = args;
  const region = homeOf(deployment);
  const template = describeTask(args);
  const base = shorten(`${stackOf(app)}-${name}`, LONGEST.run - HASH_WITH_HYPHEN);
  const content = { template, run: deployment.settings.services[name]?.run ?? 1 };
  const done = new Job(
    `${nameOf(app, "run", name)}-${region}`,
    {
      name: output(hashOf(content)).apply((hash) => `${base}-${hash}`),
      location: region,
      deletionProtection: false,
      labels: { ...labelsOf(deployment), service: name },
      template,
      runExecutionToken: TOKEN,
    },
    {
      parent,
      dependsOn: readyOf(args),
      // Google forgets the token once somebody runs the job by hand.
      ignoreChanges: ["runExecutionToken"],
      customTimeouts: { create: `${minutesToRun(args)}m` },
    },
  );
  return { done };
}

/** What a job and a cron entry run. */
export function describeTask(args: ContainerServiceArgs) {
  const { deployment, name, spec } = args;
  return {
    labels: { ...labelsOf(deployment), service: name },
    taskCount: 1,
    template: {
      ...describeTemplate(args, homeOf(deployment)),
      executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
      timeout: `${inSeconds(spec.timeout)}s`,
      maxRetries: retriesOf(args),
    },
  };
}

const retriesOf = ({ deployment, name }: ContainerServiceArgs) =>
  deployment.settings.services[name]?.retries ?? 0;

/** The provider gives up after 20 minutes by itself. */
function minutesToRun(args: ContainerServiceArgs): number {
  const tries = retriesOf(args) + 1;
  return Math.ceil((inSeconds(args.spec.timeout) * tries) / 60) + 10;
}
