/** Every package that a rehearsal and a plan know, and how its types behave. */
import { type Behaviour, PLAIN, packageOf } from "./behaviour.ts";
import { dockerBehaviour } from "./docker/behaviour.ts";
import { dockerBuildBehaviour } from "./docker-build/behaviour.ts";
import { googleBehaviour } from "./google/behaviour.ts";
import { isMap, type Properties, type Value } from "./values.ts";

/** Package → behaviour, by the configuration of its provider. */
const PACKAGES: Readonly<Record<string, (provider: Properties) => Behaviour>> = {
  gcp: ({ project, number }) =>
    googleBehaviour({ project: text(project, "project"), number: text(number, NUMBER) }),
  docker: () => dockerBehaviour,
  "docker-build": () => dockerBuildBehaviour,
};

/** Google numbers its projects; nobody can know which number yours has before asking. */
const NUMBER = "123456789012";

const text = (value: Value | undefined, otherwise: string): string =>
  typeof value === "string" && value !== "" ? value : otherwise;

/** Packages whose providers can be simulated. */
export const SIMULATED: readonly string[] = Object.keys(PACKAGES);

/** How the types of one package behave. Of a package that is not in the table, resources are named as the program names
 * them, change in place, and answer nothing beside their inputs.
 * @param provider inputs of its provider, for instance `{ project: "acme-prod" }`
 */
export function behaviourOf(name: string, provider: Properties = {}): Behaviour {
  return Object.hasOwn(PACKAGES, name) ? (PACKAGES[name]?.(provider) ?? PLAIN) : PLAIN;
}

/** How any type of any package behaves in one deployment.
 * @param subject settings of the deployment's target, of which `project` counts where there is one
 */
export function behaviours(subject: { readonly settings?: unknown } = {}): Behaviour {
  const provider = isMap(subject.settings as Value) ? (subject.settings as Properties) : {};
  const known = new Map<string, Behaviour>();
  const of = (type: string): Behaviour => {
    const name = packageOf(type);
    const found = known.get(name) ?? behaviourOf(name, provider);
    known.set(name, found);
    return found;
  };
  return {
    outputs: (type, name, inputs) => of(type).outputs(type, name, inputs),
    isStable: (type, key) => of(type).isStable(type, key),
    replaces: (type, path) => of(type).replaces(type, path),
    autoName: (type) => of(type).autoName(type),
    nameLength: (type) => of(type).nameLength(type),
    refusesDelete: (type, inputs) => of(type).refusesDelete(type, inputs),
    isSecret: (type, key) => of(type).isSecret(type, key),
    again: (type) => of(type).again(type),
    isChosen: (type) => of(type).isChosen(type),
    references: (type, inputs) => of(type).references(type, inputs),
    names: (type, outputs) => of(type).names(type, outputs),
    quota: (type, inputs) => of(type).quota(type, inputs),
    seconds: (type, verb) => of(type).seconds(type, verb),
    lag: (type) => of(type).lag(type),
    leansOn: (type, inputs, other) => of(type).leansOn(type, inputs, other),
  };
}
