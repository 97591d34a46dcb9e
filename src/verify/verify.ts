/** `atelier plan --verify`: a plan before the checks of the real providers, without engine, stack or account. */
import type { Progress } from "../../bootstrap/progress.mjs";
import type { Environment } from "../../engine/command.ts";
import { textsIn, UNKNOWN } from "../../rehearsal/values.ts";
import type { Problem } from "../config/problem.ts";
import type { Plan } from "../plan/model.ts";
import { askAll } from "./ask.ts";
import { findCauses, type Question, type World } from "./causes.ts";
import type { Asked } from "./check.ts";
import { keysOf } from "./keys.ts";
import type { Finding, PackageReport, Verdict } from "./model.ts";
import { type Got, pluginsFor } from "./plugins.ts";
import { inOrder, type Naming, problemsOf, type Traced } from "./problems.ts";
import { providersOf } from "./providers.ts";
import { hiding } from "./reasons.ts";

export type { PackageReport, Verdict } from "./model.ts";

export interface VerifyOptions extends Pick<Naming, "app" | "resolved"> {
  /** What the target's block in the stack's config came to. */
  readonly settings: unknown;
  /** Adds file, line and column to a problem, in app.yaml or in the stack's file. */
  readonly place: (problem: Problem) => Problem;
  /** Plans the same program again, complete and with the same secrets, for another app and other settings, to find the
   * key that an input comes from. Without it, a problem stands at the part that its resource belongs to. */
  readonly replan?: World["replan"];
  /** Where plugins are looked for: PULUMI_DEBUG_PROVIDERS, PATH, PULUMI_HOME. None of it but PATH reaches a plugin. */
  readonly env: Environment;
  /** Folder of Pulumi.yaml. */
  readonly project: string;
  /** Tells of installations. */
  readonly progress: Progress;
  /** Seconds that a plugin's start, and each of its answers, may take; 30 without it. */
  readonly timeout?: number;
  /** Seconds that the search for causes may take; 10 without it. */
  readonly searchTime?: number;
}

/** Has every resource of a plan checked by its real provider: the plugin gets a dummy configuration, checks the inputs
 * and previews the creation. Finds all mistakes at once, creates nothing, and reaches no cloud. Every plugin that it
 * starts has ended when it returns.
 *
 * A plugin that is missing is installed; where that fails, and where one does not answer, that is a problem too.
 * @param plan made with `complete: true`, so that providers see every value
 * @throws Stop when a variable or Pulumi.yaml names a plugin that is not there
 */
export async function verifyPlan(plan: Plan, options: VerifyOptions): Promise<Verdict> {
  const { env, timeout = 30, place } = options;
  const providers = providersOf(plan);
  const plugins = await pluginsFor(
    providers.map((provider) => provider.package),
    options,
  );
  const started = performance.now();
  const { asked, findings } = await askAll(providers, plugins, { env, timeout });
  const seconds = (performance.now() - started) / 1000;
  const traced = await trace(plan, findings, options);
  const naming = { ...options, target: plan.subject.target };
  const placed = (severity: Finding["severity"]) =>
    inOrder(problemsOf(ofSeverity(traced, severity), naming).map(place));
  const unasked = asked.flatMap((one) => notAsked(one, plugins.get(one.provider.package)));
  const problems = [...placed("error"), ...unasked];
  return {
    ok: problems.length === 0,
    problems,
    warnings: placed("warning"),
    packages: reportsOf(asked, plugins),
    unknown: plan.resources.flatMap(({ inputs }) => textsIn(inputs)).filter((text) => text === UNKNOWN)
      .length,
    seconds,
  };
}

const ofSeverity = (traced: readonly Traced[], severity: Finding["severity"]): Traced[] =>
  traced.filter(({ finding }) => finding.severity === severity);

/** Findings about planned resources, with the keys that they come from. */
async function trace(plan: Plan, findings: readonly Finding[], options: VerifyOptions): Promise<Traced[]> {
  const { app, settings, replan, searchTime = 10 } = options;
  const hide = hiding(plan.resources.map(({ inputs }) => inputs));
  const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  const keyOf = keysOf(plan, app);
  const found = inPlanOrder(findings, plan).flatMap((finding) => {
    const resource = byUrn.get(finding.urn);
    if (!resource) return [];
    const part = keyOf(resource);
    const question: Question | undefined = finding.input && { resource, input: finding.input, part };
    return [{ finding: { ...finding, reason: hide(finding.reason) }, resource, part, question }];
  });
  const questions = found.flatMap(({ question }) => (question ? [question] : []));
  const world = replan && { app, settings, replan };
  const causes = world && (await findCauses(plan, questions, world, searchTime * 1000));
  return found.map(({ question, ...one }) => ({
    ...one,
    causes: question && causes?.of.get(question),
    searched: question !== undefined && causes?.nowhere.has(question) === true,
  }));
}

/** Answers come as they may; what is said of them is the same each time. */
function inPlanOrder(findings: readonly Finding[], { resources }: Plan): Finding[] {
  const order = new Map(resources.map(({ urn }, index) => [urn, index]));
  const rank = ({ urn }: Finding) => order.get(urn) ?? resources.length;
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** Resources that nobody looked at are never passed over. */
function notAsked({ provider, checked, failure }: Asked, got: Got | undefined): Problem[] {
  if (failure === undefined) return [];
  const { package: name, resources } = provider;
  const left = resources.length - checked;
  const count = left === 1 ? "1 resource was" : `${left} resources were`;
  const unchecked = `so that ${count} not checked`;
  const path = [`plugin ${[name, got?.version].filter(Boolean).join(" ")}`];
  if (typeof got?.plugin === "string") {
    const remedy = got.version
      ? `install it where its download can be reached: pulumi plugin install resource ${name} v${got.version}`
      : `add @pulumi/${name} to package.json and install it`;
    return [{ path, what: `is missing, ${unchecked}: ${failure}`, remedy }];
  }
  return [
    { path, what: `could not be asked, ${unchecked}: ${failure}`, remedy: "set that right, then try again" },
  ];
}

function reportsOf(asked: readonly Asked[], plugins: ReadonlyMap<string, Got>): PackageReport[] {
  const groups = Map.groupBy(asked, ({ provider }) => provider.package);
  const reports = [...groups].map(([name, all]): PackageReport => {
    const { version = "", plugin } = plugins.get(name) ?? {};
    const sum = (of: (one: Asked) => number) => all.reduce((total, one) => total + of(one), 0);
    return {
      name,
      version: all.find((one) => one.version !== undefined)?.version ?? version,
      ...(typeof plugin === "object" && {
        plugin: "port" in plugin ? `127.0.0.1:${plugin.port}` : plugin.program,
      }),
      resources: sum(({ provider }) => provider.resources.length),
      checked: sum(({ checked }) => checked),
      startSeconds: Math.max(...all.map(({ startSeconds }) => startSeconds)),
      checkSeconds: Math.max(...all.map(({ checkSeconds }) => checkSeconds)),
    };
  });
  return reports.sort((a, b) => a.name.localeCompare(b.name));
}
