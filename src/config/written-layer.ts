/** What somebody wrote – a file, an environment in it, overrides – → a layer, and what is wrong with it.
 *
 * Wrong values are left out, so that everything else can be looked at in the same run.
 */
import type { z } from "zod";
import { type Finding, findingsOf } from "./issues.ts";
import type { Path } from "./places.ts";

export interface Parsed<T> {
  readonly parsed: T;
  readonly findings: readonly Finding[];
}

const ROUNDS = 8;

export function parseWritten<S extends z.ZodType<object>>(schema: S, written: unknown): Parsed<z.output<S>> {
  const findings: Finding[] = [];
  let rest = written;
  for (let round = 0; round < ROUNDS; round++) {
    const result = schema.safeParse(rest);
    if (result.success) return { parsed: result.data, findings };
    const found = findingsOf(result.error, rest);
    findings.push(...found);
    rest = found.reduce((value, { path }) => without(value, path) ?? {}, rest);
  }
  return { parsed: schema.parse({}), findings };
}

/** A copy without what stands at the path. A list goes as a whole, so that its other entries keep their places. */
function without(value: unknown, path: Path): unknown {
  const [key, ...below] = path;
  if (key === undefined || typeof value !== "object" || value === null || Array.isArray(value))
    return undefined;
  const { [key]: found, ...rest } = value as Record<string | number, unknown>;
  const kept = below.length === 0 ? undefined : without(found, below);
  return kept === undefined ? rest : { ...rest, [key]: kept };
}
