/** A dashboard as Cloud Monitoring reads it: the same rows and panels, one tile each. */
import { COLUMNS, type Dashboard, type Panel, plainQuery } from "../../monitoring/dashboard.ts";

/** Cloud Monitoring's grid has twice the columns of ours. */
const GRID = 2 * COLUMNS;
const HEADING = 4;
const HEIGHTS = { timeseries: 16, bars: 16, table: 16, stat: 10, gauge: 10 } as const satisfies Record<
  Panel["kind"],
  number
>;
const WIDTHS = { timeseries: 12, bars: 12, table: 12, stat: 6, gauge: 6 } as const satisfies Record<
  Panel["kind"],
  number
>;

interface Tile {
  readonly xPos: number;
  readonly yPos: number;
  readonly width: number;
  readonly height: number;
  readonly widget: Readonly<Record<string, unknown>>;
}

/** JSON text, the same for the same dashboard. `labels` go with it, because a dashboard has no name of its own. */
export function renderGoogleDashboard(
  dashboard: Dashboard,
  title: string,
  labels: readonly string[],
): string {
  return JSON.stringify({
    displayName: title,
    labels: Object.fromEntries(labels.map((label) => [label, ""])),
    mosaicLayout: { columns: GRID, tiles: layOut(dashboard) },
  });
}

function layOut(dashboard: Dashboard): Tile[] {
  const tiles: Tile[] = [];
  let y = 0;
  for (const { title, panels } of dashboard.rows) {
    const heading = { title, sectionHeader: { subtitle: "", dividerBelow: true } };
    tiles.push({ xPos: 0, yPos: y, width: GRID, height: HEADING, widget: heading });
    y += HEADING;
    let x = 0;
    let lineHeight = 0;
    for (const panel of panels) {
      const width = 2 * (panel.width ?? WIDTHS[panel.kind]);
      if (x + width > GRID) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      tiles.push({
        xPos: x,
        yPos: y,
        width,
        height: HEIGHTS[panel.kind],
        widget: widgetOf(dashboard, panel),
      });
      x += width;
      lineHeight = Math.max(lineHeight, HEIGHTS[panel.kind]);
    }
    y += lineHeight;
  }
  return tiles;
}

function widgetOf(dashboard: Dashboard, panel: Panel): Readonly<Record<string, unknown>> {
  const queries = panel.queries.map(({ expr, legend }) => ({
    legend,
    source: { prometheusQuery: plainQuery(dashboard, expr, "${__interval}"), ...unitOf(panel) },
  }));
  const base = { title: panel.title };
  const [first] = queries;
  switch (panel.kind) {
    case "stat":
    case "gauge":
      return { ...base, scorecard: { timeSeriesQuery: first?.source, ...gaugeOf(panel), ...limits(panel) } };
    case "table":
    case "bars":
      return {
        ...base,
        timeSeriesTable: {
          metricVisualization: panel.kind === "bars" ? "BAR" : "NUMBER",
          dataSets: queries.map(({ source }) => ({ timeSeriesQuery: source })),
        },
      };
    default:
      return {
        ...base,
        xyChart: {
          dataSets: queries.map(({ source, legend }) => ({
            timeSeriesQuery: source,
            plotType: panel.stacked ? "STACKED_AREA" : "LINE",
            targetAxis: "Y1",
            // Placeholders are Grafana's; Cloud Monitoring names a series by its labels.
            ...(legend.includes("{{") ? {} : { legendTemplate: legend }),
          })),
          yAxis: { scale: "LINEAR" },
          ...lines(panel),
        },
      };
  }
}

const gaugeOf = ({ kind, max }: Panel) =>
  kind === "gauge" ? { gaugeView: { lowerBound: 0, upperBound: max ?? 1 } } : {};

/** Cloud Monitoring has yellow and red for a single value. */
const limits = ({ thresholds = [] }: Panel) =>
  thresholds.length === 0
    ? {}
    : {
        thresholds: thresholds.map(({ from, color }) => ({
          value: from,
          color: color === "red" ? "RED" : "YELLOW",
          direction: "ABOVE",
        })),
      };

const lines = ({ thresholds = [] }: Panel) =>
  thresholds.length === 0
    ? {}
    : { thresholds: thresholds.map(({ from }) => ({ value: from, targetAxis: "Y1" })) };

/** Google's spelling (UCUM) of the units that it would not find by itself. */
const UNITS: Readonly<Partial<Record<Panel["unit"], string>>> = {
  percentunit: "10^2.%",
  s: "s",
  bytes: "By",
  Bps: "By/s",
  currencyUSD: "USD",
};

function unitOf({ unit }: Panel): { unitOverride?: string } {
  const known = UNITS[unit];
  return known === undefined ? {} : { unitOverride: known };
}
