/** The shapes that most panels have. */
import type { Panel, PanelKind, Query, Threshold, Unit } from "../dashboard.ts";

type Rest = Partial<Pick<Panel, "thresholds" | "width" | "stacked" | "max" | "words">>;

/** Panel of a kind: `timeseries("Requests", "How many …", "reqps", { "{{job}}": "sum by (job) (…)" })`. The keys of
 * `queries` are the legend.
 */
const panel =
  (kind: PanelKind) =>
  (
    title: string,
    description: string,
    unit: Unit,
    queries: Readonly<Record<string, string>> | readonly Query[],
    rest: Rest = {},
  ): Panel => ({ title, description, kind, unit, queries: listed(queries), ...rest });

export const timeseries = panel("timeseries");
export const stat = panel("stat");
export const gauge = panel("gauge");
export const bars = panel("bars");
export const table = panel("table");

function listed(queries: Readonly<Record<string, string>> | readonly Query[]): readonly Query[] {
  if (Array.isArray(queries)) return queries;
  return Object.entries(queries).map(([legend, expr]) => ({ legend, expr }));
}

/** Yellow from the first value, red from the second. */
export const warnAt = (yellow: number, red: number): readonly Threshold[] => [
  { from: yellow, color: "yellow" },
  { from: red, color: "red" },
];

/** Part of a whole that is 0, not "no data", while nothing of it happened. */
export function share(part: string, whole: string): string {
  return `(${part} or 0 * ${whole}) / (${whole} > 0) or 0 * ${whole}`;
}

/** `{job=~"$service"}` with further matchers. */
export function chosen(...matchers: readonly (string | undefined)[]): string {
  return `{${['job=~"$service"', ...matchers.filter((matcher) => matcher !== undefined)].join(", ")}}`;
}
