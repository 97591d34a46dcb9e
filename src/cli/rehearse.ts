/** `atelier rehearse`: a stack's lifecycle under the real engine, against clouds that exist only in memory. */
import { writeFile } from "node:fs/promises";
import colors from "picocolors";
import { createProgress } from "../../bootstrap/progress.mjs";
import { Stop } from "../../bootstrap/stop.mjs";
import { resourcesOf } from "../../engine/recovery/state.ts";
import { type Failover, failOver, regionsIn } from "../../rehearsal/failover.ts";
import { parseFault } from "../../rehearsal/faults.ts";
import { type Act, rehearse as perform, type Rehearsed } from "../../rehearsal/rehearse.ts";
import type { Step } from "../../rehearsal/schedule.ts";
import { type Script, Stage } from "../../rehearsal/stage.ts";
import { ConfigError, type Problem } from "../config/problem.ts";
import { suggest } from "../config/suggest.ts";
import { renderTimeline } from "../graph/timeline.ts";
import { readOptions } from "./options.ts";
import { ACTS } from "./rehearsal-acts.ts";
import { overridesIn, scriptOf } from "./rehearsal-script.ts";
import { failoverAsText, rehearsalAsText } from "./rehearsal-text.ts";
import { type Chosen, readSubject } from "./subject.ts";
import { SUBJECT_OPTIONS } from "./subject-options.ts";

const OPTIONS = {
  ...SUBJECT_OPTIONS,
  fail: { type: "string", multiple: true },
  "kill-at": { type: "string" },
  speed: { type: "string" },
  quota: { type: "string", multiple: true },
  region: { type: "string" },
  picture: { type: "string" },
  json: { type: "boolean" },
} as const;

type Options = ReturnType<typeof readOptions<typeof OPTIONS>>;

export async function runRehearse(rawArgs: readonly string[]): Promise<void> {
  const { targets } = await import("../../stacks/targets.ts");
  const [act, rest] = actIn(rawArgs);
  const options = readOptions("rehearse", OPTIONS, rest);
  const sets = act === "update" ? overridesIn(options.set) : {};
  const chosen = await readSubject(options, targets);
  const script = scriptOf(chosen, options, act === "update" ? sets : overridesIn(options.set));
  const paint = colors.createColors(process.stdout.isTTY === true);
  if (act === "failover") {
    const result = await rehearseFailover(chosen, script, options);
    process.stdout.write(options.json ? asJson(result) : failoverAsText(result, paint));
    return;
  }
  const result = await rehearseAct(act, { chosen, script, options });
  if (options.picture !== undefined) await writeFile(options.picture, pictureOf(result, chosen));
  process.stdout.write(
    options.json
      ? asJson({ ...result, subject: chosen.subject })
      : rehearsalAsText(result, { ...chosen, paint }),
  );
  const rests = result.disturbed.every(({ converged }) => converged);
  process.exitCode = result.succeeded && rests ? 0 : 1;
}

const asJson = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function actIn(rawArgs: readonly string[]): readonly [(typeof ACTS)[number], readonly string[]] {
  const [first = "", ...rest] = rawArgs;
  const act = ACTS.find((one) => one === first);
  if (act) return [act, rest];
  const near = suggest(first, ACTS);
  throw wrong({
    path: ["atelier rehearse"],
    what:
      first === "" || first.startsWith("-") ? "does not say what to rehearse" : `${first} can't be rehearsed`,
    allowed: ACTS.join(", "),
    remedy: near ? `did you mean ${near}?` : "write atelier rehearse up --stack prod",
  });
}

const wrong = (problem: Problem): ConfigError => new ConfigError([problem]);

interface Asked {
  readonly chosen: Chosen;
  readonly script: Script;
  readonly options: Options;
}

/** One act, with progress on standard error. */
export async function rehearseAct(act: Act, { chosen, script, options }: Asked): Promise<Rehearsed> {
  const change = beforeOf(act, { chosen, script, options });
  const faults = (options.fail ?? []).map(parseFault);
  const killAt = wholeIn("--kill-at", options["kill-at"]);
  const speed = wholeIn("--speed", options.speed);
  const progress = createProgress(process.stderr);
  return progress.step(`Rehearsing ${act} of ${chosen.subject.stack}`, (tell) =>
    perform(change.script, {
      act,
      env: process.env,
      progress,
      tell,
      faults,
      quotas: quotasIn(options.quota),
      ...(change.before && { before: change.before }),
      ...(killAt !== undefined && { killAt }),
      ...(speed !== undefined && { speed }),
    }),
  );
}

/** What runs before the act where that is not what the act ends with: an update changes config, and what is protected has
 * to lose its protection before it can go.
 */
function beforeOf(
  act: Act,
  { chosen, script, options }: Asked,
): { script: Script; before?: Script["config"] } {
  const set = script.config["atelier:set"] as Readonly<Record<string, unknown>>;
  const withSet = (overrides: Readonly<Record<string, unknown>>) => ({
    ...script.config,
    "atelier:set": overrides,
  });
  if (act === "destroy" && chosen.app.protect) {
    return { script: { ...script, config: withSet({ ...set, protect: false }) }, before: script.config };
  }
  if (act !== "update") return { script };
  if ((options.set ?? []).length === 0) {
    const remedy = "write --set services.api.scale.max=4 for instance";
    throw wrong({ path: ["--set"], what: "an update needs something that changes", remedy });
  }
  return { script, before: withSet(chosen.stack?.overrides ?? {}) };
}

function wholeIn(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,6}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw wrong({
    path: [option],
    what: `${text} is not a whole number`,
    allowed: "1 and more",
    remedy: `write ${option} ${option === "--speed" ? 600 : 12}`,
  });
}

function quotasIn(texts: readonly string[] = []): Readonly<Record<string, number>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = "", limit = ""] = /^([A-Z0-9_]+)=(\d+)$/.exec(text) ?? [];
      if (name !== "") return [name, Number(limit)] as const;
      throw wrong({
        path: ["--quota"],
        what: `${text} is not NAME=NUMBER`,
        remedy: "write --quota GPUS_ALL_REGIONS=2",
      });
    }),
  );
}

/** Brings the stack up, takes one of its regions away, and looks what is left. */
export async function rehearseFailover(chosen: Chosen, script: Script, options: Options): Promise<Failover> {
  const progress = createProgress(process.stderr);
  return progress.step(`Rehearsing failover of ${chosen.subject.stack}`, async (tell) => {
    const stage = await Stage.open(script, { env: process.env, progress });
    try {
      const { outcome } = await stage.run("up", { tell });
      const [failure] = outcome.failures;
      if (!outcome.succeeded)
        throw new Stop(`the stack does not come up: ${failure?.resource}: ${failure?.message}`);
      const region = regionIn(regionsIn(stage.cloud), options.region);
      const resources = resourcesOf(await stage.state());
      return failOver(stage.cloud, region, { app: chosen.app, resources, behaviour: script.behaviour });
    } finally {
      await stage.close();
    }
  });
}

function regionIn(regions: readonly string[], asked: string | undefined): string {
  const [first] = regions;
  if (first === undefined) {
    throw new Stop("this target runs in one place; there is no region that another could stand in for");
  }
  if (asked === undefined || regions.includes(asked)) return asked ?? first;
  const near = suggest(asked, regions);
  throw wrong({
    path: ["--region"],
    what: `nothing runs in ${asked}`,
    allowed: regions.join(", "),
    remedy: near ? `did you mean ${near}?` : "choose one of them",
  });
}

/** The timeline of the predicted times. */
export function pictureOf({ act, schedule }: Rehearsed, { subject }: Pick<Chosen, "subject">): string {
  const bars = schedule.steps.map(({ verb, name, start, end, critical }: Step) => ({
    name: verb === "create" ? name : `${verb} ${name}`,
    start,
    end,
    critical,
  }));
  return renderTimeline(bars, {
    title: `${act} of ${subject.app} in ${subject.environment} on ${subject.target}`,
  });
}
