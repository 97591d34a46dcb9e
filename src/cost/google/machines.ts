/** Machine types of Compute Engine by their names: what a type has, and which prices it is made of. */
import type { GoogleSku } from "../prices/google.ts";

export interface Shape {
  /** vCPUs that are paid for; a share of one on machines with shared cores. */
  readonly cpu: number;
  /** GiB. */
  readonly memory: number;
  readonly prices: { readonly cpu: GoogleSku; readonly memory: GoogleSku };
  /** Custom machines cost more per core. */
  readonly premium: number;
  /** What a machine that runs all month costs of it: the sustained use discount. */
  readonly sustained: number;
  /** Gpus that come with the type. */
  readonly gpus: number;
}

interface Family {
  readonly prices: Shape["prices"];
  /** GiB per vCPU of each series. */
  readonly series: Readonly<Record<string, number>>;
  readonly sustained: number;
  /** vCPUs per gpu that comes with the machine. */
  readonly cpusPerGpu?: Readonly<Record<number, number>>;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  e2: {
    prices: { cpu: "compute.e2.cpu", memory: "compute.e2.memory" },
    series: { standard: 4, highmem: 8, highcpu: 1 },
    sustained: 1,
  },
  n1: {
    prices: { cpu: "compute.n1.cpu", memory: "compute.n1.memory" },
    series: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
    sustained: 0.7,
  },
  n2: {
    prices: { cpu: "compute.n2.cpu", memory: "compute.n2.memory" },
    series: { standard: 4, highmem: 8, highcpu: 1 },
    sustained: 0.8,
  },
  g2: {
    prices: { cpu: "compute.g2.cpu", memory: "compute.g2.memory" },
    series: { standard: 4 },
    sustained: 1,
    cpusPerGpu: { 24: 2, 48: 4, 96: 8 },
  },
};

/** Machines of E2 with shared cores: vCPUs that are paid for, and GiB. */
const SHARED: Readonly<Record<string, readonly [cpu: number, memory: number]>> = {
  "e2-micro": [0.25, 1],
  "e2-small": [0.5, 2],
  "e2-medium": [1, 4],
};

const CUSTOM_PREMIUM = 1.05;

/** Undefined for a family without prices here. */
export function shapeOf(type: string): Shape | undefined {
  const shared = Object.hasOwn(SHARED, type) ? SHARED[type] : undefined;
  const [, family = "", series = "", size = "", mebibytes] =
    /^([a-z]\d[a-z]?)-([a-z]+)(?:-(\d+))?(?:-(\d+))?$/.exec(type) ?? [];
  const found = Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined;
  if (!found) return undefined;
  const { prices, sustained, cpusPerGpu } = found;
  const common = { prices, sustained, premium: 1, gpus: 0 };
  if (shared) return { ...common, cpu: shared[0], memory: shared[1] };
  const cpu = Number(size);
  if (series === "custom" && mebibytes !== undefined)
    return { ...common, cpu, memory: Number(mebibytes) / 1024, premium: CUSTOM_PREMIUM };
  const perCpu = Object.hasOwn(found.series, series) ? found.series[series] : undefined;
  if (perCpu === undefined || cpu === 0) return undefined;
  return { ...common, cpu, memory: cpu * perCpu, gpus: cpusPerGpu ? (cpusPerGpu[cpu] ?? 1) : 0 };
}
