/** Where a service sees an index, whatever the target: the contract of src/config/connections.ts and docs/vectors.md. */
import { prefixOf } from "../../../src/config/connections.ts";
import type { Vectors } from "../../../src/config/model.ts";

export const folderOf = (name: string): string => `/vectors/${name}`;

export function folderEnv(name: string, { dimensions }: Pick<Vectors, "dimensions">): Record<string, string> {
  const prefix = prefixOf(name);
  return { [`${prefix}PATH`]: folderOf(name), [`${prefix}DIMENSIONS`]: String(dimensions) };
}
