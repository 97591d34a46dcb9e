import { describe, expect, test } from "vitest";
import { GOOGLE_METRICS } from "../../../../components/gcp/monitoring/google-metrics.ts";
import { type Compute, ownSeries } from "../../../../components/gcp/monitoring/selectors.ts";
import { ownMetrics, translate } from "../../../../components/gcp/monitoring/translate.ts";
import { checkDefinitions } from "../../../../components/monitoring/check.ts";
import { panelsOf, plainQuery } from "../../../../components/monitoring/dashboard.ts";
import { monitoringOf } from "../../../../components/monitoring/definitions.ts";
import { type Catalogue, catalogueOf } from "../../../../components/monitoring/metric-catalogue.ts";
import { parseQuery } from "../../../../components/monitoring/promql.ts";
import type { App } from "../../../../src/config/model.ts";
import { formatProblem } from "../../../../src/config/problem.ts";
import { dollars } from "../../../../src/config/units.ts";
import { makeApp, makePostgres, makeRedis, makeService, makeVectors, makeWeb } from "../../../helpers/app.ts";
import { makeGcp } from "../../../helpers/gcp.ts";
import { assistantMetrics, flashfit, service } from "../../monitoring/apps.ts";

const counter = (...labels: string[]) => ({ type: "counter" as const, help: "Counted.", labels });

/** One part of each kind that Google measures. */
const shop = (changes: Partial<App> = {}): App =>
  makeApp({
    environment: "prod",
    services: {
      api: makeWeb({
        metrics: {
          port: 9092,
          path: "/metrics",
          every: 15_000 as never,
          declares: {
            http_requests_total: counter("path", "status"),
            openai_tokens_total: counter("model", "type"),
          },
        },
      }),
      nightly: makeService({ kind: "cron", schedule: { cron: "0 3 * * *", timeZone: "UTC" } }),
    },
    data: {
      db: makePostgres(),
      cache: makeRedis(),
      jobs: makeRedis({ eviction: "noeviction" }),
      index: makeVectors(),
    },
    budget: { monthly: dollars(500), ai: { openai: { daily: dollars(100) } } },
    ...changes,
  });

const translated = (app: App, compute: Compute = "cloud-run") =>
  translate({ deployment: makeGcp(app), compute }, monitoringOf(app, { jobs: ["api"] }));

const ruleOf = (app: App, name: string, compute?: Compute) =>
  translated(app, compute)
    .rules.flatMap(({ rules }) => rules)
    .find((rule) => rule.name === name)?.expr;

/** What may be asked: the table of Google's metrics, and what the app's services declare. */
function declared(app: App): Catalogue {
  const own = Object.entries(catalogueOf(app)).filter(
    ([name, { from }]) => from.startsWith("service ") || name === "up",
  );
  return Object.fromEntries([
    ...own.map(([name, metric]) => [name, { ...metric, labels: [...metric.labels, "namespace"] }]),
    ...Object.entries(GOOGLE_METRICS).map(([name, metric]) => [name, { ...metric, from: "Google" }]),
  ]);
}

describe("every query", () => {
  const assistant = flashfit({ services: { assistant: service(assistantMetrics) }, data: {} });
  const apps = { shop: shop(), flashfit: flashfit(), assistant };
  for (const [name, app] of Object.entries(apps)) {
    for (const compute of ["cloud-run", "instances"] as const) {
      test(`of ${name} on ${compute} asks only what is declared, and shows labels that its answer has (CG-11)`, () => {
        const { dashboards, rules } = translated(app, compute);
        expect(rules.length).toBeGreaterThan(0);
        expect(checkDefinitions({ dashboards, rules }, declared(app)).map(formatProblem)).toEqual([]);
      });

      test(`of ${name} on ${compute} stays within this deployment`, () => {
        const { dashboards, rules } = translated(app, compute);
        const queries = [
          ...rules.flatMap(({ rules: each }) => each.map(({ expr }) => expr)),
          ...dashboards.flatMap((board) =>
            panelsOf(board).flatMap((panel) => panel.queries.map(({ expr }) => plainQuery(board, expr))),
          ),
        ];
        const own = ownMetrics(app);
        const wide = queries.flatMap((query) =>
          parseQuery(query).selectors.filter(({ metric, matchers }) => {
            const labels = matchers.map(({ label }) => label);
            return own.has(metric) ? !labels.includes("namespace") : !labels.includes("monitored_resource");
          }),
        );
        expect(wide).toEqual([]);
      });
    }
  }
});

describe("alarms", () => {
  test("on what services measure are narrowed to this deployment's collectors", () => {
    const namespace = 'namespace=~"shop-prod|shop-prod-api|shop-prod-nightly"';
    expect(ownSeries(shop())).toBe(namespace);
    expect(ruleOf(shop(), "ServiceDown")).toBe(
      `sum by (job) (up{job=~"api", ${namespace}}) == 0 or absent(up{job="api", ${namespace}})`,
    );
  });

  test("do not wake anybody for a service that sleeps while nobody calls it", () => {
    const api = shop().services.api;
    const app = shop({ services: { ...(api && { api: { ...api, scale: { ...api.scale, min: 0 } } }) } });
    expect(ruleOf(app, "ServiceDown")).not.toContain("absent");
    expect(ruleOf(app, "TargetMissing")).not.toContain("absent");
  });

  test("on the budget of AI providers come from the token metric (SA-16)", () => {
    const spent = ruleOf(shop(), "AiBudgetSpent");
    expect(spent).toContain("openai_tokens_total{");
    expect(spent).toContain("> 100");
    expect(spent).toContain("namespace=~");
  });

  test("on the edge ask the load balancer, and Cloud Armor what it blocked", () => {
    expect(ruleOf(shop(), "EdgeErrors")).toBe(
      'sum(rate(loadbalancing_googleapis_com:https_request_count{monitored_resource="https_lb_rule", url_map_name=~"shop-prod-edge-routes-.*", response_code_class="500"}[5m])) / sum(rate(loadbalancing_googleapis_com:https_request_count{monitored_resource="https_lb_rule", url_map_name=~"shop-prod-edge-routes-.*"}[5m])) > 0.05',
    );
    expect(ruleOf(shop(), "FirewallSpike")).toContain('policy_name=~"shop-prod-edge-.*", blocked="true"');
    expect(ruleOf(shop(), "RateLimitSpike")).toContain('response_code="429"');
    expect(ruleOf(shop(), "CertificateExpiring")).toBe(
      'min(monitoring_googleapis_com:uptime_check_time_until_ssl_cert_expires{monitored_resource="uptime_url", host="shop.example"}) * 86400 < 14 * 86400',
    );
  });

  test("on databases and caches ask Cloud SQL and Memorystore, part by part", () => {
    expect(ruleOf(shop(), "PostgresConnectionsHigh")).toBe(
      'label_replace(sum(cloudsql_googleapis_com:database_postgresql_num_backends{monitored_resource="cloudsql_database", database_id=~"acme-prod:shop-prod-db-[0-9a-f]{7}"}), "job", "db", "", "") / 40 > 0.9',
    );
    expect(ruleOf(shop(), "RedisMemoryFull")).toContain("shop-prod-jobs");
    expect(ruleOf(shop(), "RedisMemoryFull")).not.toContain("shop-prod-cache");
    expect(ruleOf(shop(), "RedisEvicting")).toContain("shop-prod-cache");
    expect(ruleOf(shop(), "DiskAlmostFull")).toContain("database_disk_utilization");
  });

  test("on scheduled services ask Cloud Run's jobs, as far back as an alarm can look", () => {
    const failed = ruleOf(shop(), "CronFailed");
    expect(failed).toContain('job_name=~"shop-prod-nightly", result="failed"');
    expect(ruleOf(shop(), "CronMissed")).toContain("[88200s]");
    const nightly = shop().services.nightly;
    const weekly = shop({
      services: {
        ...(nightly && { nightly: { ...nightly, schedule: { cron: "0 3 * * 1", timeZone: "UTC" } } }),
      },
    });
    expect(ruleOf(weekly, "CronMissed")).toBeUndefined();
    expect(translated(weekly).notes.join()).toContain("CronMissed");
  });

  test("know what services run on", () => {
    expect(ruleOf(shop(), "MemoryNearLimit")).toContain("container_memory_utilizations_bucket");
    expect(ruleOf(shop(), "MemoryNearLimit", "instances")).toBeUndefined();
    expect(ruleOf(shop(), "HostProcessorBusy", "instances")).toContain('instance_name=~"shop-prod-.*"');
    expect(ruleOf(shop(), "HostProcessorBusy")).toBeUndefined();
  });

  test("without a counterpart are named, not dropped in silence", () => {
    const [alerts] = translated(shop()).notes;
    expect(alerts).toBe(
      "alerts without a counterpart in Google's metrics are left out: ContainerRestarting, ContainerUnhealthy, WatchdogBusy, DiskFilling, HostMemoryLow, HostProcessorBusy, OutOfMemoryKill, PostgresLongTransaction, VectorIndexStale, VectorIndexCorrupt, VectorIndexEmpty, BackendDown, FirewallDown, NotificationsFailing, AlertmanagerMissing, RulesFailing",
    );
  });
});

describe("dashboards", () => {
  const board = (uid: string, compute?: Compute) =>
    translated(shop(), compute).dashboards.find((each) => each.uid === uid);
  const titles = (uid: string, compute?: Compute) =>
    board(uid, compute)?.rows.map(({ title, panels }) => [title, panels.map((panel) => panel.title)]);

  test("are the same four, with what Google measures of each (FF-05)", () => {
    expect(translated(shop()).dashboards.map(({ uid }) => uid)).toEqual(
      monitoringOf(shop()).dashboards.map(({ uid }) => uid),
    );
    expect(titles("atelier-database")).toEqual([
      ["db: Postgres", ["Answers", "Pool in use", "Size", "Connections by state", "Transactions"]],
      ["db: queries", ["Rows", "Deadlocks and temporary files"]],
      ...["cache", "jobs"].map((name) => [
        `${name}: Redis`,
        [
          "Answers",
          "Memory of its limit",
          "Keys",
          "Connections",
          "Hit ratio",
          "Evicted and expired keys",
          "Commands",
        ],
      ]),
    ]);
  });

  test("show what services run on", () => {
    expect(titles("atelier-system")?.map(([title]) => title)).toEqual([
      "Now",
      "Containers",
      "Scheduled runs",
    ]);
    expect(titles("atelier-system", "instances")?.map(([title]) => title)).toEqual([
      "Now",
      "Host",
      "Scheduled runs",
    ]);
  });

  test("keep their choices and their spans", () => {
    const [panel] = board("atelier-api")?.rows.find(({ title }) => title === "Services")?.panels ?? [];
    expect(panel?.queries[0]?.expr).toBe(
      `sum by (job) (rate(http_requests_total{job=~"$service", ${ownSeries(shop())}}[$__rate_interval]))`,
    );
  });
});
