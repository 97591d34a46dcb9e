/** What Prometheus reads; declared in metrics.yaml, which the platform checks dashboards and alerts against. */
const BUCKETS = [0.1, 0.5, 1, 2, 5];
const ACTIONS = ["assistant", "products", "conversation"];

const requests = new Map();
const durations = new Map();
const tokens = new Map();

export function countRequest(action, status, seconds) {
  add(requests, `action="${action}",status="${status}"`, 1);
  const known = durations.get(action) ?? { counts: BUCKETS.map(() => 0), count: 0, sum: 0 };
  for (const [index, most] of BUCKETS.entries()) if (seconds <= most) known.counts[index] += 1;
  durations.set(action, { ...known, count: known.count + 1, sum: known.sum + seconds });
}

export function countTokens(model, type, count) {
  add(tokens, `model="${label(model)}",type="${type}"`, count);
}

/** Series exist from the start, so that a dashboard shows zero and not nothing. */
for (const action of ACTIONS) {
  for (const status of ["success", "error"]) add(requests, `action="${action}",status="${status}"`, 0);
  durations.set(action, { counts: BUCKETS.map(() => 0), count: 0, sum: 0 });
}

export function metricsText() {
  return [
    ...family("ai_assistant_requests_total", "counter", "Total number of AI assistant requests."),
    ...[...requests].map(([labels, value]) => `ai_assistant_requests_total{${labels}} ${value}`),
    ...family("ai_assistant_request_duration_seconds", "histogram", "Duration of AI assistant requests."),
    ...[...durations].flatMap(([action, { counts, count, sum }]) => {
      const name = "ai_assistant_request_duration_seconds";
      return [
        ...BUCKETS.map((most, index) => `${name}_bucket{action="${action}",le="${most}"} ${counts[index]}`),
        `${name}_bucket{action="${action}",le="+Inf"} ${count}`,
        `${name}_sum{action="${action}"} ${sum}`,
        `${name}_count{action="${action}"} ${count}`,
      ];
    }),
    ...family("ai_assistant_tokens_total", "counter", "Total tokens used."),
    ...[...tokens].map(([labels, value]) => `ai_assistant_tokens_total{${labels}} ${value}`),
    "",
  ].join("\n");
}

const family = (name, type, help) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
const label = (text) => String(text).replaceAll(/["\\\n]/g, "_");

function add(series, labels, value) {
  series.set(labels, (series.get(labels) ?? 0) + value);
}
