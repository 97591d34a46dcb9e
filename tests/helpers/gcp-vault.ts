/** Secrets that remember who put what into them, for tests of parts that only hand values over. */
import { type Input, type Output, output, secret } from "@pulumi/pulumi";
import type { GcpSecret, GcpSecrets } from "../../components/gcp/handles.ts";

export interface Stored {
  readonly purpose: string;
  readonly value: Output<string>;
  readonly reader: string | undefined;
}

export interface Vault extends GcpSecrets {
  readonly stored: readonly Stored[];
}

/** @param values of the app's own secrets; those that are missing here lie in the store alone */
export function makeVault(values: Readonly<Record<string, string>> = {}): Vault {
  const stored: Stored[] = [];
  const pointer = (name: string): GcpSecret => ({
    reference: output(`projects/acme-prod/secrets/${name}/versions/1`),
    secret: output(name),
    version: output("1"),
    readers: () => {
      throw new Error("Nobody else reads it.");
    },
  });
  return {
    stored,
    get: (name) => {
      const value = values[name];
      return { ...pointer(name), ...(value !== undefined && { value: secret(value) }) };
    },
    password: (purpose) => ({
      ...pointer(purpose),
      value: secret(Buffer.from(purpose.padEnd(24, "*")).toString("base64url")),
    }),
    store(purpose: string, value: Input<string>, options = {}) {
      stored.push({ purpose, value: output(value), reader: options.reader?.service });
      return pointer(purpose);
    },
  };
}

/** Value of an output, and whether it is marked as a secret. */
export async function opened<T>(value: Output<T>): Promise<{ value: T; hidden: boolean }> {
  const inside = value as unknown as { promise(): Promise<T>; isSecret: Promise<boolean> };
  return { value: await inside.promise(), hidden: await inside.isSecret };
}

export const plain = async (value: Input<string> | undefined): Promise<string | undefined> =>
  value === undefined ? undefined : (await opened(output(value))).value;

/** Every variable with its value. */
export async function plainAll(
  env: Readonly<Record<string, Input<string>>>,
): Promise<Record<string, string | undefined>> {
  const entries = Object.entries(env).map(async ([key, value]) => [key, await plain(value)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
