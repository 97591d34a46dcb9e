/** One thing that the engine asks of a provider. */
import type { Verb } from "./behaviour.ts";

export interface Operation {
  /** Counts what changes something, from 1; 0 for a read. */
  readonly n: number;
  readonly verb: Verb | "read";
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

/** Whether the cloud has done it already when something happens to the engine. */
export type Moment = "before" | "after";

/** Type and logical name: `urn:pulumi:prod::shop::a:b:C$gcp:sql/user:User::db`. */
export function partsOf(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? types, name: name.join("::") };
}
