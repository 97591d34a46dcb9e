/** What must be there once all layers lie on one another. Everything missing is collected; a placeholder stands in so
 * that the rest can be looked at as well.
 */
import type { Path } from "../places.ts";
import type { Problem } from "../problem.ts";

export type Find = Pick<Problem, "path" | "what" | "allowed" | "remedy"> & {
  /** Nothing is said when something at these paths is wrong already, because this may only follow from it. */
  readonly follows?: readonly Path[];
};

export class Missing {
  readonly found: Find[] = [];

  /** The value, or the placeholder and a problem. */
  need<T>(
    path: Path,
    value: T | undefined,
    placeholder: T,
    hint: { readonly allowed?: string; readonly remedy?: string } = {},
  ): T {
    if (value !== undefined) return value;
    this.found.push({
      path,
      what: "is missing",
      ...(hint.allowed !== undefined && { allowed: hint.allowed }),
      remedy: hint.remedy ?? "add it",
    });
    return placeholder;
  }

  add(problem: Find): void {
    this.found.push(problem);
  }
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without the keys whose value is undefined. */
export function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>;
}

export function mapValues<V, W>(
  record: Readonly<Record<string, V>> | undefined,
  map: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, map(value, key)]));
}
