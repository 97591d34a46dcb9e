/** Single values of a configuration, and the same configuration with some of them changed. */
import type { App } from "../config/model.ts";
import type { Path } from "../config/places.ts";

/** A number, a text, or a yes or no, and where it stands. */
export interface Leaf {
  /** `app` or `settings`, then the keys below it. */
  readonly path: Path;
  readonly value: number | string | boolean;
}

export interface Configuration {
  readonly app: App;
  /** The target's block in the stack's config. */
  readonly settings: unknown;
}

/** What stands for the shape of something, or names a file: changed, it would be another app, or none. */
const SHAPE = new Set([
  "context",
  "develop",
  "directory",
  "dockerfile",
  "engine",
  "environment",
  "init",
  "kind",
  "preset",
  "provider",
  "type",
  "uses",
]);

/** Words of which a program understands no others: each is changed into the next one of its list. */
const WORDS: readonly (readonly string[])[] = [
  ["authorization", "header", "cookie"],
  ["automatic", "manual"],
  ["block", "detect", "off"],
  ["blue-green", "rolling"],
  ["files", "environment"],
  ["hex", "base64"],
  ["never", "weekly", "monthly"],
  ["none", "snapshot", "append-only"],
  ["noeviction", "allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-lfu", "volatile-ttl"],
  ["open", "closed"],
  ["sse", "websocket"],
];

/** Every value but those that name a service, a piece of data or a secret of the app, or say where a secret is from. */
export function leavesOf(configuration: Configuration): Leaf[] {
  const { services, data, secrets } = configuration.app;
  const names = new Set(Object.keys({ ...services, ...data, ...secrets }));
  return collect(configuration, []).filter(
    ({ path, value }) => path.at(-1) !== "source" && (typeof value !== "string" || !names.has(value)),
  );
}

function collect(value: unknown, path: Path): Leaf[] {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return [{ path, value }];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((child: unknown, index) => collect(child, [...path, index]));
  return Object.entries(value).flatMap(([key, child]) =>
    SHAPE.has(key) ? [] : collect(child, [...path, key]),
  );
}

/** A copy in which each of the leaves has another value of the same type. */
export function changed<C extends Configuration>(configuration: C, leaves: readonly Leaf[]): C {
  const copy = structuredClone(configuration);
  for (const { path, value } of leaves) set(copy, path, another(value));
  return copy;
}

/** Smaller numbers count something, for instance a version; the next one is likely to be one too. */
const COUNTED = 1000;

function another(value: Leaf["value"]): Leaf["value"] {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value < COUNTED ? value + 1 : value * 2;
  const words = WORDS.find((list) => list.includes(value));
  if (words) return words[(words.indexOf(value) + 1) % words.length] ?? value;
  // A time, a version or a digest stays one.
  const bumped = value.replace(/\d(?=\D*$)/, (digit) => (digit === "9" ? "8" : String(Number(digit) + 1)));
  return bumped === value ? `${value}x` : bumped;
}

function set(root: unknown, path: Path, value: Leaf["value"]): void {
  const holder = path.slice(0, -1).reduce((at, key) => (at as Record<string | number, unknown>)[key], root);
  (holder as Record<string | number, unknown>)[path.at(-1) ?? ""] = value;
}
