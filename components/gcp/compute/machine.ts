/** Machine types: from cpu and memory to the cheapest one that fits, or what the stack config names.
 *
 * Sizes are Google's (cloud.google.com/compute/docs/general-purpose-machines and …/accelerator-optimized-machines).
 * Prices are its list prices on demand in us-central1 (cloud.google.com/compute/vm-instance-pricing), in dollars an
 * hour; only their order decides here.
 */
import type { Service } from "../../../src/config/model.ts";
import { type Bytes, bytes, type Cpu, cores, gibibytes, mebibytes } from "../../../src/config/units.ts";
import { acceleratedTypes, GPUS, type GpuKind } from "./gpu.ts";

export interface Machine {
  readonly type: string;
  /** Sustained processor time: less than what the guest sees on shared cores. Unknown for families not listed here. */
  readonly cpu?: Cpu;
  readonly memory?: Bytes;
  /** Attached by name; on other families the gpu comes with the machine type. */
  readonly accelerator?: { readonly type: string; readonly count: number };
}

type Sized = Required<Pick<Machine, "type" | "cpu" | "memory">>;

interface Priced extends Sized {
  readonly hourly: number;
}

interface Family {
  readonly cpu: number;
  /** Per GiB. */
  readonly memory: number;
  /** GiB per vCPU of each predefined series, and the sizes in vCPUs. */
  readonly series: Readonly<Record<string, readonly [memoryPerCpu: number, sizes: readonly number[]]>>;
  /** Sizes of custom machines; they cost 5 % more. */
  readonly custom?: readonly number[];
}

const upTo = (last: number, step = 2) =>
  Array.from({ length: last / step }, (_, index) => (index + 1) * step);

/** Series that a service gets by itself: the two that every region has. */
const FAMILIES = {
  e2: {
    cpu: 0.02181159,
    memory: 0.00292353,
    series: {
      standard: [4, [2, 4, 8, 16, 32]],
      highmem: [8, [2, 4, 8, 16]],
      highcpu: [1, [2, 4, 8, 16, 32]],
    },
    custom: upTo(32),
  },
  n2: {
    cpu: 0.031611,
    memory: 0.004237,
    series: {
      standard: [4, [2, 4, 8, 16, 32, 48, 64, 80, 96, 128]],
      highmem: [8, [2, 4, 8, 16, 32, 48, 64, 80, 96]],
      highcpu: [1, [2, 4, 8, 16, 32, 48, 64, 80, 96]],
    },
    custom: [...upTo(32), ...upTo(128, 4).filter((size) => size > 32)],
  },
} as const satisfies Record<string, Family>;

const SHARED: readonly Priced[] = [
  { type: "e2-micro", cpu: cores(0.25), memory: gibibytes(1), hourly: 0.00837643 },
  { type: "e2-small", cpu: cores(0.5), memory: gibibytes(2), hourly: 0.01675286 },
  { type: "e2-medium", cpu: cores(1), memory: gibibytes(4), hourly: 0.03350571 },
];

/** What a service does not get of a machine's memory: an allowance for the system with its agents, and for the
 * collector beside a service with metrics.
 */
const SYSTEM = mebibytes(512);
export const COLLECTOR_MEMORY = mebibytes(256);

type Sizing = Pick<Service, "cpu" | "memory" | "gpu" | "metrics">;

/** Memory that the machine of a service must have. */
export function neededMemory({ memory, metrics }: Pick<Sizing, "memory" | "metrics">): Bytes {
  return bytes(memory + SYSTEM + (metrics ? COLLECTOR_MEMORY : 0));
}

/** The machine of a service: by name, by its gpu, or the cheapest that fits. Undefined when none does. */
export function machineOf(spec: Sizing, machineType?: string): Machine | undefined {
  const gpu = spec.gpu && GPUS[spec.gpu.kind];
  if (spec.gpu && !gpu) return undefined;
  const machine = machineType ? (sizeOf(machineType) ?? { type: machineType }) : fitting(spec, gpu);
  return machine && { ...machine, ...acceleratorOf(spec, gpu) };
}

function fitting(spec: Sizing, gpu: GpuKind | undefined): Sized | undefined {
  const found = gpu
    ? acceleratedTypes(gpu, spec.gpu?.count ?? 1).find((machine) => fits(spec, machine))
    : [...predefined().filter((machine) => fits(spec, machine)), ...custom(spec)].sort(byPrice)[0];
  return found && { type: found.type, cpu: found.cpu, memory: found.memory };
}

const byPrice = (a: Priced, b: Priced) => a.hourly - b.hourly;

function acceleratorOf({ gpu }: Sizing, kind: GpuKind | undefined): Pick<Machine, "accelerator"> {
  return gpu && kind?.attached ? { accelerator: { type: gpu.kind, count: gpu.count } } : {};
}

/** Whether a machine of known size has room for the service. */
export function fits(spec: Sizing, machine: Pick<Machine, "cpu" | "memory">): boolean {
  if (machine.cpu === undefined || machine.memory === undefined) return true;
  return machine.cpu >= spec.cpu && machine.memory >= neededMemory(spec);
}

function predefined(): Priced[] {
  const series = Object.entries<Family>(FAMILIES).flatMap(([family, { cpu, memory, series }]) =>
    Object.entries(series).flatMap(([kind, [perCpu, sizes]]) =>
      sizes.map((size) => ({
        type: `${family}-${kind}-${size}`,
        cpu: cores(size),
        memory: gibibytes(size * perCpu),
        hourly: size * (cpu + perCpu * memory),
      })),
    ),
  );
  return [...SHARED, ...series];
}

const CUSTOM_PREMIUM = 1.05;
/** Memory of custom machines comes in steps of 256 MiB, 0.5 to 8 GiB per vCPU; E2 has 128 GiB at the most. */
const STEP = mebibytes(256);
const MOST_CUSTOM: Readonly<Record<string, Bytes>> = { e2: gibibytes(128), n2: gibibytes(864) };

/** For each number of vCPUs the custom machine with as much memory as the service needs. */
function custom(spec: Sizing): Priced[] {
  return Object.entries<Family>(FAMILIES).flatMap(([family, { cpu, memory, custom: sizes = [] }]) =>
    sizes.flatMap((size): Priced[] => {
      const wanted = Math.ceil(Math.max(neededMemory(spec), gibibytes(size / 2)) / STEP) * STEP;
      const most = Math.min(gibibytes(size * 8), MOST_CUSTOM[family] ?? 0);
      if (size < spec.cpu || wanted > most) return [];
      const hourly = CUSTOM_PREMIUM * (size * cpu + (wanted / gibibytes(1)) * memory);
      const type = `${family}-custom-${size}-${wanted / mebibytes(1)}`;
      return [{ type, cpu: cores(size), memory: bytes(wanted), hourly }];
    }),
  );
}

/** GiB per vCPU of families that somebody may name. */
const MEMORY_PER_CPU: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  n1: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
  e2: { standard: 4, highmem: 8, highcpu: 1 },
  n2: { standard: 4, highmem: 8, highcpu: 1 },
  n2d: { standard: 4, highmem: 8, highcpu: 1 },
  c3: { standard: 4, highmem: 8, highcpu: 2 },
  n4: { standard: 4, highmem: 8, highcpu: 2 },
  c4: { standard: 3.75, highmem: 7.75, highcpu: 2 },
  g2: { standard: 4 },
};

/** Size of a machine type by its name; undefined for a family that this table does not have. */
export function sizeOf(type: string): Sized | undefined {
  const shared = SHARED.find((machine) => machine.type === type);
  if (shared) return { type, cpu: shared.cpu, memory: shared.memory };
  const accelerated = Object.values(GPUS)
    .flatMap(({ types }) => types)
    .find((machine) => machine.type === type);
  if (accelerated) return { type, cpu: accelerated.cpu, memory: accelerated.memory };
  const [, vcpus, memory] = /^(?:[a-z0-9]+-)?custom-(\d+)-(\d+)(?:-ext)?$/.exec(type) ?? [];
  if (vcpus && memory) return { type, cpu: cores(Number(vcpus)), memory: mebibytes(Number(memory)) };
  const [, family = "", series = "", size] = /^([a-z0-9]+)-([a-z]+)-(\d+)$/.exec(type) ?? [];
  const perCpu = MEMORY_PER_CPU[family]?.[series];
  if (perCpu === undefined || size === undefined) return undefined;
  return { type, cpu: cores(Number(size)), memory: gibibytes(Number(size) * perCpu) };
}

/** Machines with Arm processors; images are built for x86-64. */
export const isArm = (type: string): boolean => /^(t2a|c4a|n4a|a4x)-/.test(type);

/** Newer families take hyperdisks alone. */
export const diskTypeOf = (type: string): string =>
  /^(n4|n4d|c4|c4d|x4|m4)-/.test(type) ? "hyperdisk-balanced" : "pd-balanced";
