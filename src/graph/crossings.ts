/** How hard a layout is to follow. */
import type { Layout, PlacedWire, Point } from "./geometry.ts";
import { type Branch, branchesOf } from "./trunks.ts";

interface Segment {
  readonly wire: PlacedWire;
  readonly from: Point;
  readonly to: Point;
}

/** What a crossing counts, in pixels of wire. */
const CROSSING = 40;

/** Less is better: pixels of drawn wire, and places where wires cross that do not belong together. */
export function effortOf({ wires }: Pick<Layout, "wires">): number {
  const segments = branchesOf(wires).flatMap(segmentsOf);
  const length = segments.reduce(
    (sum, { from, to }) => sum + Math.abs(from.x - to.x) + Math.abs(from.y - to.y),
    0,
  );
  return length + CROSSING * crossingsOf(segments);
}

function segmentsOf({ wire, points }: Branch): Segment[] {
  return points.slice(1).flatMap((to, index) => {
    const from = points[index];
    return from ? [{ wire, from, to }] : [];
  });
}

function crossingsOf(segments: readonly Segment[]): number {
  const flat = segments.filter(({ from, to }) => from.y === to.y);
  const upright = segments.filter(({ from, to }) => from.x === to.x);
  return flat.reduce((sum, one) => sum + upright.filter((other) => cross(one, other)).length, 0);
}

const cross = (flat: Segment, upright: Segment) =>
  isBetween(upright.from.x, flat.from.x, flat.to.x) &&
  isBetween(flat.from.y, upright.from.y, upright.to.y) &&
  !isOneTrunk(flat.wire, upright.wire);

const isBetween = (n: number, a: number, b: number) => n > Math.min(a, b) + 1 && n < Math.max(a, b) - 1;

/** Wires of one kind from the edge, or into one card, part from one another without crossing. */
function isOneTrunk({ connection: a }: PlacedWire, { connection: b }: PlacedWire): boolean {
  return a.kind === b.kind && (a.to === b.to || a.from === b.from);
}
