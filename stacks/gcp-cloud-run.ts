/** The target `gcp-cloud-run`: services without machines, data and edge of Google Cloud. */
import type { Output } from "@pulumi/pulumi";
import type { Adapters, Target } from "../components/contracts/target.ts";
import type { RunDeployment } from "../components/gcp/cloud-run/deployment.ts";
import { differencesOfServices } from "../components/gcp/cloud-run/differences.ts";
import { refuseServices } from "../components/gcp/cloud-run/refusals.ts";
import { ContainerService } from "../components/gcp/cloud-run/service.ts";
import { type RunSettings, runSettings } from "../components/gcp/cloud-run/settings.ts";
import type { GcpHandles } from "../components/gcp/handles.ts";
import { refuseGoogle } from "../components/gcp/refusals.ts";
import { standIns } from "../components/gcp/settings.ts";
import { googleAdapters, namedAfter } from "./google.ts";

const NAME = "gcp-cloud-run";

export const gcpCloudRun: Target<RunSettings> = {
  name: NAME,
  settings: runSettings,
  standIns,
  refuse(app, settings) {
    const deployment = { app, settings };
    const problems = refuseGoogle(deployment, [], () => refuseServices(deployment));
    return namedAfter(NAME, problems);
  },
  open: async (app, settings) => runAdapters({ app, settings }),
  // Nothing is asked before the provider works.
  assume: (app, settings) => runAdapters({ app, settings }),
};

/** The parts of one deployment. */
export function runAdapters(deployment: RunDeployment): Adapters<GcpHandles> {
  const revisions: Record<string, Output<string>> = {};
  const next: Record<string, Output<string>> = {};
  return googleAdapters(deployment, {
    instances: [],
    compute: "cloud-run",
    service({ top, images, secrets }, name, args) {
      const service = new ContainerService(name, { ...args, deployment, images, vault: secrets() }, top);
      if (service.revision) revisions[name] = service.revision;
      if (service.next) next[name] = service.next;
      return service;
    },
    outputs: () => ({ revisions, next }),
    differences: differencesOfServices(deployment),
  });
}
