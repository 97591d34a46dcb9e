/** Written quantities → numbers with their unit in the type, and back.
 *
 * Every parser takes what YAML gives (text or number) and throws Unreadable with the exact reason.
 */
import type { Bytes, Cpu, Dollars, Duration, Percent, PerMinute } from "./units.ts";
import { show, Unreadable } from "./unreadable.ts";

export type Scalar = string | number;

const BYTES = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 } as const;
const MILLISECONDS = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
} as const;
const NUMBER = String.raw`(\d{1,15}(?:\.\d{1,9})?)`;
const A_NUMBER = new RegExp(`^${NUMBER}$`);
const DECIMAL_SIZE = new RegExp(`^${NUMBER} ?([kKmMgGtT])(?:[bB]|iB|ib)?$`);
const SIZE = new RegExp(`^${NUMBER}(Ki|Mi|Gi|Ti)$`);
const TIME_PART = String.raw`\d{1,15}(?:\.\d{1,9})?(?:ms|[smhdw])`;
const TIME = new RegExp(`^(?:${TIME_PART})+$`);

const textOf = (written: Scalar) => String(written).trim();

/** `512Mi`, `2Gi`, `1.5Gi`. */
export function parseBytes(written: Scalar): Bytes {
  const text = textOf(written);
  const allowed = "a number with Ki, Mi, Gi or Ti";
  const [, amount, unit] = SIZE.exec(text) ?? [];
  if (amount !== undefined) {
    return positive(
      written,
      Math.round(Number(amount) * BYTES[unit as keyof typeof BYTES]),
      "size",
      allowed,
    ) as Bytes;
  }
  if (A_NUMBER.test(text)) {
    throw new Unreadable(`${text} has no unit`, { allowed, remedy: `write ${text}Mi or ${text}Gi` });
  }
  const [, decimal, letter] = DECIMAL_SIZE.exec(text) ?? [];
  if (decimal !== undefined) {
    const remedy = `write ${decimal}${letter?.toUpperCase()}i`;
    throw new Unreadable(`${text} is not a size`, { allowed, remedy });
  }
  throw new Unreadable(`${show(written)} is not a size`, { allowed, remedy: "write 512Mi for instance" });
}

/** `0.5`, `2`, `250m`. */
export function parseCpu(written: Scalar): Cpu {
  const text = textOf(written);
  const allowed = "cores such as 0.5 or 2, or thousandths such as 250m";
  const [, thousandths] = /^(\d{1,9})m$/.exec(text) ?? [];
  const cores =
    thousandths !== undefined ? Number(thousandths) / 1000 : A_NUMBER.test(text) ? Number(text) : undefined;
  if (cores === undefined) {
    throw new Unreadable(`${show(written)} is not a number of cores`, {
      allowed,
      remedy: "write 0.5 for instance",
    });
  }
  return positive(written, cores, "number of cores", allowed) as Cpu;
}

/** `500ms`, `10s`, `5m`, `24h`, `14d`, `2w`, and sums such as `1h30m`. */
export function parseDuration(written: Scalar): Duration {
  const text = textOf(written);
  const allowed = "a number with ms, s, m, h, d or w";
  if (TIME.test(text)) {
    const parts = [...text.matchAll(new RegExp(`${NUMBER}(ms|[smhdw])`, "g"))];
    const total = parts.reduce(
      (sum, [, amount, unit]) => sum + Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS],
      0,
    );
    return positive(written, Math.round(total), "length of time", allowed) as Duration;
  }
  if (A_NUMBER.test(text)) {
    throw new Unreadable(`${text} has no unit`, { allowed, remedy: `write ${text}s or ${text}m` });
  }
  throw new Unreadable(`${show(written)} is not a length of time`, {
    allowed,
    remedy: "write 10s for instance",
  });
}

/** `70%`. */
export function parsePercent(written: Scalar): Percent {
  const text = textOf(written);
  const allowed = "0%–100%";
  const [, amount] = new RegExp(`^${NUMBER} ?%$`).exec(text) ?? [];
  if (amount !== undefined) {
    if (Number(amount) <= 100) return (Number(amount) / 100) as Percent;
    throw new Unreadable(`${text} is more than all`, { allowed, remedy: "write 70% for instance" });
  }
  if (A_NUMBER.test(text)) {
    const share = Number(text) < 1 ? formatNumber(Number(text) * 100) : text;
    throw new Unreadable(`${text} has no %`, { allowed, remedy: `write ${share}%` });
  }
  throw new Unreadable(`${show(written)} is not a share`, { allowed, remedy: "write 70% for instance" });
}

/** `1000` and `1000/min` are per minute, `20/s` is per second. */
export function parseRate(written: Scalar): PerMinute {
  const text = textOf(written);
  const allowed = "a number per minute such as 1000 or 1000/min, or per second such as 20/s";
  const [, amount, unit] = new RegExp(`^${NUMBER}(?:/(min|s))?$`).exec(text) ?? [];
  if (amount === undefined) {
    throw new Unreadable(`${show(written)} is not a rate`, { allowed, remedy: "write 60/min for instance" });
  }
  return positive(written, Number(amount) * (unit === "s" ? 60 : 1), "rate", allowed) as PerMinute;
}

/** `300`, `$300`, `$0.50`. */
export function parseDollars(written: Scalar): Dollars {
  const text = textOf(written);
  const allowed = "US dollars such as 300 or $300";
  const [, amount] = new RegExp(`^\\$?${NUMBER}$`).exec(text) ?? [];
  if (amount === undefined) {
    throw new Unreadable(`${show(written)} is not an amount of money`, {
      allowed,
      remedy: "write $300 for instance",
    });
  }
  return positive(written, Number(amount), "amount of money", allowed) as Dollars;
}

function positive(written: Scalar, value: number, noun: string, allowed: string): number {
  if (value > 0 && value <= Number.MAX_SAFE_INTEGER) return value;
  const what =
    value > 0 ? `${show(written)} is too large for a ${noun}` : `${show(written)} is no ${noun}: it is zero`;
  throw new Unreadable(what, { allowed, remedy: value > 0 ? "write less" : "write more than zero" });
}

// ------------------------------------------------------------------------------------------------ and back

/** `512Mi`; in the largest unit that leaves a short number. */
export function formatBytes(size: Bytes): string {
  return inUnits(size, BYTES, "Ki");
}

/** `10s`, `36h`, `14d`; in the largest unit that leaves a whole number. */
export function formatDuration(time: Duration): string {
  const { w: _, ...units } = MILLISECONDS;
  return inUnits(time, units, "ms");
}

export const formatCpu = (cpu: Cpu) => formatNumber(cpu);
export const formatPercent = (share: Percent) => `${formatNumber(share * 100)}%`;
export const formatRate = (rate: PerMinute) => `${formatNumber(rate)}/min`;
export const formatDollars = (amount: Dollars) => `$${formatNumber(amount)}`;

function inUnits(value: number, units: Readonly<Record<string, number>>, smallest: string): string {
  const fitting = Object.entries(units)
    .toReversed()
    .find(([, size]) => value >= size && Number.isInteger(value / size));
  const [unit, size] = fitting ?? [smallest, units[smallest] ?? 1];
  return `${formatNumber(value / size)}${unit}`;
}

function formatNumber(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}
