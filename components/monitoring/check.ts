/** Refuses dashboards and rules that name a metric or a label that nobody declares. */
import { distance } from "fastest-levenshtein";
import type { Problem } from "../../src/config/problem.ts";
import { type Dashboard, panelsOf, plainQuery } from "./dashboard.ts";
import { type Catalogue, SCRAPE_LABELS, seriesIn } from "./metric-catalogue.ts";
import { PromqlError, parseQuery, type Query } from "./promql.ts";
import type { RuleGroup } from "./rules.ts";

type Series = ReadonlyMap<string, readonly string[]>;
/** What is wrong and what to do, of one query. */
type Fault = Pick<Problem, "what" | "remedy">;

export interface Definitions {
  readonly dashboards: readonly Dashboard[];
  readonly rules: readonly RuleGroup[];
}

/** All problems at once; none when every query can have an answer. */
export function checkDefinitions({ dashboards, rules }: Definitions, catalogue: Catalogue): Problem[] {
  const series = seriesIn(catalogue);
  const shown = dashboards.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap((panel) =>
      panel.queries.flatMap(({ expr, legend }) => {
        const used = [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label]) => label ?? "");
        return faultsOf(plainQuery(dashboard, expr), used, "legend", series).map(
          (fault): Problem => ({ path: ["dashboards", dashboard.uid, panel.title], ...fault }),
        );
      }),
    ),
  );
  const alarmed = rules.flatMap((group) =>
    group.rules.flatMap(({ name, expr, summary, description, runbook, labels = {} }) => {
      const text = [summary, description, runbook].join("\n");
      const used = [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label ?? "");
      const own = Object.keys(labels);
      return faultsOf(
        expr,
        used.filter((label) => !own.includes(label)),
        "text",
        series,
      ).map((fault): Problem => ({ path: ["rules", group.name, name], ...fault }));
    }),
  );
  return [...shown, ...alarmed];
}

function faultsOf(text: string, shownLabels: readonly string[], where: string, series: Series): Fault[] {
  let query: Query;
  try {
    query = parseQuery(text);
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    return [{ what: error.message, remedy: `correct ${text}` }];
  }
  const unknown = unique(query.selectors.map(({ metric }) => metric)).filter((metric) => !series.has(metric));
  if (unknown.length > 0) return unknown.map((metric) => undeclaredMetric(metric, series));
  return [...labelFaults(query, series), ...shownFaults(query, shownLabels, where, series)];
}

function undeclaredMetric(metric: string, series: Series): Fault {
  return {
    what: `metric ${metric} is not declared`,
    remedy: `${didYouMean(metric, [...series.keys()])}declare it in a service's metrics.declares`,
  };
}

function labelFaults({ selectors, grouping }: Query, series: Series): Fault[] {
  const matched = selectors.flatMap(({ metric, matchers }) =>
    matchers.map(({ label }) => ({ label, metrics: [metric] })),
  );
  const faults = [...matched, ...grouping].flatMap(({ label, metrics }): Fault[] => {
    const known = unique(metrics.flatMap((metric) => series.get(metric) ?? []));
    if (metrics.length === 0 || known.includes(label)) return [];
    return [
      {
        what: `label ${label} is not declared on ${unique(metrics).join(", ")}`,
        remedy: `${didYouMean(label, known)}its labels are ${readable(known)}`,
      },
    ];
  });
  return [...new Map(faults.map((fault) => [fault.what, fault])).values()];
}

function shownFaults(query: Query, labels: readonly string[], where: string, series: Series): Fault[] {
  const carried = query.resultLabels((metric) => series.get(metric) ?? []);
  return unique(labels)
    .filter((label) => !carried.has(label))
    .map((label) => ({
      what: `the ${where} shows label ${label}, which the query's answer does not carry`,
      remedy:
        carried.size > 0 ? `it carries ${readable([...carried])}` : "it carries none; write plain words",
    }));
}

function didYouMean(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((other) => ({ other, far: distance(name, other) }))
    .sort((a, b) => a.far - b.far);
  return nearest && nearest.far <= Math.max(2, name.length / 2) ? `did you mean ${nearest.other}? else ` : "";
}

function readable(labels: readonly string[]): string {
  const own = labels.filter((label) => !(SCRAPE_LABELS as readonly string[]).includes(label));
  return [...own, ...SCRAPE_LABELS].join(", ");
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
