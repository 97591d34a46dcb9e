/** `atelier policies`: the rules that plans and previews are held to, and what they find in single files. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { askedRules, type PoliciesConfig, parsePolicies } from "../../policies/config.ts";
import { coverageOf, unknownIds } from "../../policies/coverage.ts";
import { coverageAsText, policiesAsMarkdown } from "../../policies/document.ts";
import { judgeDockerfile } from "../../policies/evaluate.ts";
import { bySeverity, type Finding, stoppingFindings } from "../../policies/finding.ts";
import { PLATFORMS, type Rule } from "../../policies/rule.ts";
import { RULES } from "../../policies/rules.ts";
import { formatFindings, summaryOf } from "../../policies/summary.ts";
import { Waivers } from "../../policies/waivers.ts";
import { judgeWorkflow } from "../../policies/workflow/judge.ts";
import { ConfigError } from "../config/problem.ts";
import { readStackFile } from "../config/stack-file.ts";
import { readOptions } from "./options.ts";
import { formatTable } from "./table.ts";

const OPTIONS = {
  stack: { type: "string" },
  check: { type: "boolean" },
  json: { type: "boolean" },
  markdown: { type: "boolean" },
} as const;

export function runPolicies(rawArgs: readonly string[]): void {
  const files = rawArgs.filter((arg, index) => !arg.startsWith("-") && rawArgs[index - 1] !== "--stack");
  const options = readOptions(
    "policies",
    OPTIONS,
    rawArgs.filter((arg) => !files.includes(arg)),
  );
  const answer = answerPolicies(files, options);
  process.stdout.write(answer.stdout);
  process.exitCode = answer.exitCode;
}

export interface PoliciesOptions {
  readonly stack?: string | undefined;
  readonly check?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly markdown?: boolean | undefined;
  /** `2026-11-21`; today without it. */
  readonly today?: string;
}

export interface PoliciesAnswer {
  readonly stdout: string;
  readonly exitCode: 0 | 2;
}

/** @throws ConfigError when a file can't be read, or the stack's config is wrong */
export function answerPolicies(files: readonly string[], options: PoliciesOptions): PoliciesAnswer {
  if (files.length > 0) return answerFiles(files, options);
  if (options.check) return answerCheck(options.json ?? false);
  if (options.markdown) return { stdout: policiesAsMarkdown(), exitCode: 0 };
  return {
    stdout: options.json ? `${JSON.stringify(RULES.map(listed), null, 2)}\n` : listedAsText(),
    exitCode: 0,
  };
}

function answerFiles(files: readonly string[], { stack, json, today }: PoliciesOptions): PoliciesAnswer {
  const config = configOf(stack);
  const waivers = new Waivers(config.waivers, today ?? new Date().toISOString().slice(0, 10));
  const asked = askedRules(config, stack ?? "");
  const found = files
    .flatMap((file): Finding[] =>
      isWorkflow(file)
        ? judgeWorkflow(asked, file, readText(file))
        : judgeDockerfile(asked, file, readText(file)),
    )
    .map((finding) => waivers.apply(finding))
    .sort(bySeverity);
  const text = `${formatFindings(found)}${found.length > 0 ? "\n" : ""}${summaryOf(found).text}\n`;
  return {
    stdout: json ? `${JSON.stringify(found, null, 2)}\n` : text,
    exitCode: stoppingFindings(found).length > 0 ? 2 : 0,
  };
}

const isWorkflow = (file: string): boolean => /\.ya?ml$/.test(file) && !/dockerfile/i.test(basename(file));

function configOf(stack: string | undefined): PoliciesConfig {
  if (stack === undefined) return parsePolicies(undefined);
  const { config, problems, place } = readStackFile(`Pulumi.${stack}.yaml`);
  if (problems.length > 0) throw new ConfigError(problems);
  try {
    return parsePolicies(config["atelier:policies"]);
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(error.problems.map(place)) : error;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const what = (error as NodeJS.ErrnoException).code === "ENOENT" ? "is not there" : "can't be read";
    throw new ConfigError([{ path: [file], what, remedy: "name a Dockerfile or a workflow" }]);
  }
}

function answerCheck(json: boolean): PoliciesAnswer {
  const rows = coverageOf();
  const open = rows.filter(({ rules, missing }) => rules > 0 && missing.length > 0);
  const unknown = unknownIds();
  const said = [
    formatTable(coverageAsText(rows)),
    ...open.map(({ platform, missing }) => `${platform}: nothing stands for ${missing.join(", ")}`),
    ...unknown.map((id) => `${id} is no check of any tool`),
  ];
  return {
    stdout: json ? `${JSON.stringify({ platforms: rows, unknown }, null, 2)}\n` : `${said.join("\n")}\n`,
    exitCode: open.length + unknown.length > 0 ? 2 : 0,
  };
}

function listed({ name, platform, severity, description, remedy, ids, productionOnly }: Rule) {
  return { name, platform, severity, description, remedy, ids, productionOnly: productionOnly ?? false };
}

/** Name, severity and ids, and what holds, below the platform's name. */
function listedAsText(): string {
  const blocks = PLATFORMS.flatMap((platform) => {
    const rules = RULES.filter((rule) => rule.platform === platform);
    const lines = rules.map(({ name, severity, description, ids }) => {
      const theirs = ids.length > 0 ? `\n      ${ids.join(", ")}` : "";
      return `  ${name}  (${severity})\n      ${description}${theirs}`;
    });
    return rules.length > 0 ? [`${platform}: ${rules.length} rules\n${lines.join("\n")}`] : [];
  });
  return `${blocks.join("\n\n")}\n`;
}
