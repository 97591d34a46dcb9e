/** Keys that change nothing on Google Cloud, told where an app writes them: nothing is accepted and silently ignored. */
import type { App, Service } from "../../src/config/model.ts";
import { unmeasuredBudgets } from "../monitoring/ai-spend.ts";
import type { Deployment } from "./deployment.ts";
import { isPlainFolder } from "./static/refusals.ts";
import { volumeOf } from "./vectors/volume.ts";

/** @param instances services that run on instances of Compute Engine */
export function tellUnused(deployment: Deployment, instances: readonly string[]): string[] {
  const { app } = deployment;
  return [
    ...tellServices(app, instances),
    ...tellStorage(deployment),
    ...tellGrafana(app),
    ...unmeasuredBudgets(app),
    ...(app.development ? ["development: services' own ports stay closed, and sources are not mounted"] : []),
  ];
}

function tellServices({ services }: App, instances: readonly string[]): string[] {
  const named = (test: (spec: Service, name: string) => boolean) =>
    Object.entries(services).flatMap(([name, spec]) =>
      !isPlainFolder(spec) && test(spec, name) ? [name] : [],
    );
  return [
    ...sentence(
      named(({ streaming }) => streaming !== undefined),
      "a stream may be silent until longest ends it, of either kind; heartbeat changes nothing",
    ),
    ...sentence(
      named(({ rollout }) => rollout.strategy !== "canary" && rollout.rollback === "manual"),
      "rollback: manual is the same as automatic; a version that does not become ready never takes over, and one that serves stays until up brings another",
    ),
    ...sentence(
      named(({ cpu, memory, reserve }, name) => {
        const less = reserve.cpu < cpu || reserve.memory < memory;
        return instances.includes(name) && less;
      }),
      "an instance has the whole machine to itself, whatever reserve says",
    ),
  ];
}

function tellStorage({ app, settings }: Deployment): string[] {
  const parts = Object.entries(app.data).flatMap(([name, spec]) =>
    spec.kind === "bucket" || (spec.kind === "vectors" && volumeOf(name, spec, settings) === "bucket")
      ? [name]
      : [],
  );
  return parts.length > 0
    ? [`data (${parts.join(", ")}): storage limits nothing; a bucket of Cloud Storage has no size`]
    : [];
}

function tellGrafana({ monitoring, routes }: App): string[] {
  const routed = Object.values(routes).some(({ to }) => to.type === "operators" && to.tool === "grafana");
  if (!monitoring.grafana || routed) return [];
  return [
    "monitoring.grafana: does not run, because no route leads to it; the console's Monitoring has the same dashboards",
  ];
}

const sentence = (names: readonly string[], what: string) =>
  names.length > 0 ? [`services (${names.join(", ")}): ${what}`] : [];
