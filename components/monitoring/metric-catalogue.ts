/** Every metric name that exists in an app: what its services declare, and what the platform's own exporters
 * give. Dashboards and alert rules may use these and no others.
 */
import type { App, DeclaredMetric } from "../../src/config/model.ts";
import { containers } from "./exporters/containers.ts";
import type { Exporter } from "./exporters/declare.ts";
import { edge } from "./exporters/edge.ts";
import { host } from "./exporters/host.ts";
import { postgres } from "./exporters/postgres.ts";
import { alertmanager, prometheus } from "./exporters/prometheus.ts";
import { redis } from "./exporters/redis.ts";
import { vectors } from "./exporters/vectors.ts";
import { waf } from "./exporters/waf.ts";

export interface CataloguedMetric extends DeclaredMetric {
  /** Who gives it: `service api`, or an exporter's name. */
  readonly from: string;
}

export type Catalogue = Readonly<Record<string, CataloguedMetric>>;

/** Prometheus puts these on every series that it scrapes. `kind` says what the target is: `service`, `postgres`,
 * `redis`, `vectors`, `edge`, …
 */
export const SCRAPE_LABELS = ["job", "instance", "kind"] as const;

/** Series that Prometheus makes by itself, for each target. */
const builtIn: Exporter = {
  up: { type: "gauge", help: "1 while the target answers.", labels: [] },
  scrape_duration_seconds: { type: "gauge", help: "Time that the last scrape took.", labels: [] },
  scrape_samples_scraped: { type: "gauge", help: "Samples in the last scrape.", labels: [] },
  ALERTS: {
    type: "gauge",
    help: "Alerts, pending and firing.",
    labels: ["alertname", "alertstate", "severity"],
  },
};

export function catalogueOf(app: App): Catalogue {
  const kinds = new Set(Object.values(app.data).map(({ kind }) => kind));
  const hasCron = Object.values(app.services).some(({ kind }) => kind === "cron");
  const present: readonly (readonly [string, Exporter])[] = [
    ["prometheus", { ...builtIn, ...prometheus }],
    ["alertmanager", alertmanager],
    ["host exporter", host],
    ["container exporter", containers({ cron: hasCron })],
    ["edge", edge],
    ...(app.edge.waf === "off" ? [] : ([["waf", waf]] as const)),
    ...(kinds.has("postgres") ? ([["postgres exporter", postgres]] as const) : []),
    ...(kinds.has("redis") ? ([["redis exporter", redis]] as const) : []),
    ...(kinds.has("vectors") ? ([["vectors exporter", vectors]] as const) : []),
    ...Object.entries(app.services).map(
      ([name, { metrics }]) => [`service ${name}`, metrics?.declares ?? {}] as const,
    ),
  ];
  const catalogue: Record<string, CataloguedMetric> = {};
  for (const [from, metrics] of present) {
    for (const [name, metric] of Object.entries(metrics))
      catalogue[name] = merge(catalogue[name], { ...metric, from });
  }
  return catalogue;
}

/** Two services may declare one name; a query may then use the labels of either. */
function merge(known: CataloguedMetric | undefined, metric: CataloguedMetric): CataloguedMetric {
  if (!known) return metric;
  return {
    ...known,
    labels: [...new Set([...known.labels, ...metric.labels])],
    from: `${known.from}, ${metric.from}`,
  };
}

/** The series names that a metric shows itself under: a histogram has no series of its own name. */
export function seriesOf(
  name: string,
  { type, labels }: DeclaredMetric,
): Readonly<Record<string, readonly string[]>> {
  const own = [...labels, ...SCRAPE_LABELS];
  const sums = { [`${name}_sum`]: own, [`${name}_count`]: own };
  if (type === "histogram") return { [`${name}_bucket`]: [...own, "le"], ...sums };
  if (type === "summary") return { [name]: [...own, "quantile"], ...sums };
  return { [name]: own };
}

/** Series name → labels, over a whole catalogue. */
export function seriesIn(catalogue: Catalogue): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(catalogue).flatMap(([name, metric]) => Object.entries(seriesOf(name, metric))),
  );
}
