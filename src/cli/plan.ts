/** `atelier plan`: what a deployment would create, without engine, credentials or network. */
import colors from "picocolors";
import { createProgress } from "../../bootstrap/progress.mjs";
import { ConfigError } from "../config/problem.ts";
import { documentOf } from "../plan/document.ts";
import { planAsHtml } from "../plan/html.ts";
import { planAsMarkdown } from "../plan/markdown.ts";
import type { Picture, Report } from "../plan/report.ts";
import { planProgram } from "../plan/run.ts";
import { planAsText } from "../plan/text.ts";
import { readOptions } from "./options.ts";
import { expectedStates, requestOf, wholeReport } from "./report.ts";
import { type Chosen, readSubject } from "./subject.ts";
import { SUBJECT_OPTIONS } from "./subject-options.ts";

const OPTIONS = {
  ...SUBJECT_OPTIONS,
  against: { type: "string" },
  "allow-data-loss": { type: "boolean" },
  full: { type: "boolean" },
  verify: { type: "boolean" },
  json: { type: "boolean" },
  markdown: { type: "boolean" },
  html: { type: "boolean" },
} as const;

export async function runPlan(rawArgs: readonly string[]): Promise<void> {
  const { targets } = await import("../../stacks/targets.ts");
  const options = readOptions("plan", OPTIONS, rawArgs);
  const chosen = await readSubject(options, targets);
  if (options.verify) {
    process.exitCode = await verified(chosen);
    return;
  }
  const report = await wholeReport(chosen, {
    ...(options.against !== undefined && { against: options.against, args: subjectArgs(options) }),
  });
  process.stdout.write(await written(report, chosen, options));
  const gates = closedGates(report, options["allow-data-loss"] ?? false);
  for (const gate of gates) process.stderr.write(`${gate}\n`);
  if (report.refusals.length > 0) process.exitCode = 1;
  else if (gates.length > 0) process.exitCode = 2;
}

type Written = Pick<ReturnType<typeof readOptions<typeof OPTIONS>>, "json" | "markdown" | "html" | "full">;

async function written(
  report: Report,
  chosen: Chosen,
  { json, markdown, html, full }: Written,
): Promise<string> {
  if (json) return `${JSON.stringify(documentOf(report, await expectedStates(chosen)), null, 2)}\n`;
  if (markdown) return planAsMarkdown({ ...report, picture: await pictureOf(chosen, report) });
  if (html) return planAsHtml({ ...report, picture: await pictureOf(chosen, report) });
  const paint = colors.createColors(process.stdout.isTTY === true);
  return planAsText(report, { paint, full: full ?? false });
}

/** The library that places the boxes is loaded for whoever wants a picture. */
async function pictureOf({ app }: Chosen, { plan: planned }: Report): Promise<Picture> {
  const { describeTopology, renderMermaid, renderSvg, topologyOf } = await import("../graph/index.ts");
  const topology = topologyOf(app, planned);
  return {
    svg: await renderSvg(topology),
    mermaid: renderMermaid(topology),
    text: describeTopology(topology),
  };
}

/** Prints what the providers' own plugins say; 1 when they find something. */
async function verified(chosen: Chosen): Promise<0 | 1> {
  if (chosen.refusals.length > 0) throw new ConfigError(chosen.refusals);
  const [{ verifyPlan }, { formatVerdict }] = await Promise.all([
    import("../verify/verify.ts"),
    import("../verify/report.ts"),
  ]);
  const complete = (one: Pick<Chosen, "app" | "settings">) =>
    planProgram({ ...requestOf({ ...chosen, ...one }), complete: true });
  const verdict = await verifyPlan(await complete(chosen), {
    app: chosen.app,
    resolved: chosen.loaded.resolved,
    settings: chosen.settings,
    place: chosen.place,
    replan: (app, settings) => complete({ app, settings }),
    env: process.env,
    project: chosen.stack?.directory || process.cwd(),
    progress: createProgress(process.stderr),
  });
  process.stdout.write(formatVerdict(verdict));
  return verdict.problems.length > 0 ? 1 : 0;
}

/** Why this plan should not be deployed as it is. */
function closedGates({ change, policies }: Report, allowLoss: boolean): string[] {
  const lost = change?.difference.changes.filter(({ loses }) => loses !== undefined) ?? [];
  const stopping = policies?.stopping ?? 0;
  return [
    ...(lost.length > 0 && !allowLoss
      ? [
          `data would be lost (${lost.map(({ name }) => name).join(", ")}); allow it with --allow-data-loss, or keep what holds it`,
        ]
      : []),
    ...(stopping > 0
      ? [
          `${stopping} mandatory ${stopping === 1 ? "policy finding stops" : "policy findings stop"} a deployment; mend it, or waive it in atelier:policies with a reason`,
        ]
      : []),
  ];
}

/** The options that choose app, environment, target and stack, as they were written. */
function subjectArgs(options: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(SUBJECT_OPTIONS).flatMap((name) => {
    const value = options[name];
    const values = Array.isArray(value) ? value : [value];
    return values.flatMap((one) => (typeof one === "string" ? [`--${name}`, one] : []));
  });
}
