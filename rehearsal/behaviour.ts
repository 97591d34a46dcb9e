/** What a provider's types do, as far as an engine can notice: one answer per question, for every type of a package. */
import type { Properties } from "./values.ts";

export type Verb = "create" | "update" | "delete";

/** Something that has to be there before. */
export interface Reference {
  /** Input that names it. */
  readonly input: string;
  /** Id, self link, or another text by which its cloud knows it. */
  readonly names: string;
}

/** How many of a kind a project may have. */
export interface Quota {
  /** As the cloud's own message calls it. */
  readonly name: string;
  /** What is counted together: a region, or `global`. */
  readonly scope: string;
  /** Of how much of it there may be, and how much this one takes. */
  readonly limit: number;
  readonly takes: number;
}

/** What a second create of what is there already does: it is refused, it changes nothing, or it makes another one. */
export type Again = "refused" | "same" | "another";

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
  again(type: string): Again;
  /** Whether the cloud chooses the id, so that nobody can tell it from the inputs. */
  isChosen(type: string): boolean;
  /** What the inputs name and the cloud wants to find. Called with revealed inputs. */
  references(type: string, inputs: Properties): readonly Reference[];
  /** Further texts by which others name a resource, beside its id. */
  names(type: string, outputs: Properties): readonly string[];
  /** What the resource counts against; undefined where nothing is limited that a deployment could reach. */
  quota(type: string, inputs: Properties): Quota | undefined;
  /** How long the operation takes. */
  seconds(type: string, verb: Verb): number;
  /** Seconds after its making until the rest of the cloud knows of it; 0 where it does at once. */
  lag(type: string): number;
  /** Whether a resource of these inputs does not start before the rest of the cloud knows of the other. */
  leansOn(type: string, inputs: Properties, other: Made): boolean;
}

export interface Made {
  readonly type: string;
  readonly inputs: Properties;
}

/** `gcp` of `gcp:sql/user:User`. */
export const packageOf = (type: string): string => type.split(":")[0] ?? "";

/** A type of which nothing is known: named by its program, changed in place, there at once. */
export const PLAIN: Behaviour = {
  outputs: (_, name) => ({ id: name }),
  isStable: () => false,
  replaces: () => false,
  autoName: () => undefined,
  nameLength: () => 63,
  refusesDelete: () => undefined,
  isSecret: () => false,
  again: () => "refused",
  isChosen: () => false,
  references: () => [],
  names: () => [],
  quota: () => undefined,
  seconds: () => 1,
  lag: () => 0,
  leansOn: () => false,
};
