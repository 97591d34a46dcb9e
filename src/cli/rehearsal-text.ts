/** What a rehearsal showed, for a person at a terminal. */
import type { createColors } from "picocolors";
import type { Differences } from "../../rehearsal/converged.ts";
import type { Failover, Fate } from "../../rehearsal/failover.ts";
import type { Disturbed, Rehearsed } from "../../rehearsal/rehearse.ts";
import { requestsIn } from "../../rehearsal/risk.ts";
import type { Step } from "../../rehearsal/schedule.ts";
import type { App } from "../config/model.ts";
import { formatSeconds } from "../graph/timeline.ts";
import { formatTable } from "./table.ts";

type Paint = ReturnType<typeof createColors>;

export interface TextOptions {
  readonly app: Pick<App, "usage">;
  readonly paint: Paint;
}

/** Longest list of one kind. */
const SHOWN = 12;

export function rehearsalAsText(rehearsed: Rehearsed, { app, paint }: TextOptions): string {
  const { act, succeeded, failures, schedule, chain, replayed, replaced, risks, quotas, disturbed } =
    rehearsed;
  const words = succeeded ? paint.green("succeeds") : paint.red("fails");
  const blocks = [
    [`${paint.bold(act)} ${words}: ${countsOf(rehearsed)}`, ...failures.map(failureLine)],
    timesOf({ schedule, chain, replayed }),
    titled("Everything waits for", schedule.path.map(stepRow)),
    titled(
      "Made anew",
      replaced.map(({ type, name }) => [name, type]),
    ),
    act === "update" ? riskLines(risks, app) : [],
    quotaLines(quotas),
    ...disturbed.map((one) => disturbedLines(one, paint)),
    ["Nothing real was made, changed or removed."],
  ];
  return `${blocks
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function countsOf({ operations }: Rehearsed): string {
  const counts = (["create", "update", "delete"] as const).flatMap((verb) => {
    const count = operations.filter((one) => one.verb === verb && one.error === undefined).length;
    return count > 0 ? [`${count} ${verb}`] : [];
  });
  return counts.length > 0 ? `operations: ${counts.join(", ")}` : "there is nothing to do";
}

const failureLine = ({ resource, message }: { resource: string; message: string }) =>
  `  ${resource}: ${message.replaceAll("\n", "\n    ")}`;

function timesOf({
  schedule,
  chain,
  replayed,
}: Pick<Rehearsed, "schedule" | "chain"> & { readonly replayed: number | undefined }): string[] {
  if (schedule.steps.length === 0) return [];
  return [
    `Predicted time: ${formatSeconds(schedule.seconds)} (docs/rehearsal.md says where the times come from)`,
    ...(chain < schedule.seconds ? [`With any number side by side: ${formatSeconds(chain)}`] : []),
    ...(replayed === undefined ? [] : [`Replayed in the cloud's time: ${formatSeconds(replayed)}`]),
  ];
}

const stepRow = ({ start, end, verb, name, type }: Step): string[] => [
  formatSeconds(start),
  `${verb} ${name}`,
  formatSeconds(end - start),
  type.split(":").at(-1) ?? type,
];

function titled(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > SHOWN ? [`  and ${rows.length - SHOWN} more`] : [];
  return [title, formatTable(rows.slice(0, SHOWN)), ...more];
}

function riskLines(risks: Rehearsed["risks"], { usage }: Pick<App, "usage">): string[] {
  if (risks.length === 0) return ["Requests at risk: none; whatever serves has its successor first"];
  const lines = risks.map(({ name, seconds, why }) => {
    const requests = requestsIn(seconds, usage);
    const gap =
      seconds > 0 ? `${formatSeconds(seconds)}, about ${requests} requests` : "until its data is copied";
    return `  ${name} ${why} (${gap})`;
  });
  return ["Requests at risk", ...lines];
}

function quotaLines(quotas: Rehearsed["quotas"]): string[] {
  const over = quotas.filter(({ used, limit }) => used > limit);
  return over.map(
    ({ name, scope, used, limit }) =>
      `Quota to ask for first: ${name} in ${scope}, ${used} of it; a new project has ${limit}`,
  );
}

function disturbedLines(
  { what, failures, done, reruns, differences, converged }: Disturbed,
  paint: Paint,
): string[] {
  const recovered = reruns.flatMap((run) => run.recovered);
  return [
    `${paint.bold(what)}: ${done} operations were done, ${failures.length > 0 ? "these failed" : "none failed"}`,
    ...failures.slice(0, SHOWN).map(failureLine),
    ...rerunLines(reruns),
    ...(recovered.length > 0 ? ["Put in order first:"] : []),
    ...recovered.slice(0, SHOWN).map((line) => `  ${line}`),
    converged
      ? paint.green("Nothing is left over, nothing is there twice, and nobody was asked")
      : paint.red(`It does not come to rest: ${leftOver(differences)}`),
  ];
}

function rerunLines(reruns: Disturbed["reruns"]): string[] {
  const last = reruns.at(-1);
  if (!last) return [];
  const runs = reruns.length === 1 ? "The next run" : `The next ${reruns.length} runs`;
  return last.succeeded
    ? [`${runs} finished it`]
    : [`${runs} did not finish it:`, ...last.failures.slice(0, SHOWN).map((line) => `  ${line}`)];
}

const leftOver = (differences: Differences): string =>
  Object.entries(differences)
    .flatMap(([kind, list]: [string, readonly string[]]) =>
      list.length > 0 ? [`${kind}: ${list.join(", ")}`] : [],
    )
    .join("; ") || "the runs kept failing";

export function failoverAsText({ region, lost, services, data, backends }: Failover, paint: Paint): string {
  const fate = (one: Fate) => {
    const mark = one.stays ? paint.green("stays") : paint.red("gone");
    const where = one.stays && one.left.length > 0 ? ` in ${one.left.join(", ")}` : "";
    return `  ${one.name} (${one.kind}): ${one.statement ?? `${mark}${where}`}`;
  };
  return `${[
    `${paint.bold(region)} is gone, and ${lost} resources with it`,
    "",
    "Services",
    ...services.map(fate),
    "",
    "Data",
    ...(data.length > 0 ? data.map(fate) : ["  none"]),
    "",
    `Load balancer: ${backends.after} of ${backends.before} backends still have somewhere to send requests`,
    "",
    "Nothing real was made, changed or removed.",
  ].join("\n")}\n`;
}
