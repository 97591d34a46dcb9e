/** What each key of app.yaml becomes on a target, for the table in docs/keys.md. A target's table is a `Record` over
 * all keys, so that a new key fails to compile until each target has an answer; a test changes every key and looks
 * whether the answer is true.
 */
import type { KeyPath } from "../../src/config/key-paths.ts";

export interface Carried {
  /** Where it goes: `cloudrunv2.Service template.timeout`, or with the resource's own name,
   * `docker.Container[prometheus] command`, where `<name>` stands for any part's.
   */
  readonly in: readonly string[];
  /** Part of the sentence by which it is refused, or refused beyond a limit. */
  readonly refused?: string;
  /** Part of the sentence that says what is different. */
  readonly differs?: string;
  /** Why it can't be changed. */
  readonly fixed?: string;
  /** Who reads it, where it is meant for a command and makes nothing. */
  readonly readBy?: string;
}

export type Carries<K extends KeyPath = KeyPath> = Readonly<Record<K, Carried>>;

export const to = (...places: string[]): Carried => ({ in: places });
export const refused = (sentence: string, ...places: string[]): Carried => ({
  in: places,
  refused: sentence,
});
export const differs = (sentence: string, ...places: string[]): Carried => ({
  in: places,
  differs: sentence,
});
export const fixed = (why: string): Carried => ({ in: [], fixed: why });
export const readBy = (command: string): Carried => ({ in: [], readBy: command });
