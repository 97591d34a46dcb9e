/** The longest chain of a program's first deployment on Google Cloud, and the one that Google itself asks for. */
import { behaviours } from "../../rehearsal/behaviours.ts";
import { type Chain, longestChain, type Waiting } from "../../rehearsal/critical-path.ts";
import { cloudWaits, couldBeKnown, isNextRegion } from "../../rehearsal/google/waits.ts";
import type { Registered } from "./program.ts";

const behaviour = behaviours();

/** Of a first deployment. */
export const secondsOf = (type: string): number => behaviour.seconds(type, "create");

export interface CriticalPath {
  /** As the program has it. */
  readonly program: Chain;
  /** Without waiting for other regions, which is chosen. */
  readonly abreast: Chain;
  /** What the cloud asks for: outputs that stand in arguments, and what would be refused otherwise. */
  readonly unavoidable: Chain;
}

export function criticalPathOf(resources: readonly Registered[]): CriticalPath {
  const needs = new Map(resources.map((each) => [idOf(each), new Set(each.needs)]));
  const waiting: Waiting[] = resources
    .filter(({ type }) => !/^(atelier|pulumi):/.test(type))
    .map((each) => ({ id: idOf(each), type: each.type, after: each.after }));
  const isNeeded = (resource: Waiting, on: Waiting) =>
    needs.get(resource.id)?.has(on.id) === true && !couldBeKnown(resource, on);
  const longest = (waits: (resource: Waiting, on: Waiting) => boolean) =>
    longestChain(waiting, ({ type }) => secondsOf(type), waits);
  return {
    program: longest(() => true),
    abreast: longest((resource, on) => !isNextRegion(resource, on)),
    unavoidable: longest((resource, on) => isNeeded(resource, on) || cloudWaits(resource, on)),
  };
}

const idOf = ({ type, name }: Registered) => `${type} ${name}`;
