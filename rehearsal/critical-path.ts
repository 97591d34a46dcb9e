/** The longest chain of a first deployment: which resources wait for one another, and for how long. */

export interface Waiting {
  /** `type name`. */
  readonly id: string;
  readonly type: string;
  /** Ids of what has to be there before. */
  readonly after: readonly string[];
}

export interface Chain {
  readonly seconds: number;
  /** From the first to the last. */
  readonly members: readonly Waiting[];
}

/** The chain that ends last when everything starts as soon as what it waits for is there. */
export function longestChain(
  resources: readonly Waiting[],
  secondsOf: (resource: Waiting) => number,
  waits: (resource: Waiting, on: Waiting) => boolean = () => true,
): Chain {
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const known = new Map<string, Chain>();
  const chainTo = (resource: Waiting): Chain => {
    const found = known.get(resource.id);
    if (found) return found;
    const before = resource.after
      .flatMap((id) => byId.get(id) ?? [])
      .filter((on) => on !== resource && waits(resource, on))
      .map(chainTo)
      .reduce(longer, NOTHING);
    const chain = {
      seconds: before.seconds + secondsOf(resource),
      members: [...before.members, resource],
    };
    known.set(resource.id, chain);
    return chain;
  };
  return resources.map(chainTo).reduce(longer, NOTHING);
}

const NOTHING: Chain = { seconds: 0, members: [] };
const longer = (a: Chain, b: Chain): Chain => (b.seconds > a.seconds ? b : a);
