/** Volumes: where data outlives the container that works on it. */
import { Volume } from "@pulumi/docker/volume.js";
import type { ComponentResource } from "@pulumi/pulumi";
import { asLabels, type Deployment, labelsOf, nameOf } from "./deployment.ts";

/** Whether data stays on the host when the stack is destroyed. */
export function keepsVolumes({ app, settings }: Pick<Deployment, "app" | "settings">): boolean {
  return settings.keepVolumes ?? app.protect;
}

/** The volume of a data part, `flashfit-dev-db`.
 *
 * One that is kept is only forgotten by `destroy`, never removed, and the next `up` finds it again by its name.
 * `protect` would do less and cost more: it would stop the removal of everything else. Docker can't change a
 * volume's labels, so a change of them is left alone; it would otherwise be a new and empty volume.
 */
export function createVolume(
  parent: ComponentResource,
  deployment: Deployment,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Volume {
  const fullName = nameOf(deployment, name);
  return new Volume(
    fullName,
    {
      name: fullName,
      driver: "local",
      labels: asLabels({ ...labelsOf(deployment, "data", name), ...labels }),
    },
    { parent, retainOnDelete: keepsVolumes(deployment), ignoreChanges: ["labels", "driverOpts"] },
  );
}
