/** A dashboard as Grafana reads it (schema 39: Grafana 10.3, 11 and 12). */
import { COLUMNS, type Dashboard, type Panel, type PanelKind, type Row } from "./dashboard.ts";

/** Uid of the data source that the dashboards ask, unless another is chosen on the page. */
export const DATASOURCE = "prometheus";
const source = { type: "prometheus", uid: "${" + "datasource}" };

interface Shape {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  /** One value instead of a course over time. */
  readonly instant: boolean;
  options(panel: Panel): Record<string, unknown>;
}

const lastValue = { calcs: ["lastNotNull"], fields: "", values: false };

const shapes: Readonly<Record<PanelKind, Shape>> = {
  timeseries: {
    type: "timeseries",
    width: 12,
    height: 8,
    instant: false,
    options: () => ({
      legend: { displayMode: "table", placement: "bottom", calcs: ["lastNotNull", "max"], showLegend: true },
      tooltip: { mode: "multi", sort: "desc" },
    }),
  },
  stat: {
    type: "stat",
    width: 6,
    height: 5,
    instant: true,
    options: ({ thresholds, words }) => ({
      reduceOptions: lastValue,
      colorMode: thresholds || words ? "value" : "none",
      graphMode: "none",
      textMode: "value",
      justifyMode: "center",
    }),
  },
  gauge: {
    type: "gauge",
    width: 6,
    height: 5,
    instant: true,
    options: () => ({ reduceOptions: lastValue, showThresholdMarkers: true }),
  },
  bars: {
    type: "bargauge",
    width: 12,
    height: 8,
    instant: true,
    options: () => ({ reduceOptions: lastValue, orientation: "horizontal", displayMode: "basic" }),
  },
  table: {
    type: "table",
    width: 12,
    height: 8,
    instant: true,
    options: () => ({ showHeader: true, sortBy: [{ displayName: "Value", desc: true }] }),
  },
};

/** JSON text for Grafana's provisioning, the same for the same dashboard. */
export function renderGrafana(dashboard: Dashboard): string {
  const { uid, title, description, tags } = dashboard;
  const model = {
    uid,
    title,
    description,
    tags,
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    timezone: "browser",
    templating: { list: [datasourceChoice(), ...dashboard.variables.map(choice)] },
    annotations: { list: [] },
    links: [{ type: "dashboards", tags: ["atelier"], asDropdown: true, title: "Dashboards", keepTime: true }],
    panels: layOut(dashboard.rows),
  };
  return `${JSON.stringify(model, undefined, 2)}\n`;
}

function datasourceChoice() {
  return {
    name: "datasource",
    label: "Data source",
    type: "datasource",
    query: "prometheus",
    current: { text: "Prometheus", value: DATASOURCE, selected: true },
    hide: 2,
  };
}

function choice({ name, label, values }: Dashboard["variables"][number]) {
  return {
    name,
    label,
    type: "custom",
    query: values.join(","),
    multi: true,
    includeAll: true,
    current: { text: ["All"], value: ["$__all"], selected: true },
    options: [
      { text: "All", value: "$__all", selected: true },
      ...values.map((value) => ({ text: value, value, selected: false })),
    ],
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Rows from top to bottom; in each, panels from left to right, with a new line where the next does not fit. */
function layOut(rows: readonly Row[]): unknown[] {
  const placed: unknown[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    placed.push({
      id: placed.length + 1,
      type: "row",
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of panels) {
      const { width, height } = shapes[panel.kind];
      const w = panel.width ?? width;
      if (x + w > COLUMNS) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      placed.push(renderPanel(panel, placed.length + 1, { x, y, w, h: height }));
      x += w;
      lineHeight = Math.max(lineHeight, height);
    }
    y += lineHeight;
  }
  return placed;
}

function renderPanel(panel: Panel, id: number, gridPos: Place) {
  const shape = shapes[panel.kind];
  return {
    id,
    type: shape.type,
    title: panel.title,
    description: panel.description,
    gridPos,
    datasource: source,
    targets: panel.queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: source,
      expr,
      legendFormat: legend,
      instant: shape.instant,
      range: !shape.instant,
      ...(panel.kind === "table" && { format: "table" }),
    })),
    fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
    options: shape.options(panel),
    ...(panel.kind === "table" && {
      transformations: [{ id: "organize", options: { excludeByName: { Time: true } } }],
    }),
  };
}

function fieldDefaults({ kind, unit, max, thresholds = [], words, stacked }: Panel) {
  const steps = [
    { color: "green", value: null },
    ...thresholds.map(({ from, color }) => ({ color, value: from })),
  ];
  return {
    unit,
    min: 0,
    ...(max !== undefined && { max }),
    color: { mode: kind === "timeseries" ? "palette-classic" : "thresholds" },
    thresholds: { mode: "absolute", steps: words ? wordSteps : steps },
    mappings: words ? [{ type: "value", options: wordOptions(words) }] : [],
    ...(kind === "timeseries" && {
      custom: {
        lineWidth: 1,
        fillOpacity: stacked ? 30 : 8,
        showPoints: "never",
        spanNulls: false,
        stacking: { mode: stacked ? "normal" : "none" },
        thresholdsStyle: { mode: thresholds.length > 0 ? "dashed" : "off" },
      },
    }),
  };
}

/** Where words stand for values, 0 is the bad one. */
const wordSteps = [
  { color: "red", value: null },
  { color: "green", value: 1 },
];

function wordOptions(words: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(words).map(([value, text], index) => [value, { text, index }]));
}
