/** What the lines mean: those that the picture has, and no others. */

import { drawText } from "./draw-text.ts";
import { COLOURS, WIRES } from "./look.ts";
import type { ConnectionKind, Topology } from "./model.ts";
import { arrowTip } from "./path.ts";
import { widthOf } from "./text.ts";

const SIZE = 11;
const ROW = 20;
const SAMPLE = 34;
const GAP = 22;

export interface Legend {
  readonly drawing: string;
  readonly width: number;
  readonly height: number;
}

/** Rows as wide as the picture. */
export function drawLegend({ connections }: Topology, width: number): Legend {
  const used = new Set(connections.map(({ kind }) => kind));
  const entries = Object.entries(WIRES).filter(([kind]) => used.has(kind as ConnectionKind));
  let [x, y, widest] = [8, ROW, 0];
  const drawing = entries.map(([, look]) => {
    const length = SAMPLE + 6 + widthOf(look.means, SIZE);
    if (x > 8 && x + length > width) [x, y] = [8, y + ROW];
    const line = [
      { x, y: y - 4 },
      { x: x + SAMPLE, y: y - 4 },
    ];
    const dash = look.dash ? ` stroke-dasharray="${look.dash}"` : "";
    const drawn = `<path d="M${x} ${y - 4}H${x + SAMPLE}" fill="none" stroke="${look.colour}" stroke-width="${look.width}"${dash}/><path d="${arrowTip(line)}" fill="${look.colour}"/>${drawText(look.means, { x: x + SAMPLE + 6, y, size: SIZE, colour: COLOURS.quiet })}`;
    x += Math.ceil(length) + GAP;
    widest = Math.max(widest, x);
    return drawn;
  });
  return { drawing: `<g class="legend">${drawing.join("")}</g>`, width: widest, height: y + 8 };
}
