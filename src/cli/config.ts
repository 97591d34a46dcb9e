/** `atelier config`: the resolved value of every key and where it came from, or everything that is wrong. */
import colors from "picocolors";
import { lint } from "../app/lints.ts";
import type { Loaded } from "../config/load.ts";
import { ConfigError, formatProblem, type Problem } from "../config/problem.ts";
import { asJson, asText } from "./config-listing.ts";
import { readOptions } from "./options.ts";
import { chooseTarget, type Selection, selectApp, type Targets } from "./subject.ts";
import { SUBJECT_OPTIONS } from "./subject-options.ts";

export type { Targets } from "./subject.ts";

/** What the command prints, and its exit code. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1;
}

const OPTIONS = { ...SUBJECT_OPTIONS, json: { type: "boolean" } } as const;

export async function runConfig(rawArgs: readonly string[]): Promise<void> {
  const { targets } = await import("../../stacks/targets.ts");
  const paint = colors.createColors(process.stdout.isTTY === true);
  const answer = await answerConfig(rawArgs, { targets, paint });
  process.stdout.write(answer.stdout);
  process.stderr.write(answer.stderr);
  process.exitCode = answer.exitCode;
}

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
    const loaded = await resolveConfig(readOptions("config", OPTIONS, rawArgs), targets);
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

async function resolveConfig(selection: Selection, targets: Targets): Promise<Loaded> {
  const selected = selectApp(selection, targets);
  const { loaded, stack } = selected;
  const target = selection.target ?? (selection.app === undefined ? stack?.target : undefined);
  if (target === undefined) return loaded;
  const { refusals } = await chooseTarget(target, targets, selected);
  if (refusals.length > 0) throw new ConfigError(refusals);
  return loaded;
}
