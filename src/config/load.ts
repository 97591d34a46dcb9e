/** app.yaml, presets, environment and overrides → App, with the origin of every value. */
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { defaults } from "./defaults.ts";
import { chooseEnvironment } from "./environment.ts";
import { deepFreeze } from "./freeze.ts";
import type { Finding } from "./issues.ts";
import { type Layer, merge, type Origins, takeNulls } from "./layers.ts";
import { completeMetrics, labelOf, readMetricsFile } from "./metrics-file.ts";
import type { App, PresetName } from "./model.ts";
import { type Overrides, treeOf } from "./overrides.ts";
import type { Path, Place } from "./places.ts";
import { presets } from "./presets.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { readText } from "./read-file.ts";
import { resolveApp } from "./resolve/app.ts";
import { derive } from "./resolve/derive.ts";
import { type Find, Missing } from "./resolve/missing.ts";
import { checkRules } from "./rules/index.ts";
import { app as appSchema, type Overlay, overlay } from "./schema/app.ts";
import { blockLayer, tableLayer } from "./table-layer.ts";
import { parseWritten } from "./written-layer.ts";
import { type Document, readYaml } from "./yaml.ts";

export interface LoadOptions {
  /** Path of app.yaml. In messages it is shown as given here, or relative to the current folder when it lies there. */
  readonly file: string;
  /** Without it: dev. */
  readonly environment?: string;
  /** From the stack's config: dotted key → value. */
  readonly overrides?: Overrides;
  /** From the command line, above the stack's config. */
  readonly set?: Overrides;
}

export interface Loaded {
  /** Deeply frozen. */
  readonly app: App;
  /** Where every single value comes from, by its key path as in app.yaml. */
  readonly origins: Origins;
  /** Every key with its value, in the shape of app.yaml. */
  readonly resolved: Readonly<Record<string, unknown>>;
  /** Adds file, line and column to what others say about a key path. */
  readonly place: (problem: Problem) => Problem;
}

/** Reads and checks everything.
 *
 * @throws ConfigError with all problems at once
 */
export function loadApp(options: LoadOptions): Loaded {
  const text = readText(options.file, "create it, or name another one with --app or atelier:app");
  if (typeof text !== "string") throw new ConfigError([text]);
  return loadAppText(text, options);
}

/** The same for a text that stands in memory; `file` says where it would be. */
export function loadAppText(text: string, options: LoadOptions): Loaded {
  const { environment = "dev", overrides = {}, set = {} } = options;
  const file = shown(options.file);
  const document = readYaml(file, text, { literal: isEnv });
  if (document.value === undefined) throw new ConfigError(document.problems);
  const written = readFile(document);
  const chosen = chooseEnvironment(environment, written.environments);
  const above = [
    overrideLayer("stack config", "atelier:set", overrides),
    overrideLayer("--set", "--set", set),
  ];
  const own: Layer = {
    source: "app.yaml",
    label: "app.yaml",
    parsed: written.app,
    written: document.value,
    removed: [],
    place: (path, prefer) => document.places.exactly(path, prefer),
  };
  const environmentLayer = layerOfEnvironment(environment, written, document);
  const upper = [own, environmentLayer, ...above.map(({ layer }) => layer)];
  const { merged, origins } = stack(upper, chosen.preset);
  derive(merged, origins);
  const at = document.places.exactly(["name"]);
  if (at)
    origins.set("name", {
      source: "app.yaml",
      label: `${at.file}:${at.line}:${at.column}`,
      written: written.name ?? "",
      at,
    });

  const missing = new Missing();
  const fileProblems: Problem[] = [];
  const directory = resolve(dirname(file));
  const app = resolveApp(
    merged,
    { name: nameOf(written, missing), environment, preset: chosen.preset },
    {
      directory,
      missing,
      declared: (name, { metrics }) => {
        const declares = metrics?.declares ?? {};
        if (typeof declares === "string") {
          const { metrics: read, problems } = readMetricsFile(directory, labelOf(file, declares), declares);
          fileProblems.push(
            ...problems.map((problem) =>
              problem.at ? problem : { ...problem, path: ["services", name, "metrics", "declares"] },
            ),
          );
          return read;
        }
        const complete = completeMetrics(declares, ["services", name, "metrics", "declares"]);
        for (const problem of complete.missing) missing.add(problem);
        return complete.metrics;
      },
    },
  );

  const locate = (problem: Problem): Problem =>
    problem.at ? problem : { ...problem, ...placeIn(upper, problem.path) };
  const first = [
    ...document.problems,
    ...written.problems,
    ...chosen.problems,
    ...above.flatMap(({ problems }) => problems),
  ];
  const broken = first.map(({ path }) => withoutEnvironment(path));
  const then = [...missing.found, ...checkRules(app, first.length === 0)].filter(
    ({ path }) => !broken.some((other) => overlap(path, other)),
  );
  const problems = [...first, ...fileProblems.map(locate), ...then.map(locate)];
  if (problems.length > 0) throw new ConfigError(inOrder(problems));
  return {
    app: deepFreeze(app),
    origins,
    resolved: deepFreeze({ name: app.name, ...merged }),
    place: locate,
  };
}

/** Below the current folder a path is shown without that folder. */
function shown(file: string): string {
  const below = isAbsolute(file) ? relative("", file) : file;
  return below === "" || below.startsWith("..") ? file : below;
}

const isEnv = (path: Path) => path.at(-2) === "env" && path.at(-4) === "services";

interface WrittenFile {
  readonly name?: string | undefined;
  readonly app: Overlay;
  readonly environments: Readonly<Record<string, Overlay>>;
  readonly removed: readonly Path[];
  readonly problems: readonly Problem[];
}

function readFile({ value, places }: Document): WrittenFile {
  const { kept, removed } = withoutNulls(value);
  const { parsed, findings } = parseWritten(appSchema, kept);
  const { name, environments = {}, ...app } = parsed;
  const problems = findings.map((finding) => placed(finding, places.nearest(finding.path, finding.concerns)));
  return { name, app, environments, removed, problems };
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
  return {
    layer,
    problems: [...problems, ...findings.map((finding) => placed(finding))].map((problem) => ({
      ...problem,
      source: label,
    })),
  };
}

function stack(upper: readonly Layer[], preset: PresetName) {
  const said = merge(upper).merged;
  const presetLayer = tableLayer("preset", `preset ${preset}`, presets[preset], said);
  const withPreset = merge([presetLayer, ...upper]).merged;
  const below = [tableLayer("default", "default", defaults, withPreset), blockLayer(withPreset)];
  return merge([...below, presetLayer, ...upper]);
}

function nameOf({ name, problems }: WrittenFile, missing: Missing): string {
  if (name !== undefined || problems.some(({ path }) => path[0] === "name")) return name ?? "app";
  return missing.need(["name"], undefined, "app", {
    remedy: "add the app's name, for instance name: flashfit",
  });
}

function placed({ path, what, allowed, remedy }: Finding | Find, at?: Place): Problem {
  return { path, what, ...(allowed !== undefined && { allowed }), remedy, ...(at && { at }) };
}

/** The topmost layer that writes the path, or the nearest part above it. */
function placeIn(layers: readonly Layer[], path: Path): Pick<Problem, "at" | "source"> {
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

const withoutEnvironment = (path: Path): Path => (path[0] === "environments" ? path.slice(2) : path);

/** One path is the other or lies below it. */
function overlap(a: Path, b: Path): boolean {
  const length = Math.min(a.length, b.length);
  return length > 0 && a.slice(0, length).every((key, index) => String(key) === String(b[index]));
}

/** By place in the file; what has none comes last, in the order in which it was found. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const rank = ({ at }: Problem) => (at ? at.line * 100_000 + at.column : Number.POSITIVE_INFINITY);
  const file = ({ at }: Problem) => at?.file ?? "\uffff";
  const first = problems[0]?.at?.file;
  return [...problems].sort((a, b) => {
    if (file(a) !== file(b))
      return file(a) === first ? -1 : file(b) === first ? 1 : file(a).localeCompare(file(b));
    return rank(a) === rank(b) ? 0 : rank(a) - rank(b);
  });
}
