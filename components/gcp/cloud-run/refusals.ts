/** What Cloud Run cannot do for an app: each with a remedy, before anything is created. */
import type { Service } from "../../../src/config/model.ts";
import { formatBytes, formatCpu, formatDuration, formatPercent } from "../../../src/config/parse.ts";
import type { Problem } from "../../../src/config/problem.ts";
import {
  type Duration,
  days,
  gibibytes,
  hours,
  inSeconds,
  minutes,
  percent,
} from "../../../src/config/units.ts";
import { regionsOf } from "../deployment.ts";
import { RUN_GPU_REGIONS } from "../places.ts";
import { isPlainFolder } from "../static/refusals.ts";
import type { Question, RunDeployment } from "./deployment.ts";
import { refuseRollout } from "./rollout-refusals.ts";
import { COLLECTOR_SIZE, cpuOf, memoryOf, SIZES } from "./size.ts";
import { answersRequests, isRouted, longestRequest } from "./web.ts";

/** Every reason why Cloud Run does not take the app's services as they are. Files in a bucket are not its to judge. */
export function refuseServices(deployment: RunDeployment): Problem[] {
  const questions = Object.entries(deployment.app.services)
    .filter(([, spec]) => !isPlainFolder(spec))
    .map(([name, spec]) => ({ deployment, name, spec }));
  return [
    ...questions.flatMap((question) => REFUSALS.flatMap((refuse) => refuse(question))),
    ...refuseNames(deployment),
  ];
}

const REFUSALS: readonly ((question: Question) => Problem[])[] = [
  refuseSize,
  refuseGpu,
  refuseTime,
  refuseHealth,
  refuseVariables,
  refuseUser,
  refuseScratch,
  refuseScale,
  refuseFailover,
  refuseRollout,
];

const runsOnce = ({ kind }: Service) => kind === "job" || kind === "cron";

function refuseSize({ name, spec }: Question): Problem[] {
  const [cpu, memory] = [cpuOf(spec), memoryOf(spec)];
  const path = ["services", name];
  const size = SIZES.find(([cores]) => cores === cpu);
  if (!size) {
    const larger = SIZES.find(([cores]) => cores > cpu);
    const remedy = larger
      ? `set cpu: ${formatCpu(larger[0])}`
      : "set cpu: 8 or choose the target gcp-compute";
    const what = `${formatCpu(spec.cpu)} is not a size of Cloud Run`;
    return [{ path: [...path, "cpu"], what, allowed: "up to 1, 2, 4, 6, 8", remedy }];
  }
  const [, least, most] = size;
  if (memory < least || memory > most) {
    const other = SIZES.find(([, from, to]) => memory >= from && memory <= to)?.[0];
    const fitting = formatBytes(memory < least ? least : most);
    const alternative = other === undefined ? "" : `cpu: ${formatCpu(other)} or `;
    return [
      {
        path: [...path, "memory"],
        what: `${formatBytes(spec.memory)} does not go with cpu ${formatCpu(cpu)} on Cloud Run`,
        allowed: `${formatBytes(least)}–${formatBytes(most)}`,
        remedy: `set ${alternative}memory: ${fitting}`,
      },
    ];
  }
  const largest = SIZES.at(-1);
  if (!spec.metrics || runsOnce(spec) || !largest || cpu + COLLECTOR_SIZE.cpu <= largest[0]) return [];
  return [
    {
      path: [...path, "cpu"],
      what: `${formatCpu(cpu)} leaves nothing of the 8 cores of an instance to the collector of metrics, which takes ${formatCpu(COLLECTOR_SIZE.cpu)}`,
      remedy: "set cpu: 6 or remove metrics",
    },
  ];
}

function refuseGpu({ deployment, name, spec }: Question): Problem[] {
  const { gpu } = spec;
  if (!gpu) return [];
  const path = ["services", name, "gpu"];
  if (gpu.kind !== "nvidia-l4" || gpu.count !== 1) {
    const what = `${gpu.count} × ${gpu.kind} is not what Cloud Run gives an instance`;
    return [{ path, what, allowed: "1 × nvidia-l4", remedy: "take that or choose the target gcp-compute" }];
  }
  const without = regionsOf(deployment).filter((region) => !RUN_GPU_REGIONS.includes(region));
  if (without.length > 0) {
    return [
      {
        path,
        what: `Cloud Run has no ${gpu.kind} in ${without.join(" and ")}`,
        allowed: RUN_GPU_REGIONS.join(", "),
        remedy: "choose one of these regions or the target gcp-compute",
      },
    ];
  }
  if (spec.cpu >= 4 && spec.memory >= gibibytes(16)) return [];
  const has = `cpu ${formatCpu(spec.cpu)} and memory ${formatBytes(spec.memory)}`;
  return [
    {
      path,
      what: `nvidia-l4 does not go with ${has} on Cloud Run`,
      allowed: "from cpu 4 and memory 16Gi",
      remedy: "set cpu: 4 and memory: 16Gi",
    },
  ];
}

const LONGEST_REQUEST = minutes(60);
const LONGEST_TASK = days(7);
const LONGEST_GPU_TASK = hours(1);

function refuseTime({ name, spec }: Question): Problem[] {
  const path = ["services", name];
  const refuse = (key: readonly string[], time: Duration, most: Duration, otherwise: string): Problem[] =>
    time <= most
      ? []
      : [
          {
            path: [...path, ...key],
            what: `${formatDuration(time)} is longer than Cloud Run lets ${otherwise}`,
            allowed: `up to ${formatDuration(most)}`,
            remedy: `set it to ${formatDuration(most)} or choose the target gcp-compute`,
          },
        ];
  if (answersRequests(spec)) {
    const longest = longestRequest(spec);
    const key = longest === spec.timeout ? ["timeout"] : ["streaming", "longest"];
    return refuse(key, longest, LONGEST_REQUEST, "a request take");
  }
  if (!runsOnce(spec)) return [];
  if (spec.gpu) return refuse(["timeout"], spec.timeout, LONGEST_GPU_TASK, "a job with a gpu run");
  return refuse(["timeout"], spec.timeout, LONGEST_TASK, "a job run");
}

function refuseHealth({ name, spec: { health } }: Question): Problem[] {
  if (!health) return [];
  const path = ["services", name, "health"];
  const uneven = (["every", "timeout"] as const)
    .filter((key) => !Number.isInteger(inSeconds(health[key])) || inSeconds(health[key]) > 240)
    .map((key) => ({
      path: [...path, key],
      what: `${formatDuration(health[key])} is not a time that Cloud Run's probes know`,
      allowed: "whole seconds, 1s–240s",
      remedy: `set ${key}: ${Math.min(240, Math.ceil(inSeconds(health[key])))}s`,
    }));
  if (uneven.length > 0 || health.timeout < health.every) return uneven;
  return [
    {
      path: [...path, "timeout"],
      what: `${formatDuration(health.timeout)} is not shorter than every ${formatDuration(health.every)}, which Cloud Run asks for`,
      remedy: `set every: ${inSeconds(health.timeout) + 1}s`,
    },
  ];
}

const RESERVED =
  /^(PORT|K_SERVICE|K_REVISION|K_CONFIGURATION|CLOUD_RUN_(JOB|EXECUTION|TASK_INDEX|TASK_ATTEMPT|TASK_COUNT|WORKER_POOL|WORKER_POOL_REVISION)|X_GOOGLE_.*)$/;

function refuseVariables({ name, spec }: Question): Problem[] {
  const written: readonly (readonly [path: readonly string[], variable: string])[] = [
    ...Object.keys(spec.env).map((key) => [["env", key], key] as const),
    ...Object.entries(spec.envNames).map(([key, to]) => [["envNames", key], to] as const),
    ...spec.secrets.map((secret) => [["secrets"], secret] as const),
  ];
  return written
    .filter(([, variable]) => RESERVED.test(variable))
    .map(([path, variable]) => ({
      path: ["services", name, ...path],
      what: `${variable} is set by Cloud Run itself`,
      remedy: "choose another name, or remove it where it is PORT: the service's port arrives as PORT",
    }));
}

function refuseUser({ name, spec: { user } }: Question): Problem[] {
  if (user === undefined) return [];
  const what = `${user} cannot be set on Cloud Run, which takes the image's own user`;
  return [
    {
      path: ["services", name, "user"],
      what,
      remedy: `write USER ${user} in the Dockerfile and remove user`,
    },
  ];
}

function refuseScratch({ name, spec: { scratch } }: Question): Problem[] {
  return scratch
    .filter((path) => /^\/(dev|proc|sys)(\/|$)/.test(path) || path.includes(":"))
    .map((path) => ({
      path: ["services", name, "scratch"],
      what: `${path} cannot be mounted on Cloud Run`,
      allowed: "folders outside of /dev, /proc and /sys, without a colon",
      remedy: "choose another folder, for instance below /tmp",
    }));
}

const LEAST_CPU_TARGET = percent(10);
const MOST_CPU_TARGET = percent(90);

function refuseScale({ name, spec }: Question): Problem[] {
  const path = ["services", name, "scale"];
  if (spec.kind === "worker" && spec.scale.min === 0) {
    return [
      {
        path: [...path, "min"],
        what: "0 would never run: nothing on Cloud Run starts the first instance of a worker",
        allowed: "from 1",
        remedy: "set min: 1",
      },
    ];
  }
  const { cpu } = spec.scale.on;
  if (!answersRequests(spec) || cpu === undefined) return [];
  if (cpu >= LEAST_CPU_TARGET && cpu <= MOST_CPU_TARGET) return [];
  const nearest = cpu < LEAST_CPU_TARGET ? LEAST_CPU_TARGET : MOST_CPU_TARGET;
  return [
    {
      path: [...path, "on", "cpu"],
      what: `${formatPercent(cpu)} is not a cpu target that Cloud Run scales on`,
      allowed: "10%–90%",
      remedy: `set cpu: ${formatPercent(nearest)}`,
    },
  ];
}

/** The load balancer leaves a region whose kept instances are not ready; without either it never would. */
function refuseFailover({ deployment, name, spec }: Question): Problem[] {
  if (regionsOf(deployment).length < 2 || !answersRequests(spec)) return [];
  if (!isRouted(deployment.app, name)) return [];
  const path = ["services", name];
  const why = "so that requests leave a region where it does not work";
  return [
    ...(spec.scale.min > 0
      ? []
      : [
          {
            path: [...path, "scale", "min"],
            what: `0 keeps no instance ready in each region, ${why}`,
            allowed: "from 1",
            remedy: "set min: 1",
          },
        ]),
    ...(spec.health
      ? []
      : [
          {
            path,
            what: `has no health in several regions, ${why}`,
            remedy: "add health: /health for instance",
          },
        ]),
  ];
}

/** Settings for services that are not there would mean nothing. */
function refuseNames({ app, settings }: RunDeployment): Problem[] {
  const known = Object.keys(app.services);
  return (["services", "canary"] as const).flatMap((block) =>
    Object.keys(settings[block])
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: ["atelier:gcp-cloud-run", block, name],
        what: `there is no service ${name}`,
        allowed: known.join(", "),
        remedy: "name one of them or remove it",
      })),
  );
}
