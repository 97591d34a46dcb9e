/** The four dashboards (FF-05): from what is declared, legible, and the same JSON each time. */
import { describe, expect, it } from "vitest";
import { COLUMNS, type Dashboard, panelsOf, plainQuery } from "../../../components/monitoring/dashboard.ts";
import { monitoringOf } from "../../../components/monitoring/definitions.ts";
import { renderGrafana } from "../../../components/monitoring/grafana.ts";
import { parseQuery } from "../../../components/monitoring/promql.ts";
import { declaredIn } from "../../../components/monitoring/roles.ts";
import { assistantMetrics, closetMetrics, flashfit, service } from "./apps.ts";

const { dashboards } = monitoringOf(flashfit());
const titles = (dashboard: Dashboard | undefined) =>
  dashboard ? panelsOf(dashboard).map(({ title }) => title) : [];
const byUid = (uid: string, all = dashboards) => all.find((dashboard) => dashboard.uid === uid);

describe("the dashboards of FlashFit", () => {
  it("are system, API, database and ML model", () => {
    expect(dashboards.map(({ title }) => title)).toEqual(["System", "API", "Database", "ML model"]);
  });

  it.each(dashboards)("$title explains every panel in a sentence and fits the grid", (dashboard) => {
    expect(dashboard.uid).toMatch(/^[a-z0-9-]{1,40}$/);
    for (const { title, description, queries, width = 12 } of panelsOf(dashboard)) {
      expect(description, title).toMatch(/^[A-Z0-9`].*\.$/);
      expect(queries.length, title).toBeGreaterThan(0);
      expect(width, title).toBeLessThanOrEqual(COLUMNS);
    }
  });

  it("have panels for what FlashFit declares", () => {
    expect(titles(byUid("atelier-api"))).toEqual(
      expect.arrayContaining([
        "Request rate",
        "Error rate",
        "Answer time",
        "Slowest paths",
        "In progress",
        "Event streams",
      ]),
    );
    expect(titles(byUid("atelier-ml-model"))).toEqual(
      expect.arrayContaining([
        "Encoder mode",
        "Inference time",
        "Reranker weights",
        "Vectors",
        "Age",
        "Checksum",
        "Search time",
        "flashfit cache: hit ratio",
        "openai: spend in 24 h",
      ]),
    );
    expect(titles(byUid("atelier-database"))).toEqual(
      expect.arrayContaining([
        "Pool in use",
        "Slowest statements",
        "Locks",
        "Hit ratio",
        "Evicted and expired keys",
      ]),
    );
  });

  it("show every metric that a service declares", () => {
    const used = dashboards.flatMap((dashboard) =>
      panelsOf(dashboard).flatMap(({ queries }) =>
        queries.flatMap(({ expr }) =>
          parseQuery(plainQuery(dashboard, expr)).selectors.map(({ metric }) => metric),
        ),
      ),
    );
    const shown = new Set(used.map((metric) => metric.replace(/_(bucket|sum|count)$/, "")));
    const hidden = declaredIn(flashfit()).filter(
      ({ name }) => !shown.has(name) && !shown.has(name.replace(/_count$/, "")),
    );
    expect(hidden.map(({ name }) => name)).toEqual([]);
  });
});

describe("the dashboards of other apps", () => {
  it("show requests, p95, errors and tokens under an assistant's names (SA-09)", () => {
    const { dashboards: all } = monitoringOf(
      flashfit({ services: { assistant: service(assistantMetrics) }, data: {} }),
    );
    const api = byUid("atelier-api", all);
    const queries = api ? panelsOf(api).flatMap((panel) => panel.queries.map(({ expr }) => expr)) : [];
    expect(queries.join("\n")).toContain('ai_assistant_requests_total{job=~"$service", status=~"5..');
    expect(queries.join("\n")).toContain(
      "histogram_quantile(0.95, sum by (le, job, action) (rate(ai_assistant_request_duration_seconds_bucket",
    );
    expect(titles(byUid("atelier-ml-model", all))).toEqual(["Tokens", "openai: spend in 24 h"]);
  });

  it("show a closet's own metrics as they are (CG-11)", () => {
    const { dashboards: all } = monitoringOf(
      flashfit({ services: { closet: service(closetMetrics) }, data: {} }),
    );
    expect(titles(byUid("atelier-api", all))).toContain("active users");
  });
});

describe("renderGrafana", () => {
  const models = dashboards.map((dashboard) => JSON.parse(renderGrafana(dashboard)));

  it("gives the same text for the same dashboard", () => {
    expect(dashboards.map(renderGrafana)).toEqual(monitoringOf(flashfit()).dashboards.map(renderGrafana));
  });

  it.each(models)("lays out $title without gaps or overlaps", ({ panels }) => {
    const taken = new Set<string>();
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(COLUMNS);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`), title).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
    expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
  });

  it.each(models)("asks the chosen data source in $title", ({ panels, templating, schemaVersion, uid }) => {
    expect(schemaVersion).toBe(39);
    expect(uid).toMatch(/^atelier-/);
    expect(templating.list[0]).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    for (const panel of panels.filter(({ type }: { type: string }) => type !== "row")) {
      expect(panel.datasource).toEqual({ type: "prometheus", uid: ["$", "{datasource}"].join("") });
      expect(panel.targets.every(({ expr }: { expr: string }) => expr.length > 0)).toBe(true);
    }
  });
});
