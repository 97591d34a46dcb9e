/** What is read out of a query. */
import { describe, expect, it } from "vitest";
import { anyOf, narrow, PromqlError, parseQuery } from "../../../components/monitoring/promql.ts";

const labels: Record<string, readonly string[]> = {
  http_requests_total: ["job", "path", "status"],
  latency_bucket: ["job", "path", "le"],
  up: ["job", "instance"],
  build_info: ["instance", "version"],
};
const labelsOf = (metric: string) => labels[metric] ?? [];

describe("anyOf", () => {
  const queries = (count: number) => Array.from({ length: count }, (_, n) => `absent(up{job="s${n}"})`);

  it("joins a few as they are", () => {
    expect(anyOf(["a", "b > 1"])).toBe("a or b > 1");
  });

  it("joins more than the grammar's parser takes in one chain", () => {
    expect(() => parseQuery(queries(300).join(" or "))).toThrow(PromqlError);
    expect(parseQuery(anyOf(queries(300))).selectors).toHaveLength(300);
  });
});

describe("parseQuery", () => {
  it("finds metrics and matchers, however deep", () => {
    const query = parseQuery(
      'sum by (job) (rate(http_requests_total{status=~"5..", path!="/x"}[5m])) > 0.5 unless up == 0',
    );
    expect(query.selectors).toEqual([
      {
        metric: "http_requests_total",
        text: 'http_requests_total{status=~"5..", path!="/x"}',
        from: 19,
        to: 65,
        matchers: [
          { label: "status", operator: "=~", value: "5.." },
          { label: "path", operator: "!=", value: "/x" },
        ],
      },
      { metric: "up", text: "up", matchers: [], from: 85, to: 87 },
    ]);
  });

  it("tells which metrics a grouping is about", () => {
    const { grouping } = parseQuery(
      "sum by (job, path) (http_requests_total) / on (job) group_left (version) build_info",
    );
    expect(grouping).toEqual([
      { label: "job", metrics: ["http_requests_total"] },
      { label: "path", metrics: ["http_requests_total"] },
      { label: "job", metrics: ["http_requests_total", "build_info"] },
      { label: "version", metrics: ["http_requests_total", "build_info"] },
    ]);
  });

  it.each([
    ["http_requests_total", ["job", "path", "status"]],
    ["sum(http_requests_total)", []],
    ["sum by (job) (rate(http_requests_total[5m]))", ["job"]],
    ["sum without (path) (http_requests_total)", ["job", "status"]],
    ["sum(http_requests_total) by (path) > 1", ["path"]],
    ["topk(3, sum by (job, path) (http_requests_total))", ["job", "path"]],
    ["histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket[5m])))", ["job"]],
    ["http_requests_total * on (job) group_left (version) build_info", ["job", "path", "status", "version"]],
    ["1 - up", ["instance", "job"]],
    ["vector(1)", []],
    ['label_replace(sum(up), "provider", "openai", "", "")', ["provider"]],
    ["sum by (job) (up) or sum by (path) (http_requests_total)", ["job", "path"]],
    ["up and on (job) http_requests_total", ["instance", "job"]],
  ])("knows the labels of %s", (text, expected) => {
    expect([...parseQuery(text).resultLabels(labelsOf)].sort()).toEqual(expected);
  });

  it.each([
    ["sum(rate(", "is not PromQL at character 10: it ends too early"],
    ["up{job=}", "is not PromQL at character 8: }"],
    ['{job="api"}', 'selects by label alone: {job="api"}; name the metric'],
  ])("refuses %s", (text, message) => {
    expect(() => parseQuery(text)).toThrow(new PromqlError(message));
  });
});

describe("narrow", () => {
  it.each([
    ["up", 'up{namespace="shop"}'],
    ['sum(rate(x_total{a="b"}[5m]))', 'sum(rate(x_total{a="b", namespace="shop"}[5m]))'],
    ['x{ a="b", } / x', 'x{a="b", namespace="shop"} / x{namespace="shop"}'],
    ['x{a="{}"} or vector(0)', 'x{a="{}", namespace="shop"} or vector(0)'],
    ["x{} offset 5m", 'x{namespace="shop"} offset 5m'],
  ])("%s becomes %s", (text, expected) => {
    expect(narrow(text, 'namespace="shop"')).toBe(expected);
  });
});
