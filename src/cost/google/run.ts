/** Cloud Run: services by instance or by request, worker pools, jobs. */
import { CronExpressionParser } from "cron-parser";
import type { Value } from "../../../rehearsal/values.ts";
import { parseBytes, parseCpu } from "../../config/parse.ts";
import { DEPLOYS, HANDLING, JOB_SHARE, OPERATOR_HOURS, SECONDS } from "../assumptions.ts";
import { at, type Estimator, listIn, type Scene, type Seen, textIn } from "../estimator.ts";
import type { Draft, Range } from "../model.ts";
import type { GoogleSku } from "../prices/google.ts";
import { atMost, fixed, minus, range, times } from "../range.ts";
import { counted, requestsOf, runInstances, workerInstances } from "./instances.ts";
import { samplesOf } from "./samples.ts";

type Lines = readonly Draft<GoogleSku>[];

interface Size {
  readonly cpu: number;
  /** GiB. */
  readonly memory: number;
  readonly words: string;
}

/** All containers of an instance together, the collector of metrics among them. */
function sizeOf(template: Value | undefined): Size {
  const limits = listIn(at(template, "containers")).map((container) => at(container, "resources", "limits"));
  const cpu = limits.reduce<number>((total, one) => total + parseCpu(textIn(at(one, "cpu"), "1")), 0);
  const memory =
    limits.reduce<number>((total, one) => total + parseBytes(textIn(at(one, "memory"), "512Mi")), 0) /
    1024 ** 3;
  return { cpu, memory, words: `${cpu} vCPU, ${memory} GiB` };
}

interface Pair {
  readonly cpu: GoogleSku;
  readonly memory: GoogleSku;
}
const ALWAYS: Pair = { cpu: "run.cpu", memory: "run.memory" };
const REQUESTED: Pair = { cpu: "run.request.cpu", memory: "run.request.memory" };
const IDLE: Pair = { cpu: "run.idle.cpu", memory: "run.idle.memory" };
const WORKER: Pair = { cpu: "run.worker.cpu", memory: "run.worker.memory" };

function sized(skus: Pair, size: Size, seconds: Range, what: string, region: string): Lines {
  return [
    { sku: skus.cpu, what: `cpu: ${what}`, quantity: times(seconds, size.cpu), region },
    { sku: skus.memory, what: `memory: ${what}`, quantity: times(seconds, size.memory), region },
  ];
}

/** With cpu all the time while it runs, or only while it answers: `cpuIdle`. */
export const runService: Estimator<GoogleSku> = (seen, scene) => {
  const { inputs, service } = seen;
  const { template } = inputs;
  const region = textIn(inputs.location);
  const size = sizeOf(template);
  const instances = runInstances(seen, scene);
  const samples = samplesOf(service, instances);
  const perRequest = at(template, "containers", 0, "resources", "cpuIdle") === true;
  if (perRequest) return [...byRequest(seen, scene, size, region), ...samples];
  const what = `${counted(instances)} instances of ${size.words}`;
  const seconds = times(instances, SECONDS);
  return [...sized(ALWAYS, size, seconds, what, region), ...gpuOf(template, seconds, region), ...samples];
};

function byRequest(seen: Seen, scene: Scene, size: Size, region: string): Lines {
  const { low, high } = runInstances(seen, scene);
  // What is no service of the app's is a tool that operators look at.
  const tool = seen.service === undefined;
  const requests = requestsOf(seen, scene);
  const wanted = tool
    ? range(OPERATOR_HOURS.low * 3600, OPERATOR_HOURS.expected * 3600, OPERATOR_HOURS.high * 3600)
    : times(requests, HANDLING);
  const active = atMost(wanted, high * SECONDS);
  const idle = minus(fixed(low * SECONDS), atMost(active, low * SECONDS));
  const why = tool ? "open for operators" : "answering requests";
  return [
    ...sized(REQUESTED, size, active, `${why}, ${size.words}`, region),
    ...(low > 0 ? sized(IDLE, size, idle, `${low} kept warm, ${size.words}`, region) : []),
    ...(tool ? [] : [{ sku: "run.requests", what: "requests", quantity: requests } as const]),
  ];
}

function gpuOf(template: Value | undefined, seconds: Range, region: string): Lines {
  const kind = textIn(at(template, "nodeSelector", "accelerator"));
  if (kind === "") return [];
  const sku = at(template, "gpuZonalRedundancyDisabled") === true ? "run.gpu.l4" : "run.gpu.l4.zonal";
  return [{ sku, what: `a gpu ${kind} each`, quantity: seconds, region }];
}

export const workerPool: Estimator<GoogleSku> = (seen) => {
  const { inputs, service } = seen;
  const instances = workerInstances(seen);
  const size = sizeOf(inputs.template);
  const seconds = times(instances, SECONDS);
  const what = `${counted(instances)} instances of ${size.words}`;
  const region = textIn(inputs.location);
  return [
    ...sized(WORKER, size, seconds, what, region),
    ...gpuOf(inputs.template, seconds, region),
    ...samplesOf(service, instances),
  ];
};

/** A schedule's runs of an ordinary month, or one run for every deploy. */
export const runJob: Estimator<GoogleSku> = ({ inputs, service }) => {
  const task = at(inputs.template, "template");
  const size = sizeOf(task);
  const timeout = Number.parseFloat(textIn(at(task, "timeout"), "600s"));
  const runs = service?.schedule ? runsOf(service.schedule.cron) : DEPLOYS;
  const one = range(MINUTE, Math.max(timeout * JOB_SHARE, MINUTE), Math.max(timeout, MINUTE));
  const what = `${runs} runs of ${one.low} to ${one.high} s, ${size.words}`;
  return sized(ALWAYS, size, times(one, runs), what, textIn(inputs.location));
};

/** Less than a minute counts as one. */
const MINUTE = 60;

/** How often a schedule fires in a month of 30 days that begins on a Monday. */
function runsOf(cron: string): number {
  const [start, end] = [new Date("2027-02-01T00:00:00Z"), new Date("2027-03-03T00:00:00Z")];
  const schedule = CronExpressionParser.parse(cron, {
    currentDate: new Date(start.getTime() - 1),
    tz: "UTC",
  });
  for (let runs = 0; ; runs += 1) {
    if (runs > MOST_RUNS || !schedule.hasNext()) return runs;
    if (schedule.next().toDate() >= end) return runs;
  }
}

/** One a minute. */
const MOST_RUNS = 43_200;
