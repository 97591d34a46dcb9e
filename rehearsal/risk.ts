/** Requests at risk: which changes stop something that serves before its successor does, and for how long. */
import type { Usage } from "../src/config/model.ts";
import { partsOf } from "./operation.ts";
import type { Ended } from "./operations.ts";
import type { Step } from "./schedule.ts";

export interface Risk {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Seconds in which requests that need it fail. */
  readonly seconds: number;
  readonly why: string;
}

/** What a change of this type interrupts, or undefined where old and new overlap. */
interface Effect {
  /** In place: of these inputs, for that long. */
  readonly update?: { readonly on: RegExp; readonly seconds: number; readonly why: string };
  /** Made anew: why it is away while the old one is gone. Without it, the new one takes over first. */
  readonly replace?: string;
}

const RESTART = "restarts: connections break and are made again";

/** By type. What is not here changes without a gap: a revision of Cloud Run serves once it is ready, a group of machines
 * starts new ones first, routes of a load balancer change in place.
 */
const EFFECTS: Readonly<Record<string, Effect>> = {
  "docker:index/container:Container": {
    update: { on: /^(tmpfs|init|restart|start|mustRun)/, seconds: 0, why: "changed in place" },
    replace: "has a fixed name, so the old one stops before the new one starts",
  },
  "docker:index/network:Network": { replace: "every container on it is made anew" },
  "gcp:sql/databaseInstance:DatabaseInstance": {
    update: { on: /^settings\.(tier|databaseFlags|edition|availabilityType)/, seconds: 60, why: RESTART },
    replace: "is another instance: its data is in the old one alone",
  },
  "gcp:redis/instance:Instance": {
    update: {
      on: /^(memorySizeGb|redisVersion|redisConfigs)/,
      seconds: 30,
      why: `${RESTART}; keys may be lost`,
    },
    replace: "is another instance, and begins empty",
  },
  "gcp:filestore/instance:Instance": { replace: "is another share: its files are in the old one alone" },
  "gcp:firestore/database:Database": {
    replace: "is another database: its documents are in the old one alone",
  },
  "gcp:compute/globalAddress:GlobalAddress": { replace: "is another address, which names have to follow" },
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": {
    replace: "nothing listens at the address between the two",
  },
  "gcp:cloudrunv2/service:Service": { replace: "has a fixed name, so the old one goes first" },
};

/** @param operations what was done, in order
 * @param steps when it would be done
 */
export function risksOf(operations: readonly Ended[], steps: readonly Step[]): readonly Risk[] {
  const done = operations.filter(({ error }) => error === undefined);
  const risks = done.flatMap((operation): Risk[] => {
    const { urn, verb, changed = [] } = operation;
    const { type, name } = partsOf(urn);
    const effect = EFFECTS[type];
    if (verb === "update" && effect?.update) {
      const { on, seconds, why } = effect.update;
      return seconds > 0 && changed.some((path) => on.test(path)) ? [{ type, name, seconds, why }] : [];
    }
    if (verb !== "create" || !effect?.replace) return [];
    const gap = gapOf(urn, steps);
    return gap === undefined ? [] : [{ type, name, seconds: gap, why: effect.replace }];
  });
  return risks.sort((a, b) => b.seconds - a.seconds);
}

/** Seconds from when the old one begins to go until the new one is there; of one that takes over first, and of one that
 * had no predecessor, undefined. What holds data is away as long as the copy takes, which is nobody's to know: 0.
 */
function gapOf(urn: string, steps: readonly Step[]): number | undefined {
  const [made, gone] = ["create", "delete"].map((verb) =>
    steps.find((step) => step.urn === urn && step.verb === verb),
  );
  if (!made || !gone) return undefined;
  if (gone.start < made.end) return made.end - gone.start;
  return HOLDS_DATA.has(made.type) ? 0 : undefined;
}

const HOLDS_DATA: ReadonlySet<string> = new Set([
  "gcp:sql/databaseInstance:DatabaseInstance",
  "gcp:redis/instance:Instance",
  "gcp:filestore/instance:Instance",
  "gcp:firestore/database:Database",
]);

const MONTH = 30 * 24 * 3600;

/** Requests in so many seconds, on average over a month. */
export const requestsIn = (seconds: number, { users, requestsPerUser }: Usage): number =>
  Math.round((users * requestsPerUser * seconds) / MONTH);
