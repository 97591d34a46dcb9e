/** Every alert, evaluated by Prometheus' own rule engine: it fires when it should and stays quiet when it should
 * (FF-06).
 */
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { rulesOf } from "../../../components/monitoring/rules/index.ts";
import { type AlertRule, promDuration, renderRules } from "../../../components/monitoring/rules.ts";
import { hours, milliseconds, minutes, seconds } from "../../../src/config/units.ts";
import { check } from "../../helpers/promtool.ts";
import { type AlertCase, cases } from "./alert-cases.ts";
import { assistantMetrics, flashfit, service } from "./apps.ts";

const groups = rulesOf(flashfit(), ["edge", "keeper"]);
const rules = groups.flatMap((group) => group.rules);
const files = renderRules(groups);

describe("the rules of FlashFit", () => {
  it("have one name each, and a case each", () => {
    const names = rules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.sort()).toEqual(Object.keys(cases).sort());
  });

  it("say what is wrong, what it means and what to look at first", () => {
    for (const { name, summary, description, runbook } of rules) {
      expect(summary.length, name).toBeLessThan(110);
      expect(description, name).toMatch(/^[A-Z{].*\.$/);
      expect(runbook, name).toMatch(/\.$/);
    }
  });

  it("pass promtool check rules", async () => {
    const { ok, output } = await check("promtool", ["check", "rules", ...Object.keys(files)], files);
    expect(output).toContain("SUCCESS");
    expect(ok, output).toBe(true);
  });

  it.each(groups)("of group $name fire, each in its case, and only then", async (group) => {
    const tests = group.rules.flatMap(({ name }) => {
      const each = cases[name];
      return each ? [testOf(name, each, "fires"), testOf(name, each, "quiet")] : [];
    });
    const own = renderRules([group]);
    const file = stringify({ rule_files: Object.keys(own), evaluation_interval: "1m", tests });
    const { ok, output } = await check("promtool", ["test", "rules", "test.yml"], {
      ...own,
      "test.yml": file,
    });
    expect(ok, output).toBe(true);
    expect(output).toContain("SUCCESS");
  });

  it("fill labels and values into the text", async () => {
    const rule = rules.find(({ name }) => name === "MemoryNearLimit") as AlertRule;
    const expanded = {
      summary: "api uses 95% of its memory",
      description: rule.description,
      runbook: rule.runbook.replace("{{ $labels.service }}", "api"),
    };
    const test = {
      ...testOf("MemoryNearLimit", cases.MemoryNearLimit as AlertCase, "fires"),
      promql_expr_test: [],
      alert_rule_test: [
        {
          eval_time: "30m",
          alertname: "MemoryNearLimit",
          exp_alerts: [{ exp_labels: { service: "api", severity: "warn" }, exp_annotations: expanded }],
        },
      ],
    };
    const text = stringify({ rule_files: ["containers.yml"], evaluation_interval: "1m", tests: [test] });
    const { ok, output } = await check("promtool", ["test", "rules", "test.yml"], {
      ...files,
      "test.yml": text,
    });
    expect(ok, output).toBe(true);
  });
});

function testOf(name: string, { at = "30m", ...series }: AlertCase, which: "fires" | "quiet") {
  return {
    name: `${name} ${which}`,
    interval: "1m",
    input_series: Object.entries(series[which]).map(([key, values]) => ({ series: key, values })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${name}", alertstate="firing"})`,
        eval_time: at,
        exp_samples: which === "fires" ? [{ labels: "{}", value: 1 }] : [],
      },
    ],
  };
}

describe("rules of other apps", () => {
  it("watch AI spend from tokens where no service counts dollars (SA-16)", async () => {
    const app = flashfit({ services: { assistant: service(assistantMetrics) }, data: {} });
    const own = rulesOf(app);
    const budget = own.filter(({ name }) => name === "budget");
    const tokens = (model: string, type: string) =>
      `ai_assistant_tokens_total{model="${model}", type="${type}"}`;
    // 200,000 tokens a minute for half an hour: 6 million at 10 dollars per million output tokens are 60 dollars.
    const spend = (model: string, fires: number) => ({
      interval: "1m",
      input_series: [{ series: tokens(model, "completion"), values: "0+200000x60" }],
      promql_expr_test: [
        {
          expr: 'count(ALERTS{alertname="AiBudgetSpent", alertstate="firing", provider="openai"})',
          eval_time: "30m",
          exp_samples: fires ? [{ labels: "{}", value: fires }] : [],
        },
      ],
    });
    const test = {
      rule_files: ["budget.yml"],
      evaluation_interval: "1m",
      tests: [spend("gpt-4o-2024-08-06", 0), spend("gpt-4", 1), spend("a-model-of-tomorrow", 1)],
    };
    const { ok, output } = await check("promtool", ["test", "rules", "t.yml"], {
      ...renderRules(budget),
      "t.yml": stringify(test),
    });
    expect(ok, output).toBe(true);
  });

  it("leave out what the app does not have", () => {
    const bare = rulesOf(
      flashfit({ services: { web: service() }, data: {}, edge: { ...flashfit().edge, waf: "off" } }),
    );
    expect(bare.map(({ name }) => name)).toEqual(["containers", "host", "edge", "monitoring"]);
    expect(bare.flatMap((group) => group.rules).map(({ name }) => name)).not.toContain("FirewallSpike");
  });

  it("rest over a weekend for a schedule that does", () => {
    const weekdays = service(undefined, { kind: "cron", schedule: { cron: "0 9 * * 1-5", timeZone: "UTC" } });
    const cron = rulesOf(flashfit({ services: { report: weekdays }, data: {} })).find(
      ({ name }) => name === "cron",
    );
    expect(cron?.rules.find(({ name }) => name === "CronMissed")?.expr).toContain(`> ${72 * 3600 + 1800}`);
  });
});

describe("promDuration", () => {
  it.each([
    [milliseconds(1500), "1500ms"],
    [seconds(0), "0s"],
    [seconds(90), "90s"],
    [minutes(10), "10m"],
    [hours(24), "1d"],
    [hours(36), "36h"],
  ])("writes %d ms as %s", (time, text) => {
    expect(promDuration(time)).toBe(text);
  });
});
