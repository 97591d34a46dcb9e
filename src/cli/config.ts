/** `atelier config`: the resolved value of every key and where it came from, or everything that is wrong. */
import { defineCommand } from "citty";
import colors from "picocolors";
import { lint } from "../app/lints.ts";
import type { Loaded } from "../config/load.ts";
import { ConfigError, formatProblem, type Problem } from "../config/problem.ts";
import { asJson, asText } from "./config-listing.ts";
import { readOptions } from "./options.ts";
import { chooseTarget, type Selection, SUBJECT_OPTIONS, selectApp, type Targets } from "./subject.ts";

export type { Targets } from "./subject.ts";

/** What the command prints, and its exit code. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1;
}

const OPTIONS = { ...SUBJECT_OPTIONS, json: { type: "boolean" } } as const;

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
