/** Whether what a target's table says of a key is what its program does. */
import type { Carried } from "../../components/contracts/carries.ts";
import type { KeyPath } from "../../src/config/key-paths.ts";
import { type Effect, effectOf, type TargetName } from "./effect.ts";
import { MORE, PROBES } from "./probes.ts";

/** What a change of the key does, over all its probes. */
export async function effectOfKey(target: TargetName, key: KeyPath): Promise<Effect> {
  const effects: Effect[] = [];
  for (const probe of [PROBES[key], ...(MORE[key] ?? [])]) effects.push(await effectOf(target, probe));
  return {
    changed: new Set(effects.flatMap(({ changed }) => [...changed])),
    refused: effects.flatMap(({ refused }) => refused),
    told: effects.flatMap(({ told }) => told),
  };
}

/** Everything that is not so; empty when the table is right. */
export function contradictions(carried: Carried, effect: Effect): string[] {
  const { in: places, refused, differs, fixed, readBy } = carried;
  const says = (sentences: readonly string[], part: string) => sentences.some((text) => text.includes(part));
  const silent = places.length === 0 && [refused, differs, fixed, readBy].every((said) => said === undefined);
  return [
    ...places.filter((place) => !reaches(effect, place)).map((place) => `does not change ${place}`),
    ...(refused !== undefined && !says(effect.refused, refused) ? [`is not refused: ${refused}`] : []),
    ...(differs !== undefined && !says(effect.told, differs) ? [`is not told: ${differs}`] : []),
    ...(places.length === 0 && effect.changed.size > 0
      ? [`changes ${[...effect.changed].slice(0, 3).join(" and ")}, which the table leaves out`]
      : []),
    ...(silent ? ["is accepted and ignored"] : []),
  ];
}

function reaches({ changed }: Effect, place: string): boolean {
  const pattern = patternOf(place);
  return [...changed].some((change) => pattern.test(change));
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** `docker.Container[<name>-files] uploads` → any part's, and everything below `uploads`. */
function patternOf(place: string): RegExp {
  const [, type = "", part, path = ""] = /^([\w.-]+)(?:\[(.+)\])? (.+)$/.exec(place) ?? [];
  const names = part === undefined ? ".*" : part.split("<name>").map(escaped).join(".+");
  return new RegExp(`^${escaped(type)}\\[${names}\\] ${escaped(path)}(\\.|$)`);
}
