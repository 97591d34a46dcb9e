/** Which app, in which environment, on which target: from the command line, or as a stack's config says. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Target } from "../../components/contracts/target.ts";
import { type Loaded, loadApp } from "../config/load.ts";
import type { App } from "../config/model.ts";
import { parseSets } from "../config/overrides.ts";
import { ConfigError, type Problem } from "../config/problem.ts";
import { parseSettings, readStackConfig, type StackConfig } from "../config/stack.ts";
import { readStackFile, type StackFile } from "../config/stack-file.ts";
import { suggest } from "../config/suggest.ts";
import type { Subject } from "../plan/model.ts";
import { projectIn, selectedStack } from "./selected-stack.ts";

export type Targets = Readonly<Record<string, () => Promise<Target>>>;

export interface Selection {
  readonly app?: string | undefined;
  readonly environment?: string | undefined;
  readonly stack?: string | undefined;
  readonly target?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

/** A stack's config, and where its keys are written. */
export interface Stack extends StackConfig {
  readonly name: string;
  /** Folder of its file, relative to the current one; empty for the current one. */
  readonly directory: string;
  readonly place: StackFile["place"];
}

export interface Selected {
  readonly loaded: Loaded;
  readonly stack?: Stack;
}

/** The app with presets, environment and overrides applied, and the stack that said so.
 * @throws ConfigError with everything that is wrong
 */
export function selectApp(
  selection: Selection,
  targets: Targets,
  stack = stackOf(selection, targets),
): Selected {
  const { overrides: set, problems } = parseSets(selection.set ?? []);
  if (problems.length > 0) throw new ConfigError(problems);
  const loaded = loadApp({
    file: selection.app ?? stack?.app ?? "app.yaml",
    environment: selection.environment ?? stack?.environment ?? "dev",
    set,
    ...(stack && { overrides: stack.overrides }),
  });
  return { loaded, ...(stack && { stack }) };
}

/** The stack's own file: the one that is asked for, which must exist; else, unless an app.yaml is named, the one that
 * is called like the environment, if there is one.
 */
export function stackOf({ stack, app, environment = "dev" }: Selection, targets: Targets): Stack | undefined {
  const name = stack ?? environment;
  const usual = app === undefined && isName(environment) && existsSync(`Pulumi.${name}.yaml`);
  return stack !== undefined || usual ? readStack("", name, targets) : undefined;
}

const isName = (environment: string): boolean => /^[\w-]+$/.test(environment);

function readStack(directory: string, name: string, targets: Targets): Stack {
  const { config, problems, place } = readStackFile(join(directory, `Pulumi.${name}.yaml`));
  if (problems.length > 0) throw new ConfigError(problems);
  const read = readStackConfig(config, { directory, targets: Object.keys(targets) });
  if (read.problems.length > 0) throw new ConfigError(read.problems.map(place));
  return { ...read.stack, name, directory, place };
}

/** Where an app is to run, read and asked. */
export interface Chosen extends Selected {
  readonly app: App;
  readonly target: Target;
  /** What the target's schema makes of the stack's block. */
  readonly settings: unknown;
  /** Settings that nobody wrote, with the values that stand in for them. */
  readonly assumed: Readonly<Record<string, unknown>>;
  /** What the target refuses, placed. Empty when it can carry the app. */
  readonly refusals: readonly Problem[];
  /** Adds file, line and column, in app.yaml or in the stack's file. */
  readonly place: (problem: Problem) => Problem;
  readonly subject: Subject;
}

/** @throws ConfigError when there is no such target, or its settings cannot be read */
export async function chooseTarget(
  name: string,
  targets: Targets,
  { loaded, stack }: Selected,
  standIn = false,
): Promise<Omit<Chosen, "subject">> {
  const target = await loadTarget(name, targets);
  const own = stack?.target === name ? stack : undefined;
  const place = (problem: Problem) => loaded.place(own?.place(problem) ?? problem);
  const assumed = standIn && !own ? (target.standIns?.(loaded.app) ?? {}) : {};
  try {
    const settings = parseSettings(target, { ...assumed, ...(own?.settings as object | undefined) });
    const refusals = target.refuse(loaded.app, settings).map(place);
    return { app: loaded.app, loaded, ...(stack && { stack }), target, settings, assumed, refusals, place };
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(error.problems.map(place)) : error;
  }
}

function loadTarget(name: string, targets: Targets): Promise<Target> {
  const load = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (load) return load();
  const names = Object.keys(targets);
  const near = suggest(name, names);
  const remedy = near ? `did you mean ${near}?` : "choose one of them";
  throw new ConfigError([
    { path: ["--target"], what: `there is no target ${name}`, allowed: names.join(", "), remedy },
  ]);
}

/** The stack that a command without `--stack` means. */
function impliedStack(selection: Selection, targets: Targets, env: NodeJS.ProcessEnv): Stack | undefined {
  const { app, environment } = selection;
  if (app === undefined) {
    const name = environment ?? selectedStack(".", env) ?? "dev";
    return isName(name) && existsSync(`Pulumi.${name}.yaml`) ? readStack("", name, targets) : undefined;
  }
  const [directory, name] = [dirname(app), environment ?? "dev"];
  if (!isName(name) || !existsSync(join(directory, `Pulumi.${name}.yaml`))) return undefined;
  const stack = readStack(directory, name, targets);
  return stack.app === resolve(app) ? stack : undefined;
}

export interface SubjectOptions {
  /** Whether a stack file that nobody named counts. True by default. */
  readonly implied?: boolean;
}

/** What a command that looks at a plan is about. Without `--stack`, `--app` and `--environment` it is the selected
 * stack of the project in the current folder. Beside a named app.yaml the stack file of the environment counts, where
 * there is one and it names that app. A target that no stack file configures gets stand-ins for what it must be told.
 *
 * @throws ConfigError with everything that is wrong; what the target refuses is in `refusals`
 */
export async function readSubject(
  selection: Selection,
  targets: Targets,
  { implied = true }: SubjectOptions = {},
): Promise<Chosen> {
  const stack =
    selection.stack !== undefined
      ? readStack("", selection.stack, targets)
      : implied
        ? impliedStack(selection, targets, process.env)
        : undefined;
  const selected = selectApp(selection, targets, stack);
  const name = selection.target ?? stack?.target ?? "docker";
  const chosen = await chooseTarget(name, targets, selected, true);
  const { app } = chosen;
  const subject: Subject = {
    app: app.name,
    environment: app.environment,
    target: name,
    project: projectIn(stack?.directory || ".") ?? "atelier",
    stack: stack?.name ?? app.environment,
  };
  return { ...chosen, subject };
}
