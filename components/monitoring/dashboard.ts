/** A dashboard, as a plain value: what is shown, in which unit, and what it means. It knows PromQL and nothing
 * of the tool that draws it; grafana.ts writes it as Grafana's JSON, and a target without Grafana shows the same
 * value on a static page.
 */

/** The column grid that panels are laid out on. */
export const COLUMNS = 24;

export interface Dashboard {
  /** Stable across renames: links and bookmarks use it. At most 40 characters of `a-z0-9-`. */
  readonly uid: string;
  readonly title: string;
  /** One sentence. */
  readonly description: string;
  readonly tags: readonly string[];
  /** Choices on top of the page. `$name` in a query stands for the chosen value, as a regular expression. */
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  /** What may be chosen. All of them are at first. */
  readonly values: readonly string[];
}

/** Panels under one heading. They flow left to right, by their widths. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly title: string;
  /** One sentence: what the number means, and when to worry. */
  readonly description: string;
  readonly kind: PanelKind;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Colours from a value on, ascending; the base colour is green. */
  readonly thresholds?: readonly Threshold[];
  /** Words for single values, for instance `{ "0": "corrupt", "1": "sound" }`. */
  readonly words?: Readonly<Record<string, string>>;
  /** Lower and upper end of the axis. Found from the data when absent; `min` is 0 for every unit. */
  readonly max?: number;
  /** Of the 24 columns. 6 for a stat or gauge, 12 otherwise. */
  readonly width?: number;
  /** Draw the series on top of one another. */
  readonly stacked?: boolean;
}

export type PanelKind = "timeseries" | "stat" | "gauge" | "bars" | "table";

/** Grafana's own unit names, of which we use these. */
export type Unit =
  | "short"
  | "percentunit"
  | "s"
  | "bytes"
  | "Bps"
  | "reqps"
  | "ops"
  | "cps"
  | "currencyUSD"
  | "dateTimeFromNow"
  | "none";

export interface Query {
  /** PromQL. `$__rate_interval` and the dashboard's variables may stand in it. */
  readonly expr: string;
  /** Name of a series in the legend; `{{label}}` is replaced by the label's value. */
  readonly legend: string;
}

export interface Threshold {
  readonly from: number;
  readonly color: "yellow" | "orange" | "red";
}

/** A query as Prometheus takes it: each variable as a regular expression of all its values. */
export function plainQuery(dashboard: Pick<Dashboard, "variables">, expr: string, interval = "5m"): string {
  const withInterval = expr.replaceAll("$__rate_interval", interval);
  return dashboard.variables.reduce(
    (text, { name, values }) => text.replaceAll(new RegExp(`\\$${name}\\b`, "g"), () => values.join("|")),
    withInterval,
  );
}

/** Every panel of a dashboard, in reading order. */
export function panelsOf(dashboard: Dashboard): readonly Panel[] {
  return dashboard.rows.flatMap(({ panels }) => panels);
}
