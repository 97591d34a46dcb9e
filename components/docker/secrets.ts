/** Secrets on a Docker host: generated ones derive from the stack's seed, required ones come from its encrypted
 * config. They reach containers as files (files.ts).
 */
import { hkdfSync } from "node:crypto";
import { secret } from "@pulumi/pulumi";
import type { App, Secret } from "../../src/config/model.ts";
import type * as contracts from "../contracts/secrets.ts";
import { stackOf } from "./deployment.ts";

/** A secret whose value the program knows: generations of containers are named after their content. */
export interface DockerSecret extends contracts.SecretReference {
  readonly value: string;
}

export interface DockerSecretsArgs {
  readonly app: App;
  /** Values of the app's `required` secrets. */
  readonly values: Readonly<Record<string, string>>;
  /** 32 random bytes in hex. */
  readonly seed: string;
}

export class Secrets implements contracts.Secrets {
  readonly #args: DockerSecretsArgs;

  constructor(args: DockerSecretsArgs) {
    this.#args = args;
  }

  get(name: string): DockerSecret {
    const spec = this.#args.app.secrets[name];
    if (!spec) throw new Error(`The app declares no secret ${name}.`);
    return known(this.#valueOf(name, spec));
  }

  password(purpose: string, { version = 1 } = {}): DockerSecret {
    return known(this.#derive(`password/${purpose}`, version, 24).toString("base64url"));
  }

  store(_purpose: string, value: string): DockerSecret {
    return known(value);
  }

  #valueOf(name: string, spec: Secret): string {
    if (spec.source === "generate") {
      return formats[spec.format](this.#derive(`secret/${name}`, spec.version, spec.bytes));
    }
    const value = this.#args.values[name];
    if (value === undefined) throw new Error(`The secret ${name} has no value.`);
    return value;
  }

  /** HKDF with SHA-256 (RFC 5869); the stack's name is the salt, so that two stacks never share a value. */
  #derive(purpose: string, version: number, bytes: number): Buffer {
    const { seed, app } = this.#args;
    return Buffer.from(
      hkdfSync("sha256", Buffer.from(seed, "hex"), stackOf(app), `${purpose}#${version}`, bytes),
    );
  }
}

const formats: Record<Extract<Secret, { source: "generate" }>["format"], (random: Buffer) => string> = {
  hex: (random) => random.toString("hex"),
  base64: (random) => random.toString("base64"),
  password: (random) => random.toString("base64url"),
  uuid: (random) => {
    const bytes = Buffer.concat([random, Buffer.alloc(16)]).subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  },
};

function known(value: string): DockerSecret {
  return { value, reference: secret(value) };
}
