/** Paths of wires: right angles with rounded corners, and a tip that points the way. */
import type { Point } from "./geometry.ts";

const CORNER = 5;
const TIP = { length: 7, half: 3.4 };

/** Path data through all points; corners are rounded as far as the lines between them allow. */
export function pathOf(points: readonly Point[]): string {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return "";
  const bends = points.slice(1, -1).map((corner, index) => {
    const [before = corner, after = corner] = [points[index], points[index + 2]];
    const from = towards(corner, before);
    const to = towards(corner, after);
    return `L${at(from)}Q${at(corner)} ${at(to)}`;
  });
  return `M${at(first)}${bends.join("")}L${at(last)}`;
}

/** The point a corner's radius from `corner` on the way to `other`, at most half of the way. */
function towards(corner: Point, other: Point): Point {
  const [dx, dy] = [other.x - corner.x, other.y - corner.y];
  const length = Math.hypot(dx, dy);
  const share = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: corner.x + dx * share, y: corner.y + dy * share };
}

/** A triangle whose point is the last of the wire's. */
export function arrowTip(points: readonly Point[]): string {
  const end = points.at(-1);
  const before = points.at(-2);
  if (!end || !before) return "";
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const [ux, uy] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const base = { x: end.x - ux * TIP.length, y: end.y - uy * TIP.length };
  const side = (sign: 1 | -1) => ({ x: base.x - uy * TIP.half * sign, y: base.y + ux * TIP.half * sign });
  return `M${at(end)}L${at(side(1))}L${at(side(-1))}Z`;
}

const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;

/** To a tenth of a pixel, without needless digits. */
export const round = (n: number) => Number(n.toFixed(1));
