/** Everything that somebody wrote – app.yaml, the environment in it, overrides – as layers, and what is wrong in it. */
import { chooseEnvironment } from "./environment.ts";
import type { Finding } from "./issues.ts";
import { type Layer, takeNulls } from "./layers.ts";
import type { PresetName } from "./model.ts";
import { type Overrides, treeOf } from "./overrides.ts";
import type { Path, Place } from "./places.ts";
import type { Problem } from "./problem.ts";
import { app as appSchema, type Overlay, overlay } from "./schema/app.ts";
import { parseWritten } from "./written-layer.ts";
import type { Document } from "./yaml.ts";

export interface Said {
  readonly name?: string | undefined;
  readonly preset: PresetName;
  /** The last one on top. */
  readonly layers: readonly Layer[];
  readonly problems: readonly Problem[];
  /** Key paths at which something is wrong, or meant by a key that is misspelt. */
  readonly broken: readonly Path[];
}

export interface Question {
  readonly environment: string;
  readonly overrides: Overrides;
  readonly set: Overrides;
}

export function readSaid(document: Document, { environment, overrides, set }: Question): Said {
  const written = readFile(document);
  const { preset, problems } = chooseEnvironment(
    environment,
    written.environments,
    document.places.nearest(["environments"], "key"),
  );
  const above = [
    overrideLayer("stack config", "atelier:set", overrides),
    overrideLayer("--set", "--set", set),
  ];
  const asked = above.findLast(({ layer }) => layer.parsed.preset !== undefined)?.layer.parsed.preset;
  const all = [
    ...document.problems,
    ...written.problems,
    ...problems,
    ...above.flatMap((override) => override.problems),
  ];
  const findings = [...written.findings, ...above.flatMap((override) => override.findings)];
  return {
    name: written.name,
    preset: asked ?? preset,
    layers: [
      layerOfFile(written, document),
      layerOfEnvironment(environment, written, document),
      ...above.map(({ layer }) => layer),
    ],
    problems: all,
    broken: [...all.map(({ path }) => path), ...findings.flatMap(({ meant }) => (meant ? [meant] : []))].map(
      withoutEnvironment,
    ),
  };
}

interface WrittenFile {
  readonly name?: string | undefined;
  readonly app: Overlay;
  readonly environments: Readonly<Record<string, Overlay>>;
  readonly removed: readonly Path[];
  readonly problems: readonly Problem[];
  readonly findings: readonly Finding[];
}

function readFile({ value, places }: Document): WrittenFile {
  const { kept, removed } = withoutNulls(value);
  const { parsed, findings } = parseWritten(appSchema, kept);
  const { name, environments = {}, ...app } = parsed;
  const problems = findings.map((finding) => placed(finding, places.nearest(finding.path, finding.concerns)));
  return { name, app, environments, removed, problems, findings };
}

/** `null` takes a key away in an environment; elsewhere it is a mistake that the schema finds. */
function withoutNulls(value: unknown): { readonly kept: unknown; readonly removed: readonly Path[] } {
  if (typeof value !== "object" || value === null || !("environments" in value))
    return { kept: value, removed: [] };
  const taken = takeNulls(value.environments, ["environments"]);
  const deep = taken.removed.filter((path) => path.length > 2);
  const empty = Object.fromEntries(
    taken.removed.filter((path) => path.length === 2).map((path) => [String(path[1]), {}]),
  );
  const environments =
    typeof taken.value === "object" && taken.value !== null ? { ...taken.value, ...empty } : taken.value;
  return { kept: { ...value, environments }, removed: deep };
}

function layerOfFile({ app }: WrittenFile, { value, places }: Document): Layer {
  return {
    source: "app.yaml",
    label: "app.yaml",
    parsed: app,
    written: value,
    removed: [],
    place: (path, prefer) => places.exactly(path, prefer),
  };
}

function layerOfEnvironment(environment: string, written: WrittenFile, { value, places }: Document): Layer {
  const prefix = ["environments", environment];
  const { preset: _, ...parsed } =
    (Object.hasOwn(written.environments, environment) && written.environments[environment]) || {};
  const all = (value as { environments?: Record<string, unknown> }).environments ?? {};
  return {
    source: "environment",
    label: `environments.${environment}`,
    parsed,
    written: Object.hasOwn(all, environment) ? all[environment] : {},
    removed: written.removed.filter((path) => path[1] === environment).map((path) => path.slice(2)),
    place: (path, prefer) => (path.length === 0 ? undefined : places.exactly([...prefix, ...path], prefer)),
  };
}

function overrideLayer(source: "stack config" | "--set", label: string, overrides: Overrides) {
  const { tree, problems } = treeOf(overrides);
  const { value, removed } = takeNulls(tree);
  const { parsed, findings } = parseWritten(overlay, value);
  const layer: Layer = { source, label: source, parsed, written: value, removed };
  const found = [...problems, ...findings.map((finding) => placed(finding))];
  return { layer, findings, problems: found.map((problem) => ({ ...problem, source: label })) };
}

function placed({ path, what, allowed, remedy }: Finding, at?: Place): Problem {
  return { path, what, ...(allowed !== undefined && { allowed }), remedy, ...(at && { at }) };
}

const withoutEnvironment = (path: Path): Path =>
  path[0] === "environments" && path.length > 2 ? path.slice(2) : path;

/** The topmost layer that writes the path, or the nearest part above it. A key of the stack's config is in none. */
export function placeIn(layers: readonly Layer[], path: Path): Pick<Problem, "at" | "source"> {
  if (String(path[0]).startsWith("atelier:")) return {};
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    for (const layer of layers.toReversed()) {
      const at = layer.place?.(part, length === path.length ? "value" : "key");
      if (at) return { at };
      if (!layer.place && has(layer.written, part))
        return { source: layer.source === "--set" ? "--set" : "atelier:set" };
    }
  }
  const own = layers[0]?.place?.([]);
  return own ? { at: own } : {};
}

function has(root: unknown, path: Path): boolean {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}
