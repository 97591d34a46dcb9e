/** The card of a node: its lines of text, and how big it has to be. */

import type { TopologyNode } from "./model.ts";
import { breakLines, type Weight, widthOf } from "./text.ts";

export interface Line {
  readonly text: string;
  readonly size: number;
  readonly weight: Weight;
  /** `name`: the title; `what`, `detail`; `form`: what it becomes on the target. */
  readonly role: "name" | "what" | "detail" | "form";
  /** Distance of the baseline from the top of the card, in pixels. */
  readonly baseline: number;
}

export interface Card {
  readonly node: TopologyNode;
  readonly lines: readonly Line[];
  /** Distance of the text from the left side. */
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Widest text, in pixels. */
const WIDEST = 176;
const PADDING = 10;
export const ICON = 18;
/** Room for the words `read` and `write` where wires come in. */
const PORTS = 30;
/** What the ellipse of a cylinder takes at the top, and again at the bottom. */
export const RIM = 7;
const LEADING = 1.3;

export const isStore = ({ zone, kind }: Pick<TopologyNode, "zone" | "kind">) =>
  zone === "data" && kind !== "auth";

export function cardOf(node: TopologyNode): Card {
  const top = PADDING + (isStore(node) ? RIM * 1.5 : 0);
  const bottom = PADDING + (isStore(node) ? RIM : 0);
  const lines = stacked(textOf(node), top);
  const widest = Math.max(...lines.map(({ text, size, weight }) => widthOf(text, size, weight)));
  const left = PADDING + ICON + 8 + (node.zone === "data" ? PORTS : 0);
  const last = lines.at(-1);
  return {
    node,
    lines,
    left,
    width: Math.ceil(left + widest + PADDING + 2),
    height: Math.ceil((last?.baseline ?? top) + bottom + 2),
  };
}

type Loose = Omit<Line, "baseline">;

function textOf({ name, what, details, forms, ...node }: TopologyNode): Loose[] {
  const line = (text: string, role: Line["role"], size: number, weight: Weight = "regular"): Loose[] =>
    breakLines(text, { width: WIDEST, size, weight }).map((part) => ({ text: part, role, size, weight }));
  const more = node.protected ? [...details, "protected from deletion"] : details;
  return [
    ...line(name, "name", 13, "bold"),
    ...line(what, "what", 11),
    ...more.flatMap((detail) => line(detail, "detail", 11)),
    ...forms.flatMap((form) => line(form, "form", 11)),
  ];
}

function stacked(lines: readonly Loose[], top: number): Line[] {
  let baseline = top - 3;
  return lines.map((line, index) => {
    const gap = line.role === "form" && lines[index - 1]?.role !== "form" ? 4 : 0;
    baseline += line.size * LEADING + gap;
    return { ...line, baseline };
  });
}
