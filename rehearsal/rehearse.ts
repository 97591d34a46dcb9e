/** A lifecycle, rehearsed: what an operation does, how long it takes, and what is left when it is disturbed. */
import { Stop } from "../bootstrap/stop.mjs";
import { PARALLEL } from "../engine/operation.ts";
import { resourcesOf, type State } from "../engine/recovery/state.ts";
import { ConfigError } from "../src/config/problem.ts";
import { replay } from "./clock.ts";
import type { Use } from "./cloud.ts";
import { type Differences, differencesBetween, isConverged, keptIn } from "./converged.ts";
import { type Fault, Faults, refuseIdle } from "./faults.ts";
import type { Ended } from "./operations.ts";
import { type Risk, risksOf } from "./risk.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";
import { type Disturbance, type Performance, type Script, Stage, type StageOptions } from "./stage.ts";

export type Act = "up" | "update" | "destroy";

export interface RehearsalOptions extends StageOptions {
  readonly act: Act;
  /** Plain config before the act where it differs from the script's: of an update, what runs today. */
  readonly before?: Script["config"];
  readonly faults?: readonly Fault[];
  /** Number of the operation at which the engine is killed, after the cloud has done it and before it has answered. */
  readonly killAt?: number;
  /** Replays the cloud's times that much faster, in place of no time at all. */
  readonly speed?: number;
  /** Hears what goes on. */
  readonly tell?: (detail: string) => void;
}

export interface Rerun {
  readonly succeeded: boolean;
  /** What it had to put in order first. */
  readonly recovered: readonly string[];
  /** What failed in it, or why it did not begin. */
  readonly failures: readonly string[];
}

/** How a disturbed run went, and what came of it. */
export interface Disturbed {
  readonly what: string;
  readonly failures: Performance["outcome"]["failures"];
  /** Operations that were done all the same. */
  readonly done: number;
  /** Runs after it until everything was there, each with what it had to put in order first. */
  readonly reruns: readonly Rerun[];
  readonly differences: Differences;
  readonly converged: boolean;
}

export interface Rehearsed {
  readonly act: Act;
  readonly succeeded: boolean;
  readonly failures: Performance["outcome"]["failures"];
  readonly operations: readonly Ended[];
  /** As many side by side as the engine runs. */
  readonly schedule: Schedule;
  /** Seconds with everything side by side that can be: the longest chain. */
  readonly chain: number;
  /** Seconds of the cloud's time that the run took, when it was replayed. */
  readonly replayed?: number;
  /** Logical names and types of what is made anew. */
  readonly replaced: readonly { readonly type: string; readonly name: string }[];
  readonly risks: readonly Risk[];
  /** Counted quotas, fullest first. */
  readonly quotas: readonly Use[];
  readonly disturbed: readonly Disturbed[];
}

const SIDE_BY_SIDE = Number(PARALLEL[1]);

/** After this many runs it does not come to an end. A graph that fails at every step needs as many as it is deep. */
const ENOUGH = 40;

/** @throws ConfigError when a fault or a kill meets no operation
 * @throws Stop when what the act starts from does not come up
 */
export async function rehearse(script: Script, options: RehearsalOptions): Promise<Rehearsed> {
  const { act, tell = () => undefined } = options;
  const stage = await Stage.open({ ...script, config: options.before ?? script.config }, options);
  try {
    if (act !== "up") await bringUp(stage, tell);
    await stage.configure(script.config);
    // What is no longer protected has to be told so before it may go.
    if (act === "destroy" && options.before) await bringUp(stage, tell);
    const calm = await perform(stage, act, options);
    const disturbed = await disturb(stage, act, options, calm.operations);
    return { ...calm, disturbed };
  } finally {
    await stage.close();
  }
}

async function bringUp(stage: Stage, tell: (detail: string) => void): Promise<void> {
  const { outcome } = await stage.run("up", { tell: (detail) => tell(`first an up: ${detail}`) });
  if (outcome.succeeded) return;
  const why = outcome.failures.map(({ resource, message }) => `${resource}: ${message}`).join("\n  ");
  throw new Stop(`the stack does not come up, so nothing after it can be rehearsed:\n  ${why}`);
}

const verbOf = (act: Act): "up" | "destroy" => (act === "destroy" ? "destroy" : "up");

async function perform(
  base: Stage,
  act: Act,
  options: RehearsalOptions,
): Promise<Omit<Rehearsed, "disturbed">> {
  const stage = await base.copy();
  try {
    const clock = options.speed === undefined ? undefined : replay(options.speed);
    const before = await stage.state();
    const { outcome, operations } = await stage.run(verbOf(act), {
      ...(clock && { clock }),
      ...(options.tell && { tell: options.tell }),
    });
    const schedule = plannedFor(operations, [before, await stage.state()], base.behaviour);
    return {
      act,
      succeeded: outcome.succeeded,
      failures: outcome.failures,
      operations,
      ...schedule,
      ...(clock && { replayed: spanOf(operations) }),
      replaced: replacedIn(operations),
      risks: act === "update" ? risksOf(operations, schedule.schedule.steps) : [],
      quotas: stage.cloud.uses(),
    };
  } finally {
    await stage.close();
  }
}

/** The predicted times of one run. */
export function plannedFor(
  operations: readonly Ended[],
  states: readonly State[],
  behaviour: Script["behaviour"],
): { readonly schedule: Schedule; readonly chain: number } {
  const all = { operations, resources: states.flatMap(resourcesOf), behaviour };
  return { schedule: scheduleOf({ ...all, parallel: SIDE_BY_SIDE }), chain: scheduleOf(all).seconds };
}

function spanOf(operations: readonly Ended[]): number {
  const begun = Math.min(...operations.map(({ began }) => began));
  return operations.length === 0 ? 0 : Math.max(...operations.map(({ ended }) => ended)) - begun;
}

function replacedIn(operations: readonly Ended[]) {
  const urns = (verb: string) => new Set(operations.flatMap((one) => (one.verb === verb ? [one.urn] : [])));
  const gone = urns("delete");
  return operations.flatMap(({ verb, urn, type, name }) =>
    verb === "create" && gone.has(urn) ? [{ type, name }] : [],
  );
}

async function disturb(
  base: Stage,
  act: Act,
  { faults = [], killAt, tell }: RehearsalOptions,
  operations: readonly Ended[],
): Promise<readonly Disturbed[]> {
  const changing = operations.filter(({ verb }) => verb !== "read");
  refuseIdle(faults, changing);
  if (killAt !== undefined && killAt > changing.length) throw tooLate(killAt, changing.length);
  const results: Disturbed[] = [];
  const told = tell && { tell };
  if (faults.length > 0) {
    const what = faults.map(({ text }) => text).join(", ");
    results.push(await recoverFrom(base, act, what, { faults: new Faults(faults), ...told }));
  }
  if (killAt !== undefined) {
    const what = `killed at operation ${killAt}`;
    results.push(await recoverFrom(base, act, what, { kill: { n: killAt, moment: "after" }, ...told }));
  }
  return results;
}

const tooLate = (killAt: number, count: number): ConfigError =>
  new ConfigError([
    {
      path: ["--kill-at"],
      what: `there is no operation ${killAt}`,
      allowed: count > 0 ? `1–${count}` : "none: there is nothing to do",
      remedy: "choose one of them",
    },
  ]);

/** One disturbed run, and then the same command again until it ends well. */
export async function recoverFrom(
  base: Stage,
  act: Act,
  what: string,
  disturbance: Disturbance,
): Promise<Disturbed> {
  const stage = await base.copy();
  try {
    const kept = keptIn(await stage.state());
    const first = await stage.run(verbOf(act), disturbance);
    const reruns: Rerun[] = [];
    const { kill: _kill, ...lasting } = disturbance;
    while (
      !(reruns.at(-1)?.succeeded ?? first.outcome.succeeded) &&
      reruns.length < ENOUGH &&
      !isStuck(reruns)
    ) {
      reruns.push(await rerun(stage, act, lasting));
    }
    const differences = differencesBetween(await stage.state(), stage.cloud, kept);
    const succeeded = reruns.at(-1)?.succeeded ?? first.outcome.succeeded;
    return {
      what,
      failures: first.outcome.failures,
      done: first.operations.filter(({ error, verb }) => error === undefined && verb !== "read").length,
      reruns,
      differences,
      converged: succeeded && isConverged(differences),
    };
  } finally {
    await stage.close();
  }
}

/** Whether the last three runs failed with the same. */
function isStuck(reruns: readonly Rerun[]): boolean {
  const last = reruns.slice(-3).map(({ failures }) => [...failures].sort().join());
  return last.length === 3 && new Set(last).size === 1;
}

/** The same command as a person gives it again. What is left from before may fail to be looked at, too. */
async function rerun(stage: Stage, act: Act, disturbance: Disturbance): Promise<Rerun> {
  try {
    const { outcome } = await stage.run(verbOf(act), disturbance);
    const failures = outcome.failures.map(({ resource, message }) => `${resource}: ${message}`);
    return { succeeded: outcome.succeeded, recovered: outcome.recovered, failures };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { succeeded: false, recovered: [], failures: [error.message] };
  }
}
