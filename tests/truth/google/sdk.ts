/** What the provider's own package for Node says of a type: generated from the provider's schema. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const ROOT = dirname(createRequire(import.meta.url).resolve("@pulumi/gcp/package.json"));

export interface Sdk {
  readonly required: readonly string[];
  /** Whether it has an input `name`. */
  readonly named: boolean;
  /** Inputs, in the order of the package. */
  readonly inputs: readonly string[];
  /** Outputs that are secret, without copies of labels. */
  readonly secret: readonly string[];
}

/** `gcp:compute/sSLPolicy:SSLPolicy` lies in compute/sslpolicy.js. */
export function sdkOf(type: string): Sdk {
  const [, folder = "", file = "", name = ""] = /^gcp:([^/]+)\/([^:]+):(.+)$/.exec(type) ?? [];
  const files = readdirSync(join(ROOT, folder));
  const found = files.find((each) => each.toLowerCase() === `${file.toLowerCase()}.js`);
  if (!found) throw new Error(`@pulumi/gcp has no ${type}.`);
  const code = readFileSync(join(ROOT, folder, found), "utf8");
  const inputs = inputsIn(code);
  return {
    required: [...code.matchAll(/Missing required property '(\w+)'/g)].map(([, input = ""]) => input),
    named: inputs.includes("name") && name !== "",
    inputs,
    secret: [...(/additionalSecretOutputs: \[([^\]]*)\]/.exec(code)?.[1] ?? "").matchAll(/"(\w+)"/g)]
      .map(([, output = ""]) => output)
      .filter((output) => !/Labels$/.test(output)),
  };
}

/** What the constructor takes from its arguments. */
function inputsIn(code: string): string[] {
  const found = [...code.matchAll(/resourceInputs\["(\w+)"\] = [^;]*args\??\.\w+/g)];
  return found.map(([, input = ""]) => input);
}
