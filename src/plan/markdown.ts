/** A plan as Markdown, for a comment on a pull request. */
import { formatProblem } from "../config/problem.ts";
import { inNumbers as changesInNumbers, inWords, SIGNS } from "./change-text.ts";
import type { Difference, ResourceChange } from "./difference.ts";
import type { PolicySummary, Report } from "./report.ts";
import { inNumbers } from "./text.ts";
import { count, shortType } from "./tree.ts";
import { costInWords, dollars } from "./words.ts";

/** GitHub refuses comments of more than 65,536 characters; the rest is left to the report. */
const LONGEST = 60_000;
const LISTED = 60;

export function planAsMarkdown(report: Report): string {
  const { plan, change, cost, policies, refusals, warnings, differences, picture } = report;
  const { app, environment, target } = plan.subject;
  const blocks = [
    `### ${code(app)} in ${code(environment)} on ${code(target)}`,
    losses(change?.difference),
    list("Refused by the target", refusals.map(formatProblem)),
    change ? changes(change.difference, change.against) : `${inNumbers(count(plan))}.`,
    ...(cost
      ? [
          `**Cost:** ${costInWords(cost)}`,
          details(
            "What costs most",
            table(
              ["part", "a month"],
              cost.items.map(({ name, expected }) => [name, dollars(expected)]),
            ),
          ),
        ]
      : []),
    ...(policies ? [policyBlock(policies)] : []),
    list("Over budget", cost?.overruns ?? []),
    list("Warnings", warnings.map(formatProblem)),
    ...(picture ? [details("Picture", `\`\`\`mermaid\n${picture.mermaid.trim()}\n\`\`\``)] : []),
    details(
      `Different on this target (${differences.length})`,
      differences.map((one) => `- ${escaped(one)}`).join("\n"),
    ),
  ];
  return `${shortened(blocks.filter((block) => block !== "")).join("\n\n")}\n`;
}

function shortened(blocks: readonly string[]): string[] {
  const kept: string[] = [];
  let length = 0;
  for (const block of blocks) {
    length += block.length + 2;
    if (length > LONGEST)
      return [...kept, "_The rest is too long for a comment; `npx atelier plan` prints it._"];
    kept.push(block);
  }
  return kept;
}

function losses(difference: Difference | undefined): string {
  const lost = difference?.changes.filter(({ loses }) => loses !== undefined) ?? [];
  if (lost.length === 0) return "";
  const rows = lost.map(
    ({ type, name, loses = "" }) => `> - ${code(`${shortType(type)} ${name}`)} loses ${escaped(loses)}`,
  );
  return ["> [!CAUTION]", "> **Data would be lost**", ...rows].join("\n");
}

function changes(difference: Difference, against: string): string {
  const title = `Against ${code(against)}: ${changesInNumbers(difference)}.`;
  const listed = difference.changes.slice(0, LISTED);
  const rest = difference.changes.length - listed.length;
  if (listed.length === 0) return title;
  const more = rest > 0 ? `\n\n_And ${rest} more._` : "";
  return `${title}\n\n${table(["", "resource", "what changes"], listed.map(row))}${more}`;
}

function row({ kind, type, name, inputs, protect }: ResourceChange): string[] {
  const guarded =
    protect && (kind === "replace" || kind === "delete") ? ["protected: Pulumi refuses it"] : [];
  return [
    `\`${SIGNS[kind]}\` ${kind}`,
    code(`${shortType(type)} ${name}`),
    [...guarded, ...inputs.map((input) => code(inWords(input)))].join("<br>"),
  ];
}

function policyBlock({ rules, findings, waived }: PolicySummary): string {
  const also = waived > 0 ? `, ${waived} waived` : "";
  if (findings.length === 0) return `**Policies:** ${rules} rules, nothing found${also}`;
  const rows = findings.map(({ rule, severity, resource, message, remedy }) => [
    severity,
    code(rule),
    code(resource),
    escaped(`${message}; ${remedy}`),
  ]);
  return `**Policies:** ${rules} rules, ${findings.length} found${also}\n\n${table(["severity", "rule", "resource", "what and what to do"], rows)}`;
}

function list(title: string, texts: readonly string[]): string {
  return texts.length === 0 ? "" : `**${title}**\n\n${texts.map((text) => `- ${escaped(text)}`).join("\n")}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function details(title: string, body: string): string {
  return body === "" ? "" : `<details><summary>${escaped(title)}</summary>\n\n${body}\n\n</details>`;
}

/** Texts come from app.yaml, which whoever opens a pull request may have written. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>#]/g, (sign) => `\\${sign}`)
    .replaceAll("@", "@\u200b");
}

function code(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}
