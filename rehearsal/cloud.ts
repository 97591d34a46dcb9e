/** A cloud that exists only in memory: resources come to be, change, and refuse to go while others need them.
 *
 * What each type answers and what replaces it comes from a `Behaviour`; everything here holds for any cloud.
 */
import { createHash } from "node:crypto";
import { changedPaths, equal, type Properties, reveal, textsIn, UNKNOWN, type Value } from "./values.ts";

export interface Behaviour {
  /** Outputs beside the inputs. Called with revealed inputs, the same in preview and for real. */
  outputs(type: string, name: string, inputs: Properties): Properties;
  /** Whether the outputs of this name are known before the resource is made. */
  isStable(type: string, key: string): boolean;
  /** Whether a change at this path makes a new resource: `settings.diskType`, without the indices of lists. */
  replaces(type: string, path: string): boolean;
  /** Input that gets the logical name and seven hex digits where the program gave none; undefined for none. */
  autoName(type: string): string | undefined;
  /** Longest automatic name. */
  nameLength(type: string): number;
  /** Why this resource may not go at all; undefined when it may. */
  refusesDelete(type: string, inputs: Properties): string | undefined;
  /** Outputs that the cloud treats as secret. */
  isSecret(type: string, key: string): boolean;
}

export interface Live {
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** One line of what happened, in order. */
export interface Event {
  readonly verb: "create" | "update" | "delete";
  readonly type: string;
  readonly id: string;
}

export class CloudError extends Error {}

export class Cloud {
  readonly #live = new Map<string, Live>();
  readonly #behaviour: Behaviour;
  readonly events: Event[] = [];

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
  }

  get live(): readonly Live[] {
    return [...this.#live.values()];
  }

  /** Inputs as the provider would complete them. */
  check(type: string, name: string, news: Properties, olds: Properties, seed: string): Properties {
    const key = this.#behaviour.autoName(type);
    if (key === undefined || news[key] !== undefined) return news;
    return { ...news, [key]: olds[key] ?? autoName(name, seed, this.#behaviour.nameLength(type)) };
  }

  /** Names of inputs that differ, and those of them that replace. */
  diff(type: string, olds: Properties, news: Properties) {
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
      (key) => !key.startsWith("__"),
    );
    const changed = keys.filter((key) => !equal(olds[key], news[key])).sort();
    const replacing = (key: string) =>
      changedPaths(key, olds[key], news[key]).some((path) => this.#behaviour.replaces(type, path));
    return { changed, replaces: changed.filter(replacing) };
  }

  /** What a create would give: outputs that depend on the making are unknown. */
  preview(type: string, name: string, inputs: Properties): Properties {
    const made = this.#outputs(type, name, inputs);
    const known = Object.entries(made).map(([key, value]): [string, Value] => [
      key,
      key in inputs || this.#behaviour.isStable(type, key) ? value : UNKNOWN,
    ]);
    return Object.fromEntries(known);
  }

  /** @throws CloudError when one of the same identity is there, or something that the inputs name is not */
  create(type: string, name: string, inputs: Properties): Live {
    const outputs = this.#outputs(type, name, inputs);
    const id = String(reveal(outputs.id ?? name));
    if (this.#live.has(keyOf(type, id))) throw new CloudError(`409: ${type} ${id} already exists`);
    const live = { type, id, inputs, outputs };
    this.#live.set(keyOf(type, id), live);
    this.events.push({ verb: "create", type, id });
    return live;
  }

  /** @throws CloudError when it is not there */
  update(type: string, id: string, name: string, inputs: Properties): Live {
    const before = this.#live.get(keyOf(type, id));
    if (!before) throw new CloudError(`404: ${type} ${id} is not there`);
    const live = { type, id, inputs, outputs: { ...this.#outputs(type, name, inputs), id } };
    this.#live.set(keyOf(type, id), live);
    this.events.push({ verb: "update", type, id });
    return live;
  }

  /** @throws CloudError while something else names it, or when it is protected by itself */
  delete(type: string, id: string): void {
    const live = this.#live.get(keyOf(type, id));
    if (!live) return;
    const refused = this.#behaviour.refusesDelete(type, reveal(live.inputs) as Properties);
    if (refused) throw new CloudError(`400: ${type} ${id}: ${refused}`);
    const user = this.#userOf(live);
    if (user) throw new CloudError(`400: ${type} ${id} is in use by ${user.type} ${user.id}`);
    this.#live.delete(keyOf(type, id));
    this.events.push({ verb: "delete", type, id });
  }

  read(type: string, id: string): Live | undefined {
    return this.#live.get(keyOf(type, id));
  }

  /** A resource whose inputs name this one by its id or self link. */
  #userOf({ type, id, outputs }: Live): Live | undefined {
    const names = [id, outputs.selfLink, outputs.selfLinkUnique].filter(
      (name): name is string => typeof name === "string" && name.includes("/"),
    );
    return this.live.find(
      (other) =>
        !(other.type === type && other.id === id) &&
        textsIn(reveal(other.inputs)).some((text) => names.includes(text)),
    );
  }

  #outputs(type: string, name: string, inputs: Properties): Properties {
    const plain = reveal(inputs) as Properties;
    return { ...inputs, ...this.#behaviour.outputs(type, name, plain) };
  }
}

const keyOf = (type: string, id: string): string => `${type}\n${id}`;

/** As the bridge to Terraform providers names: logical name, hyphen, seven hex digits. */
function autoName(name: string, seed: string, longest: number): string {
  const suffix = createHash("sha256").update(`${name}\n${seed}`).digest("hex").slice(0, 7);
  return `${name.slice(0, longest - suffix.length - 1)}-${suffix}`;
}
