/** Which key of the configuration an input of a planned resource comes from.
 *
 * No table says it. The program is planned again with some values changed, and the input is looked at: when it is another
 * one, the cause is among them. Halving the set finds single keys in a few plans, for any type of any cloud.
 */
import { equal, isMap, reveal, type Value } from "../../rehearsal/values.ts";
import type { App } from "../config/model.ts";
import { overlap, type Path } from "../config/places.ts";
import type { Plan, PlannedResource } from "../plan/model.ts";
import { partsOf } from "../plan/parts.ts";
import { changed, type Leaf, leavesOf } from "./leaves.ts";
import type { InputPath } from "./model.ts";

/** What the program was planned with. */
export interface World {
  readonly app: App;
  /** What the target's block in the stack's config came to. */
  readonly settings: unknown;
  /** Plans the same program, with the same secrets, for another app and other settings. */
  replan(app: App, settings: unknown): Promise<Plan>;
}

export interface Question {
  readonly resource: PlannedResource;
  readonly input: InputPath;
  /** Key of the part that the resource belongs to; its values are tried first. */
  readonly part: Path;
}

export interface Causes {
  /** What an input comes from: `["app", "services", "api", "memory"]`, `["settings", "region"]`; absent for none. */
  readonly of: ReadonlyMap<Question, readonly Path[]>;
  /** Questions for which every key was tried that could be changed, and none was it. */
  readonly nowhere: ReadonlySet<Question>;
}

/** @param milliseconds after which no further plan is made */
export async function findCauses(
  plan: Plan,
  questions: readonly Question[],
  world: World,
  milliseconds: number,
): Promise<Causes> {
  const search = new Search(plan, world, performance.now() + milliseconds);
  const leaves = leavesOf({ app: world.app, settings: world.settings });
  const answerable = questions.filter(({ resource, input }) => lookedAt(resource, input).length > 0);
  const guard = silence();
  try {
    const own = (part: Path) =>
      leaves.filter(({ path }) => part.length > 0 && overlap(["app", ...part], path));
    await search.amongParts(byPart(answerable).map(([part, ofPart]) => [own(part), ofPart]));
    await search.among(
      leaves,
      answerable.filter((question) => !search.causes.has(question)),
    );
  } finally {
    guard.release(search.failed);
  }
  const open = answerable.filter((question) => !search.causes.has(question));
  return { of: search.causes, nowhere: new Set(search.complete ? open : []) };
}

function byPart(questions: readonly Question[]): [Path, Question[]][] {
  const groups = Map.groupBy(questions, ({ part }) => part.join("\n"));
  return [...groups.values()].map((group) => [group[0]?.part ?? [], group]);
}

class Search {
  readonly causes = new Map<Question, Path[]>();
  complete = true;
  /** With another value of these, the program cannot be planned. */
  readonly #fatal = new Set<Leaf>();
  readonly #world: World;
  readonly #deadline: number;
  readonly #identify: (resource: PlannedResource) => string;

  constructor(plan: Plan, world: World, deadline: number) {
    this.#world = world;
    this.#deadline = deadline;
    this.#identify = identities(plan);
  }

  /** The same for several parts, where one plan may show that most questions depend on none of their part's leaves. */
  async amongParts(parts: readonly (readonly [readonly Leaf[], readonly Question[]])[]): Promise<void> {
    const all = parts.flatMap(([leaves]) => leaves);
    if (all.length === 0 || this.#isLate()) return;
    const other = parts.length > 1 ? await this.#planWith(all) : undefined;
    for (const [leaves, questions] of parts) {
      await this.among(leaves, other ? this.#moved(other, questions) : questions);
    }
  }

  /** Notes which of the leaves each of the questions depends on. */
  async among(candidates: readonly Leaf[], questions: readonly Question[]): Promise<void> {
    const leaves = candidates.filter((leaf) => !this.#fatal.has(leaf));
    if (leaves.length === 0 || questions.length === 0 || this.#isLate()) return;
    const other = await this.#planWith(leaves);
    const [leaf] = leaves;
    if (leaves.length === 1 && leaf) {
      if (other) this.#note(leaf, this.#moved(other, questions));
      else this.#fatal.add(leaf);
      return;
    }
    // A plan that cannot be made says nothing: one of the values is none that the program can live with.
    const concerned = other ? this.#moved(other, questions) : questions;
    const half = Math.ceil(leaves.length / 2);
    await this.among(leaves.slice(0, half), concerned);
    await this.among(leaves.slice(half), concerned);
  }

  get failed(): boolean {
    return this.#fatal.size > 0;
  }

  #isLate(): boolean {
    const late = performance.now() > this.#deadline;
    if (late) this.complete = false;
    return late;
  }

  async #planWith(leaves: readonly Leaf[]): Promise<Plan | undefined> {
    const { app, settings, replan } = this.#world;
    const other = changed({ app, settings }, leaves);
    return replan(other.app, other.settings).catch(() => undefined);
  }

  #moved(other: Plan, questions: readonly Question[]): Question[] {
    const identify = identities(other);
    const byUrn = new Map(other.resources.map((resource) => [resource.urn, resource]));
    const byIdentity = new Map(other.resources.map((resource) => [identify(resource), resource]));
    return questions.filter(({ resource, input }) => {
      const now = byUrn.get(resource.urn) ?? byIdentity.get(this.#identify(resource));
      const path = lookedAt(resource, input);
      return now && !equal(valueAt(resource, path), valueAt(now, path));
    });
  }

  #note({ path }: Leaf, questions: readonly Question[]): void {
    for (const question of questions) this.causes.set(question, [...(this.causes.get(question) ?? []), path]);
  }
}

/** A name for each resource that stays when the texts in its logical name change: the how manieth of its type in its
 * part.
 */
function identities({ resources }: Plan): (resource: PlannedResource) => string {
  const partOf = partsOf({ resources });
  const counts = new Map<string, number>();
  const known = new Map<string, string>();
  for (const resource of resources) {
    const { kind, name } = partOf(resource);
    const group = [kind, name, resource.type].join("\n");
    const index = counts.get(group) ?? 0;
    counts.set(group, index + 1);
    known.set(resource.urn, `${group}\n${index}`);
  }
  return ({ urn }) => known.get(urn) ?? urn;
}

/** The innermost part of the input that is there; empty when nothing of it is. */
function lookedAt(resource: PlannedResource, input: InputPath): InputPath {
  for (let length = input.length; length > 0; length--) {
    const path = input.slice(0, length);
    if (valueAt(resource, path) !== undefined) return path;
  }
  return [];
}

function valueAt({ inputs }: PlannedResource, path: InputPath): Value | undefined {
  let value: Value | undefined = reveal(inputs);
  for (const key of path) {
    if (Array.isArray(value)) value = (value as readonly Value[])[Number(key)];
    else value = isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** Milliseconds in which what a failed plan left running has come to its end. */
const STRAGGLERS = 500;

/** A program with values that it was not made for may fail where nobody waits for it, and shortly after its plan. */
function silence(): { release(late: boolean): void } {
  const ignore = () => undefined;
  const stop = () => void process.off("unhandledRejection", ignore);
  process.on("unhandledRejection", ignore);
  return { release: (late) => (late ? void setTimeout(stop, STRAGGLERS).unref() : stop()) };
}
