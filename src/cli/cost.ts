/** `atelier cost`: what a plan costs a month, whether the budget holds, and what other targets would cost. */
import colors from "picocolors";
import { ConfigError, formatProblem } from "../config/problem.ts";
import { type Overrun, overrunLine, overruns } from "../cost/budget.ts";
import { BURDENS } from "../cost/burden.ts";
import { type Cheaper, cheaperChoice, cheaperLine } from "../cost/cheaper.ts";
import { asComparison, type Compared } from "../cost/compare.ts";
import { type EstimateOptions, estimate } from "../cost/estimate.ts";
import type { Estimate } from "../cost/model.ts";
import { asReport } from "../cost/report.ts";
import { readOptions } from "./options.ts";
import { reportOn } from "./report.ts";
import { readSubject, type Selection, type Targets } from "./subject.ts";
import { SUBJECT_OPTIONS } from "./subject-options.ts";

const OPTIONS = {
  ...SUBJECT_OPTIONS,
  compare: { type: "boolean" },
  host: { type: "string" },
  json: { type: "boolean" },
} as const;

export async function runCost(rawArgs: readonly string[]): Promise<void> {
  const { targets } = await import("../../stacks/targets.ts");
  const answer = await answerCost(rawArgs, targets, colors.createColors(process.stdout.isTTY === true));
  process.stdout.write(answer.stdout);
  process.stderr.write(answer.stderr);
  process.exitCode = answer.exitCode;
}

export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  /** 2 where a budget is not kept. */
  readonly exitCode: 0 | 1 | 2;
}

type Paint = ReturnType<typeof colors.createColors>;

export async function answerCost(
  rawArgs: readonly string[],
  targets: Targets,
  paint: Paint,
): Promise<Answer> {
  const { compare = false, json = false, host, ...selection } = readOptions("cost", OPTIONS, rawArgs);
  const options = host === undefined ? {} : { host: dollarsIn(host) };
  return compare
    ? compared(selection, { targets, options, json, paint })
    : estimated(selection, { targets, options, json, paint });
}

function dollarsIn(written: string): number {
  if (/^\$?\d+(\.\d+)?$/.test(written)) return Number(written.replace("$", ""));
  throw new ConfigError([
    {
      path: ["--host"],
      what: `${written} is not an amount of money`,
      allowed: "US dollars a month",
      remedy: "write --host 20 for instance",
    },
  ]);
}

interface Setting {
  readonly targets: Targets;
  readonly options: EstimateOptions;
  readonly json: boolean;
  readonly paint: Paint;
}

async function estimated(selection: Selection, setting: Setting): Promise<Answer> {
  const { targets, options, json, paint } = setting;
  const { app, refusals, found } = await estimateOf(selection, targets, options);
  const over = overruns(found, app);
  const choices: (Cheaper | undefined)[] = [];
  for (const one of over) {
    const attempt = (set: readonly string[]) => attempted(selection, set, setting, refusals.length);
    choices.push(await cheaperChoice(app, found, one, attempt));
  }
  return {
    stdout: json ? asJson(found, over, choices) : `${asReport(found, paint)}`,
    stderr: [
      ...refusals.map((refusal) => `refused as it is: ${refusal}`),
      ...over.flatMap((one, index) => [overrunLine(one), ...cheaperLines(choices[index])]),
    ]
      .map((line) => `${line}\n`)
      .join(""),
    exitCode: over.length > 0 ? 2 : 0,
  };
}

const cheaperLines = (choice: Cheaper | undefined): string[] =>
  choice
    ? [cheaperLine(choice)]
    : ["no single change that was tried is cheaper; raise the budget or leave a part out"];

async function estimateOf(selection: Selection, targets: Targets, options: EstimateOptions) {
  const chosen = await readSubject(selection, targets);
  const { plan, refusals, differences } = await reportOn(chosen);
  return {
    app: chosen.app,
    refusals: refusals.map(formatProblem),
    differences,
    found: estimate(plan, chosen.app, options),
  };
}

/** The estimate with a change; undefined where it is refused, or makes the target refuse more. */
async function attempted(
  selection: Selection,
  set: readonly string[],
  { targets, options }: Setting,
  refusals: number,
): Promise<Estimate | undefined> {
  try {
    const changed = { ...selection, set: [...(selection.set ?? []), ...set] };
    const answer = await estimateOf(changed, targets, options);
    return answer.refusals.length > refusals ? undefined : answer.found;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** For programs: everything, with the overruns of the budget and what would be cheaper. */
function asJson(
  found: Estimate,
  over: readonly Overrun[],
  choices: readonly (Cheaper | undefined)[],
): string {
  const overBudget = over.map((one, index) => ({ ...one, cheaper: choices[index] ?? null }));
  return `${JSON.stringify({ ...found, overBudget }, null, 2)}\n`;
}

async function compared(selection: Selection, { targets, options, json, paint }: Setting): Promise<Answer> {
  const all: Compared[] = [];
  for (const target of Object.keys(targets)) {
    all.push(await onTarget({ ...selection, target }, { target, targets, options }));
  }
  const known = all.find((one) => one.estimate)?.estimate;
  const { app, environment } = known ?? (await readSubject(selection, targets)).subject;
  const stdout = json
    ? `${JSON.stringify({ app, environment, targets: all }, null, 2)}\n`
    : asComparison(app, environment, all, paint);
  return { stdout, stderr: "", exitCode: 0 };
}

async function onTarget(
  selection: Selection,
  { target, targets, options }: Pick<Setting, "targets" | "options"> & { readonly target: string },
): Promise<Compared> {
  const burden = BURDENS[target] ?? { hours: 0, duties: [] };
  try {
    const { found, refusals, differences } = await estimateOf(selection, targets, options);
    return { target, estimate: found, refused: refusals, differs: differences, burden };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { target, refused: error.problems.map(formatProblem), differs: [], burden };
  }
}
