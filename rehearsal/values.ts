/** Values as the engine sends them: unknown ones and secrets are marked, and marks travel on. */

/** Stands for a text that is known only once its resource was made (Pulumi's plugin protocol). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type Properties = Readonly<Record<string, Value>>;

export const isMap = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether the value is wrapped as a secret. */
export const isSecret = (value: Value | undefined): boolean => isMap(value) && value[SIGNATURE] === SECRET;

export const hide = (value: Value): Value => ({ [SIGNATURE]: SECRET, value });

/** The same value without marks of secrecy, for comparing and for looking inside. */
export function reveal(value: Value): Value {
  if (Array.isArray(value)) return value.map(reveal);
  if (!isMap(value)) return value;
  if (isSecret(value)) return reveal(value.value ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, reveal(child)]));
}

/** Every text inside, at any depth. */
export function textsIn(value: Value): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isMap(value) ? Object.values(value).flatMap(textsIn) : [];
}

export function equal(a: Value | undefined, b: Value | undefined): boolean {
  return canonical(a) === canonical(b);
}

/** As text, without marks of secrecy, whatever order keys are in. */
export function canonical(value: Value | undefined): string {
  if (value === undefined) return "";
  const sorted = (one: Value): Value => {
    if (Array.isArray(one)) return one.map(sorted);
    if (!isMap(one)) return one;
    return Object.fromEntries(
      Object.entries(one)
        .sort(([x], [y]) => (x < y ? -1 : 1))
        .map(([key, child]) => [key, sorted(child)]),
    );
  };
  return JSON.stringify(sorted(reveal(value)));
}

/** Paths of the innermost fields that differ, each beginning with `path`; lists add no index. */
export function changedPaths(path: string, a: Value | undefined, b: Value | undefined): string[] {
  if (equal(a, b)) return [];
  const [one, other] = [open(a), open(b)];
  const keys = [one, other].flatMap((value) =>
    isMap(value) || Array.isArray(value) ? Object.keys(value) : [],
  );
  const within = [...new Set(keys)].flatMap((key) => {
    const inner = Array.isArray(one) || Array.isArray(other) ? path : `${path}.${key}`;
    return changedPaths(inner, childOf(one, key), childOf(other, key));
  });
  return within.length > 0 ? [...new Set(within)] : [path];
}

const open = (value: Value | undefined): Value | undefined =>
  value === undefined ? undefined : reveal(value);

function childOf(value: Value | undefined, key: string): Value | undefined {
  if (Array.isArray(value)) return value[Number(key)] as Value | undefined;
  return isMap(value) ? value[key] : undefined;
}
