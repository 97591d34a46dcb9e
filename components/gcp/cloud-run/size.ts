/** Cpu and memory in the steps that Cloud Run has (cloud.google.com/run/docs/configuring/services/cpu). */
import type { Service } from "../../../src/config/model.ts";
import {
  type Bytes,
  bytes,
  type Cpu,
  cores,
  gibibytes,
  inMebibytes,
  mebibytes,
} from "../../../src/config/units.ts";

/** Cpu → smallest and largest memory. */
export const SIZES: readonly (readonly [cpu: Cpu, least: Bytes, most: Bytes])[] = [
  [cores(1), mebibytes(512), gibibytes(4)],
  [cores(2), mebibytes(512), gibibytes(8)],
  [cores(4), gibibytes(2), gibibytes(16)],
  [cores(6), gibibytes(4), gibibytes(24)],
  [cores(8), gibibytes(4), gibibytes(32)],
];

export const SMALLEST = { cpu: cores(1), memory: mebibytes(512) } as const;

/** What the collector gets beside the service. */
export const COLLECTOR_SIZE = { cpu: cores(0.5), memory: mebibytes(512) } as const;

/** Less than a core is one request at a time on the first generation without mounts, so that everything gets one. */
export const cpuOf = ({ cpu }: Pick<Service, "cpu">): Cpu => cores(Math.max(cpu, SMALLEST.cpu));

export const memoryOf = ({ memory }: Pick<Service, "memory">): Bytes =>
  bytes(Math.max(memory, SMALLEST.memory));

export function limitsOf(size: Pick<Service, "cpu" | "memory" | "gpu">): Record<string, string> {
  return {
    cpu: asCpu(cpuOf(size)),
    memory: asMemory(memoryOf(size)),
    ...(size.gpu && { "nvidia.com/gpu": String(size.gpu.count) }),
  };
}

export const collectorLimits = (): Record<string, string> => ({
  cpu: asCpu(COLLECTOR_SIZE.cpu),
  memory: asMemory(COLLECTOR_SIZE.memory),
});

/** `2`, `500m`. */
const asCpu = (cpu: Cpu) => (Number.isInteger(cpu) ? String(cpu) : `${Math.round(cpu * 1000)}m`);
export const asMemory = (memory: Bytes) => `${inMebibytes(memory)}Mi`;
