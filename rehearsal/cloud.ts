/** A cloud that exists only in memory: resources come to be, change, and refuse to go while others need them.
 *
 * What each type answers and what replaces it comes from a `Behaviour`; everything here holds for any cloud.
 */
import { createHash } from "node:crypto";
import type { Behaviour, Quota, Verb } from "./behaviour.ts";
import { type Clock, instant } from "./clock.ts";
import { digest } from "./digest.ts";
import { changedPaths, equal, type Properties, reveal, textsIn, UNKNOWN, type Value } from "./values.ts";

export type { Behaviour } from "./behaviour.ts";

export interface Live {
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** What makes it the same as another: its id, or what its id would be if the cloud did not choose one. */
  readonly identity: string;
  /** The cloud's time from which on the rest of the cloud knows of it. */
  readonly visible: number;
}

/** One line of what happened, in order. */
export interface Event {
  readonly verb: Verb;
  readonly type: string;
  readonly id: string;
}

export class CloudError extends Error {}

/** What would be possible once the rest of the cloud knows what was made just before: providers try again. */
export class NotYet extends CloudError {}

export interface CloudOptions {
  readonly clock?: Clock;
  /** Name of a quota → how much there may be. The others are only counted. */
  readonly quotas?: Readonly<Record<string, number>>;
}

/** What a deployment takes of a quota. */
export interface Use extends Quota {
  readonly used: number;
}

export class Cloud {
  readonly #live = new Map<string, Live>();
  readonly #behaviour: Behaviour;
  readonly #clock: Clock;
  readonly #quotas: Readonly<Record<string, number>>;
  #made = 0;
  readonly events: Event[] = [];

  constructor(behaviour: Behaviour, { clock = instant, quotas = {} }: CloudOptions = {}) {
    this.#behaviour = behaviour;
    this.#clock = clock;
    this.#quotas = quotas;
  }

  get live(): readonly Live[] {
    return [...this.#live.values()];
  }

  /** What is there as plain data, and a cloud with just that. */
  copy(): Cloud {
    const copy = new Cloud(this.#behaviour, { clock: this.#clock, quotas: this.#quotas });
    for (const [key, live] of this.#live) copy.#live.set(key, live);
    copy.#made = this.#made;
    return copy;
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

  /** Paths of inputs that differ, `settings.tier`. */
  changes(olds: Properties, news: Properties): readonly string[] {
    const keys = new Set([...Object.keys(olds), ...Object.keys(news)].filter((key) => !key.startsWith("__")));
    return [...keys].sort().flatMap((key) => changedPaths(key, olds[key], news[key]));
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

  /** @throws CloudError when one of the same identity is there, a quota is used up, or something that the inputs name is
   * not; NotYet while something that it leans on is not known everywhere
   */
  create(type: string, name: string, inputs: Properties): Live {
    const answer = this.#outputs(type, name, inputs);
    const identity = String(reveal(answer.id ?? name));
    const again = this.#behaviour.again(type);
    const [there] = this.#like(type, identity);
    if (there && again === "refused") throw new CloudError(`409: ${type} ${there.id} already exists`);
    this.#needReferences(type, identity, inputs);
    if (!there) this.#needQuota(type, inputs);
    const kept = there && again === "same" ? there : undefined;
    const id = kept?.id ?? this.#idOf(type, identity);
    return this.#put("create", {
      type,
      id,
      identity,
      inputs,
      outputs: id === identity ? answer : renamed(answer, identity, id),
      visible: kept?.visible ?? this.#clock.now() + (this.#clock.passes ? this.#behaviour.lag(type) : 0),
    });
  }

  /** @throws CloudError when it is not there, or something that the inputs name is not */
  update(type: string, id: string, name: string, inputs: Properties): Live {
    const before = this.#live.get(keyOf(type, id));
    if (!before) throw new CloudError(`404: ${type} ${id} is not there`);
    this.#needReferences(type, id, inputs);
    const outputs = renamed({ ...this.#outputs(type, name, inputs), id }, before.identity, id);
    return this.#put("update", { ...before, inputs, outputs });
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

  /** Undefined also for what the cloud does not show yet. */
  read(type: string, id: string): Live | undefined {
    const live = this.#live.get(keyOf(type, id));
    return live && live.visible <= this.#clock.now() ? live : undefined;
  }

  /** Ids of what would come of these inputs and is there: what a list of the type would show, newest last. */
  find(type: string, name: string, inputs: Properties): readonly string[] {
    const { id } = this.#outputs(type, name, inputs);
    return this.#like(type, String(reveal(id ?? name))).map((live) => live.id);
  }

  /** Every quota that something counts against, fullest first. */
  uses(): readonly Use[] {
    const uses = new Map<string, Use>();
    for (const { type, inputs } of this.live) {
      const quota = this.#behaviour.quota(type, reveal(inputs) as Properties);
      if (!quota || quota.takes === 0) continue;
      const key = `${quota.name} ${quota.scope}`;
      const used = (uses.get(key)?.used ?? 0) + quota.takes;
      uses.set(key, { ...quota, limit: this.#quotas[quota.name] ?? quota.limit, used });
    }
    return [...uses.values()].sort((a, b) => b.used / (b.limit || 0.1) - a.used / (a.limit || 0.1));
  }

  /** Makes everything of which this is true unreachable at once, as a region that is gone. */
  lose(isGone: (live: Live) => boolean): readonly Live[] {
    const lost = this.live.filter(isGone);
    for (const { type, id } of lost) this.#live.delete(keyOf(type, id));
    return lost;
  }

  #put(verb: Verb, live: Live): Live {
    this.#live.set(keyOf(live.type, live.id), live);
    this.events.push({ verb, type: live.type, id: live.id });
    return live;
  }

  #like(type: string, identity: string): readonly Live[] {
    return this.live.filter((live) => live.type === type && live.identity === identity);
  }

  /** The first is called as every plan would call it; what comes later gets a name of its own. */
  #idOf(type: string, identity: string): string {
    this.#made += 1;
    if (!this.#behaviour.isChosen(type) || !this.#chosenBefore(type, identity)) return identity;
    const last = identity.split("/").at(-1) ?? identity;
    return `${identity.slice(0, identity.length - last.length)}${digest([last, this.#made], Math.min(64, last.length))}`;
  }

  #chosenBefore(type: string, identity: string): boolean {
    return this.events.some(
      ({ verb, type: other, id }) => verb === "create" && other === type && id === identity,
    );
  }

  #needReferences(type: string, id: string, inputs: Properties): void {
    const plain = reveal(inputs) as Properties;
    const wanted = this.#behaviour.references(type, plain);
    const named = (live: Live) => [live.id, ...this.#behaviour.names(live.type, live.outputs)];
    const names = new Set(wanted.length === 0 ? [] : this.live.flatMap(named));
    const missing = wanted.find((reference) => !names.has(reference.names));
    if (missing) {
      throw new CloudError(`404: ${type} ${id}: ${missing.input} names ${missing.names}, which is not there`);
    }
    const hidden = this.live.find(
      (live) => live.visible > this.#clock.now() && this.#behaviour.leansOn(type, plain, live),
    );
    if (hidden) throw new NotYet(`403: ${type} ${id}: ${hidden.type} ${hidden.id} does not hold yet`);
  }

  #needQuota(type: string, inputs: Properties): void {
    const quota = this.#behaviour.quota(type, reveal(inputs) as Properties);
    const limit = quota && this.#quotas[quota.name];
    if (quota === undefined || limit === undefined) return;
    const { name, scope, takes } = quota;
    const used = this.uses().find((use) => use.name === name && use.scope === scope)?.used ?? 0;
    if (used + takes > limit) {
      throw new CloudError(`403: quotaExceeded: quota ${name} exceeded. Limit: ${limit} in ${scope}`);
    }
  }

  /** A resource whose inputs name this one by its id or self link. */
  #userOf({ type, id, outputs }: Live): Live | undefined {
    const own = [id, outputs.selfLink, outputs.selfLinkUnique];
    const names = own.filter((name): name is string => typeof name === "string" && isUnique(name));
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

/** A path or a hash; a plain name may stand for many things. */
const isUnique = (name: string): boolean => name.includes("/") || /^(sha256:)?[0-9a-f]{64}/.test(name);

/** The same with another id, wherever it or its last part is said. */
function renamed(outputs: Properties, from: string, to: string): Properties {
  const [last, other] = [from.split("/").at(-1) ?? from, to.split("/").at(-1) ?? to];
  const visit = (value: Value): Value => {
    if (typeof value === "string") return value === last ? other : value.replaceAll(from, to);
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child)]));
  };
  return from === to ? outputs : (visit(outputs) as Properties);
}

/** As the bridge to Terraform providers names: logical name, hyphen, seven hex digits. */
function autoName(name: string, seed: string, longest: number): string {
  const suffix = createHash("sha256").update(`${name}\n${seed}`).digest("hex").slice(0, 7);
  return `${name.slice(0, longest - suffix.length - 1)}-${suffix}`;
}
