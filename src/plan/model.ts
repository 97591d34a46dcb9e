/** What a program would register: every resource with its inputs, who it belongs to, and what it waits for.
 *
 * A plan is made in this process, without engine, credentials or network, and is what cost, policies, pictures and
 * differences look at. Values are as the engine gets them: a secret is wrapped (`hide`, `reveal`), and what only the
 * cloud can know stands as `UNKNOWN` (rehearsal/values.ts).
 */
import type { Properties } from "../../rehearsal/values.ts";

export interface PlannedResource {
  readonly urn: string;
  /** `gcp:cloudrunv2/service:Service`; a component of Atelier's is `atelier:gcp:ContainerService`. */
  readonly type: string;
  /** Logical name, unique among resources of one type and one chain of parents. */
  readonly name: string;
  /** Urn of the component that it belongs to; the stack itself where there is none. */
  readonly parent: string;
  /** False for components, which group others and have no counterpart in the cloud. */
  readonly custom: boolean;
  readonly inputs: Properties;
  /** Urns of everything that it waits for, sorted. */
  readonly dependencies: readonly string[];
  /** Input → urns of those whose outputs stand in it. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Deletion and replacement are refused. */
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** Urn and id of an explicit provider; empty for the default one. */
  readonly provider: string;
}

/** Which app, where. */
export interface Subject {
  readonly app: string;
  readonly environment: string;
  readonly target: string;
  readonly project: string;
  readonly stack: string;
}

export interface Plan {
  readonly subject: Subject;
  /** In the order in which the program registers them; the stack itself is not among them. */
  readonly resources: readonly PlannedResource[];
  /** The stack's outputs. */
  readonly outputs: Properties;
}
