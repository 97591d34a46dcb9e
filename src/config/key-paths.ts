/** Every key of app.yaml, as a type and as a list: `services.<name>.scale.max`, `data.<postgres>.version`.
 *
 * Both are read off the schema, so a key that is added there is missing in every table that is made with `KeyPath`:
 * the compiler says so. What has a short and a long form is listed by the long one.
 */
import type { z } from "zod";
import { app, overlay } from "./schema/app.ts";
import { dataKeys } from "./schema/data.ts";

type Scalar = string | number | boolean | null | undefined;
type Named<T> = { [K in keyof T as string extends K ? never : K]: T[K] };
type Written<S> = { [K in keyof S]?: z.input<S[K]> };

/** Paths below a value: none when it is one itself. */
type Below<T> = T extends Scalar | readonly unknown[]
  ? never
  :
      | { [K in keyof Named<T> & string]: Row<K, NonNullable<T[K]>> }[keyof Named<T> & string]
      | (string extends keyof T ? FreeRow<T, NonNullable<T[string & keyof T]>> : never);
type Row<P extends string, T> = [Below<T>] extends [never] ? P : `${P}.${Below<T>}`;
/** A map with free names is one row, unless its values have keys, or it has known names besides. */
type FreeRow<T, V> = [Below<V>] extends [never]
  ? [keyof Named<T>] extends [never]
    ? never
    : "<name>"
  : `<name>.${Below<V>}`;

type Parts = Omit<z.input<typeof overlay>, "preset" | "data" | "secrets">;
type DataPath = {
  [K in keyof typeof dataKeys]: `data.<${K}>.${Below<Written<(typeof dataKeys)[K]>>}`;
}[keyof typeof dataKeys];
type SecretPath = `secrets.${Below<NonNullable<z.input<typeof overlay>["secrets"]>>}`;

export type KeyPath =
  | "name"
  | "environments.<name>.preset"
  | Below<Required<Parts>>
  | DataPath
  | `data.<${keyof typeof dataKeys}>.kind`
  | "secrets.<name>"
  | SecretPath;

/** All of them, in the order of the schema, each with the schema's own description. */
export function keyPaths(): ReadonlyMap<KeyPath, string> {
  const found = new Map<string, string>();
  const { data: _, secrets, preset, ...parts } = overlay.shape;
  found.set("name", descriptionOf(app.shape.name));
  found.set("environments.<name>.preset", descriptionOf(preset));
  for (const [key, schema] of Object.entries({ ...parts, secrets })) {
    if (key === "secrets")
      found.set("secrets.<name>", "`required`: you set the value in the stack's config.");
    for (const [path, description] of rows(key, schema)) found.set(path, description);
    if (key !== "services") continue;
    for (const [kind, shape] of Object.entries(dataKeys)) {
      found.set(`data.<${kind}>.kind`, "What it is.");
      for (const [name, value] of Object.entries(shape)) {
        for (const [path, description] of rows(`data.<${kind}>.${name}`, value)) found.set(path, description);
      }
    }
  }
  return found as ReadonlyMap<string, string> as ReadonlyMap<KeyPath, string>;
}

type Rows = readonly (readonly [path: string, description: string])[];

function rows(path: string, schema: z.core.$ZodType): Rows {
  const deeper = below(schema).map(([rest, description]) => [`${path}.${rest}`, description] as const);
  return deeper.length > 0 ? deeper : [[path, descriptionOf(schema)]];
}

interface Def {
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly catchall?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
}

const defOf = (schema: z.core.$ZodType): Def => schema._zod.def as Def;

function below(schema: z.core.$ZodType): Rows {
  const { innerType, in: written, options = [], shape, catchall, valueType } = defOf(schema);
  if (innerType) return below(innerType);
  if (written) return below(written);
  if (valueType) return below(valueType).map(([path, text]) => [`<name>.${path}`, text] as const);
  const known = Object.entries(shape ?? {}).flatMap(([key, value]) => rows(key, value));
  const free = catchall && !isNever(catchall) ? rows("<name>", catchall) : [];
  const all = [...known, ...free, ...options.flatMap(below)];
  return [...new Map(all)];
}

const isNever = (schema: z.core.$ZodType) => schema._zod.def.type === "never";

function descriptionOf(schema: z.core.$ZodType): string {
  const { description } = schema as { description?: string };
  if (description !== undefined) return description;
  const { innerType, in: written, options } = defOf(schema);
  const inner = innerType ?? written ?? options?.at(-1);
  return inner ? descriptionOf(inner) : "";
}
