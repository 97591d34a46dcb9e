/** Reads and writes the secrets of a stack's config, through Pulumi. */
import { randomBytes } from "node:crypto";
import { Stop } from "../bootstrap/stop.mjs";
import { lastWords } from "./command.ts";
import type { OpenEngine } from "./open.ts";
import { configFileArguments, pulumi } from "./stack.ts";
import { secretKeys } from "./stack-file.ts";

/** The root of every generated secret and platform password. */
export const seedKey = "atelier:seed";

/** Config path of a required secret's value. */
export function secretKey(name: string): string {
  return `atelier:secrets.${name}`;
}

export async function hasSecret(opened: OpenEngine, stack: string, key: string): Promise<boolean> {
  return (await secretKeys({ ...opened, stack })).has(key);
}

/** Encrypts a value into the stack's config. It reaches Pulumi by standard input, never as an argument.
 * @throws Stop with Pulumi's own words.
 */
export async function setSecret(
  opened: OpenEngine,
  stack: string,
  key: string,
  value: string,
): Promise<void> {
  const args = ["config", "set", "--secret", "--stack", stack, ...(key === seedKey ? [] : ["--path"]), key];
  const file = await configFileArguments(opened, args);
  // Pulumi removes one line break from the end of its input.
  const { code, stderr } = await pulumi(opened, [...args, ...file], { input: `${value}\n` });
  if (code !== 0) throw new Stop(`${key} could not be set: ${lastWords(stderr).replace(/^error: /, "")}`);
}

/** Makes the stack's seed, 32 random bytes as hex, unless it has one. @returns whether it was made now. */
export async function ensureSeed(opened: OpenEngine, stack: string): Promise<boolean> {
  if (await hasSecret(opened, stack, seedKey)) return false;
  await setSecret(opened, stack, seedKey, randomBytes(32).toString("hex"));
  return true;
}
