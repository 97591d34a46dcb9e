/** Only what is declared may be shown or watched (CG-11, FF-05). */
import { describe, expect, it } from "vitest";
import { checkDefinitions } from "../../../components/monitoring/check.ts";
import type { Dashboard, Query } from "../../../components/monitoring/dashboard.ts";
import { monitoringOf } from "../../../components/monitoring/definitions.ts";
import { catalogueOf } from "../../../components/monitoring/metric-catalogue.ts";
import type { RuleGroup } from "../../../components/monitoring/rules.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { minutes } from "../../../src/config/units.ts";
import { flashfit, service } from "./apps.ts";

const catalogue = catalogueOf(flashfit());

function board(...queries: readonly Query[]): Dashboard {
  const panel = {
    title: "Requests",
    description: "Requests.",
    kind: "timeseries",
    unit: "reqps",
    queries,
  } as const;
  return {
    uid: "mine",
    title: "Mine",
    description: "Mine.",
    tags: [],
    variables: [],
    rows: [{ title: "Row", panels: [panel] }],
  };
}

function rule(expr: string, summary = "It is wrong"): RuleGroup {
  const text = { summary, description: "It is.", runbook: "Look." };
  return { name: "mine", rules: [{ name: "Wrong", expr, for: minutes(1), severity: "warn", ...text }] };
}

const problems = (dashboards: readonly Dashboard[], rules: readonly RuleGroup[] = []) =>
  checkDefinitions({ dashboards, rules }, catalogue).map(formatProblem);

describe("checkDefinitions", () => {
  it.each([
    [
      { expr: "rate(flashfit_request_total[5m])", legend: "" },
      "dashboards.mine.Requests: metric flashfit_request_total is not declared; did you mean flashfit_requests_total? else declare it in a service's metrics.declares",
    ],
    [
      { expr: "sum by (rout) (rate(flashfit_requests_total[5m]))", legend: "" },
      "dashboards.mine.Requests: label rout is not declared on flashfit_requests_total; did you mean route? else its labels are route, method, status, job, instance, kind",
    ],
    [
      { expr: 'flashfit_requests_total{code="500"}', legend: "" },
      "dashboards.mine.Requests: label code is not declared on flashfit_requests_total; its labels are route, method, status, job, instance, kind",
    ],
    [
      { expr: "sum by (route) (rate(flashfit_requests_total[5m]))", legend: "{{method}}" },
      "dashboards.mine.Requests: the legend shows label method, which the query's answer does not carry; it carries route, job, instance, kind",
    ],
    [
      { expr: "rate(flashfit_request_seconds[5m])", legend: "" },
      "dashboards.mine.Requests: metric flashfit_request_seconds is not declared; did you mean flashfit_request_seconds_sum? else declare it in a service's metrics.declares",
    ],
    [
      { expr: "sum(rate(up[5m])", legend: "" },
      "dashboards.mine.Requests: is not PromQL at character 17: it ends too early; correct sum(rate(up[5m])",
    ],
  ])("refuses $expr", (query, message) => {
    expect(problems([board(query)])).toEqual([message]);
  });

  it("names group and rule, and every problem at once", () => {
    expect(
      problems(
        [],
        [rule("nowhere_total > 0 and elsewhere > 0"), rule("sum(up) == 0", "{{ $labels.job }} is down")],
      ),
    ).toEqual([
      "rules.mine.Wrong: metric nowhere_total is not declared; declare it in a service's metrics.declares",
      "rules.mine.Wrong: metric elsewhere is not declared; declare it in a service's metrics.declares",
      "rules.mine.Wrong: the text shows label job, which the query's answer does not carry; it carries none; write plain words",
    ]);
  });

  it("accepts histogram series, variables and the rate interval", () => {
    const expr =
      'histogram_quantile(0.9, sum by (le, job) (rate(flashfit_request_seconds_bucket{job=~"$service"}[$__rate_interval])))';
    const choice = { name: "service", label: "Service", values: ["api"] };
    expect(problems([{ ...board({ expr, legend: "{{job}}" }), variables: [choice] }])).toEqual([]);
  });
});

describe("monitoringOf", () => {
  it("checks an app's own dashboards together with the generated ones", () => {
    const own = { dashboards: [board({ expr: "sum(upp)", legend: "" })], rules: [] };
    expect(() => monitoringOf(flashfit(), { own })).toThrow(
      "dashboards.mine.Requests: metric upp is not declared; did you mean up? else declare it in a service's metrics.declares",
    );
  });

  it("knows data metrics only where there is such data", () => {
    const app = flashfit({ services: { web: service() }, data: {} });
    expect(Object.keys(catalogueOf(app)).filter((name) => /^(pg|redis|vectors)_/.test(name))).toEqual([]);
    expect(monitoringOf(app).dashboards.map(({ uid }) => uid)).toEqual(["atelier-system", "atelier-api"]);
  });
});
