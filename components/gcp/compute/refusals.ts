/** What Compute Engine cannot do for an app's services: each with a remedy, before anything is created. */
import { consumersOf } from "../../../src/app/links.ts";
import type { App, Service } from "../../../src/config/model.ts";
import { formatDuration } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import { type Duration, inSeconds, milliseconds, seconds } from "../../../src/config/units.ts";
import { refuseServices } from "../cloud-run/refusals.ts";
import { isPlainFolder } from "../static/refusals.ts";
import { bootTime, timingOf } from "./health.ts";
import { refuseMachine } from "./machine-refusals.ts";
import { refuseRollout } from "./rollout-refusals.ts";
import type { ComputeSettings } from "./settings.ts";
import { isTask, taskDeployment } from "./tasks.ts";

/** A service with what is needed to judge it. */
export interface Question {
  readonly app: App;
  readonly settings: ComputeSettings;
  readonly name: string;
  readonly spec: Service;
}

/** Every reason why Compute Engine does not take the app's services as they are. Jobs and schedules are Cloud Run's
 * to judge. Data and edge answer for themselves.
 */
export function refuseCompute(app: App, settings: ComputeSettings): Problem[] {
  return [
    ...questionsOf(app, settings).flatMap((question) => REFUSALS.flatMap((refuse) => refuse(question))),
    ...refuseServices(taskDeployment({ app, settings })),
    ...refuseUnknown(app, settings),
    ...refuseMisplaced(app, settings),
  ];
}

/** Services that run on machines: neither jobs nor files in a bucket. */
export function questionsOf(app: App, settings: ComputeSettings): Question[] {
  return Object.entries(app.services)
    .filter(([, spec]) => !isTask(spec) && !isPlainFolder(spec))
    .map(([name, spec]) => ({ app, settings, name, spec }));
}

const REFUSALS: readonly ((question: Question) => Problem[])[] = [
  refuseMachine,
  refuseScale,
  refuseHealth,
  refuseStop,
  refuseRollout,
];

/** A request cannot start a machine, and nobody measures a list in Redis. */
function refuseScale({ app, name, spec }: Question): Problem[] {
  const { min, max, on } = spec.scale;
  const path = ["services", name, "scale"];
  const routed = Object.values(app.routes).some(({ to }) => to.type === "service" && to.service === name);
  const called = Object.keys(consumersOf(app, name));
  return [
    ...(min === 0
      ? [
          {
            path: [...path, "min"],
            what: "0 instances cannot be woken on gcp-compute: an instance that is not there measures nothing",
            allowed: `1–${max}`,
            remedy: "set min: 1 or choose the target gcp-cloud-run",
          },
        ]
      : []),
    ...(on.queue
      ? [
          {
            path: [...path, "on", "queue"],
            what: `the length of ${on.queue.list} is not measured on gcp-compute: Memorystore tells the length of no list`,
            allowed: "cpu, memory, requestsPerSecond",
            remedy: "set scale.on: { cpu: 60% } or leave out queue",
          },
        ]
      : []),
    ...(on.requestsPerSecond !== undefined && !routed
      ? [
          {
            path: [...path, "on", "requestsPerSecond"],
            what: `requests are counted by the edge, and no route leads to ${name}${called.length > 0 ? `, only ${called.join(", ")}` : ""}`,
            allowed: "cpu, memory",
            remedy: "set scale.on: { cpu: 60% }",
          },
        ]
      : []),
  ];
}

const LONGEST_INTERVAL = seconds(300);
const MOST_FAILURES = 10;
/** Longest time that a group bears with a new instance. */
const LONGEST_START = 3600;

function refuseHealth({ name, spec }: Question): Problem[] {
  const { health } = spec;
  if (!health) return [];
  const path = ["services", name, "health"];
  const longest = milliseconds((LONGEST_START - inSeconds(bootTime(spec))) * 1000);
  const { every, timeout, failAfter } = health;
  return [
    ...tooLong(
      [...path, "every"],
      every,
      LONGEST_INTERVAL,
      "is longer than Compute Engine waits between checks",
    ),
    ...tooLong([...path, "timeout"], timeout, every, `is longer than every ${formatDuration(every)}`),
    ...tooLong(
      [...path, "startup"],
      timingOf(spec).startup,
      longest,
      "is longer than a group bears with a new instance, together with its boot",
    ),
    ...(failAfter > MOST_FAILURES
      ? [
          {
            path: [...path, "failAfter"],
            what: `${failAfter} failures in a row are more than Compute Engine counts`,
            allowed: `1–${MOST_FAILURES}`,
            remedy: `set failAfter: ${MOST_FAILURES} and a longer every`,
          },
        ]
      : []),
  ];
}

/** How long a machine may take to shut down (cloud.google.com/compute/docs/shutdownscript). */
const SHUTDOWN = seconds(90);

function refuseStop({ name, spec }: Question): Problem[] {
  return tooLong(
    ["services", name, "stopGrace"],
    spec.stopGrace,
    SHUTDOWN,
    "is longer than a machine gets to shut down",
  );
}

function tooLong(path: readonly string[], value: Duration, most: Duration, why: string): Problem[] {
  if (value <= most) return [];
  return [
    {
      path,
      what: `${formatDuration(value)} ${why}`,
      allowed: `up to ${formatDuration(most)}`,
      remedy: `set ${path.at(-1)}: ${formatDuration(most)}`,
    },
  ];
}

function refuseUnknown({ services }: App, settings: ComputeSettings): Problem[] {
  const known = Object.keys(services);
  return Object.keys(settings.services)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: ["atelier:gcp-compute", "services", name],
      what: `${name} is not a service of the app`,
      ...(known.length > 0 && { allowed: known.join(", ") }),
      remedy: "remove it or correct the name",
    }));
}

/** Settings of jobs and schedules; all others are of machines. */
const OF_TASKS = ["retries", "run"];

function refuseMisplaced({ services }: App, settings: ComputeSettings): Problem[] {
  return Object.entries(settings.services).flatMap(([name, own]) => {
    const spec = services[name];
    if (!spec) return [];
    const [kind, fits] = isTask(spec)
      ? [`a ${spec.kind} runs on Cloud Run`, (key: string) => OF_TASKS.includes(key)]
      : [`a ${spec.kind} runs all the time`, (key: string) => !OF_TASKS.includes(key)];
    return Object.keys(own)
      .filter((key) => !fits(key))
      .map((key) => ({
        path: ["atelier:gcp-compute", "services", name, key],
        what: `${kind} and has no ${key}`,
        remedy: "remove it",
      }));
  });
}
