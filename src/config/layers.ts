/** Layers of configuration, from the defaults at the bottom to `--set` at the top, and what they come to together.
 *
 * Maps are merged, everything else is replaced by the layer above. Where two keys exclude each other (`build` and
 * `image`), the one from the layer above wins. `null` in an environment or an override takes away what is written
 * below; where there is a default, the default is back, except for a response header, which is gone.
 */
import { valueAt } from "./issues.ts";
import { formatPath, type Path, type Place } from "./places.ts";
import type { Overlay } from "./schema/app.ts";
import { show } from "./unreadable.ts";

export type Source = "default" | "preset" | "app.yaml" | "environment" | "stack config" | "--set";

export interface Layer {
  readonly source: Source;
  /** As it is shown: `preset dev`, `environments.prod`. */
  readonly label: string;
  /** Shorthands expanded, values parsed. */
  readonly parsed: Overlay;
  /** As written. */
  readonly written: unknown;
  /** Keys that the layer takes away. */
  readonly removed: readonly Path[];
  /** Where in a file; absent for tables and the command line. */
  readonly place?: (path: Path, prefer?: "key" | "value") => Place | undefined;
}

/** Where a resolved value comes from. */
export interface Origin {
  readonly source: Source;
  /** For people: `app.yaml:12:5`, `environments.prod (app.yaml:40:7)`, `preset dev`, `default`. */
  readonly label: string;
  /** The value as it is written there: `512Mi`. */
  readonly written: string;
  readonly at?: Place;
}

/** Key path (formatPath) → origin, for every single value. */
export type Origins = ReadonlyMap<string, Origin>;

interface Leaf {
  readonly value: unknown;
  readonly layer: Layer;
}
type Tree = Map<string, Tree | Leaf>;

/** Keys that exclude each other: groups by the map that they stand in; `*` is any name. */
const ALTERNATIVES: readonly {
  readonly at: readonly string[];
  readonly groups: readonly (readonly string[])[];
}[] = [
  { at: ["services", "*"], groups: [["build"], ["image"]] },
  { at: ["routes", "*"], groups: [["service"], ["operators"], ["bucket"], ["redirect"]] },
  { at: ["secrets", "*"], groups: [["required"], ["generate", "bytes", "version"], ["existing"]] },
];

/** All layers, the last one on top. */
export function merge(layers: readonly Layer[]): Overlay {
  return unwrap(lieOn(layers)) as Overlay;
}

/** The same, with the origin of every value. */
export function mergeWithOrigins(layers: readonly Layer[]): {
  readonly merged: Overlay;
  readonly origins: Map<string, Origin>;
} {
  const tree = lieOn(layers);
  const origins = new Map<string, Origin>();
  collectOrigins(tree, [], origins);
  return { merged: unwrap(tree) as Overlay, origins };
}

function lieOn(layers: readonly Layer[]): Tree {
  const tree: Tree = new Map();
  for (const layer of layers) {
    for (const path of layer.removed) {
      remove(tree, path);
      if (!isHeader(path)) for (const table of layers.filter(isTable)) layPart(tree, table, path);
    }
    lay(tree, layer.parsed, layer, []);
  }
  return tree;
}

const isTable = ({ source }: Layer) => source === "default" || source === "preset";
const isHeader = ([first, second]: Path) => first === "edge" && second === "headers";

/** Lays what the layer has at the path, and nothing else of it. */
function layPart(tree: Tree, layer: Layer, path: Path): void {
  const part = valueAt(layer.parsed, path);
  if (part === undefined) return;
  const nested = path.reduceRight<unknown>((value, key) => ({ [key]: value }), part);
  lay(tree, nested as object, layer, []);
}

function remove(tree: Tree, path: Path): void {
  const [key, ...below] = path.map(String);
  if (key === undefined) return;
  const found = tree.get(key);
  if (below.length === 0) tree.delete(key);
  else if (found instanceof Map) remove(found, below);
}

function lay(tree: Tree, map: object, layer: Layer, path: Path): void {
  dropAlternatives(tree, map, path);
  for (const [key, value] of Object.entries(map)) {
    if (value === undefined) continue;
    const below = [...path, key];
    if (!isBranch(value)) {
      tree.set(key, { value, layer });
      continue;
    }
    const found = tree.get(key);
    const branch: Tree = found instanceof Map ? found : new Map();
    tree.set(key, branch);
    lay(branch, value, layer, below);
  }
}

function dropAlternatives(tree: Tree, map: object, path: Path): void {
  const rule = ALTERNATIVES.find(
    ({ at }) => at.length === path.length && at.every((key, index) => key === "*" || key === path[index]),
  );
  const present = (group: readonly string[]) => group.some((key) => Object.hasOwn(map, key));
  if (!rule?.groups.some(present)) return;
  for (const group of rule.groups) if (!present(group)) for (const key of group) tree.delete(key);
}

/** A parsed image reference is one value, though it is an object. */
function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("reference" in value);
}

function unwrap(tree: Tree): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (const [key, node] of tree) map[key] = node instanceof Map ? unwrap(node) : node.value;
  return map;
}

function collectOrigins(tree: Tree, path: Path, origins: Map<string, Origin>): void {
  for (const [key, node] of tree) {
    const below = [...path, key];
    if (node instanceof Map) collectOrigins(node, below, origins);
    else origins.set(formatPath(below), originOf(node.layer, below, node.value));
  }
}

function originOf(layer: Layer, path: Path, value: unknown): Origin {
  const at = placeOf(layer, path);
  const position = at && `${at.file}:${at.line}:${at.column}`;
  const label = !position
    ? layer.label
    : layer.source === "app.yaml"
      ? position
      : `${layer.label} (${position})`;
  return { source: layer.source, label, written: writtenAt(layer.written, path, value), ...(at && { at }) };
}

/** Where the layer writes the value, or the shorthand that stands for it. */
function placeOf({ place }: Layer, path: Path): Place | undefined {
  for (let length = path.length; place && length > 0; length--) {
    const at = place(path.slice(0, length));
    if (at) return at;
  }
  return undefined;
}

/** The value as written; for a shorthand, what it stands for when that is a plain word, else the shorthand itself. */
function writtenAt(written: unknown, path: Path, value: unknown): string {
  const exact = valueAt(written, path);
  if (exact !== undefined) return displayed(exact);
  if (typeof value === "string" || typeof value === "boolean" || Array.isArray(value))
    return displayed(value);
  for (let length = path.length - 1; length > 0; length--) {
    const above = valueAt(written, path.slice(0, length));
    if (above !== undefined && typeof above !== "object") return displayed(above);
  }
  return displayed(value);
}

export function displayed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(displayed).join(", ")}]`;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : show(value);
}

/** Takes `null` out of the maps of a layer: what is left, and the paths where it stood. */
export function takeNulls(
  value: unknown,
  path: Path = [],
): { readonly value: unknown; readonly removed: Path[] } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { value, removed: [] };
  const removed: Path[] = [];
  const kept: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const below = [...path, key];
    if (inner === null) {
      removed.push(below);
      continue;
    }
    const taken = takeNulls(inner, below);
    removed.push(...taken.removed);
    kept[key] = taken.value;
  }
  return { value: kept, removed };
}
