/** Overrides: dotted key → value, from the stack's config (`atelier:set`) and from `--set key=value`. */
import { parsePath } from "./places.ts";
import type { Problem } from "./problem.ts";
import { show } from "./unreadable.ts";
import { readYaml } from "./yaml.ts";

/** `services.api.scale.max` → 4. A dot inside of a key is written `\.`. Values are what YAML would give. */
export type Overrides = Readonly<Record<string, unknown>>;

/** Overrides as one tree in the shape of app.yaml. */
export function treeOf(overrides: Overrides): {
  readonly tree: unknown;
  readonly problems: readonly Problem[];
} {
  const tree: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(overrides)) {
    const path = parsePath(key);
    if (
      path.some(
        (part) => part === "" || part === "__proto__" || part === "constructor" || part === "prototype",
      )
    ) {
      problems.push({
        path: [key],
        what: "is not a key path",
        remedy: "write services.api.scale.max for instance",
      });
      continue;
    }
    if (!put(tree, path, value)) {
      problems.push({ path, what: "is set, and so is something above or below it", remedy: "set it once" });
    }
  }
  return { tree, problems };
}

function put(tree: Record<string, unknown>, path: readonly string[], value: unknown): boolean {
  const [key = "", ...below] = path;
  const found = Object.hasOwn(tree, key) ? tree[key] : undefined;
  if (below.length === 0) {
    if (Object.hasOwn(tree, key)) return false;
    tree[key] = value;
    return true;
  }
  if (found === undefined && !Object.hasOwn(tree, key)) {
    const branch: Record<string, unknown> = {};
    tree[key] = branch;
    return put(branch, below, value);
  }
  return isMap(found) && put(found, below, value);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `--set key=value`, each value read as YAML: `services.api.scale.max=4`, `regions=[europe-west1]`. */
export function parseSets(sets: readonly string[]): {
  readonly overrides: Overrides;
  readonly problems: readonly Problem[];
} {
  const overrides: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const set of sets) {
    const split = set.indexOf("=");
    const key = set.slice(0, split).trim();
    if (split < 1 || key === "") {
      problems.push({
        path: ["--set"],
        what: `${show(set)} is not key=value`,
        remedy: "write --set services.api.scale.max=4 for instance",
      });
      continue;
    }
    const text = set.slice(split + 1).trim();
    const literal = /(^|\.)env\.[^.]+$/.test(key);
    if (text === "" || text === "null" || text === "~") overrides[key] = text === "" ? "" : null;
    else if (literal) overrides[key] = text;
    else {
      const { value, problems: wrong } = readYaml("--set", text);
      const first = wrong[0];
      if (first) problems.push({ path: ["--set", key], what: first.what, remedy: first.remedy });
      else overrides[key] = value;
    }
  }
  return { overrides, problems };
}
