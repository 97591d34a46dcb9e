/** A plan for people at a terminal, 80 columns wide. */
import type { createColors } from "picocolors";
import { isSecret, UNKNOWN, type Value } from "../../rehearsal/values.ts";
import { formatProblem } from "../config/problem.ts";
import { changeAsText } from "./change-text.ts";
import type { CostSummary, PolicyFinding, PolicySummary, Report } from "./report.ts";
import { type Counts, count, type Node, shortType, treeOf } from "./tree.ts";
import { masked, secretPaths } from "./values.ts";
import { costInWords, dollars } from "./words.ts";
import { wrap } from "./wrap.ts";

type Paint = ReturnType<typeof createColors>;

const WIDTH = 80;

/** As many alike below one component are still listed one by one. */
const LISTED = 3;

export interface TextOptions {
  readonly paint: Paint;
  /** Every resource on a line of its own. */
  readonly full?: boolean;
}

export function planAsText(report: Report, { paint, full = false }: TextOptions): string {
  const { plan, refusals, warnings, differences, assumed, cost, policies, change } = report;
  const { app, environment, target } = plan.subject;
  const counts = count(plan);
  const blocks = [
    wrap(`${paint.bold(app)} in ${paint.bold(environment)} on ${paint.bold(target)}: ${inNumbers(counts)}`, {
      width: WIDTH,
      first: "",
      rest: "",
    }),
    titled(paint, "Refused", bullets(refusals.map(formatProblem)).map(paint.red)),
    // What changes is what matters then.
    ...(change && !full ? [] : [tree(plan, { paint, full })]),
    titled(paint, "Outputs", Object.entries(plan.outputs).flatMap(outputLine)),
    titled(paint, "Notes", bullets(textsOf(plan.outputs.notes))),
    titled(paint, "Different on this target", bullets(differences)),
    titled(paint, "Assumed, because no stack's config says it", assumptions(assumed)),
    titled(paint, "Warnings", bullets(warnings.map(formatProblem))),
    ...(cost ? [titled(paint, "Cost", costLines(cost))] : []),
    ...(policies ? [titled(paint, "Policies", policyLines(policies, paint))] : []),
    ...(change ? [changeAsText(change.difference, change.against, paint)] : []),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

const tree = (plan: Report["plan"], options: Required<TextOptions>): string =>
  treeOf(plan)
    .flatMap((node) => lines(node, options, ""))
    .join("\n");

export function inNumbers(counts: Counts): string {
  const marks = [
    ...(counts.protected > 0 ? [`${counts.protected} protected`] : []),
    ...(counts.withSecrets > 0 ? [`${counts.withSecrets} with secrets`] : []),
  ];
  const of = `${counts.resources} resources in ${counts.components} components`;
  return marks.length > 0 ? `${of}, ${marks.join(", ")}` : of;
}

function titled(paint: Paint, title: string, rows: readonly string[]): string {
  return rows.length === 0 ? "" : [paint.bold(title), ...rows].join("\n");
}

const bullets = (texts: readonly string[]): string[] =>
  texts.map((text) => wrap(text, { width: WIDTH, first: "  - ", rest: "    " }));

function lines(node: Node, options: Required<TextOptions>, indent: string): string[] {
  const { resource, children } = node;
  const own = `${indent}${label(node, options.paint)}`;
  const kinds = Map.groupBy(children, ({ resource: { type, custom } }) => (custom ? type : ""));
  const alike = (child: Node) => kinds.get(child.resource.type) ?? [];
  const below = children.flatMap((child) => {
    const same = alike(child);
    if (options.full || !child.resource.custom || same.length <= LISTED || child.children.length > 0)
      return lines(child, options, `${indent}  `);
    return same[0] === child ? [`${indent}  ${together(same, options.paint)}`] : [];
  });
  return resource.type.startsWith("pulumi:") ? below : [own, ...below];
}

function label({ resource }: Node, paint: Paint): string {
  const { type, name, custom, protect, inputs } = resource;
  if (!custom) return `${paint.bold(shortType(type))} ${name}`;
  return [
    `${shortType(type)} ${paint.cyan(name)}`,
    ...marks([protect], [secretPaths(inputs).length], paint),
  ].join("  ");
}

function together(nodes: readonly Node[], paint: Paint): string {
  const { type } = (nodes[0] as Node).resource;
  const secrets = nodes.map(({ resource }) => secretPaths(resource.inputs).length);
  const guarded = nodes.map(({ resource }) => resource.protect);
  return [`${nodes.length} × ${shortType(type)}`, ...marks(guarded, secrets, paint)].join("  ");
}

function marks(guarded: readonly boolean[], secrets: readonly number[], paint: Paint): string[] {
  const hidden = secrets.reduce((sum, one) => sum + one, 0);
  return [
    ...(guarded.some(Boolean) ? [paint.green("protected")] : []),
    ...(hidden > 0 ? [paint.yellow(`${hidden} secret${hidden === 1 ? "" : "s"}`)] : []),
  ];
}

/** Said in a block of its own. */
const ELSEWHERE = new Set(["differences", "notes"]);

function outputLine([key, value]: [string, Value]): string[] {
  if (ELSEWHERE.has(key) || (Array.isArray(value) && value.length === 0)) return [];
  const text = isSecret(value) || value === UNKNOWN ? String(masked(value)) : short(masked(value));
  return [wrap(`${key}: ${text}`, { width: WIDTH, first: "  ", rest: "    " })];
}

const textsOf = (value: Value | undefined): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

const short = (value: Value): string => (typeof value === "string" ? value : JSON.stringify(value));

const assumptions = (assumed: Report["assumed"]): string[] =>
  Object.entries(assumed).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);

function costLines(cost: CostSummary): string[] {
  return [
    `  ${costInWords(cost)}`,
    ...cost.items.map(({ name, expected }) => `  ${dollars(expected).padStart(8)}  ${name}`),
    ...bullets(cost.overruns),
  ];
}

function policyLines({ rules, findings, waived }: PolicySummary, paint: Paint): string[] {
  const said = findings.length === 0 ? "nothing found" : `${findings.length} found`;
  const also = waived > 0 ? `, ${waived} waived` : "";
  return [
    `  ${rules} rules: ${said}${also}`,
    ...[...Map.groupBy(findings, ({ rule }) => rule).values()].map((alike) =>
      wrap(findingsInWords(alike, paint), { width: WIDTH, first: "  - ", rest: "    " }),
    ),
  ];
}

/** Findings of one rule. A page and a comment list each with its message; a terminal is spared that. */
function findingsInWords([first, ...more]: readonly PolicyFinding[], paint: Paint): string {
  if (!first) return "";
  const { rule, severity, resource, message, remedy } = first;
  const named = new Set([resource]);
  // A second one of the same resource is told by its message.
  const others = more.map((one) => {
    if (named.has(one.resource)) return one.message;
    named.add(one.resource);
    return one.resource;
  });
  const also = others.length > 0 ? `; likewise: ${[...new Set(others)].join(", ")}` : "";
  return `${paint.red(severity)} ${rule}: ${resource}: ${message}; ${remedy}${also}`;
}
