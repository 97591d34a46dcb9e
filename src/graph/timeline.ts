/** What takes how long, as a picture: one bar per operation, those that everything waits for marked. */
import { drawText } from "./draw-text.ts";
import { COLOURS } from "./look.ts";
import { round } from "./path.ts";
import { breakLines, escapeXml, FONT, widthOf } from "./text.ts";
import { count } from "./words.ts";

export interface Bar {
  readonly name: string;
  /** Seconds since the beginning. */
  readonly start: number;
  /** Seconds since the beginning; at least `start`. */
  readonly end: number;
  /** Nothing could end sooner without it. */
  readonly critical: boolean;
}

export interface TimelineOptions {
  /** @default Timeline */
  readonly title?: string;
}

/** More bars than this are summed up in one line. */
const MOST_BARS = 40;
const ROW = 20;
const BAR = 12;
const SIZE = 11;
const MARGIN = 16;
const HEADER = 86;
const CHART = 640;
const WIDEST_NAME = 260;
const TAIL = 70;

const CRITICAL = "#b45309";
const OTHER = "#64748b";

/** The longest bars and the whole critical path, in the order in which they begin; the same bytes for the same bars.
 * @returns the whole document
 */
export function renderTimeline(bars: readonly Bar[], { title = "Timeline" }: TimelineOptions = {}): string {
  const { shown, summed } = chosen(bars);
  const total = Math.max(0, ...bars.map(({ end }) => end));
  const left = MARGIN + Math.ceil(Math.max(80, ...shown.map(({ name }) => widthOf(cut(name), SIZE)))) + 10;
  const rows = shown.length + (summed.length > 0 ? 1 : 0);
  const scale = (seconds: number) => left + (total === 0 ? 0 : (seconds / total) * CHART);
  const width = left + CHART + TAIL + MARGIN;
  const height = HEADER + Math.max(rows, 1) * ROW + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="${FONT}">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="desc">${escapeXml(describeTimeline(bars))}</desc>`,
    `<rect width="${width}" height="${height}" fill="${COLOURS.paper}"/>`,
    drawText(title, { x: MARGIN, y: MARGIN + 14, size: 16, colour: COLOURS.ink, bold: true }),
    ...drawKey(bars, total),
    ...drawTicks({ total, scale, bottom: HEADER + shown.length * ROW }),
    ...shown.map((bar, row) => drawBar(bar, { top: HEADER + row * ROW, left, scale })),
    ...drawRest(summed, { y: HEADER + shown.length * ROW, left }),
    "</svg>",
    "",
  ].join("\n");
}

/** The timeline in words: how long all of it takes, and the critical path step by step. */
export function describeTimeline(bars: readonly Bar[]): string {
  const total = Math.max(0, ...bars.map(({ end }) => end));
  const path = inOrder(bars.filter(({ critical }) => critical));
  return [
    `${count(bars.length, "operation")} in ${formatSeconds(total)}.`,
    ...path.map(({ name, start, end }) => `${name}: from ${formatSeconds(start)} to ${formatSeconds(end)}.`),
  ].join("\n");
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `1 h 2 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const parts =
    hours > 0 ? [`${hours} h`, minutes && `${minutes} min`] : [`${minutes} min`, rest && `${rest} s`];
  return parts.filter(Boolean).join(" ");
}

function chosen(bars: readonly Bar[]): { shown: Bar[]; summed: Bar[] } {
  const byWeight = bars.toSorted(
    (a, b) => Number(b.critical) - Number(a.critical) || lengthOf(b) - lengthOf(a) || byName(a, b),
  );
  return { shown: inOrder(byWeight.slice(0, MOST_BARS)), summed: byWeight.slice(MOST_BARS) };
}

const lengthOf = ({ start, end }: Bar) => end - start;
const byName = (a: Bar, b: Bar) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const inOrder = (bars: readonly Bar[]) =>
  bars.toSorted((a, b) => a.start - b.start || a.end - b.end || byName(a, b));

const cut = (name: string) => {
  const [first = "", ...more] = breakLines(name, { width: WIDEST_NAME, size: SIZE });
  return more.length > 0 ? `${first}…` : first;
};

function drawKey(bars: readonly Bar[], total: number): string[] {
  const y = MARGIN + 36;
  const said = `${count(bars.length, "operation")}, ${formatSeconds(total)} in all`;
  const key = MARGIN + widthOf(said, SIZE) + 24;
  const second = key + 20 + widthOf("critical path", SIZE) + 20;
  return [
    drawText(said, { x: MARGIN, y, size: SIZE, colour: COLOURS.quiet }),
    drawBox({ x: key, y: y - 9, width: 14, critical: true }),
    drawText("critical path", { x: key + 20, y, size: SIZE, colour: COLOURS.quiet }),
    drawBox({ x: second, y: y - 9, width: 14, critical: false }),
    drawText("beside it", { x: second + 20, y, size: SIZE, colour: COLOURS.quiet }),
  ];
}

/** The critical path is full, what runs beside it is hollow. */
function drawBox({
  x,
  y,
  width,
  critical,
}: {
  x: number;
  y: number;
  width: number;
  critical: boolean;
}): string {
  const look = critical
    ? `fill="${CRITICAL}" stroke="${CRITICAL}"`
    : `fill="${COLOURS.paper}" stroke="${OTHER}"`;
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(width, 2))}" height="${BAR}" rx="2" ${look}/>`;
}

interface Axis {
  readonly total: number;
  readonly scale: (seconds: number) => number;
  readonly bottom: number;
}

/** Lengths between ticks, in seconds. */
const STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400,
];
const MOST_TICKS = 8;

function drawTicks({ total, scale, bottom }: Axis): string[] {
  const step = STEPS.find((each) => total / each <= MOST_TICKS) ?? total / MOST_TICKS;
  const amount = total === 0 ? 0 : Math.floor(total / step + 1e-9);
  return Array.from({ length: amount + 1 }, (_, index) => {
    const x = round(scale(index * step));
    const label = formatSeconds(index * step);
    return `<path d="M${x} ${HEADER - 6}V${bottom}" stroke="#e2e8f0"/>${drawText(label, { x, y: HEADER - 10, size: 10, colour: COLOURS.quiet, middle: true })}`;
  });
}

function drawBar(
  bar: Bar,
  { top, left, scale }: { top: number; left: number; scale: Axis["scale"] },
): string {
  const { name, start, end, critical } = bar;
  const y = top + 13;
  const colour = critical ? CRITICAL : COLOURS.quiet;
  return [
    `<g class="bar"><title>${escapeXml(`${name}: ${formatSeconds(end - start)}, from ${formatSeconds(start)}`)}</title>`,
    drawText(cut(name), { x: MARGIN, y, size: SIZE, colour: COLOURS.ink, bold: false }),
    drawBox({ x: scale(start), y: top + 3, width: scale(end) - scale(start), critical }),
    drawText(formatSeconds(end - start), { x: Math.max(scale(end), left + 2) + 6, y, size: 10, colour }),
    "</g>",
  ].join("");
}

function drawRest(summed: readonly Bar[], { y, left }: { y: number; left: number }): string[] {
  if (summed.length === 0) return [];
  const longest = Math.max(...summed.map(lengthOf));
  const all = summed.reduce((sum, bar) => sum + lengthOf(bar), 0);
  const words = `${count(summed.length, "more operation")}, ${formatSeconds(all)} together, none longer than ${formatSeconds(longest)}`;
  return [drawText(words, { x: left, y: y + 14, size: SIZE, colour: COLOURS.quiet })];
}
