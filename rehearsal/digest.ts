/** Made-up figures that are the same for the same input. */
import { createHash } from "node:crypto";
import { canonical, type Value } from "./values.ts";

/** Hex digits, 64 at most. The engine sends keys in any order. */
export function digest(value: Value, length = 12): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, length);
}
