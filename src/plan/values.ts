/** Values of a plan as they may be shown: secrets masked, what is not known yet named so. */
import { createHash } from "node:crypto";
import { isMap, isSecret, type Properties, reveal, UNKNOWN, type Value } from "../../rehearsal/values.ts";

export const SECRET_MASK = "[secret]";
export const UNKNOWN_MASK = "[unknown]";

/** How a secret stands where plans are compared: those of a plan are stand-ins, so that a digest gives nothing away. */
export function digested(value: Value): Value {
  if (isSecret(value)) return hasUnknown(value) ? UNKNOWN_MASK : `[secret ${digestOf(reveal(value))}]`;
  if (value === UNKNOWN) return UNKNOWN_MASK;
  if (Array.isArray(value)) return value.map(digested);
  return isMap(value) ? digestedAll(value) : value;
}

export const digestedAll = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, digested(value)]));

const digestOf = (value: Value): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);

export function masked(value: Value): Value {
  if (value === UNKNOWN) return UNKNOWN_MASK;
  if (isSecret(value)) return SECRET_MASK;
  if (Array.isArray(value)) return value.map(masked);
  return isMap(value) ? maskedAll(value) : value;
}

export const maskedAll = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, masked(value)]));

/** Paths of secrets: `template.containers[0].envs[2].value`. */
export function secretPaths(value: Value, path = ""): string[] {
  if (isSecret(value)) return [path];
  if (Array.isArray(value)) return value.flatMap((one, at) => secretPaths(one, `${path}[${at}]`));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => secretPaths(child, path ? `${path}.${key}` : key));
}

/** Whether something inside is known only after the deployment. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isMap(value) && Object.values(value).some(hasUnknown);
}
