/** When each operation would begin and end in the cloud, from who waits for whom and how long each takes.
 *
 * The engine has done all of it already, in no time; what it knows of order stands in the state. A resource is made after
 * everything that it names, and goes before it; what was replaced or dropped goes after everything new is there. Of what
 * may begin, as many run side by side as the engine allows, those first behind which the longest chain waits.
 */
import type { StateResource } from "../engine/recovery/state.ts";
import type { Behaviour, Verb } from "./behaviour.ts";
import { partsOf } from "./operation.ts";
import type { Ended } from "./operations.ts";
import { type Properties, reveal } from "./values.ts";

export interface Step {
  readonly verb: Verb;
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Seconds since the operation began. */
  readonly start: number;
  readonly end: number;
  /** Part of the chain that the whole waits for. */
  readonly critical: boolean;
}

export interface Schedule {
  readonly seconds: number;
  /** By their start. */
  readonly steps: readonly Step[];
  /** The longest chain, first to last. With enough side by side it takes as long as the whole. */
  readonly path: readonly Step[];
}

export interface ScheduleOptions {
  readonly operations: readonly Pick<Ended, "verb" | "urn" | "error">[];
  /** Of the states before and after. */
  readonly resources: readonly StateResource[];
  readonly behaviour: Behaviour;
  /** Operations side by side; without limit by default. */
  readonly parallel?: number;
}

interface Task {
  readonly key: string;
  readonly verb: Verb;
  readonly urn: string;
  readonly seconds: number;
  /** Key → seconds from its end until this one may begin. */
  readonly after: ReadonlyMap<string, number>;
}

export function scheduleOf(options: ScheduleOptions): Schedule {
  const tasks = tasksOf(options);
  const rest = restsOf(tasks);
  const placed = place(tasks, rest, options.parallel ?? Number.POSITIVE_INFINITY);
  return describe(tasks, placed);
}

function tasksOf({ operations, resources, behaviour }: ScheduleOptions): readonly Task[] {
  const done = operations.flatMap(({ verb, urn, error }) =>
    verb === "read" || error !== undefined ? [] : [{ verb, urn, key: `${verb} ${urn}` }],
  );
  const keys = new Set(done.map(({ key }) => key));
  const news = [...keys].filter((key) => !key.startsWith("delete "));
  const needs = needsOf(resources);
  const known = new Map(resources.map((resource) => [resource.urn, resource]));
  const waitsOf = (verb: Verb, urn: string): string[] => {
    const needed = [...(needs.get(urn) ?? [])];
    if (verb !== "delete") {
      const made = needed.flatMap((one) => [`create ${one}`, `update ${one}`]);
      // Of what has a fixed name, the old one goes first.
      return verb === "create" && isFirst(done, urn) ? [...made, `delete ${urn}`] : made;
    }
    const users = [...needs].flatMap(([user, all]) => (all.has(urn) ? [`delete ${user}`] : []));
    return isFirst(done, urn) ? users : [...users, ...news];
  };
  return done.map(({ verb, urn, key }) => {
    const { type } = partsOf(urn);
    const waits = waitsOf(verb, urn).filter((one) => keys.has(one) && one !== key);
    return {
      key,
      verb,
      urn,
      seconds: behaviour.seconds(type, verb),
      after: new Map(waits.map((one) => [one, lagOf(one, urn, known, behaviour)])),
    };
  });
}

type Done = readonly { readonly verb: string; readonly urn: string }[];

/** Whether the resource was deleted before it was made again. */
function isFirst(done: Done, urn: string): boolean {
  const [create, remove] = ["create", "delete"].map((verb) =>
    done.findIndex((one) => one.urn === urn && one.verb === verb),
  ) as [number, number];
  return remove >= 0 && remove < create;
}

/** Urn → urns of custom resources that it waits for, also through components. */
function needsOf(resources: readonly StateResource[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    resources.map((resource) => [
      resource.urn,
      new Set([
        ...(resource.dependencies ?? []),
        ...Object.values(resource.propertyDependencies ?? {}).flat(),
      ]),
    ]),
  );
}

/** A grant holds a while after it was made; only what leans on it has to wait. */
function lagOf(
  key: string,
  urn: string,
  known: ReadonlyMap<string, StateResource>,
  behaviour: Behaviour,
): number {
  if (!key.startsWith("create ")) return 0;
  const [one, other] = [known.get(urn), known.get(key.slice("create ".length))];
  if (!one || !other) return 0;
  const inputsOf = ({ inputs = {} }: StateResource) => reveal(inputs) as Properties;
  const leans = behaviour.leansOn(one.type, inputsOf(one), { type: other.type, inputs: inputsOf(other) });
  return leans ? behaviour.lag(other.type) : 0;
}

/** Seconds from the begin of each task to the end of the longest chain behind it. */
function restsOf(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const followers = new Map<string, [string, number][]>();
  for (const { key, after } of tasks) {
    for (const [one, lag] of after) followers.set(one, [...(followers.get(one) ?? []), [key, lag]]);
  }
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const known = new Map<string, number>();
  const restOf = (key: string): number => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const behind = (followers.get(key) ?? []).map(([next, lag]) => lag + restOf(next));
    const rest = (byKey.get(key)?.seconds ?? 0) + Math.max(0, ...behind);
    known.set(key, rest);
    return rest;
  };
  for (const { key } of tasks) restOf(key);
  return known;
}

interface Placed {
  readonly start: number;
  readonly end: number;
  /** What it had to wait for last. */
  readonly because?: string;
}

/** Gives a place to whatever may begin, again and again. */
function place(
  tasks: readonly Task[],
  rest: ReadonlyMap<string, number>,
  parallel: number,
): ReadonlyMap<string, Placed> {
  const placed = new Map<string, Placed>();
  const waiting = new Set(tasks);
  const running: [end: number, key: string][] = [];
  let now = 0;
  while (waiting.size > 0) {
    const ready = [...waiting]
      .map((task) => [task, readyAt(task, placed)] as const)
      .filter(([, at]) => at !== undefined)
      .map(([task, at]) => ({ task, ...(at as { readonly at: number; readonly because?: string }) }));
    const able = ready
      .filter(({ at }) => at <= now)
      .sort((a, b) => (rest.get(b.task.key) ?? 0) - (rest.get(a.task.key) ?? 0));
    const free = parallel - running.filter(([end]) => end > now).length;
    for (const { task, at, because } of able.slice(0, free)) {
      // Who could have begun before waited for a place, which somebody gave free just now.
      const freed = at < now ? running.findLast(([end]) => end === now)?.[1] : because;
      placed.set(task.key, {
        start: now,
        end: now + task.seconds,
        ...(freed !== undefined && { because: freed }),
      });
      running.push([now + task.seconds, task.key]);
      waiting.delete(task);
    }
    const next = [...running.map(([end]) => end), ...ready.map(({ at }) => at)].filter((at) => at > now);
    if (next.length === 0) {
      if (able.length > 0 && free > 0) continue;
      break;
    }
    now = Math.min(...next);
  }
  return placed;
}

function readyAt(task: Task, placed: ReadonlyMap<string, Placed>) {
  let at = 0;
  let because: string | undefined;
  for (const [key, lag] of task.after) {
    const before = placed.get(key);
    if (!before) return undefined;
    if (before.end + lag > at || (because === undefined && before.end + lag === at)) {
      at = before.end + lag;
      because = key;
    }
  }
  return { at, ...(because !== undefined && { because }) };
}

function describe(tasks: readonly Task[], placed: ReadonlyMap<string, Placed>): Schedule {
  const last = [...placed].reduce<[string, Placed] | undefined>(
    (latest, one) => (latest && latest[1].end >= one[1].end ? latest : one),
    undefined,
  );
  const chain: string[] = [];
  for (let key = last?.[0]; key !== undefined; key = placed.get(key)?.because) chain.unshift(key);
  const critical = new Set(chain);
  const steps = tasks.flatMap(({ key, verb, urn }) => {
    const at = placed.get(key);
    if (!at) return [];
    const step: Step = {
      verb,
      urn,
      ...partsOf(urn),
      start: at.start,
      end: at.end,
      critical: critical.has(key),
    };
    return [[key, step] as const];
  });
  const byKey = new Map(steps);
  return {
    seconds: last?.[1].end ?? 0,
    steps: steps.map(([, step]) => step).sort((a, b) => a.start - b.start),
    path: chain.flatMap((key) => byKey.get(key) ?? []),
  };
}
