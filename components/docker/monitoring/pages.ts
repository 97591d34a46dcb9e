/** The dashboards where Grafana cannot be had: plain pages that ask Prometheus themselves, and the same JSON that
 * Grafana would import.
 */
import { readFileSync } from "node:fs";
import type { App } from "../../../src/config/model.ts";
import { type Dashboard, type Panel, plainQuery } from "../../monitoring/dashboard.ts";
import { renderGrafana } from "../../monitoring/grafana.ts";
import { CONFIG, PORTS, pathInside, publicPath, type Rendered } from "./layout.ts";

/** Widths in columns where a panel does not say. */
const WIDTHS = { timeseries: 12, stat: 6, gauge: 6, bars: 12, table: 12 } as const satisfies Record<
  Panel["kind"],
  number
>;
const INTERVAL = "2m";
const FOLDER = "pages";

/** Files and command for busybox's web server, on Grafana's port and below Grafana's path. */
export function renderPages(app: App, dashboards: readonly Dashboard[]): Rendered {
  const below = `${FOLDER}${pathInside(app, "grafana")}`;
  const prometheus = publicPath(app, "prometheus");
  const pages = dashboards.flatMap((dashboard, index) => {
    const html = page(app, dashboard, dashboards, prometheus);
    return [
      [`${below}/${dashboard.uid}.html`, html],
      [`${below}/${dashboard.uid}.json`, renderGrafana(dashboard)],
      ...(index === 0 ? [[`${below}/index.html`, html]] : []),
    ];
  });
  return {
    files: {
      ...Object.fromEntries(pages),
      [`${below}/page.js`]: asset("page.js"),
      [`${below}/page.css`]: asset("page.css"),
    },
    command: ["httpd", "-f", "-p", String(PORTS.grafana), "-h", `${CONFIG}/${FOLDER}`],
    env: {},
    secrets: {},
  };
}

const asset = (name: string) => readFileSync(new URL(`./pages/${name}`, import.meta.url), "utf8");

function page(
  app: App,
  dashboard: Dashboard,
  all: readonly Dashboard[],
  prometheus: string | undefined,
): string {
  const links = all.map(({ uid, title }) => {
    const here = uid === dashboard.uid ? ' aria-current="page"' : "";
    return `<a href="${uid}.html"${here}>${escaped(title)}</a>`;
  });
  const sections = dashboard.rows.map(
    ({ title, panels }) => `<section>
<h2>${escaped(title)}</h2>
${panels.map((panel) => figure(dashboard, panel, prometheus)).join("\n")}
</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(dashboard.title)} – ${escaped(app.name)} ${escaped(app.environment)}</title>
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
</head>
<body${prometheus === undefined ? "" : ` data-prometheus="${escaped(prometheus)}"`}>
<nav>${links.join("\n")}</nav>
<h1>${escaped(dashboard.title)}</h1>
<p>${escaped(dashboard.description)} For Grafana: <a href="${dashboard.uid}.json" download>${dashboard.uid}.json</a>.</p>
${sections.join("\n")}
</body>
</html>
`;
}

function figure(dashboard: Dashboard, panel: Panel, prometheus: string | undefined): string {
  const { title, description, kind, unit, words, thresholds, max, width = WIDTHS[kind] } = panel;
  const queries = panel.queries.map(({ expr, legend }) => ({
    expr: plainQuery(dashboard, expr, INTERVAL),
    legend,
  }));
  const drawn = { title, kind, unit, words, thresholds, max, queries };
  const shown = queries.map(({ expr }) => {
    const code = `<code>${escaped(expr)}</code>`;
    return prometheus === undefined
      ? code
      : `<a href="${escaped(prometheus)}/graph?g0.tab=0&amp;g0.expr=${encodeURIComponent(expr)}">${code}</a>`;
  });
  return `<figure data-width="${width}">
<figcaption>${escaped(title)}</figcaption>
<p>${escaped(description).replaceAll(/`([^`]+)`/g, "<code>$1</code>")}</p>
<div class="drawing"></div>
<details><summary>Query</summary>${shown.join("<br>")}</details>
<script type="application/json">${JSON.stringify(drawn).replaceAll("<", "\\u003c")}</script>
</figure>`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
