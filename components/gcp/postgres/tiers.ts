/** Machines of Cloud SQL: which one carries a cpu and a memory, and which the edition allows (Google's "Instance
 * settings" and "Machine series overview" for PostgreSQL).
 */
import type { Postgres } from "../../../src/config/model.ts";
import { type Bytes, gibibytes, inMebibytes, mebibytes } from "../../../src/config/units.ts";

export interface Tier {
  readonly name: string;
  /** Always said: PostgreSQL 16 and later are otherwise ENTERPRISE_PLUS, which has no custom machines (TPG#20498). */
  readonly edition: "ENTERPRISE" | "ENTERPRISE_PLUS";
  /** No SLA, and at most 3062 GiB of disk. */
  readonly shared: boolean;
  readonly memory: Bytes;
}

/** Machines with a share of a core, smallest first. Only for less than one core. */
const SHARED = [
  { name: "db-f1-micro", memory: mebibytes(614) },
  { name: "db-g1-small", memory: mebibytes(1740) },
] as const;

export const MOST_CPUS = 96;
const LEAST_MEMORY = 3840;
const LEAST_PER_CPU = 921.6;
const MOST_PER_CPU = 6656;
const MEMORY_STEP = 256;

/** The smallest machine with at least this cpu and memory. */
export function tierOf({ cpu, memory }: Pick<Postgres, "cpu" | "memory">): Tier {
  const shared = cpu < 1 ? SHARED.find((machine) => machine.memory >= memory) : undefined;
  if (shared) return { ...shared, edition: "ENTERPRISE", shared: true };
  const cpus = cpusOf(cpu);
  const least = Math.max(inMebibytes(memory), LEAST_MEMORY, LEAST_PER_CPU * cpus);
  return custom(cpus, Math.ceil(least / MEMORY_STEP) * MEMORY_STEP);
}

/** One, or an even number. */
export const cpusOf = (cpu: number) => (cpu <= 1 ? 1 : Math.ceil(cpu / 2) * 2);

/** Largest memory that a custom machine with this cpu has. */
export const mostMemory = (cpu: number): Bytes => mebibytes(cpusOf(cpu) * MOST_PER_CPU);

/** Least cpus that carry a memory. */
export const cpusFor = (memory: Bytes) => cpusOf(inMebibytes(memory) / MOST_PER_CPU);

/** A tier by Google's own name, or what is wrong with it. */
export function parseTier(name: string): Tier | { readonly wrong: string; readonly allowed: string } {
  const shared = SHARED.find((machine) => machine.name === name);
  if (shared) return { ...shared, edition: "ENTERPRISE", shared: true };
  const [, cpus, memory] = /^db-custom-(\d+)-(\d+)$/.exec(name)?.map(Number) ?? [];
  if (cpus !== undefined && memory !== undefined) return checkCustom(cpus, memory);
  const plus = /^db-perf-optimized-N-(2|4|8|16|32|48|64|80|96|128)$/.exec(name)?.[1];
  // Eight GiB per core throughout.
  if (plus) return { name, edition: "ENTERPRISE_PLUS", shared: false, memory: gibibytes(8 * Number(plus)) };
  return {
    wrong: "is not a machine of Cloud SQL",
    allowed: "db-f1-micro, db-g1-small, db-custom-<cpus>-<MiB>, db-perf-optimized-N-<cpus>",
  };
}

function checkCustom(cpus: number, memory: number): ReturnType<typeof parseTier> {
  if (cpus < 1 || cpus > MOST_CPUS || cpusOf(cpus) !== cpus) {
    return { wrong: `has ${cpus} cpus`, allowed: `1, or an even number up to ${MOST_CPUS}` };
  }
  const least = Math.ceil(Math.max(LEAST_MEMORY, LEAST_PER_CPU * cpus) / MEMORY_STEP) * MEMORY_STEP;
  const most = MOST_PER_CPU * cpus;
  if (memory < least || memory > most || memory % MEMORY_STEP !== 0) {
    return {
      wrong: `has ${memory} MiB for ${cpus} cpus`,
      allowed: `${least}–${most}, in steps of ${MEMORY_STEP}`,
    };
  }
  return custom(cpus, memory);
}

function custom(cpus: number, memory: number): Tier {
  return {
    name: `db-custom-${cpus}-${memory}`,
    edition: "ENTERPRISE",
    shared: false,
    memory: mebibytes(memory),
  };
}
