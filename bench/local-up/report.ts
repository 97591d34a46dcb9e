/** The measured times in words. */

/** One of a pair, in seconds, with the machine's load when it began. */
export interface Timed {
  readonly seconds: number;
  readonly load: number;
}

/** One `pulumi up` and the `docker compose up` that came after it. */
export interface Pair {
  readonly pulumi: Timed;
  readonly compose: Timed;
}

/** Most that `pulumi up` may take, in times of `docker compose up`. */
export const GOAL = 1.3;

export function report(pairs: readonly Pair[], version: string): string {
  const pulumi = pairs.map((pair) => pair.pulumi.seconds);
  const compose = pairs.map((pair) => pair.compose.seconds);
  const ratio = median(pulumi) / median(compose);
  const row = (...cells: string[]) => `| ${cells.join(" | ")} |\n`;
  return [
    row("run", "pulumi up", `docker compose ${version} up --wait`, "ratio", "load before each"),
    row("---", "---", "---", "---", "---"),
    ...pairs.map(({ pulumi: ours, compose: theirs }, index) =>
      row(
        String(index + 1),
        inSeconds(ours.seconds),
        inSeconds(theirs.seconds),
        times(ours.seconds / theirs.seconds),
        `${ours.load.toFixed(1)}, ${theirs.load.toFixed(1)}`,
      ),
    ),
    row("median", inSeconds(median(pulumi)), inSeconds(median(compose)), times(ratio), ""),
    row("min–max", range(pulumi), range(compose), "", ""),
    `\nThe goal of at most ${GOAL} × is ${ratio <= GOAL ? "met" : "not met"}.\n`,
  ].join("");
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

const inSeconds = (seconds: number) => `${seconds.toFixed(1)} s`;
const times = (ratio: number) => `${ratio.toFixed(2)} ×`;
const range = (values: readonly number[]) =>
  `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)} s`;
