/** The same app on every target: what it costs, what it lacks there, what it asks of people. */
import type { Burden } from "./burden.ts";
import type { Estimate } from "./model.ts";
import { dollarsOf } from "./money.ts";
import { bullet, type Paint } from "./report.ts";
import { spanOf } from "./summary.ts";

export interface Compared {
  readonly target: string;
  /** Absent where not even a plan can be made. */
  readonly estimate?: Estimate;
  /** What the target refuses of the app as it is. */
  readonly refused: readonly string[];
  /** What means something else there, or nothing. */
  readonly differs: readonly string[];
  readonly burden: Burden;
}

const WIDTHS = [15, 11, 16, 9, 10, 11, 8] as const;
const HEAD = ["target", "expected", "low–high", "AI", "refused", "different", "h/week"];

export function asComparison(
  app: string,
  environment: string,
  all: readonly Compared[],
  paint: Paint,
): string {
  return [
    paint.bold(`${app} in ${environment} on every target, US dollars a month`),
    "",
    paint.dim(cells(HEAD)),
    ...all.map((one) => cells(valuesOf(one))),
    "",
    ...all.flatMap((one) => [paint.bold(one.target), ...remarks(one), ""]),
  ].join("\n");
}

const cells = (values: readonly string[]): string =>
  values
    .map((value, column) => value.padEnd(WIDTHS[column] ?? 0))
    .join("")
    .trimEnd();

function valuesOf({ target, estimate, refused, differs, burden }: Compared): string[] {
  const ai = estimate ? estimate.total.expected - estimate.infrastructure.expected : 0;
  return [
    target,
    estimate ? dollarsOf(estimate.total.expected) : "–",
    estimate ? spanOf(estimate.total) : "–",
    estimate ? dollarsOf(ai) : "–",
    refused.length === 0 ? "nothing" : String(refused.length),
    differs.length === 0 ? "nothing" : String(differs.length),
    String(burden.hours),
  ];
}

function remarks({ estimate, refused, differs, burden }: Compared): string[] {
  return [
    ...section("refused as it is:", refused),
    ...section("different from what app.yaml says:", differs),
    ...section("not counted:", estimate?.unpriced ?? []),
    ...section(`to do, about ${burden.hours} h a week:`, burden.duties),
  ];
}

const section = (title: string, sentences: readonly string[]): string[] =>
  sentences.length === 0 ? [] : [`  ${title}`, ...sentences.flatMap(bullet)];
