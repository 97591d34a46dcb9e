import { secret } from "@pulumi/pulumi";
import { derivePassword, secretValue } from "../../src/app/derived-secrets.ts";
import type { App } from "../../src/config/model.ts";
import type * as contracts from "../contracts/secrets.ts";

/** A secret whose value the program knows: generations of containers are named after their content. */
export interface DockerSecret extends contracts.SecretReference {
  readonly value: string;
}

export interface DockerSecretsArgs {
  /** The app: which secrets there are, and where each comes from. */
  readonly app: App;
  /** Values of the app's `required` secrets. */
  readonly values: Readonly<Record<string, string>>;
  /** 32 random bytes in hex. */
  readonly seed: string;
}

/** Secrets on a Docker host: generated ones derive from the stack's seed, required ones come from its encrypted
 * config. They reach containers as files (files.ts).
 *
 * Costs nothing; nothing is registered.
 * @example new Secrets(shop.secrets({ seed }))
 */
export class Secrets implements contracts.Secrets {
  readonly #args: DockerSecretsArgs;

  constructor(args: DockerSecretsArgs) {
    this.#args = args;
  }

  get(name: string): DockerSecret {
    const value = secretValue(this.#args, name);
    if (value === undefined) throw new Error(`The secret ${name} lies in a store that a Docker host lacks.`);
    return known(value);
  }

  password(purpose: string, { version = 1 } = {}): DockerSecret {
    return known(derivePassword(this.#args, purpose, version));
  }

  store(_purpose: string, value: string): DockerSecret {
    return known(value);
  }
}

function known(value: string): DockerSecret {
  return { value, reference: secret(value) };
}
