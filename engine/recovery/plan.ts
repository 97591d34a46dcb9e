/** What an interrupted operation leaves in doubt, and how a state changes once it is known. Pure: states in, states out. */

import type { Unsure } from "./journal.ts";
import type { Found } from "./model.ts";
import { changed, pendingOf, resourcesOf, type State, type StateResource } from "./state.ts";

/** An operation of which nobody knows whether it was done. */
export interface Doubt {
  readonly verb: Unsure["verb"];
  readonly resource: StateResource;
  readonly since: Date;
  /** Where a create would be found. */
  readonly found?: Found;
}

const VERBS = { creating: "create", updating: "update", deleting: "delete" } as const;

/** A create may have begun that long before Pulumi wrote down anything else. */
const TOLERANCE = 30 * 60_000;

export function doubtsIn(state: State, unsure: readonly Unsure[]): readonly Doubt[] {
  const since = new Date(new Date(state.deployment.manifest.time).getTime() - TOLERANCE);
  const cut = pendingOf(state).flatMap(({ type, resource }) =>
    type in VERBS ? [{ verb: VERBS[type as keyof typeof VERBS], resource, since }] : [],
  );
  const lost = unsure.map((one) => ({ ...one, since: new Date(one.since) }));
  const all = new Map([...lost, ...cut].map((one) => [`${one.verb} ${one.resource.urn}`, one]));
  return [...all.values()].filter(({ resource }) => resource.custom !== false);
}

const idIn = ({ found }: Doubt): string | undefined =>
  typeof found === "object" && "id" in found ? found.id : undefined;

/** By an earlier look that was cut off, or because Pulumi kept what failed half-way. */
const isThere = (state: State, urn: string, id: string): boolean =>
  resourcesOf(state).some((one) => one.urn === urn && one.id === id && one.delete !== true);

/** The state with everything in it that may be there, so that the engine can read it. Where it would take the place of
 * another, that one waits to be deleted, as after the replacement that was begun.
 * @returns the same object when there is nothing to add
 */
export function candidates(state: State, doubts: readonly Doubt[]): State {
  const added = doubts.flatMap((doubt) => {
    const id = idIn(doubt);
    return id === undefined || isThere(state, doubt.resource.urn, id)
      ? []
      : [{ ...doubt.resource, custom: true, id, outputs: doubt.resource.inputs ?? {} }];
  });
  if (added.length === 0) return state;
  const replaced = new Map(added.map((resource) => [resource.urn, resource]));
  const olds: StateResource[] = [];
  const resources = resourcesOf(state).flatMap((resource) => {
    const next = resource.delete === true ? undefined : replaced.get(resource.urn);
    if (!next) return [resource];
    replaced.delete(resource.urn);
    olds.push({ ...resource, delete: true });
    return [next];
  });
  return changed(state, [...resources, ...replaced.values(), ...olds], pendingOf(state));
}

/** The state after the engine has read what is there: nothing is pending any more, and what turned out not to be there
 * has given its place back.
 */
export function settle(
  state: State,
  doubts: readonly Doubt[],
): { readonly state: State; readonly said: readonly string[] } {
  const ids = new Map(resourcesOf(state).flatMap(({ urn, id, delete: gone }) => (gone ? [] : [[urn, id]])));
  const back = new Set(
    doubts
      .filter((doubt) => idIn(doubt) !== undefined && !ids.has(doubt.resource.urn))
      .map((one) => one.resource.urn),
  );
  const resources = resourcesOf(state).map((resource) => {
    if (resource.delete !== true || !back.has(resource.urn)) return resource;
    back.delete(resource.urn);
    const { delete: _, ...kept } = resource;
    return kept;
  });
  const same = pendingOf(state).length === 0 && resources.every((one, at) => one === resourcesOf(state)[at]);
  return {
    state: same ? state : changed(state, resources, []),
    said: doubts.map((doubt) => sayOf(doubt, ids.get(doubt.resource.urn))),
  };
}

/** @param id of what has the resource's place in the state now */
function sayOf(doubt: Doubt, id: string | undefined): string {
  const { verb, resource, found } = doubt;
  const { type, urn } = resource;
  const name = urn.split("::").at(-1);
  const what = `${name} (${type})`;
  if (verb === "update") return `${what}: a change was cut off; what is there was read anew`;
  if (verb === "delete") {
    return `${what}: its removal was cut off; ${id === undefined ? "it is gone" : "it is still there"}`;
  }
  if (typeof found === "object" && "unknown" in found) {
    return `${what}: it may have been made, and ${found.unknown}; look for it, and if it is there: pulumi import ${type} ${name} ID`;
  }
  if (id !== undefined && id === idIn(doubt))
    return `${what}: its making was cut off, but it is there; taken over`;
  if (id !== undefined)
    return `${what}: its making was cut off; nothing is there that the state does not know`;
  return `${what}: its making was cut off before it was there`;
}
