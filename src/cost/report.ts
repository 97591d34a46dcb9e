/** An estimate as text for a terminal of 80 columns. */
import type { Estimate, Line, PartCost, Range } from "./model.ts";
import { dollarsOf } from "./money.ts";
import { sum } from "./range.ts";

const WIDTH = 80;
const AMOUNT = 9;
const TEXT = WIDTH - 3 * AMOUNT;

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
}

export function asReport(estimate: Estimate, paint: Paint): string {
  const { app, environment, target, parts, infrastructure, ai, total, unpriced, assumptions } = estimate;
  const tokens = Object.entries(ai).map(([provider, dollars]) => row(`AI: ${provider}`, dollars));
  const split = tokens.length > 0 ? [row("infrastructure", infrastructure), ...tokens] : [];
  return [
    paint.bold(`${app} in ${environment} on ${target}, US dollars a month`),
    paint.dim(
      `${" ".repeat(TEXT)}${["low", "expected", "high"].map((word) => word.padStart(AMOUNT)).join("")}`,
    ),
    ...parts.flatMap((cost) => partLines(cost, estimate.lines, paint)),
    paint.dim("─".repeat(WIDTH)),
    ...split,
    paint.bold(row("total", total)),
    ...(unpriced.length > 0
      ? ["", paint.red("Paid for, and not counted:"), ...unpriced.flatMap(bullet)]
      : []),
    "",
    paint.dim("Counted with:"),
    ...assumptions.flatMap(bullet).map(paint.dim),
    "",
  ].join("\n");
}

function row(text: string, { low, expected, high }: Range): string {
  const amounts = [low, expected, high].map((amount) => dollarsOf(amount).padStart(AMOUNT)).join("");
  return `${clip(text).padEnd(TEXT)}${amounts}`;
}

const clip = (text: string): string => (text.length <= TEXT ? text : `${text.slice(0, TEXT - 1)}…`);

/** The part, and what it is made of down to half a dollar; the rest in one line. Free amounts are taken off what they
 * are of.
 */
function partLines({ part, dollars }: PartCost, lines: readonly Line[], paint: Paint): string[] {
  const own = lines.filter((line) => line.part.kind === part.kind && line.part.name === part.name);
  const groups = [...Map.groupBy(own, ({ sku }) => sku).values()];
  const costOf = (alike: readonly Line[]) => sum(alike.map((line) => line.dollars));
  const named = groups.filter((alike) => costOf(alike).high >= SMALL);
  const remainder = sum(groups.filter((alike) => !named.includes(alike)).map(costOf));
  const shown = named.map((alike) => row(`  ${described(alike)}`, costOf(alike)));
  const more = named.length > 0 && remainder.high >= CENT;
  return [
    row(`${part.name || "everything else"} (${WORDS[part.kind] ?? part.kind.toLowerCase()})`, dollars),
    ...[...shown, ...(more ? [row("  smaller amounts", remainder)] : [])].map(paint.dim),
  ];
}

const SMALL = 0.5;
const CENT = 0.005;

const WORDS: Readonly<Record<string, string>> = {
  ContainerService: "service",
  StaticSite: "service",
  Postgres: "data",
  Redis: "data",
  Documents: "data",
  Vectors: "data",
  Bucket: "data",
  Auth: "data",
  AI: "tokens",
  Host: "host",
};

/** Lines of one price in one: `14 × a secret`, `cpu of 2 instances, and 1 more`; less what is free of it. */
function described(alike: readonly Line[]): string {
  const used = alike.filter(({ quantity }) => quantity.high > 0);
  const words = [...new Set(used.map(({ what }) => what))];
  const more = words.length > 1 ? `, and ${words.length - 1} more` : "";
  const times = words.length === 1 && used.length > 1 ? `${used.length} × ` : "";
  const less = used.length < alike.length ? ", less free ones" : "";
  return `${times}${words[0] ?? ""}${more}${less}`;
}

/** A sentence over several lines, with a dash before the first. */
export function bullet(sentence: string): string[] {
  return wrap(sentence, WIDTH - 4).map((line, index) => `${index === 0 ? "  - " : "    "}${line}`);
}

function wrap(sentence: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
