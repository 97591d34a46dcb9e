/** No key is accepted and ignored: each changes something that its target's table names, or a sentence says why not. */
import { describe, expect, it } from "vitest";
import type { KeyPath } from "../../src/config/key-paths.ts";
import { carriesOf } from "../../stacks/carries.ts";
import { contradictions, effectOfKey } from "./carried.ts";
import type { TargetName } from "./effect.ts";

/** @param keys all, where another target of the same cloud does not answer for the rest */
export function describeKeys(
  target: TargetName,
  keys: readonly string[] = Object.keys(carriesOf[target]),
): void {
  const carries = carriesOf[target];

  describe(`what each key of app.yaml becomes on ${target}`, () => {
    it.each(keys as readonly KeyPath[])("%s", async (key) => {
      expect(contradictions(carries[key], await effectOfKey(target, key))).toEqual([]);
    });
  });
}
