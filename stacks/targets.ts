/** Every place where an app can run. A target is loaded when it is chosen, so that a program pays for one only. */
import type { Target } from "../components/contracts/target.ts";
import { ConfigError } from "../src/config/problem.ts";

export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  docker: async () => (await import("./docker.ts")).docker,
  "gcp-cloud-run": async () => (await import("./gcp-cloud-run.ts")).gcpCloudRun,
  "gcp-compute": async () => (await import("./gcp-compute.ts")).gcpCompute,
};

/** @throws ConfigError when there is no such target */
export async function targetNamed(name: string): Promise<Target> {
  const load = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (load) return load();
  throw new ConfigError([
    {
      path: ["atelier:target"],
      what: `there is no target ${name}`,
      allowed: Object.keys(targets).join(", "),
      remedy: "set one of them: pulumi config set atelier:target docker",
    },
  ]);
}
