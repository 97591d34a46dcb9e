/** `atelier config`: the resolved value of every key and where it came from, or everything that is wrong. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { defineCommand } from "citty";
import colors from "picocolors";
import type { Target } from "../../components/contracts/target.ts";
import { lint } from "../app/lints.ts";
import { type Loaded, loadApp } from "../config/load.ts";
import { parseSets } from "../config/overrides.ts";
import { ConfigError, formatProblem, type Problem } from "../config/problem.ts";
import { parseSettings, readStackConfig, type StackConfig } from "../config/stack.ts";
import { readStackFile, type StackFile } from "../config/stack-file.ts";
import { suggest } from "../config/suggest.ts";
import { asJson, asText } from "./config-listing.ts";

export type Targets = Readonly<Record<string, () => Promise<Target>>>;

/** What the command prints, and its exit code. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1;
}

const OPTIONS = {
  app: { type: "string" },
  environment: { type: "string" },
  stack: { type: "string" },
  target: { type: "string" },
  set: { type: "string", multiple: true },
  json: { type: "boolean" },
} as const;

export const config = defineCommand({
  meta: {
    name: "config",
    description: "Print the resolved value of every key and where it came from, or everything that is wrong",
  },
  args: {
    app: {
      type: "string",
      description: "The app.yaml to read. Without it, the one of the stack, else ./app.yaml",
    },
    environment: {
      type: "string",
      description: "The environment. Without it, the one of the stack, else dev",
    },
    stack: {
      type: "string",
      description: "Read Pulumi.<stack>.yaml. Without it and --app, the one named like the environment",
    },
    target: {
      type: "string",
      description:
        "Ask this target as well whether it can carry the app. Without it and --app, the stack's own",
    },
    set: {
      type: "string",
      description: "Override a key, any number of times: --set services.api.scale.max=4",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ rawArgs }) {
    const { targets } = await import("../../stacks/targets.ts");
    const paint = colors.createColors(process.stdout.isTTY === true);
    const answer = await answerConfig(rawArgs, { targets, paint });
    process.stdout.write(answer.stdout);
    process.stderr.write(answer.stderr);
    process.exitCode = answer.exitCode;
  },
});

export interface Surroundings {
  readonly targets: Targets;
  readonly paint: ReturnType<typeof colors.createColors>;
}

export async function answerConfig(
  rawArgs: readonly string[],
  { targets, paint }: Surroundings,
): Promise<Answer> {
  const json = rawArgs.includes("--json");
  try {
    const loaded = await resolveConfig(readArguments(rawArgs), targets);
    const warnings = lint(loaded.app).map((warning) => loaded.place({ ...warning }));
    const said = warnings.map((warning) => `warning: ${formatProblem(warning)}\n`).join("");
    return {
      stdout: json ? asJson(loaded, warnings) : asText(loaded, paint),
      stderr: json ? "" : said && `\n${said}`,
      exitCode: 0,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { problems } = error;
    return {
      stdout: json ? `${JSON.stringify({ problems }, null, 2)}\n` : "",
      stderr: `${error.message}\n${count(problems)}\n`,
      exitCode: 1,
    };
  }
}

const count = ({ length }: readonly Problem[]) => (length === 1 ? "1 problem" : `${length} problems`);

type Arguments = ReturnType<typeof readArguments>;

function readArguments(rawArgs: readonly string[]) {
  try {
    return parseArgs({ args: [...rawArgs], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    const wrong = /'([^'\s=]*)/.exec(error instanceof Error ? error.message : "")?.[1] ?? "";
    throw new ConfigError([wrong.startsWith("-") ? unknownOption(wrong) : unexpected(wrong)]);
  }
}

const known = Object.keys(OPTIONS).map((name) => `--${name}`);

function unexpected(word: string): Problem {
  return {
    path: ["atelier config"],
    what: `${word} is not an option`,
    allowed: known.join(", "),
    remedy: "put the option's name before it",
  };
}

function unknownOption(option: string): Problem {
  const name = option.replace(/^--?/, "");
  if (Object.hasOwn(OPTIONS, name)) {
    const value = name === "set" ? "key=value" : "VALUE";
    return {
      path: [option],
      what: "has no value, or one where none is taken",
      remedy: name === "json" ? "write --json" : `write ${option} ${value}`,
    };
  }
  const near = suggest(name, Object.keys(OPTIONS));
  return {
    path: [option],
    what: "is not an option",
    allowed: known.join(", "),
    remedy: near ? `did you mean --${near}?` : "remove it",
  };
}

async function resolveConfig(args: Arguments, targets: Targets): Promise<Loaded> {
  const stack = stackOf(args, targets);
  const { overrides: set, problems } = parseSets(args.set ?? []);
  if (problems.length > 0) throw new ConfigError(problems);
  const environment = args.environment ?? stack?.environment ?? "dev";
  const loaded = loadApp({
    file: args.app ?? stack?.app ?? "app.yaml",
    environment,
    set,
    ...(stack && { overrides: stack.overrides }),
  });
  const target = args.target ?? (args.app === undefined ? stack?.target : undefined);
  if (target !== undefined) await ask(target, { targets, loaded, stack });
  return loaded;
}

/** A stack's config, and where its keys are written. */
interface Stack extends StackConfig {
  readonly place: StackFile["place"];
}

/** The stack's own file: the one that is asked for, which must exist; else, unless an app.yaml is named, the one that
 * is called like the environment, if there is one.
 */
function stackOf({ stack, app, environment = "dev" }: Arguments, targets: Targets): Stack | undefined {
  const file = `Pulumi.${stack ?? environment}.yaml`;
  const usual = app === undefined && /^[\w-]+$/.test(environment) && existsSync(file);
  if (stack === undefined && !usual) return undefined;
  const { config, problems, place } = readStackFile(file);
  if (problems.length > 0) throw new ConfigError(problems);
  const read = readStackConfig(config, { directory: "", targets: Object.keys(targets) });
  if (read.problems.length > 0) throw new ConfigError(read.problems.map(place));
  return { ...read.stack, place };
}

/** @throws ConfigError with everything that the target refuses */
async function ask(
  name: string,
  {
    targets,
    loaded,
    stack,
  }: { readonly targets: Targets; readonly loaded: Loaded; readonly stack: Stack | undefined },
): Promise<void> {
  const load = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (!load) {
    const names = Object.keys(targets);
    const near = suggest(name, names);
    const remedy = near ? `did you mean ${near}?` : "choose one of them";
    throw new ConfigError([
      { path: ["--target"], what: `there is no target ${name}`, allowed: names.join(", "), remedy },
    ]);
  }
  const target = await load();
  const own = stack?.target === name ? stack : undefined;
  const place = (problem: Problem) => loaded.place(own?.place(problem) ?? problem);
  try {
    const settings = parseSettings(target, own?.settings ?? {});
    const refused = target.refuse(loaded.app, settings);
    if (refused.length > 0) throw new ConfigError(refused);
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(error.problems.map(place)) : error;
  }
}
