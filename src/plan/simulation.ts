/** Answers of simulated providers to one run of a program: as a first preview knows them, as the preview of a change
 * knows them, or with every value known.
 */
import { type Behaviour, packageOf } from "../../rehearsal/behaviour.ts";
import { behaviourOf } from "../../rehearsal/behaviours.ts";
import { Cloud } from "../../rehearsal/cloud.ts";
import { equal, hide, type Properties, reveal, UNKNOWN } from "../../rehearsal/values.ts";
import type { PlannedResource, Subject } from "./model.ts";
import type { Answer } from "./monitor.ts";
import { digestedAll } from "./values.ts";

/** A resource as it would stand in the stack's state. */
export interface State {
  readonly resource: PlannedResource;
  /** Inputs as the provider completes them, with its automatic name. */
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly id: string;
}

export type States = ReadonlyMap<string, State>;

export interface SimulationOptions {
  /** Every output known, in place of those alone that a preview knows. */
  readonly complete?: boolean;
  /** What is there already, by urn. Outputs of what does not change, or changes in place, are known then. */
  readonly before?: States;
}

interface Provider {
  readonly cloud: Cloud;
  readonly behaviour: Behaviour;
}

const PROVIDER = "pulumi:providers:";

export class Simulation {
  /** Everything that was answered, by urn. */
  readonly states = new Map<string, State>();
  readonly #stack: string;
  readonly #options: SimulationOptions;
  readonly #settings = new Map<string, Properties>();
  readonly #providers = new Map<string, Provider>();

  constructor({ stack }: Pick<Subject, "stack">, options: SimulationOptions = {}) {
    this.#stack = stack;
    this.#options = options;
  }

  answer(resource: PlannedResource): Answer {
    const { type, urn, custom } = resource;
    const state = type.startsWith(PROVIDER)
      ? this.#provider(resource)
      : custom
        ? this.#resource(resource)
        : { resource, inputs: resource.inputs, outputs: resource.inputs, id: "" };
    this.states.set(urn, state);
    return { id: state.id, outputs: state.outputs };
  }

  /** How the resource's type behaves, with the settings of its provider. */
  behaviourOf(type: string): Behaviour {
    return this.#of(type).behaviour;
  }

  #provider(resource: PlannedResource): State {
    const { type, name, inputs } = resource;
    this.#settings.set(type.slice(PROVIDER.length), inputs);
    const known = this.#options.complete || this.#options.before?.has(resource.urn);
    return { resource, inputs, outputs: inputs, id: known ? name : UNKNOWN };
  }

  #resource(resource: PlannedResource): State {
    const { type, name, urn } = resource;
    const { cloud, behaviour } = this.#of(type);
    const before = this.#options.before?.get(urn);
    const inputs = cloud.check(type, name, resource.inputs, before?.inputs ?? {}, this.#stack);
    if (this.#options.complete) {
      // Without the cloud's checks of what is there, and by masks of secrets, as an earlier plan in a document has them.
      const outputs = { ...inputs, ...behaviour.outputs(type, name, digestedAll(inputs)) };
      return {
        resource,
        inputs,
        outputs: this.#marked(type, outputs),
        id: String(reveal(outputs.id ?? name)),
      };
    }
    if (before && !this.#replaces(before, inputs)) {
      const same = equal(digestedAll(before.inputs), digestedAll(inputs));
      const outputs = same ? before.outputs : { ...before.outputs, ...inputs };
      return { resource, inputs, outputs, id: before.id };
    }
    // What is made in place of another gets an automatic name of its own.
    const seed = before ? `${this.#stack} again` : this.#stack;
    const fresh = cloud.check(type, name, resource.inputs, {}, seed);
    const outputs = this.#marked(type, cloud.preview(type, name, fresh));
    return { resource, inputs: fresh, outputs, id: "" };
  }

  #replaces({ resource: { type, ignoreChanges }, inputs: olds }: State, news: Properties): boolean {
    const { replaces } = this.#of(type).cloud.diff(type, digestedAll(olds), digestedAll(news));
    return replaces.some((key) => !ignoreChanges.includes(key));
  }

  #of(type: string): Provider {
    const name = packageOf(type);
    const known = this.#providers.get(name);
    if (known) return known;
    const behaviour = behaviourOf(name, this.#settings.get(name));
    const made = { cloud: new Cloud(behaviour), behaviour };
    this.#providers.set(name, made);
    return made;
  }

  #marked(type: string, outputs: Properties): Properties {
    const { behaviour } = this.#of(type);
    return Object.fromEntries(
      Object.entries(outputs).map(([key, value]) => [
        key,
        behaviour.isSecret(type, key) && value !== UNKNOWN ? hide(value) : value,
      ]),
    );
  }
}
