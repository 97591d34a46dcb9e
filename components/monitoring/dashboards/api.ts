/** How the app answers: at the edge, then service by service, from what the services declare. */
import type { App } from "../../../src/config/model.ts";
import type { Dashboard, Panel, Query, Row } from "../dashboard.ts";
import {
  type Declared,
  failureMatcher,
  labelOf,
  metricsOf,
  others,
  PATH_LABELS,
  type Role,
} from "../roles.ts";
import { chosen, share, stat, timeseries, warnAt } from "./panels.ts";

const RATE = "[$__rate_interval]";
/** The door's own frontends; the exporter's is not among them. */
export const PUBLIC = '{proxy=~"http|https"}';

export function apiDashboard(app: App): Dashboard {
  const measured = Object.keys(app.services).filter((name) => app.services[name]?.metrics);
  return {
    uid: "atelier-api",
    title: "API",
    description: "Requests, errors and answer times, at the edge and in each service.",
    tags: ["atelier", app.name],
    variables: measured.length > 0 ? [{ name: "service", label: "Service", values: measured }] : [],
    rows: [edge(app), services(app), own(app)].filter(({ panels }) => panels.length > 0),
  };
}

function edge({ edge: { waf } }: App): Row {
  const responses = `rate(haproxy_frontend_http_responses_total${PUBLIC}${RATE})`;
  const failed = 'sum(rate(haproxy_frontend_http_responses_total{proxy=~"http|https", code="5xx"}[5m]))';
  return {
    title: "Edge",
    panels: [
      stat("Requests per second", "Requests that reach the door.", "reqps", {
        requests: `sum(rate(haproxy_frontend_http_requests_total${PUBLIC}[5m]))`,
      }),
      stat(
        "Failed",
        "Share of answers with a 5xx status in the last five minutes.",
        "percentunit",
        { failed: share(failed, `sum(rate(haproxy_frontend_http_responses_total${PUBLIC}[5m]))`) },
        { thresholds: warnAt(0.01, 0.05) },
      ),
      stat("Open connections", "Connections to the door, event streams among them.", "short", {
        connections: `sum(haproxy_frontend_current_sessions${PUBLIC})`,
      }),
      stat("Refused in 24 h", "Requests that a rate limit, the firewall or a login refused.", "short", {
        refused: "sum(increase(atelier_edge_refused_total[1d]))",
      }),
      timeseries(
        "Answers by class",
        "Answers per second: 2xx fine, 4xx the client's fault (429 rate limited, 403 blocked), 5xx ours.",
        "reqps",
        { "{{code}}": `sum by (code) (${responses})` },
        { stacked: true },
      ),
      timeseries("Throughput", "Bytes per second from and to clients.", "Bps", {
        in: `sum(rate(haproxy_frontend_bytes_in_total${PUBLIC}${RATE}))`,
        out: `sum(rate(haproxy_frontend_bytes_out_total${PUBLIC}${RATE}))`,
      }),
      ...refusals(waf),
      timeseries("Answer time by backend", "Mean of the last 1024 requests, as the edge sees it.", "s", {
        "{{proxy}}": "max by (proxy) (haproxy_backend_response_time_average_seconds)",
      }),
      timeseries("Open sessions by backend", "Requests and event streams in progress.", "short", {
        "{{proxy}}": "sum by (proxy) (haproxy_backend_current_sessions)",
      }),
      timeseries("Servers that answer", "Instances behind the edge, by backend.", "short", {
        "{{proxy}}": "max by (proxy) (haproxy_backend_active_servers)",
      }),
      timeseries(
        "Tried again",
        "Requests per second that the edge sent to another instance after a failure.",
        "reqps",
        {
          "{{proxy}}": `sum by (proxy) (rate(haproxy_backend_retry_warnings_total${RATE}))`,
        },
      ),
    ],
  };
}

function refusals(waf: App["edge"]["waf"]): Panel[] {
  const refused = timeseries(
    "Refused requests",
    "Requests per second that the edge refused, by reason: `too_many` is 429, `blocked` the firewall's 403.",
    "reqps",
    { "{{reason}}": `sum by (reason) (rate(atelier_edge_refused_total${RATE}))` },
  );
  if (waf === "off") return [refused];
  return [
    refused,
    timeseries(
      "Firewall",
      "Requests per second by what the firewall decided: pass, block or only detect.",
      "reqps",
      {
        "{{action}}": `sum by (action) (rate(waf_requests_total${RATE}))`,
      },
    ),
    timeseries("Attacks", "Attacks per hour by category; one request can be of several.", "short", {
      "{{category}}": "sum by (category) (increase(waf_attacks_total[1h]))",
    }),
    timeseries(
      "Inspection time",
      "Half and 95 % of the inspections by the firewall are faster than this.",
      "s",
      {
        p50: `histogram_quantile(0.5, sum by (le) (rate(waf_inspection_seconds_bucket${RATE})))`,
        p95: `histogram_quantile(0.95, sum by (le) (rate(waf_inspection_seconds_bucket${RATE})))`,
      },
    ),
  ];
}

function services(app: App): Row {
  const requests = metricsOf(app, "requests");
  const durations = metricsOf(app, "duration");
  const failing = requests.flatMap((declared) => {
    const matcher = failureMatcher(declared);
    return matcher ? [{ declared, matcher }] : [];
  });
  const rate = (name: string, ...matchers: string[]) =>
    `sum by (job) (rate(${name}${chosen(...matchers)}${RATE}))`;
  const panels: (Panel | undefined)[] = [
    panelOf("Request rate", "Requests per second by service.", "reqps", requests, ({ name }) => [
      { legend: "{{job}}", expr: rate(name) },
    ]),
    panelOf(
      "Error rate",
      "Share of requests that failed, by service.",
      "percentunit",
      failing.map(({ declared }) => declared),
      (declared) => [
        {
          legend: "{{job}}",
          expr: share(rate(declared.name, failureMatcher(declared) ?? ""), rate(declared.name)),
        },
      ],
      { thresholds: warnAt(0.01, 0.05) },
    ),
    panelOf(
      "Answer time",
      "Half, 95 % and 99 % of the requests are faster than this.",
      "s",
      durations,
      ({ name }) =>
        [50, 95, 99].map((share) => ({ legend: `{{job}} p${share}`, expr: quantile(share, name, "job") })),
    ),
    panelOf(
      "Slowest paths",
      "95 % of the requests to a path are faster than this.",
      "s",
      durations,
      (declared) => {
        const label = labelOf(declared, PATH_LABELS);
        return label
          ? [
              {
                legend: `{{job}} {{${label}}}`,
                expr: `topk(10, ${quantile(95, declared.name, `job, ${label}`)})`,
              },
            ]
          : [];
      },
    ),
    panelOf("Requests by path", "Requests per second and path.", "reqps", requests, (declared) => {
      const label = labelOf(declared, PATH_LABELS);
      return label
        ? [
            {
              legend: `{{job}} {{${label}}}`,
              expr: `topk(10, sum by (job, ${label}) (rate(${declared.name}${chosen()}${RATE})))`,
            },
          ]
        : [];
    }),
    gauges(app, "inFlight", "In progress", "Requests that are being answered."),
    gauges(app, "streams", "Event streams", "Open server-sent event streams and web sockets."),
  ];
  return { title: "Services", panels: panels.filter((panel) => panel !== undefined) };
}

/** Everything that a service declares and no other panel shows. */
function own(app: App): Row {
  return {
    title: "The services' own",
    panels: others(app).map((declared) => ({ ...plain(declared), width: 8 })),
  };
}

function plain({ name, metric }: Declared): Panel {
  const title = name.replace(/_(total|seconds|bytes)$/, "").replaceAll("_", " ");
  const by = ["job", ...metric.labels].slice(0, 3);
  const legend = by.map((label) => `{{${label}}}`).join(" ");
  const unit = unitOf(name);
  const over = (operator: string, inner: string) => `${operator} by (${by.join(", ")}) (${inner})`;
  const sum = (inner: string) => over("sum", inner);
  switch (metric.type) {
    case "counter":
      return timeseries(title, sentence(metric.help, "per second"), "ops", {
        [legend]: sum(`rate(${name}${chosen()}${RATE})`),
      });
    case "gauge": {
      const [operator, which] = name.endsWith("_up") ? ["min", "lowest"] : ["max", "highest"];
      return timeseries(title, sentence(metric.help, `${which} of all instances`), unit, {
        [legend]: over(operator, `${name}${chosen()}`),
      });
    }
    default: {
      const count = sum(`rate(${name}_count${chosen()}${RATE})`);
      return timeseries(title, sentence(metric.help, "mean, 0 while there is nothing to measure"), unit, {
        [legend]: `${sum(`rate(${name}_sum${chosen()}${RATE})`)} / (${count} > 0) or 0 * ${count}`,
      });
    }
  }
}

function unitOf(name: string): Panel["unit"] {
  const units = { _seconds: "s", _bytes: "bytes", _ratio: "percentunit" } as const;
  const [, unit] = Object.entries(units).find(([suffix]) => name.endsWith(suffix)) ?? [];
  return unit ?? "short";
}

function sentence(help: string, how?: string): string {
  const text = help.replace(/\.$/, "");
  return how ? `${text}, ${how}.` : `${text}.`;
}

function gauges(app: App, role: Role, title: string, description: string): Panel | undefined {
  return panelOf(title, description, "short", metricsOf(app, role), ({ name }) => [
    { legend: "{{job}}", expr: `sum by (job) (${name}${chosen()})` },
  ]);
}

/** A panel over all metrics of one role; absent when no service declares one. */
function panelOf(
  title: string,
  description: string,
  unit: Panel["unit"],
  metrics: readonly Declared[],
  queriesOf: (declared: Declared) => readonly Query[],
  rest: Parameters<typeof timeseries>[4] = {},
): Panel | undefined {
  const queries = metrics.flatMap(queriesOf);
  return queries.length > 0 ? timeseries(title, description, unit, queries, rest) : undefined;
}

/** The value below which a share of the observations lies: `quantile(95, "x_seconds", "job")`. */
function quantile(share: number, name: string, by: string): string {
  return `histogram_quantile(${share / 100}, sum by (le, ${by}) (rate(${name}_bucket${chosen()}${RATE})))`;
}
