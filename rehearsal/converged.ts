/** Whether a state and a simulated cloud say the same: nothing is in one and not in the other, nothing is there twice. */
import { pendingOf, resourcesOf, type State } from "../engine/recovery/state.ts";
import type { Cloud } from "./cloud.ts";
import { partsOf } from "./operation.ts";
import { equal, isMap, isSecret, type Properties, type Value } from "./values.ts";

export interface Differences {
  /** In the cloud, and in no state: nobody would ever remove it. */
  readonly orphans: readonly string[];
  /** In the state, and not in the cloud. */
  readonly missing: readonly string[];
  /** In the cloud with other inputs than the state says. */
  readonly stale: readonly string[];
  /** Operations that the state still holds for begun. */
  readonly pending: readonly string[];
}

/** `type id` of what stays by intention when its stack goes. */
export type Kept = ReadonlySet<string>;

const keyOf = (one: { readonly type: string; readonly id?: string }) => `${one.type} ${one.id}`;

/** What the program wants to outlive its stack. */
export const keptIn = (state: State): Kept =>
  new Set(resourcesOf(state).flatMap((one) => (one.retainOnDelete ? [keyOf(one)] : [])));

export function differencesBetween(state: State, cloud: Cloud, kept: Kept = new Set()): Differences {
  const custom = resourcesOf(state).filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
  const inState = new Map(custom.map((one) => [keyOf(one), one]));
  const inCloud = new Map(cloud.live.map((one) => [keyOf(one), one]));
  return {
    orphans: cloud.live.filter((one) => !inState.has(keyOf(one)) && !kept.has(keyOf(one))).map(keyOf),
    missing: custom.filter((one) => !inCloud.has(keyOf(one))).map(keyOf),
    stale: custom
      .filter((one) => {
        const there = inCloud.get(keyOf(one));
        return there && !sameInputs(one.inputs ?? {}, there.inputs);
      })
      .map(keyOf),
    pending: pendingOf(state).map(({ type, resource }) => `${type} ${partsOf(resource.urn).name}`),
  };
}

/** Secrets are encrypted in a state. */
const sameInputs = (state: Properties, cloud: Properties): boolean =>
  Object.entries(state).every(
    ([key, value]) => key.startsWith("__") || holdsSecret(value) || equal(value, cloud[key]),
  );

function holdsSecret(value: Value): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isMap(value) && (isSecret(value) || Object.values(value).some(holdsSecret));
}

export const isConverged = ({ orphans, missing, stale, pending }: Differences): boolean =>
  orphans.length + missing.length + stale.length + pending.length === 0;
