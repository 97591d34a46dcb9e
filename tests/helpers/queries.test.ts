/** The check of queries, against a server that speaks Prometheus' API. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Dashboard } from "../../components/monitoring/dashboard.ts";
import type { RuleGroup } from "../../components/monitoring/rules.ts";
import { minutes } from "../../src/config/units.ts";
import { checkQueries } from "./queries.ts";

/** Query → values that it answers with; others get none. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  "sum(rate(a_total[5m]))": ["1.5"],
  "histogram_quantile(0.9, b_bucket)": ["NaN", "NaN"],
  'count(a_total{job="api", status!=""})': ["3"],
};

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const query = new URLSearchParams(Buffer.concat(chunks).toString()).get("query") ?? "";
    const broken = query.startsWith("broken");
    const result = (ANSWERS[query] ?? []).map((value) => ({ metric: {}, value: [0, value] }));
    response.statusCode = broken ? 422 : 200;
    response.end(
      JSON.stringify(
        broken ? { status: "error", error: "bad query" } : { status: "success", data: { result } },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const board = (...queries: string[]): Dashboard => ({
  uid: "b",
  title: "Board",
  description: "Board.",
  tags: [],
  variables: [],
  rows: [
    {
      title: "Row",
      panels: queries.map((expr) => ({
        title: expr,
        description: "Panel.",
        kind: "stat",
        unit: "short",
        queries: [{ expr, legend: "" }],
      })),
    },
  ],
});
const rule = (expr: string): RuleGroup => {
  const text = { summary: "s", description: "d", runbook: "r" };
  return { name: "group", rules: [{ name: "Rule", expr, for: minutes(1), severity: "warn", ...text }] };
};

describe("checkQueries", () => {
  it("is content with numbers", async () => {
    expect(await checkQueries(url, [board("sum(rate(a_total[$__rate_interval]))")], [])).toEqual([]);
  });

  it("tells empty, NaN and refused apart", async () => {
    const problems = await checkQueries(
      url,
      [board("none", "histogram_quantile(0.9, b_bucket)", "broken")],
      [],
    );
    expect(problems.map(({ where, problem }) => [where, problem])).toEqual([
      ["Board / Row / none", "has no data"],
      ["Board / Row / histogram_quantile(0.9, b_bucket)", "has only NaN: nothing of it happened yet"],
      ["Board / Row / broken", "Prometheus answers 422: bad query"],
    ]);
  });

  it("wants a rule's operands, but not the trouble that it looks for", async () => {
    expect(await checkQueries(url, [], [rule('rate(a_total{job="api", status=~"5.."}[5m]) > 1')])).toEqual(
      [],
    );
    const [problem] = await checkQueries(url, [], [rule('rate(a_total{job="web", status=~"5.."}[5m]) > 1')]);
    expect(problem).toMatchObject({
      where: "rule group / Rule",
      problem: 'a_total{job="web", status!=""} has no series',
    });
  });

  it("says what has to happen first, where there is nothing to measure at the start", async () => {
    const [problem] = await checkQueries(url, [board("sum(atelier_cron_runs_total)")], []);
    expect(problem).toMatchObject({ problem: "has no data", waitsFor: "a run of a cron service" });
    const [other] = await checkQueries(url, [board("sum(up)")], []);
    expect(other).not.toHaveProperty("waitsFor");
  });
});
