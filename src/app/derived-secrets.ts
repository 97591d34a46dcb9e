/** Generated secrets: each derives from the stack's seed and its own purpose, so that it is stable, differs from
 * stack to stack, and is stored nowhere by its maker (docs/adr/002).
 */
import { hkdfSync } from "node:crypto";
import type { App, Secret } from "../config/model.ts";

type Generated = Extract<Secret, { source: "generate" }>;

export interface SecretSource {
  readonly app: Pick<App, "name" | "environment" | "secrets">;
  /** Values of the app's `required` secrets. */
  readonly values: Readonly<Record<string, string>>;
  /** 32 random bytes in hex. */
  readonly seed: string;
}

/** Whether a text is one that generated secrets may derive from. */
export const isSeed = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Value of one of the app's own secrets; undefined where it lies in a store already.
 * @throws Error when the app does not declare it or a required one has no value; both were refused before
 */
export function secretValue(source: SecretSource, name: string): string | undefined {
  const spec = source.app.secrets[name];
  if (!spec) throw new Error(`The app declares no secret ${name}.`);
  if (spec.source === "existing") return undefined;
  if (spec.source === "generate") {
    return formats[spec.format](derive(source, `secret/${name}`, spec.version, spec.bytes));
  }
  const value = source.values[name];
  if (value === undefined) throw new Error(`The secret ${name} has no value.`);
  return value;
}

/** A password of the platform's own, 32 characters that need no escaping in a URL. */
export function derivePassword(source: SecretSource, purpose: string, version = 1): string {
  return derive(source, `password/${purpose}`, version, 24).toString("base64url");
}

/** HKDF with SHA-256 (RFC 5869); the stack's name is the salt, so that two stacks never share a value. */
function derive({ seed, app }: SecretSource, purpose: string, version: number, bytes: number): Buffer {
  const salt = `${app.name}-${app.environment}`;
  return Buffer.from(hkdfSync("sha256", Buffer.from(seed, "hex"), salt, `${purpose}#${version}`, bytes));
}

const formats: Record<Generated["format"], (random: Buffer) => string> = {
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
