/** The longest chain of a program's first deployment on Google Cloud, and the one that Google itself asks for. */
import { longestChain, type Chain, type Waiting } from "../../rehearsal/critical-path.ts";
import { secondsOf } from "../../rehearsal/google/times.ts";
import { cloudWaits } from "../../rehearsal/google/waits.ts";
import type { Registered } from "./program.ts";

export interface CriticalPath {
  readonly program: Chain;
  readonly unavoidable: Chain;
}

export function criticalPathOf(resources: readonly Registered[]): CriticalPath {
  const needs = new Map(resources.map((each) => [idOf(each), new Set(each.needs)]));
  const waiting: Waiting[] = resources
    .filter(({ type }) => !/^(atelier|pulumi):/.test(type))
    .map((each) => ({ id: idOf(each), type: each.type, after: each.after }));
  const seconds = ({ type }: Waiting) => secondsOf(type);
  return {
    program: longestChain(waiting, seconds),
    unavoidable: longestChain(
      waiting,
      seconds,
      (resource, on) => needs.get(resource.id)?.has(on.id) === true || cloudWaits(resource, on),
    ),
  };
}

const idOf = ({ type, name }: Registered) => `${type} ${name}`;
