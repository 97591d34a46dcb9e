/** What means something else on Cloud Run than in the app's own words, one sentence each, said at each `up`. */

import { consumersOf } from "../../../src/app/links.ts";
import { prefixOf } from "../../../src/config/connections.ts";
import type { App, Service } from "../../../src/config/model.ts";
import { formatBytes, formatCpu, formatDuration } from "../../../src/config/parse.ts";
import { seconds } from "../../../src/config/units.ts";
import { homeOf, regionsOf } from "../deployment.ts";
import type { Question, RunDeployment } from "./deployment.ts";
import { LONGEST_START } from "./probes.ts";
import { SMALLEST } from "./size.ts";
import { answersRequests, concurrencyOf, hasCpuAlways, isRouted } from "./web.ts";

export function differencesOfServices(deployment: RunDeployment): string[] {
  const services = Object.entries(deployment.app.services);
  return [
    ...services.flatMap(([name, spec]) =>
      DIFFERENCES.flatMap((tell) => tell({ deployment, name, spec }) ?? []).map(
        (sentence) => `services.${name}: ${sentence}`,
      ),
    ),
    ...tellOfAll(deployment.app),
    ...tellOfRoutes(deployment.app),
    ...tellOfRegions(deployment),
  ];
}

const DIFFERENCES: readonly ((question: Question) => string | undefined)[] = [
  tellSize,
  tellTriggers,
  tellWorkers,
  tellStart,
  tellCpu,
  tellCallers,
  tellMetrics,
  tellDevelop,
  tellQuota,
];

function tellSize({ spec: { cpu, memory } }: Question): string | undefined {
  const more = [
    ...(cpu < SMALLEST.cpu ? [`cpu ${formatCpu(SMALLEST.cpu)} instead of ${formatCpu(cpu)}`] : []),
    ...(memory < SMALLEST.memory
      ? [`memory ${formatBytes(SMALLEST.memory)} instead of ${formatBytes(memory)}`]
      : []),
  ];
  if (more.length === 0) return undefined;
  return `an instance gets ${more.join(" and ")}, the least that Cloud Run gives one that answers several requests at a time`;
}

function tellTriggers({ deployment, name, spec }: Question): string | undefined {
  if (!answersRequests(spec)) return undefined;
  const { memory, requestsPerSecond } = spec.scale.on;
  const missing = [
    ...(memory === undefined ? [] : ["memory"]),
    ...(requestsPerSecond === undefined ? [] : ["requestsPerSecond"]),
  ];
  if (missing.length === 0) return undefined;
  const concurrency = concurrencyOf(name, deployment.settings);
  return `instances are not added on ${missing.join(" and ")}, but when each answers more than ${concurrency} requests at a time (atelier:gcp-cloud-run: services.${name}.concurrency)`;
}

function tellWorkers({ spec: { kind, scale } }: Question): string | undefined {
  if (kind !== "worker" || scale.max === scale.min) return undefined;
  return `${scale.min} of up to ${scale.max} instances run; Cloud Run adds none to a worker pool by itself`;
}

function tellStart({ spec }: Question): string | undefined {
  const startup = spec.health?.startup;
  if (startup === undefined || startup <= LONGEST_START || !answersRequests(spec)) return undefined;
  return `a start may take ${formatDuration(LONGEST_START)} instead of ${formatDuration(startup)}`;
}

function tellCpu({ deployment, name, spec }: Question): string | undefined {
  if (!answersRequests(spec) || spec.kind === "static") return undefined;
  if (hasCpuAlways(name, spec, deployment.settings)) return undefined;
  const metrics = spec.metrics ? ", and metrics are read less often" : "";
  return `an instance has its cpu only while it answers requests; work between them stands still${metrics} (atelier:gcp-cloud-run: services.${name}.cpu)`;
}

function tellCallers({ deployment: { app }, name, spec }: Question): string | undefined {
  const callers = Object.keys(consumersOf(app, name));
  if (!answersRequests(spec) || callers.length === 0 || isRouted(app, name)) return undefined;
  return `callers (${callers.join(", ")}) must send an identity token for ${prefixOf(name)}AUDIENCE as Authorization: Bearer; others get 403`;
}

function tellMetrics({ spec: { kind, metrics } }: Question): string | undefined {
  if (!metrics || (kind !== "job" && kind !== "cron")) return undefined;
  return `metrics of a ${kind} are not collected; it ends before anybody reads them`;
}

function tellDevelop({ deployment: { app }, spec: { develop } }: Question): string | undefined {
  return app.development && develop ? "develop is left out; the image runs as it was built" : undefined;
}

/** Instances that a revision may have in one network before Google is asked for more. */
const FIRST_QUOTA = 100;

function tellQuota({ spec: { scale } }: Question): string | undefined {
  if (scale.max <= FIRST_QUOTA) return undefined;
  return `up to ${scale.max} instances in the app's network need a higher quota; projects begin with ${FIRST_QUOTA} to 200 per revision`;
}

const SIGTERM_TO_SIGKILL = seconds(10);

function tellOfAll({ services }: App): string[] {
  const all = Object.entries(services);
  const named = (test: (spec: Service) => boolean) =>
    all.filter(([, spec]) => test(spec)).map(([name]) => name);
  const sentence = (names: readonly string[], what: string) =>
    names.length > 0 ? [`services (${names.join(", ")}): ${what}`] : [];
  return [
    ...sentence(
      named(({ stopGrace }) => stopGrace > SIGTERM_TO_SIGKILL),
      `an instance is stopped ${formatDuration(SIGTERM_TO_SIGKILL)} after SIGTERM, whatever stopGrace says`,
    ),
    ...sentence(
      named((spec) => spec.reserve.cpu < spec.cpu || spec.reserve.memory < spec.memory),
      "an instance has all of its cpu and memory to itself, whatever reserve says",
    ),
    ...sentence(
      named((spec) => answersRequests(spec) && spec.rollout.strategy === "rolling"),
      "rolling sends all requests to the new revision at once, when it is ready",
    ),
    ...(all.length > 0
      ? ["services: the root of a container is writable, in memory that counts as the container's"]
      : []),
  ];
}

function tellOfRoutes({ routes }: App): string[] {
  return Object.entries(routes).flatMap(([path, { to }]) =>
    to.type === "operators" && typeof to.tool === "object"
      ? [
          `routes.${path}: is left out; the metrics of ${to.tool.metricsOf} are in Managed Prometheus, and Cloud Run opens no second port`,
        ]
      : [],
  );
}

function tellOfRegions(deployment: RunDeployment): string[] {
  const regions = regionsOf(deployment);
  if (regions.length < 2) return [];
  const services = Object.entries(deployment.app.services);
  const once = services.filter(([, spec]) => !answersRequests(spec)).map(([name]) => name);
  const many = services.filter(([, spec]) => answersRequests(spec)).map(([name]) => name);
  return [
    ...(many.length > 0
      ? [`services (${many.join(", ")}): scale counts instances in each of ${regions.length} regions`]
      : []),
    ...(once.length > 0 ? [`services (${once.join(", ")}): run in ${homeOf(deployment)} alone`] : []),
  ];
}
