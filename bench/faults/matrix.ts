/** The two matrices: every kind of failure at every operation, and the engine killed at every point. */
import { setTimeout as wait } from "node:timers/promises";
import { type FAULT_KINDS, Faults, parseFault } from "../../rehearsal/faults.ts";
import { type Act, type Disturbed, recoverFrom } from "../../rehearsal/rehearse.ts";
import type { Performance, Script, Stage } from "../../rehearsal/stage.ts";

/** A stack just before each act. */
export type Bases = Readonly<Record<Act, Stage>>;

/** @param after plain config of the second version */
export async function prepare(stage: Stage, after: Script["config"]): Promise<Bases> {
  const running = await stage.copy();
  const { outcome } = await running.run("up");
  if (!outcome.succeeded) throw new Error(`the app does not come up: ${JSON.stringify(outcome.failures)}`);
  const changing = await running.copy();
  await changing.configure(after);
  return { up: stage, update: changing, destroy: running };
}

export const ACTS = ["up", "update", "destroy"] as const satisfies readonly Act[];

/** One run with its disturbance, and what became of it. */
export interface Cell {
  readonly act: Act;
  readonly what: string;
  readonly result: Disturbed;
}

/** Every operation of an act fails in one way at its first attempt. With `--continue-on-error` one run meets everything
 * that does not wait for something that failed, so that an act takes about as many runs as its graph is deep.
 */
export async function failAll(bases: Bases, act: Act, kind: (typeof FAULT_KINDS)[number]): Promise<Cell> {
  const what = `*:*:${kind}`;
  const faults = new Faults([parseFault(what)]);
  const result = await recoverFrom(bases[act], act, what, { faults, args: ["--continue-on-error"] });
  return { act, what: `${what} (${faults.strikes} operations)`, result };
}

export interface Point {
  readonly act: Act;
  readonly n: number;
  readonly moment: "before" | "after";
  readonly seed: number;
}

/** How many operations each act has when nothing disturbs it. */
export async function lengthsOf(bases: Bases): Promise<Readonly<Record<Act, number>>> {
  const lengths: Partial<Record<Act, number>> = {};
  for (const act of ACTS) {
    const stage = await bases[act].copy();
    const { operations }: Performance = await stage.run(act === "destroy" ? "destroy" : "up");
    lengths[act] = operations.filter(({ verb }) => verb !== "read").length;
    await stage.close();
  }
  return lengths as Record<Act, number>;
}

/** Before and after each operation of each act, once per seed. */
export function pointsOf(lengths: Readonly<Record<Act, number>>, seeds: readonly number[]): readonly Point[] {
  return seeds.flatMap((seed) =>
    ACTS.flatMap((act) =>
      Array.from({ length: lengths[act] }, (_, at) => at + 1).flatMap((n) =>
        (["before", "after"] as const).map((moment) => ({ act, n, moment, seed })),
      ),
    ),
  );
}

/** Kills the engine at one point, and runs it again. The seed decides how long each operation takes, and so which are
 * under way together with the one that is cut off.
 */
export async function killAt(bases: Bases, { act, n, moment, seed }: Point): Promise<Cell> {
  const what = `killed ${moment} operation ${n}, seed ${seed}`;
  const delay = (operation: number) => wait(seed === 0 ? 0 : noise(seed, operation) * 40);
  return { act, what, result: await recoverFrom(bases[act], act, what, { kill: { n, moment }, delay }) };
}

/** A number from 0 to 1 that looks random and is the same for the same two. */
export function noise(seed: number, at: number): number {
  const mixed = Math.imul(seed * 374_761_393 + at * 668_265_263, 1_274_126_177) >>> 0;
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

/** Takes so many of a list, spread evenly. */
export function sampleOf<T>(all: readonly T[], count: number): readonly T[] {
  if (count >= all.length) return all;
  return Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)] as T);
}

/** Works through a list, several side by side. */
export async function each<T, R>(
  all: readonly T[],
  abreast: number,
  work: (one: T, at: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = all.entries();
  const worker = async () => {
    for (const [at, one] of queue) results[at] = await work(one, at);
  };
  await Promise.all(Array.from({ length: abreast }, worker));
  return results;
}
