/** The models and the index: how fast they think, what they find, what they cost. */
import type { App } from "../../../src/config/model.ts";
import { inSeconds } from "../../../src/config/units.ts";
import { AI_PRICES, spendQuery } from "../ai-spend.ts";
import type { Dashboard, Panel, Row } from "../dashboard.ts";
import { cachesOf, labelOf, metricsOf } from "../roles.ts";
import { bars, stat, timeseries, warnAt } from "./panels.ts";

const RATE = "[$__rate_interval]";

/** Absent when the app has neither vectors nor a metric of a model. */
export function mlModelDashboard(app: App): Dashboard | undefined {
  const rows = [models(app), ...indexes(app), caches(app), spend(app)].filter(
    ({ panels }) => panels.length > 0,
  );
  if (rows.length === 0) return undefined;
  return {
    uid: "atelier-ml-model",
    title: "ML model",
    description: "Inference, vector search and its index, embedding cache, reranker, tokens and spend.",
    tags: ["atelier", app.name],
    variables: [],
    rows,
  };
}

function models(app: App): Row {
  const inference = metricsOf(app, "inference").map(({ name, metric }) => {
    const label = ["encoder", "model", "job"].find((each) => each === "job" || metric.labels.includes(each));
    return { name, label: label ?? "job" };
  });
  const inputs = metricsOf(app, "inputs");
  const loaded = metricsOf(app, "modelLoaded");
  const weights = metricsOf(app, "weights");
  const panels: (Panel | false)[] = [
    loaded.length > 0 &&
      bars(
        "Encoder mode",
        "1 where a trained model is loaded, 0 where the small built-in encoder answers in its place.",
        "none",
        loaded.map((declared) => {
          const label = labelOf(declared, ["encoder", "model"]) ?? "job";
          return { legend: `{{${label}}}`, expr: `min by (${label}) (${declared.name})` };
        }),
        { max: 1, width: 12, words: { "0": "built-in", "1": "trained" } },
      ),
    inference.length > 0 &&
      timeseries(
        "Inference time",
        "95 % of the inferences are faster than this.",
        "s",
        inference.map(({ name, label }) => ({
          legend: `{{${label}}} p95`,
          expr: `histogram_quantile(0.95, sum by (le, ${label}) (rate(${name}_bucket${RATE})))`,
        })),
        { thresholds: warnAt(0.5, 2) },
      ),
    inference.length > 0 &&
      timeseries(
        "Inferences",
        "Inferences per second.",
        "ops",
        inference.map(({ name, label }) => ({
          legend: `{{${label}}}`,
          expr: `sum by (${label}) (rate(${name}_count${RATE}))`,
        })),
      ),
    inputs.length > 0 &&
      timeseries(
        "Work done",
        "Inputs encoded and recommendations made per second.",
        "ops",
        inputs.map(({ name }) => ({ legend: name, expr: `sum(rate(${name}${RATE}))` })),
      ),
    weights.length > 0 &&
      timeseries(
        "Reranker weights",
        "How much each encoder counts in the fused ranking.",
        "percentunit",
        weights.map((declared) => {
          const label = labelOf(declared, ["encoder", "model", "source"]) ?? "job";
          return { legend: `{{${label}}}`, expr: `avg by (${label}) (${declared.name})` };
        }),
        { max: 1 },
      ),
  ];
  return { title: "Models", panels: panels.filter((panel) => panel !== false) };
}

function indexes(app: App): Row[] {
  const search = metricsOf(app, "search");
  return Object.entries(app.data).flatMap(([name, data]) => {
    if (data.kind !== "vectors") return [];
    const of = `{index="${name}"}`;
    const stale = inSeconds(data.staleAfter);
    return [
      {
        title: `${name}: vector index`,
        panels: [
          stat("Vectors", "Vectors in the published index.", "short", {
            vectors: `max(vectors_index_count${of})`,
          }),
          stat(
            "Age",
            "Time since the index was published; an alert follows when it is stale.",
            "s",
            { age: `max(vectors_index_age_seconds${of})` },
            { thresholds: warnAt(stale / 2, stale) },
          ),
          stat(
            "Checksum",
            "Whether the index's files are what was published.",
            "none",
            { checksum: `min(vectors_index_checksum_ok${of})` },
            { words: { "0": "corrupt", "1": "sound" } },
          ),
          stat("Size", "Bytes of the published index.", "bytes", { size: `max(vectors_index_bytes${of})` }),
          ...(search.length > 0
            ? [
                timeseries(
                  "Search time",
                  "Half and 95 % of the searches in the index are faster than this.",
                  "s",
                  search.flatMap((declared) =>
                    [50, 95].map((share) => ({
                      legend: `p${share}`,
                      expr: `histogram_quantile(${share / 100}, sum by (le) (rate(${declared.name}_bucket${RATE})))`,
                    })),
                  ),
                  { thresholds: warnAt(0.05, 0.2) },
                ),
              ]
            : []),
          timeseries("Vectors over time", "A drop means that a smaller index was published.", "short", {
            vectors: `max(vectors_index_count${of})`,
          }),
        ],
      },
    ];
  });
}

function caches(app: App): Row {
  return {
    title: "Caches",
    panels: cachesOf(app).map(({ name, hits, all }) => {
      const rate = (selector: string) => `sum(rate(${selector}${RATE}))`;
      const whole = all.map(rate).join(" + ");
      return timeseries(
        `${name}: hit ratio`,
        "Share of look-ups that the cache answered; a low one costs inference time.",
        "percentunit",
        { hits: `(${rate(hits)} or 0 * (${whole})) / ((${whole}) > 0) or 0 * (${whole})` },
        { max: 1 },
      );
    }),
  };
}

function spend(app: App): Row {
  const tokens = metricsOf(app, "tokens").map((declared) => {
    const by = ["model", "type", "provider"].filter((label) => declared.metric.labels.includes(label));
    return timeseries(
      "Tokens",
      "Tokens per second that AI providers bill.",
      "ops",
      by.length > 0
        ? {
            [by
              .map((label) => `{{${label}}}`)
              .join(" ")]: `sum by (${by.join(", ")}) (rate(${declared.name}${RATE}))`,
          }
        : { tokens: `sum(rate(${declared.name}${RATE}))` },
    );
  });
  const spent = Object.keys(app.budget?.ai ?? {}).flatMap((provider) => {
    const query = spendQuery(app, provider, "1d");
    const daily = app.budget?.ai[provider]?.daily;
    if (!query || daily === undefined) return [];
    return [
      timeseries(
        `${provider}: spend in 24 h`,
        `Dollars spent in the last 24 hours, against the daily budget. ${query.from === "tokens" ? `From tokens at list prices of ${AI_PRICES.date}.` : ""}`.trim(),
        "currencyUSD",
        { spent: query.expr, budget: `vector(${daily})` },
        { thresholds: warnAt(daily * 0.8, daily) },
      ),
    ];
  });
  return { title: "Tokens and spend", panels: [...tokens, ...spent] };
}
