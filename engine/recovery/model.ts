/** What recovery asks for, and what it is answered. */
import type { Properties } from "../../rehearsal/values.ts";

/** A create that began. */
export interface Begun {
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** As the provider got them; secrets are not readable in it. */
  readonly inputs: Properties;
  /** Inputs of its provider. */
  readonly provider: Properties;
  /** Ids of the same type that the state knows. */
  readonly known: readonly string[];
  /** What is older was there before. */
  readonly since: Date;
}

/** `id`: it would have this id, and may be there: the provider is asked. `absent`: it is not there. `unknown`: nobody can
 * tell from here.
 */
export type Found = { readonly id: string } | "absent" | { readonly unknown: string };

export type Find = (begun: Begun) => Promise<Found>;
