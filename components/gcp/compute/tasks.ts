/** Jobs and schedules of this target: Cloud Run jobs in the app's VPC, because a machine that waits for the next run
 * costs as much as one that works.
 */
import type { App } from "../../../src/config/model.ts";
import type { ContainerServiceArgs as RunArgs, RunDeployment } from "../cloud-run/deployment.ts";
import { runSettings } from "../cloud-run/settings.ts";
import { isPlainFolder } from "../static/refusals.ts";
import type { ComputeDeployment, ContainerServiceArgs } from "./deployment.ts";

export const isTask = ({ kind }: App["services"][string]): boolean => kind === "job" || kind === "cron";

/** Services that run on instances. */
export const instancesOf = ({ services }: App): string[] =>
  Object.entries(services).flatMap(([name, spec]) => (isTask(spec) || isPlainFolder(spec) ? [] : [name]));

/** The deployment as Cloud Run sees it: jobs and schedules alone, with the settings that they have. */
export function taskDeployment({ app, settings }: ComputeDeployment): RunDeployment {
  const tasks = Object.entries(app.services).filter(([, spec]) => isTask(spec));
  const { services, system: _1, patched: _2, collector: _3, mounter: _4, ...base } = settings;
  const own = tasks.flatMap(([name]) => {
    const { retries, run } = services[name] ?? {};
    const said = { ...(retries !== undefined && { retries }), ...(run !== undefined && { run }) };
    return Object.keys(said).length > 0 ? [[name, said] as const] : [];
  });
  return {
    app: { ...app, services: Object.fromEntries(tasks) },
    settings: runSettings.parse({ ...base, services: Object.fromEntries(own) }),
  };
}

export function taskArgs({ zone: _zone, ...args }: ContainerServiceArgs): RunArgs {
  return {
    ...args,
    deployment: { app: args.app, settings: taskDeployment(args.deployment).settings },
    vault: { store: () => neverAsked("a file for a collector") },
  };
}

/** Cloud Run's services ask for these; its jobs do not. */
function neverAsked(what: string): never {
  throw new Error(`A job asked for ${what}.`);
}
