/** Numbers that must fit one another. */
import type { App, Data, Service } from "../model.ts";
import { formatBytes, formatCpu, formatDuration } from "../parse.ts";
import { type Find, own, unknownName } from "./find.ts";

export function checkServiceLimits(app: App): Find[] {
  return Object.entries(app.services).flatMap(([name, service]) => [
    ...checkScale(name, service),
    ...checkReserve(name, service),
    ...checkQueue(app, name, service),
    ...checkStreaming(name, service),
  ]);
}

function checkScale(name: string, { scale: { min, max } }: Service): Find[] {
  if (min <= max) return [];
  return [
    {
      path: ["services", name, "scale", "min"],
      what: `min ${min} is more than max ${max}`,
      allowed: `0–${max}`,
      remedy: `set min: ${max} or max: ${min}`,
    },
  ];
}

function checkReserve(name: string, { cpu, memory, reserve }: Service): Find[] {
  const path = ["services", name, "reserve"];
  return [
    ...(reserve.cpu > cpu
      ? [
          {
            path: [...path, "cpu"],
            what: `${formatCpu(reserve.cpu)} is more than cpu ${formatCpu(cpu)}`,
            allowed: `up to ${formatCpu(cpu)}`,
            remedy: `set reserve.cpu: ${formatCpu(cpu)} or cpu: ${formatCpu(reserve.cpu)}`,
          },
        ]
      : []),
    ...(reserve.memory > memory
      ? [
          {
            path: [...path, "memory"],
            what: `${formatBytes(reserve.memory)} is more than memory ${formatBytes(memory)}`,
            allowed: `up to ${formatBytes(memory)}`,
            remedy: `set reserve.memory: ${formatBytes(memory)} or memory: ${formatBytes(reserve.memory)}`,
          },
        ]
      : []),
  ];
}

/** A queue is a list in a redis that the service uses. */
function checkQueue(app: App, name: string, { scale, uses }: Service): Find[] {
  const { queue } = scale.on;
  if (!queue || queue.data === "") return [];
  const path = ["services", name, "scale", "on", "queue", "data"];
  const data = own(app.data, queue.data);
  const known = Object.keys(app.data).filter((other) => app.data[other]?.kind === "redis");
  if (!data) return [unknownName(path, queue.data, "redis", known, "declare it under data")];
  if (data.kind !== "redis") {
    return [
      {
        path,
        what: `${queue.data} is data of kind ${data.kind}, not redis`,
        ...(known.length > 0 && { allowed: known.join(", ") }),
        remedy: "a queue is a list in redis",
      },
    ];
  }
  if (Object.hasOwn(uses, queue.data)) return [];
  const remedy = `add ${queue.data} to services.${name}.uses`;
  return [{ path, what: `${name} does not use ${queue.data}`, remedy }];
}

/** Nothing on the way may cut a stream: its silences are shorter than what counts as hanging. */
function checkStreaming(name: string, { streaming, timeout }: Service): Find[] {
  if (!streaming) return [];
  const { heartbeat, longest } = streaming;
  const path = ["services", name, "streaming", "heartbeat"];
  const shown = formatDuration(heartbeat);
  if (heartbeat >= longest) {
    const remedy = "send a heartbeat more often, or set a larger streaming.longest";
    return [
      {
        path,
        what: `${shown} is not shorter than the stream's longest life of ${formatDuration(longest)}`,
        allowed: `less than ${formatDuration(longest)}`,
        remedy,
      },
    ];
  }
  if (heartbeat < timeout) return [];
  return [
    {
      path,
      what: `a silence of ${shown} is cut by timeout ${formatDuration(timeout)}`,
      allowed: `less than ${formatDuration(timeout)}`,
      remedy: `send a heartbeat more often, or set timeout above ${shown}`,
    },
  ];
}

export function checkDataLimits(app: App): Find[] {
  return Object.entries(app.data).flatMap(([name, data]) => [
    ...checkBackup(name, data),
    ...checkPool(name, data),
  ]);
}

function checkBackup(name: string, { backup }: Data): Find[] {
  if (!backup || backup.keep >= backup.every) return [];
  const [keep, every] = [formatDuration(backup.keep), formatDuration(backup.every)];
  return [
    {
      path: ["data", name, "backup", "keep"],
      what: `a backup is gone after ${keep}, before the next one is made after ${every}`,
      allowed: `${every} or longer`,
      remedy: `set keep: ${every} or longer`,
    },
  ];
}

function checkPool(name: string, data: Data): Find[] {
  if (data.kind !== "postgres" || data.pool.max <= data.pool.total) return [];
  const { max, total } = data.pool;
  return [
    {
      path: ["data", name, "pool", "max"],
      what: `${max} connections for one instance are more than ${total} for all`,
      allowed: `1–${total}`,
      remedy: `set max: ${total} or total: ${max}`,
    },
  ];
}
