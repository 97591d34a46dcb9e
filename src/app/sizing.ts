/** What an app asks of the machine or the cloud that carries it: plain sums over its parts. */
import type { App, Data, Service } from "../config/model.ts";
import { type Bytes, bytes, type Cpu, cores, gibibytes, mebibytes } from "../config/units.ts";

export interface Size {
  readonly cpu: Cpu;
  readonly memory: Bytes;
  readonly storage: Bytes;
}

/** Reserved cpu and memory of everything that runs all the time, and the storage of all data. */
export function sizeOf(app: Pick<App, "services" | "data">): Size {
  const parts = [
    ...Object.values(app.services).map(sizeOfService),
    ...Object.values(app.data).map(sizeOfData),
  ];
  return {
    cpu: cores(sum(parts.map(({ cpu }) => cpu))),
    memory: bytes(sum(parts.map(({ memory }) => memory))),
    storage: bytes(sum(parts.map(({ storage }) => storage))),
  };
}

/** Instances that run at the same time at the least; jobs and cron entries come and go. */
export function instancesOf({ kind, scale }: Pick<Service, "kind" | "scale">): number {
  return kind === "job" || kind === "cron" ? 0 : scale.min;
}

function sizeOfService(service: Service): Size {
  const count = instancesOf(service);
  return {
    cpu: cores(service.reserve.cpu * count),
    memory: bytes(service.reserve.memory * count),
    storage: bytes(0),
  };
}

function sizeOfData(data: Data): Size {
  const none = { cpu: cores(0), memory: bytes(0), storage: bytes(0) };
  if (data.kind === "auth") return none;
  if (data.kind === "redis") return { ...none, memory: data.memory };
  if (data.kind === "vectors" || data.kind === "bucket") return { ...none, storage: data.storage };
  return { cpu: data.cpu, memory: data.memory, storage: data.storage };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** What the platform itself needs beside the app on a single host: edge, monitoring, logs, images. Measured on
 * the reference app with `docker stats` and `docker system df`.
 */
export const PLATFORM_SIZE: Size = { cpu: cores(0.5), memory: mebibytes(900), storage: gibibytes(4) };
