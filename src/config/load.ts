/** app.yaml, presets, environment and overrides → App, with the origin of every value. */
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { z } from "zod";
import { deepFreeze } from "./freeze.ts";
import { type Layer, merge, mergeWithOrigins, type Origin, type Origins } from "./layers.ts";
import { MetricsReader } from "./metrics-file.ts";
import type { App, PresetName } from "./model.ts";
import type { Overrides } from "./overrides.ts";
import { overlap, type Path, Places } from "./places.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { readText } from "./read-file.ts";
import { resolveApp } from "./resolve/app.ts";
import { derive } from "./resolve/derive.ts";
import { type Find, Missing } from "./resolve/missing.ts";
import { checkRules } from "./rules/index.ts";
import { placeIn, readSaid, type Said } from "./said.ts";
import type { app as appSchema } from "./schema/app.ts";
import { blockLayer, defaultLayer, presetLayer } from "./table-layer.ts";
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
  const said = readSaid(document, { environment, overrides, set });
  return complete({
    document,
    said,
    environment,
    file,
    directory: resolve(dirname(options.file)),
    extent: "whole",
  });
}

/** The same for an app that a program writes: by the same schema, defaults and rules. Problems name their key path
 * alone. Nobody has to reach its services, because routes may be the program's own business.
 *
 * @throws ConfigError with all problems at once
 */
export function loadAppValue(
  value: WrittenApp,
  { environment = "dev", directory = "" }: ValueOptions,
): Loaded {
  const document: Document = { value, places: new Places(), problems: [] };
  const said = readSaid(document, { environment, overrides: {}, set: {} });
  const file = join(directory, "app.yaml");
  return complete({ document, said, environment, file, directory: resolve(directory), extent: "parts" });
}

export type WrittenApp = z.input<typeof appSchema>;

export interface ValueOptions {
  /** Without it: dev. */
  readonly environment?: string;
  /** Folder that paths are relative to. Without it: the current one. */
  readonly directory?: string;
}

interface Reading {
  readonly document: Document;
  readonly said: Said;
  readonly environment: string;
  readonly file: string;
  readonly directory: string;
  readonly extent: "whole" | "parts";
}

/** What somebody said → App: defaults, derived values, rules. */
function complete({ document, said, environment, file, directory, extent }: Reading): Loaded {
  const { merged, origins } = stack(said.layers, said.preset);
  derive(merged, origins);
  noteName(origins, document, said);

  const missing = new Missing();
  const metrics = new MetricsReader(directory, file, missing);
  const identity = { name: nameOf(said, missing), environment, preset: said.preset };
  const app = resolveApp(merged, identity, { directory, missing, declared: metrics.read });

  const locate = (problem: Problem): Problem =>
    problem.at ? problem : { ...problem, ...placeIn(said.layers, problem.path) };
  const first = [...said.problems, ...metrics.problems.map(locate)];
  const broken = [...said.broken, ...metrics.broken];
  const found = [
    ...missing.found,
    ...checkRules(app, extent === "whole" && first.length > 0 ? "broken" : extent),
  ];
  const problems = [...first, ...independent(found, broken).map(locate)];
  if (problems.length > 0) throw new ConfigError(inOrder(problems));
  const resolved = deepFreeze({ name: app.name, ...merged });
  return { app: deepFreeze(app), origins, resolved, place: locate };
}

/** What does not only follow from something that is wrong already. */
function independent(found: readonly Find[], broken: readonly Path[]): Problem[] {
  return found
    .filter(
      ({ path, follows = [] }) =>
        !broken.some((other) => [path, ...follows].some((own) => overlap(own, other))),
    )
    .map(({ follows: _, ...problem }) => problem);
}

/** Below the current folder a path is shown without that folder. */
function shown(file: string): string {
  const below = isAbsolute(file) ? relative("", file) : file;
  return below === "" || below.startsWith("..") ? file : below;
}

const isEnv = (path: Path) => path.at(-2) === "env" && path.at(-4) === "services";

function stack(upper: readonly Layer[], preset: PresetName) {
  const chosen = presetLayer(preset, merge(upper));
  const withPreset = merge([chosen, ...upper]);
  return mergeWithOrigins([defaultLayer(withPreset), blockLayer(withPreset), chosen, ...upper]);
}

function noteName(origins: Map<string, Origin>, { places }: Document, { name }: Said): void {
  const at = places.exactly(["name"]);
  if (!at || name === undefined) return;
  origins.set("name", { source: "app.yaml", label: `${at.file}:${at.line}:${at.column}`, written: name, at });
}

function nameOf({ name, problems }: Said, missing: Missing): string {
  if (name !== undefined || problems.some(({ path }) => path[0] === "name")) return name ?? "app";
  return missing.need(["name"], undefined, "app", {
    remedy: "add the app's name, for instance name: flashfit",
  });
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
