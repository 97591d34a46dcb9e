/** A verdict as a person reads it. */
import { formatSeconds } from "../../bootstrap/progress.mjs";
import { formatProblem } from "../config/problem.ts";
import type { PackageReport, Verdict } from "./model.ts";

/** One line per package, one per warning and problem, and a last one that sums up. */
export function formatVerdict({ problems, warnings, packages, unknown, seconds }: Verdict): string {
  const width = Math.max(...packages.map((one) => titleOf(one).length), 0);
  const lines = [
    ...packages.map((one) => `${titleOf(one).padEnd(width)}  ${describe(one)}`),
    ...warnings.map((warning) => `warning: ${formatProblem(warning)}`),
    ...problems.map(formatProblem),
    ...(unknown > 0 ? [`${count(unknown, "value")} not known before a deployment, and not checked`] : []),
    summary({ problems, warnings, packages, seconds }),
  ];
  return `${lines.join("\n")}\n`;
}

const titleOf = ({ name, version }: PackageReport): string => `${name} ${version}`.trim();

function describe({ plugin, resources, checked, startSeconds, checkSeconds }: PackageReport): string {
  if (plugin === undefined) return `no plugin for ${count(resources, "resource")}`;
  const all =
    checked === resources ? count(checked, "resource") : `${checked} of ${count(resources, "resource")}`;
  return `${all} checked in ${formatSeconds(checkSeconds)}, ready after ${formatSeconds(startSeconds)}`;
}

function summary({
  problems,
  warnings,
  packages,
  seconds,
}: Pick<Verdict, "problems" | "warnings" | "packages" | "seconds">): string {
  const checked = packages.reduce((sum, one) => sum + one.checked, 0);
  const found = problems.length === 0 ? "no problem" : count(problems.length, "problem");
  const warned = warnings.length === 0 ? "" : `, ${count(warnings.length, "warning")}`;
  return `${found}${warned}; ${count(checked, "resource")} checked by the real providers in ${formatSeconds(seconds)}`;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
