/** A service that runs once per version and must succeed before what waits for it starts: a Cloud Run job. */
import type { ComponentResource } from "@pulumi/pulumi";
import { createJob as createRunJob } from "../cloud-run/job.ts";
import type { ContainerServiceArgs, Made } from "./deployment.ts";
import { taskArgs } from "./tasks.ts";

export function createJob(parent: ComponentResource, args: ContainerServiceArgs): Made {
  return { ...createRunJob(parent, taskArgs(args)), scrape: [], templates: {} };
}
