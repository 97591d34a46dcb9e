/** Services that take work by themselves: a worker pool of `scale.min` instances, in the first region. */
import { WorkerPool } from "@pulumi/gcp/cloudrunv2/workerPool.js";
import type { ComponentResource, Resource } from "@pulumi/pulumi";
import { homeOf, labelsOf } from "../deployment.ts";
import { nameOf } from "../names.ts";
import { createCollector } from "./collector.ts";
import type { ContainerServiceArgs } from "./deployment.ts";
import { describeTemplate, readyOf } from "./template.ts";

export function createWorker(
  parent: ComponentResource,
  args: ContainerServiceArgs,
): { readonly done: Resource } {
  const { app, deployment, name, spec } = args;
  const region = homeOf(deployment);
  const collector = createCollector(parent, args);
  const pool = nameOf(app, "run", name);
  const labels = { ...labelsOf(deployment), service: name };
  const done = new WorkerPool(
    `${pool}-${region}`,
    {
      name: pool,
      location: region,
      deletionProtection: false,
      labels,
      scaling: { manualInstanceCount: spec.scale.min },
      template: { ...describeTemplate(args, region, collector), labels },
    },
    { parent, dependsOn: readyOf(args, collector) },
  );
  return { done };
}
