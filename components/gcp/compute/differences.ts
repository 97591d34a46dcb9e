/** What means something else on Compute Engine than in the app's own words, one sentence each, said at each `up`. */
import type { App } from "../../../src/config/model.ts";
import { formatBytes, formatDuration, formatPercent } from "../../../src/config/parse.ts";
import { bytes, inSeconds, milliseconds, minutes, percent } from "../../../src/config/units.ts";
import { homeOf, regionsOf } from "../deployment.ts";
import { serviceSettings, zonesIn } from "./deployment.ts";
import { isScaled, rolloutMinutes } from "./group.ts";
import { bootTime, timingOf } from "./health.ts";
import { neededMemory } from "./machine.ts";
import { type Question, questionsOf } from "./refusals.ts";
import type { ComputeSettings } from "./settings.ts";
import { isTask } from "./tasks.ts";
import { keyIn } from "./template.ts";

export function differencesOfCompute(app: App, settings: ComputeSettings): string[] {
  const questions = questionsOf(app, settings);
  return [
    ...questions.flatMap((question) =>
      DIFFERENCES.flatMap((tell) => tell(question) ?? []).map(
        (sentence) => `services.${question.name}: ${sentence}`,
      ),
    ),
    ...tellTasks(app, settings),
    ...(questions.length > 0 ? tellMachines({ app, settings }) : []),
  ];
}

const DIFFERENCES: readonly ((question: Question) => string | undefined)[] = [
  tellRollout,
  tellCanary,
  tellMemory,
  tellHealth,
  tellSeconds,
  tellFallback,
  tellDevelop,
];

function tellRollout({ settings, name, spec, app }: Question): string | undefined {
  const [region] = regionsOf({ app, settings });
  const time = minutes(rolloutMinutes(spec, zonesIn(settings, name, region)?.length ?? 3));
  const failed = `a rollout that fails ends after ${formatDuration(time)} with the old instances serving; running up with the version before takes the new ones away`;
  if (spec.rollout.strategy !== "blue-green") return failed;
  return `blue-green makes all new instances before the old ones go, and each takes requests as soon as it is ready, so that for a while both versions answer; ${failed}`;
}

/** The nearest whole number of instances, and at least one. */
function tellCanary({ settings, name, spec }: Question): string | undefined {
  const { rollout, scale } = spec;
  if (rollout.strategy !== "canary") return undefined;
  if (!serviceSettings(settings, name).stable) {
    return `a new version goes to all instances unless atelier:gcp-compute names the template that the others keep (services.${name}.stable)`;
  }
  const share = rollout.share ?? percent(10);
  const instances = Math.max(1, Math.ceil(scale.min * share));
  return `the canary is ${instances} of ${scale.min} instances in each region, for ${formatPercent(share)} of the requests`;
}

function tellMemory({ spec }: Question): string | undefined {
  if (spec.scale.on.memory === undefined || !isScaled(spec)) return undefined;
  const system = bytes(neededMemory(spec) - spec.memory);
  return `memory is measured on the whole machine, of which ${formatBytes(system)} are taken to be the system's`;
}

function tellHealth({ spec }: Question): string | undefined {
  if (spec.port !== undefined) return undefined;
  if (spec.health) return "health is not asked, because there is no port";
  if (spec.metrics) return `an instance is sound while its metrics answer on port ${spec.metrics.port}`;
  return "there is no port to ask, so that an instance counts once its machine runs; a container that keeps failing is started again every 5s";
}

function tellSeconds({ spec }: Question): string | undefined {
  const { every, timeout } = timingOf(spec);
  const broken = Object.entries({ every, timeout }).filter(([, time]) => !Number.isInteger(inSeconds(time)));
  if (broken.length === 0) return undefined;
  return `${broken.map(([key, time]) => `health.${key} ${formatDuration(time)}`).join(" and ")} is rounded up to whole seconds`;
}

function tellFallback({ spec }: Question): string | undefined {
  return spec.fallback === undefined
    ? undefined
    : `paths without a file are answered by the image's own server; ${spec.fallback} has to be its fallback`;
}

function tellDevelop({ app, spec: { develop } }: Question): string | undefined {
  return app.development && develop ? "develop is left out; the image runs as it was built" : undefined;
}

function tellTasks(app: App, settings: ComputeSettings): string[] {
  const tasks = Object.entries(app.services).filter(([, spec]) => isTask(spec));
  if (tasks.length === 0) return [];
  const names = tasks.map(([name]) => name).join(", ");
  return [
    `services (${names}): run as Cloud Run jobs in ${homeOf({ app, settings })}, not on machines; their root is writable, and they are stopped 10s after SIGTERM`,
  ];
}

function tellMachines(deployment: { readonly app: App; readonly settings: ComputeSettings }): string[] {
  const { app, settings } = deployment;
  const regions = regionsOf(deployment);
  const questions = questionsOf(app, settings);
  const names = questions.map(({ name }) => name);
  const boot = milliseconds(Math.max(...questions.map(({ spec }) => bootTime(spec))));
  const otherKey = settings.encryptionKey
    ? regions.filter((region) => !keyIn(settings.encryptionKey, region))
    : [];
  return [
    `services (${names.join(", ")}): a failed liveness check replaces the whole machine, which takes up to ${formatDuration(boot)} and the service's own start`,
    `services (${names.join(", ")}): machines are not patched in place; a new one has the newest system, and a new word in atelier:gcp-compute: { patched: … } replaces all`,
    ...(regions.length > 1
      ? [
          `services (${names.join(", ")}): scale counts instances in each of ${regions.length} regions, and a new version goes to one region after the other`,
        ]
      : []),
    ...(otherKey.length > 0
      ? [
          `services: disks in ${otherKey.join(" and ")} are encrypted with Google's own keys; encryptionKey lies elsewhere`,
        ]
      : []),
  ];
}
