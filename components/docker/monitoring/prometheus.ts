/** prometheus.yml: whom to ask, by names that Docker resolves to every instance. */
import { stringify } from "yaml";
import type { App } from "../../../src/config/model.ts";
import { inSeconds, seconds } from "../../../src/config/units.ts";
import type { ScrapeTarget } from "../../contracts/monitoring.ts";
import { promDuration, type RuleGroup, renderRules } from "../../monitoring/rules.ts";
import { addressOf, CONFIG, PORTS, pathInside, type Rendered } from "./layout.ts";

export interface PrometheusArgs {
  readonly app: App;
  /** Of the door, for links in alerts: `https://flashfit.example`. */
  readonly origin: string;
  readonly targets: readonly ScrapeTarget[];
  readonly rules: readonly RuleGroup[];
  /** Network alias of Alertmanager. */
  readonly alertmanager: string;
  /** Where the samples are kept. @default /prometheus */
  readonly storage?: string;
}

const EVERY = seconds(15);
/** A new generation is seen this soon. */
const LOOK_UP = seconds(5);

export function renderPrometheus(args: PrometheusArgs): Rendered {
  const { app, origin, storage = "/prometheus" } = args;
  const rules = Object.entries(renderRules(args.rules)).map(([name, text]) => [`rules/${name}`, text]);
  return {
    files: {
      "prometheus.yml": stringify(configuration(args), { lineWidth: 0 }),
      ...Object.fromEntries(rules),
    },
    command: [
      `--config.file=${CONFIG}/prometheus.yml`,
      `--storage.tsdb.path=${storage}`,
      `--storage.tsdb.retention.time=${promDuration(app.monitoring.retention)}`,
      `--web.external-url=${addressOf(app, "prometheus", origin)}`,
      `--web.route-prefix=${pathInside(app, "prometheus")}/`,
    ],
    env: {},
    secrets: {},
  };
}

function configuration({ app, targets, alertmanager }: PrometheusArgs) {
  const alerts: ScrapeTarget = {
    job: "alertmanager",
    host: alertmanager,
    port: PORTS.alertmanager,
    path: `${pathInside(app, "alertmanager")}/metrics`,
    every: EVERY,
    labels: { kind: "alertmanager" },
  };
  return {
    global: {
      scrape_interval: promDuration(EVERY),
      evaluation_interval: promDuration(EVERY),
      external_labels: { app: app.name, environment: app.environment },
    },
    rule_files: [`${CONFIG}/rules/*.yml`],
    alerting: {
      alertmanagers: [
        {
          path_prefix: `${pathInside(app, "alertmanager")}/`,
          dns_sd_configs: [lookUp(alertmanager, PORTS.alertmanager)],
        },
      ],
    },
    scrape_configs: [...inOrder([...targets, alerts]).map(scrapeConfig), self(app)],
  };
}

/** Prometheus itself: no name server knows `localhost`, so it is not looked up. */
const self = (app: App) => ({
  job_name: "prometheus",
  metrics_path: `${pathInside(app, "prometheus")}/metrics`,
  static_configs: [{ targets: [`localhost:${PORTS.prometheus}`], labels: { kind: "prometheus" } }],
});

const lookUp = (name: string, port: number) => ({
  names: [name],
  type: "A",
  port,
  refresh_interval: promDuration(LOOK_UP),
});

/** The order of targets must not change the file, because a changed file is a restart. */
function inOrder(targets: readonly ScrapeTarget[]): ScrapeTarget[] {
  const key = ({ job, host, port, path }: ScrapeTarget) => `${job} ${host} ${port} ${path}`;
  return [...targets].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function scrapeConfig({ job, host, port, path, every, labels }: ScrapeTarget) {
  const written = Object.entries({ job, ...labels }).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    // One job may have several targets; Prometheus wants a name for each, the label stays the job's.
    job_name: `${job} ${host}:${port}${path}`,
    metrics_path: path,
    scrape_interval: promDuration(every),
    scrape_timeout: promDuration(inSeconds(every) > 10 ? seconds(10) : every),
    dns_sd_configs: [lookUp(host, port)],
    relabel_configs: written.map(([label, replacement]) => ({ target_label: label, replacement })),
  };
}
