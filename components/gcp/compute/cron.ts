/** A service that runs by schedule: a Cloud Run job that Cloud Scheduler starts. */
import type { ComponentResource } from "@pulumi/pulumi";
import { createCron as createRunCron } from "../cloud-run/cron.ts";
import type { ContainerServiceArgs, Made } from "./deployment.ts";
import { taskArgs } from "./tasks.ts";

export function createCron(parent: ComponentResource, args: ContainerServiceArgs): Made {
  return { ...createRunCron(parent, taskArgs(args)), scrape: [], templates: {} };
}
