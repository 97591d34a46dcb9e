/** What a declared metric measures, told by its name and type. Dashboards and alerts are made from this, so that a
 * service that follows the usual names gets its panels without a word of configuration.
 */
import type { App, DeclaredMetric } from "../../src/config/model.ts";

export interface Declared {
  readonly name: string;
  readonly metric: DeclaredMetric;
  /** Services that declare it. */
  readonly services: readonly string[];
}

interface RoleRule {
  readonly type: DeclaredMetric["type"];
  readonly name: RegExp;
  readonly not?: RegExp;
}

const rules = {
  requests: { type: "counter", name: /(^|_)requests_total$/, not: /cache|openai|search|upstream/ },
  duration: { type: "histogram", name: /(^|_)request(_duration|_latency)?_seconds$/, not: /upstream/ },
  inFlight: { type: "gauge", name: /requests_(in_flight|in_progress|active)$/ },
  streams: { type: "gauge", name: /(sse|stream|websocket)s?_(connections|clients|open|active)$/ },
  inference: {
    type: "histogram",
    name: /(inference|encode|encoding|embedding)(_duration|_latency)?_seconds$/,
  },
  inputs: {
    type: "counter",
    name: /(encoder_inputs|inferences|predictions|recommendations|generations)_total$/,
  },
  modelLoaded: { type: "gauge", name: /(encoder|model)_(model_)?(loaded|ready|mode)$/ },
  cacheHits: { type: "counter", name: /cache_hits_total$/ },
  cacheMisses: { type: "counter", name: /cache_misses_total$/ },
  cacheResults: { type: "counter", name: /cache_(requests|lookups|results)_total$/ },
  search: { type: "histogram", name: /(^|_)(search|nearest)(_duration|_latency)?_seconds$/ },
  weights: { type: "gauge", name: /(reranker|fusion)_weights?$/ },
  tokens: { type: "counter", name: /(^|_)tokens_total$/ },
  spend: { type: "counter", name: /(cost|spend)_(usd|dollars)_total$/ },
} satisfies Record<string, RoleRule>;

export type Role = keyof typeof rules;

/** Every metric that services declare, by name. */
export function declaredIn(app: App): readonly Declared[] {
  const byName = new Map<string, Declared>();
  for (const [service, { metrics }] of Object.entries(app.services)) {
    for (const [name, metric] of Object.entries(metrics?.declares ?? {})) {
      const known = byName.get(name);
      byName.set(name, { name, metric, services: [...(known?.services ?? []), service] });
    }
  }
  return [...byName.values()];
}

export function metricsOf(app: App, role: Role): readonly Declared[] {
  return declaredIn(app).filter((declared) => plays(declared, role));
}

/** Metrics that no role knows: shown as they are. */
export function others(app: App): readonly Declared[] {
  const roles = Object.keys(rules) as Role[];
  return declaredIn(app).filter((declared) => !roles.some((role) => plays(declared, role)));
}

function plays({ name, metric }: Declared, role: Role): boolean {
  const rule: RoleRule = rules[role];
  return metric.type === rule.type && rule.name.test(name) && !rule.not?.test(name);
}

/** The first of the usual names that a metric has as a label. */
export function labelOf({ metric }: Declared, names: readonly string[]): string | undefined {
  return names.find((name) => metric.labels.includes(name));
}

export const PATH_LABELS = ["path", "route", "endpoint", "handler", "action"];
const STATUS_LABELS = ["status", "status_code", "code", "outcome", "result"];

/** Matcher for the answers that count as failed: `status=~"5..|error|…"`. Absent where no label tells. */
export function failureMatcher(declared: Declared): string | undefined {
  const label = labelOf(declared, STATUS_LABELS);
  return label && `${label}=~"5..|5xx|error|failed|failure|timeout|unavailable"`;
}

export interface Cache {
  readonly name: string;
  /** Selector of the look-ups that found something, and of all. */
  readonly hits: string;
  readonly all: readonly string[];
}

/** Caches that services measure: by counters of hits and misses, or by one counter with a label for the result. */
export function cachesOf(app: App): readonly Cache[] {
  const misses = metricsOf(app, "cacheMisses");
  const split = metricsOf(app, "cacheHits").flatMap(({ name }) => {
    const miss = misses.find((other) => other.name === name.replace("hits", "misses"));
    return miss ? [{ name: title(name, "_hits_total"), hits: name, all: [name, miss.name] }] : [];
  });
  const joint = metricsOf(app, "cacheResults").flatMap((declared) => {
    const label = labelOf(declared, ["result", "outcome", "status"]);
    if (!label) return [];
    const name = title(declared.name, /_(requests|lookups|results)_total$/);
    const answered = (results: string) => `${declared.name}{${label}=~"${results}"}`;
    return [{ name, hits: answered("hit"), all: [answered("hit|miss")] }];
  });
  return [...split, ...joint];
}

function title(name: string, suffix: string | RegExp): string {
  return name.replace(suffix, "").replaceAll("_", " ");
}
