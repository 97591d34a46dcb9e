/** What an edit changes, in lines: `± storage.Bucket media: location!; loses every object in it`; an input with ! replaces. */
import { SIGNS } from "../../../src/plan/change-text.ts";
import { differenceOf } from "../../../src/plan/difference.ts";
import type { States } from "../../../src/plan/simulation.ts";
import { shortType } from "../../../src/plan/tree.ts";
import { planOf } from "../../helpers/plan.ts";
import { EDITS } from "./edits.ts";

export interface Cell {
  readonly example: string;
  readonly target: string;
}

export const EXPECTED = new URL("expected.json", import.meta.url);

export async function before({ example, target }: Cell): Promise<States> {
  return (await planOf({ example, target, environment: "prod" }, { complete: true })).states;
}

export async function changesOf(edit: string, { example, target }: Cell, states: States): Promise<string[]> {
  const after = await planOf({ example, target, environment: "prod", set: [edit] }, { before: states });
  return differenceOf(states, after.states, after.replaces).changes.map(
    ({ kind, type, name, inputs, loses }) => {
      const fields = inputs.map(({ path, replaces }) => `${path}${replaces ? "!" : ""}`).join(", ");
      const lost = loses ? `; loses ${loses}` : "";
      return `${SIGNS[kind]} ${shortType(type)} ${withoutHash(name)}${fields && `: ${fields}`}${lost}`;
    },
  );
}

/** A generation's name ends in a hash of everything that makes it, down to the platform's own files. */
const withoutHash = (name: string): string => name.replace(/-[0-9a-f]{6}(?=-files$|$)/, "-*");

/** `example on target` → edit → lines. */
export async function observe(): Promise<Record<string, Record<string, string[]>>> {
  const found: Record<string, Record<string, string[]>> = {};
  for (const [example, target, edits] of EDITS) {
    const states = await before({ example, target });
    const lines: Record<string, string[]> = {};
    for (const edit of edits) lines[edit] = await changesOf(edit, { example, target }, states);
    found[`${example} on ${target}`] = lines;
  }
  return found;
}
