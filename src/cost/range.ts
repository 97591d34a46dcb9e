/** Arithmetic on low, expected and high at once. */
import type { Range } from "./model.ts";

export const ZERO: Range = { low: 0, expected: 0, high: 0 };

/** The same amount in every month. */
export const fixed = (amount: number): Range => ({ low: amount, expected: amount, high: amount });

export const range = (low: number, expected: number, high: number): Range => ({ low, expected, high });

const both = (a: Range, b: Range, combine: (x: number, y: number) => number): Range => ({
  low: combine(a.low, b.low),
  expected: combine(a.expected, b.expected),
  high: combine(a.high, b.high),
});

export const plus = (a: Range, b: Range): Range => both(a, b, (x, y) => x + y);
export const minus = (a: Range, b: Range): Range => both(a, b, (x, y) => x - y);
export const times = (a: Range, factor: number | Range): Range =>
  both(a, typeof factor === "number" ? fixed(factor) : factor, (x, y) => x * y);
export const atMost = (a: Range, most: number): Range => both(a, fixed(most), Math.min);
export const sum = (ranges: readonly Range[]): Range => ranges.reduce(plus, ZERO);
