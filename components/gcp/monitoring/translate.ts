/** The neutral dashboards and alarms as they stand on Google Cloud: what an app measures itself is narrowed to this
 * deployment, what an exporter would have measured is asked of Google, and what nobody measures is left out, with a note.
 */
import type { App } from "../../../src/config/model.ts";
import type { Definitions } from "../../monitoring/check.ts";
import type { Dashboard, Panel, Row } from "../../monitoring/dashboard.ts";
import { catalogueOf, seriesIn, seriesOf } from "../../monitoring/metric-catalogue.ts";
import { narrow, parseQuery } from "../../monitoring/promql.ts";
import type { AlertRule, RuleGroup } from "../../monitoring/rules.ts";
import { counterpartOf } from "./panel-counterparts.ts";
import { RULE_COUNTERPARTS } from "./rule-counterparts.ts";
import { type Context, ownSeries } from "./selectors.ts";

export interface Translated extends Definitions {
  readonly notes: readonly string[];
}

export function translate(context: Context, { dashboards, rules }: Definitions): Translated {
  const groups = rules.map((group) => translateGroup(context, group));
  const boards = dashboards.map((dashboard) => translateDashboard(context, dashboard));
  return {
    rules: groups.map(({ kept }) => kept).filter((group) => group.rules.length > 0),
    dashboards: boards.map(({ kept }) => kept).filter(({ rows }) => rows.length > 0),
    notes: [
      ...noteOf(
        "alerts without a counterpart in Google's metrics are left out",
        groups.flatMap(({ left }) => left),
      ),
      ...noteOf(
        "panels without a counterpart in Google's metrics are left out",
        boards.flatMap(({ left }) => left),
      ),
    ],
  };
}

const noteOf = (what: string, left: readonly string[]): string[] =>
  left.length > 0 ? [`${what}: ${[...new Set(left)].join(", ")}`] : [];

function translateGroup(context: Context, group: RuleGroup): { kept: RuleGroup; left: string[] } {
  const translated = group.rules.map((rule) => ({ rule, as: translateRule(context, rule) }));
  return {
    kept: { ...group, rules: translated.flatMap(({ as }) => as ?? []) },
    left: translated.flatMap(({ rule, as }) => (as ? [] : [rule.name])),
  };
}

function translateRule(context: Context, rule: AlertRule): AlertRule | undefined {
  const { app } = context.deployment;
  const expr = isOwn(app, rule.expr) ? narrowed(app, rule.expr) : RULE_COUNTERPARTS[rule.name]?.(context);
  return expr === undefined ? undefined : { ...rule, expr };
}

function translateDashboard(context: Context, dashboard: Dashboard): { kept: Dashboard; left: string[] } {
  const rows = dashboard.rows.map((row) => translateRow(context, row));
  return {
    kept: { ...dashboard, rows: rows.map(({ kept }) => kept).filter(({ panels }) => panels.length > 0) },
    left: rows.flatMap(({ left }) => left.map((title) => `${dashboard.title}/${title}`)),
  };
}

function translateRow(context: Context, row: Row): { kept: Row; left: string[] } {
  const translated = row.panels.map((panel) => ({ panel, as: translatePanel(context, row.title, panel) }));
  return {
    kept: { ...row, panels: translated.flatMap(({ as }) => as ?? []) },
    left: translated.flatMap(({ panel, as }) => (as ? [] : [panel.title])),
  };
}

function translatePanel(context: Context, row: string, panel: Panel): Panel | undefined {
  const { app } = context.deployment;
  if (!panel.queries.every(({ expr }) => isOwn(app, expr))) return counterpartOf(context, row, panel);
  return {
    ...panel,
    queries: panel.queries.map(({ expr, legend }) => ({ legend, expr: narrowed(app, expr) })),
  };
}

/** Whether the app's own collectors write all that a query asks. */
function isOwn(app: App, expr: string): boolean {
  const own = ownMetrics(app);
  return parseQuery(hide(expr)).selectors.every(({ metric }) => own.has(metric));
}

/** Series that the app's services declare, and whether they could be read. */
export function ownMetrics(app: App): ReadonlySet<string> {
  const declared = Object.values(app.services).flatMap(({ metrics }) =>
    Object.entries(metrics?.declares ?? {}).flatMap(([name, metric]) => Object.keys(seriesOf(name, metric))),
  );
  return new Set([...declared, "up"]);
}

/** Labels of each of them. */
export const ownSeriesLabels = (app: App): ReadonlyMap<string, readonly string[]> => {
  const own = ownMetrics(app);
  return new Map(
    [...seriesIn(catalogueOf(app))]
      .filter(([name]) => own.has(name))
      .map(([name, labels]) => [name, [...labels, "namespace"]]),
  );
};

const narrowed = (app: App, expr: string): string => show(narrow(hide(expr), ownSeries(app)));

/** Grafana's word for a span is none of PromQL's; one that nobody writes stands for it while a query is read. */
const SPAN = "987654321s";
const hide = (expr: string) => expr.replaceAll("$__rate_interval", SPAN);
const show = (expr: string) => expr.replaceAll(SPAN, "$__rate_interval");
