/** The target `gcp-compute`: services on instances of Compute Engine, jobs on Cloud Run, data and edge of Google Cloud. */
import type { Output } from "@pulumi/pulumi";
import type { Adapters, Target } from "../components/contracts/target.ts";
import type { ComputeDeployment } from "../components/gcp/compute/deployment.ts";
import { differencesOfCompute } from "../components/gcp/compute/differences.ts";
import { PrivateZone } from "../components/gcp/compute/internal.ts";
import { refuseCompute } from "../components/gcp/compute/refusals.ts";
import { ContainerService } from "../components/gcp/compute/service.ts";
import { type ComputeSettings, computeSettings } from "../components/gcp/compute/settings.ts";
import { instancesOf } from "../components/gcp/compute/tasks.ts";
import type { GcpHandles } from "../components/gcp/handles.ts";
import { refuseGoogle } from "../components/gcp/refusals.ts";
import { standIns } from "../components/gcp/settings.ts";
import { googleAdapters, namedAfter } from "./google.ts";

const NAME = "gcp-compute";

export const gcpCompute: Target<ComputeSettings> = {
  name: NAME,
  settings: computeSettings,
  standIns,
  refuse(app, settings) {
    const ofServices = () => refuseCompute(app, settings);
    return namedAfter(NAME, refuseGoogle({ app, settings }, instancesOf(app), ofServices));
  },
  open: async (app, settings) => computeAdapters({ app, settings }),
  // Nothing is asked before the provider works.
  assume: (app, settings) => computeAdapters({ app, settings }),
};

/** The parts of one deployment. */
export function computeAdapters(deployment: ComputeDeployment): Adapters<GcpHandles> {
  const { app, settings } = deployment;
  const instances = instancesOf(app);
  const templates: Record<string, Readonly<Record<string, Output<string>>>> = {};
  let zone: PrivateZone | undefined;
  return googleAdapters(deployment, {
    instances,
    compute: "instances",
    service({ top, images, network }, name, args) {
      zone ??= new PrivateZone("internal", { deployment, network: network() }, top);
      const service = new ContainerService(name, { ...args, deployment, images, zone }, top);
      templates[name] = service.templates;
      return service;
    },
    outputs: () => ({ templates }),
    differences: differencesOfCompute(app, settings),
  });
}
