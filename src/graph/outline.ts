/** Outlines of cards. Data is a cylinder; what runs now and then, and what is not ours, has a broken line. */
import { isStore, RIM } from "./card.ts";
import type { PlacedCard } from "./geometry.ts";
import { COLOURS, ZONE_LOOKS } from "./look.ts";
import type { NodeKind } from "./model.ts";

const BROKEN: Readonly<Partial<Record<NodeKind, string>>> = { job: "6 3", cron: "6 3", host: "2 3" };
const CORNER: Readonly<Partial<Record<NodeKind, number>>> = { users: 18, operators: 18, host: 18 };

export function outlineOf({ node, x, y, width, height }: PlacedCard): string {
  const dash = BROKEN[node.kind];
  const look = [
    `fill="${COLOURS.paper}"`,
    `stroke="${ZONE_LOOKS[node.zone].colour}"`,
    `stroke-width="1.3"`,
    ...(dash ? [`stroke-dasharray="${dash}"`] : []),
  ].join(" ");
  if (!isStore(node)) {
    const radius = CORNER[node.kind] ?? 6;
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" ${look}/>`;
  }
  const arc = (sweep: 0 | 1, to: number) => `a${width / 2} ${RIM} 0 0 ${sweep} ${to} 0`;
  const body = `M${x} ${y + RIM}${arc(1, width)}v${height - 2 * RIM}${arc(1, -width)}Z`;
  return `<path d="${body}M${x} ${y + RIM}${arc(0, width)}" ${look}/>`;
}
