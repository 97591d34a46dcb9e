/** Gpus on Compute Engine, under Google's own names, and the machines that carry them.
 *
 * L4 and A100 come with a machine type of their own (g2, a2). T4 is attached to an N1 machine. Sizes are those of
 * cloud.google.com/compute/docs/gpus. In each list the cheapest comes first.
 */
import { type Bytes, type Cpu, cores, gibibytes } from "../../../src/config/units.ts";

interface GpuMachine {
  readonly type: string;
  readonly cpu: Cpu;
  readonly memory: Bytes;
  /** How many gpus it carries, or may carry where they are attached. */
  readonly counts: readonly number[];
}

export interface GpuKind {
  /** The gpu is attached by name to a machine that exists without one, too. */
  readonly attached: boolean;
  readonly types: readonly GpuMachine[];
}

const machine = (type: string, cpu: number, memory: number, ...counts: number[]): GpuMachine => ({
  type,
  cpu: cores(cpu),
  memory: gibibytes(memory),
  counts,
});

export const GPUS: Readonly<Record<string, GpuKind>> = {
  "nvidia-l4": {
    attached: false,
    types: [
      machine("g2-standard-4", 4, 16, 1),
      machine("g2-standard-8", 8, 32, 1),
      machine("g2-standard-12", 12, 48, 1),
      machine("g2-standard-16", 16, 64, 1),
      machine("g2-standard-32", 32, 128, 1),
      machine("g2-standard-24", 24, 96, 2),
      machine("g2-standard-48", 48, 192, 4),
      machine("g2-standard-96", 96, 384, 8),
    ],
  },
  "nvidia-tesla-t4": {
    attached: true,
    types: [
      machine("n1-standard-1", 1, 3.75, 1, 2, 4),
      machine("n1-standard-2", 2, 7.5, 1, 2, 4),
      machine("n1-standard-4", 4, 15, 1, 2, 4),
      machine("n1-highmem-4", 4, 26, 1, 2, 4),
      machine("n1-standard-8", 8, 30, 1, 2, 4),
      machine("n1-highmem-8", 8, 52, 1, 2, 4),
      machine("n1-standard-16", 16, 60, 1, 2, 4),
      machine("n1-highmem-16", 16, 104, 1, 2, 4),
      machine("n1-standard-32", 32, 120, 1, 2, 4),
      machine("n1-standard-64", 64, 240, 4),
      machine("n1-standard-96", 96, 360, 4),
    ],
  },
  "nvidia-tesla-a100": {
    attached: false,
    types: [
      machine("a2-highgpu-1g", 12, 85, 1),
      machine("a2-highgpu-2g", 24, 170, 2),
      machine("a2-highgpu-4g", 48, 340, 4),
      machine("a2-highgpu-8g", 96, 680, 8),
      machine("a2-megagpu-16g", 96, 1360, 16),
    ],
  },
  "nvidia-a100-80gb": {
    attached: false,
    types: [
      machine("a2-ultragpu-1g", 12, 170, 1),
      machine("a2-ultragpu-2g", 24, 340, 2),
      machine("a2-ultragpu-4g", 48, 680, 4),
      machine("a2-ultragpu-8g", 96, 1360, 8),
    ],
  },
};

/** Machines that carry so many of this gpu. */
export function acceleratedTypes({ types }: GpuKind, count: number): readonly GpuMachine[] {
  return types.filter(({ counts }) => counts.includes(count));
}
