/** The difference of two plans: what would be created, changed in place, replaced and deleted, and what is lost. */
import { equal, isMap, type Value } from "../../rehearsal/values.ts";
import type { PlannedResource } from "./model.ts";
import type { State, States } from "./simulation.ts";
import { lossOf } from "./stateful.ts";
import { digestedAll } from "./values.ts";

/** One input that is not as before. */
export interface ChangedInput {
  /** `settings.tier`, `template.containers[0].image`. */
  readonly path: string;
  /** As it may be shown; undefined where it was not there. */
  readonly from?: Value | undefined;
  readonly to?: Value | undefined;
  /** The provider cannot change it in place. */
  readonly replaces: boolean;
}

export type Kind = "create" | "update" | "replace" | "delete";

export interface ResourceChange {
  readonly kind: Kind;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly ChangedInput[];
  /** Data that is lost with the change: `every table and row in it`. */
  readonly loses?: string;
  /** Pulumi refuses the deletion or replacement until the protection is taken away. */
  readonly protect: boolean;
}

export interface Difference {
  /** The worst first: loss of data, deletions, replacements, changes, new ones. */
  readonly changes: readonly ResourceChange[];
  readonly unchanged: number;
}

/** Whether a change of this input makes a new resource: `settings.diskType`, without the indices of lists. */
export type Replaces = (type: string, path: string) => boolean;

/** @param after of a plan that was made with `before`, so that it knows what the engine would know */
export function differenceOf(before: States, after: States, replaces: Replaces): Difference {
  const changes: ResourceChange[] = [];
  for (const [urn, state] of after) {
    const old = before.get(urn);
    const change = old ? changeOf(old, state, replaces) : plain("create", state.resource);
    if (change) changes.push(change);
  }
  for (const [urn, { resource }] of before) if (!after.has(urn)) changes.push(plain("delete", resource));
  const kept = [...before.keys()].filter((urn) => after.has(urn)).length;
  const touched = changes.filter(({ kind }) => kind === "update" || kind === "replace").length;
  return { changes: changes.sort(byHarm), unchanged: kept - touched };
}

function plain(kind: "create" | "delete", resource: PlannedResource): ResourceChange {
  const { urn, type, name, protect } = resource;
  const loses = kind === "delete" ? lossOf(resource) : undefined;
  return { kind, urn, type, name, inputs: [], protect, ...(loses && { loses }) };
}

function changeOf(old: State, { resource }: State, replaces: Replaces): ResourceChange | undefined {
  const { urn, type, name, ignoreChanges } = resource;
  const changed = changesIn(digestedAll(old.resource.inputs), digestedAll(resource.inputs))
    .filter(({ path }) => !ignoreChanges.some((ignored) => isWithin(withoutIndices(path), ignored)))
    .map((one) => ({ ...one, replaces: replaces(type, withoutIndices(one.path)) }));
  if (changed.length === 0) return undefined;
  const replaced = changed.some((one) => one.replaces);
  const loses = replaced ? lossOf(old.resource) : undefined;
  return {
    kind: replaced ? "replace" : "update",
    urn,
    type,
    name,
    inputs: changed.sort((a, b) => Number(b.replaces) - Number(a.replaces)),
    protect: old.resource.protect,
    ...(loses && { loses }),
  };
}

const isWithin = (path: string, ignored: string): boolean =>
  path === ignored || path.startsWith(`${ignored}.`);

const withoutIndices = (path: string): string => path.replace(/\[\d+\]/g, "");

type Found = Omit<ChangedInput, "replaces">;

/** The innermost values that differ. Lists whose entries have names are compared by name, so that an entry more is one
 * change and not one of everything behind it.
 */
function changesIn(from: Value | undefined, to: Value | undefined, path = ""): Found[] {
  if (equal(from, to)) return [];
  if (isMap(from) && isMap(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => changesIn(from[key], to[key], path ? `${path}.${key}` : key));
  }
  if (Array.isArray(from) && Array.isArray(to)) return listChanges(from, to, path);
  return [shown(path, from, to)];
}

function listChanges(from: readonly Value[], to: readonly Value[], path: string): Found[] {
  const [old, young] = [byName(from), byName(to)];
  if (!old || !young) {
    if (from.length !== to.length) return [shown(path, from, to)];
    return from.flatMap((one, at) => changesIn(one, to[at], `${path}[${at}]`));
  }
  const names = [...new Set([...old.keys(), ...young.keys()])];
  const found = names.flatMap((name) => {
    const at = young.get(name)?.at ?? old.get(name)?.at ?? 0;
    return changesIn(old.get(name)?.value, young.get(name)?.value, `${path}[${at}]`);
  });
  // The same entries in another order.
  return found.length > 0 ? found : [shown(path, from, to)];
}

/** Entries by their `name`; undefined where one has none or two have the same. */
function byName(
  list: readonly Value[],
): Map<Value, { readonly at: number; readonly value: Value }> | undefined {
  const found = new Map<Value, { readonly at: number; readonly value: Value }>();
  for (const [at, value] of list.entries()) {
    const name = isMap(value) ? value.name : undefined;
    if (typeof name !== "string" || found.has(name)) return undefined;
    found.set(name, { at, value });
  }
  return found;
}

function shown(path: string, from: Value | undefined, to: Value | undefined): Found {
  return {
    path,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

const RANK: Readonly<Record<Kind, number>> = { delete: 1, replace: 2, update: 3, create: 4 };

const rank = ({ kind, loses }: ResourceChange): number => (loses ? 0 : RANK[kind]);

const byHarm = (a: ResourceChange, b: ResourceChange): number =>
  rank(a) - rank(b) || (a.urn < b.urn ? -1 : Number(a.urn > b.urn));
