/** Wires that share a part of their way: each stretch is drawn once, so that dashes stay dashes. */

import type { PlacedWire, Point } from "./geometry.ts";
import { EDGE } from "./ids.ts";

export interface Branch {
  readonly wire: PlacedWire;
  /** What is left to draw of the wire. */
  readonly points: readonly Point[];
  /** Where it joins what is drawn already. */
  readonly joint?: Point;
}

type Segment = readonly [from: Point, to: Point];

/** In the order of the wires. Those into one card join on the way there; those from the edge part behind it. */
export function branchesOf(wires: readonly PlacedWire[]): Branch[] {
  const drawn = new Map<string, Segment[]>();
  return wires.map((wire) => {
    const isFanOut = wire.connection.from === EDGE;
    const key = trunkOf(wire);
    const known = drawn.get(key) ?? [];
    drawn.set(key, known);
    const points = isFanOut ? wire.points.toReversed() : wire.points;
    const own = untilTrunk(points, known);
    known.push(...segmentsOf(own.points));
    return {
      wire,
      points: isFanOut ? own.points.toReversed() : own.points,
      ...(own.joint && { joint: own.joint }),
    };
  });
}

const trunkOf = ({ connection: { from, to, kind } }: PlacedWire) =>
  from === EDGE ? `> ${kind}` : `${to} < ${kind}`;

const segmentsOf = (points: readonly Point[]): Segment[] =>
  points.slice(1).flatMap((to, index): Segment[] => {
    const from = points[index];
    return from ? [[from, to]] : [];
  });

function untilTrunk(points: readonly Point[], trunk: readonly Segment[]): { points: Point[]; joint?: Point } {
  const walked = points.slice(0, 1);
  for (const segment of segmentsOf(points)) {
    const joint = firstTouch(segment, trunk);
    if (joint) return { points: [...walked, joint], joint };
    walked.push(segment[1]);
  }
  return { points: walked };
}

/** The first point of a segment that lies on the trunk. */
function firstTouch([from, to]: Segment, trunk: readonly Segment[]): Point | undefined {
  const touches = trunk.flatMap(([a, b]) => {
    const x = clamp(from.x, to.x, nearest(from.x, a.x, b.x));
    const y = clamp(from.y, to.y, nearest(from.y, a.y, b.y));
    return isOn({ x, y }, a, b) ? [{ x, y }] : [];
  });
  const distance = (point: Point) => Math.abs(point.x - from.x) + Math.abs(point.y - from.y);
  return touches.toSorted((one, other) => distance(one) - distance(other))[0];
}

/** The number between `a` and `b` that is nearest to `n`. */
const nearest = (n: number, a: number, b: number) => Math.max(Math.min(a, b), Math.min(n, Math.max(a, b)));
const clamp = (from: number, to: number, n: number) => nearest(n, from, to);

const isOn = ({ x, y }: Point, a: Point, b: Point) =>
  Math.abs(nearest(x, a.x, b.x) - x) < 0.5 && Math.abs(nearest(y, a.y, b.y) - y) < 0.5;
