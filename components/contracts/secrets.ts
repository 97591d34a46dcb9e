/** Secrets: references from end to end. */
import type { Input, Output } from "@pulumi/pulumi";
import type { App } from "../../src/config/model.ts";
import type { Identity } from "./identity.ts";

/** Points at a secret; a container service of the same target knows how to deliver it.
 *
 * `reference` is an ARN or a version name on a cloud, and the encrypted value itself on a Docker host.
 */
export interface SecretReference {
  readonly reference: Output<string>;
}

export interface SecretsArgs {
  /** The app: which secrets there are, and where each comes from. */
  readonly app: App;
  /** Secret name → services that may read it. */
  readonly readers: Readonly<Record<string, readonly Identity[]>>;
  /** Values of `required` secrets from the stack's encrypted config; a missing one was refused before. */
  readonly values: Readonly<Record<string, string>>;
  /** The stack's seed, 32 random bytes in hex, from which generated values derive (see docs/adr). */
  readonly seed: string;
}

export interface Secrets {
  /** One of the app's own secrets. */
  get(name: string): SecretReference;
  /** A password that the platform itself needs, stable per stack: `password("db/api")`. */
  password(
    purpose: string,
    options?: { readonly version?: number; readonly reader?: Identity },
  ): SecretReference;
  /** Stores a text that is made of other values, for instance a connection URL with its password. */
  store(purpose: string, value: Input<string>, options?: { readonly reader?: Identity }): SecretReference;
}
