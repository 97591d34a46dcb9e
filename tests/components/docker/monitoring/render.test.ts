/** The local target's monitoring: what Prometheus, Alertmanager and Grafana read, checked by their own tools
 * (FF-03, FF-05, FF-06, FF-11).
 */
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { ScrapeTarget } from "../../../../components/contracts/monitoring.ts";
import { alertDestinations, alertProblems } from "../../../../components/docker/monitoring/alertmanager.ts";
import { type RenderArgs, renderMonitoring } from "../../../../components/docker/monitoring/render.ts";
import { monitoringOf } from "../../../../components/monitoring/definitions.ts";
import type { App, Route } from "../../../../src/config/model.ts";
import { formatProblem } from "../../../../src/config/problem.ts";
import { mebibytes, seconds } from "../../../../src/config/units.ts";
import { check } from "../../../helpers/promtool.ts";
import { flashfit } from "../../monitoring/apps.ts";

const operators = (tool: "grafana" | "prometheus" | "alertmanager", strip = false): Route => ({
  to: { type: "operators", tool },
  strip,
  rateLimit: { paths: {} },
  bodyLimit: mebibytes(1),
});
const routes = {
  "/grafana": operators("grafana"),
  "/prometheus": operators("prometheus"),
  "/alertmanager": operators("alertmanager"),
};

const target = (job: string, host: string, port: number, path = "/metrics"): ScrapeTarget => ({
  job,
  host,
  port,
  path,
  every: seconds(15),
  labels: { kind: "service" },
});
const targets = [
  target("db", "db-exporter", 9187),
  target("api", "api", 9092),
  target("api", "api", 9091, "/faiss"),
];

function render(app: App = flashfit({ routes }), change: Partial<RenderArgs> = {}) {
  const aliases = { prometheus: "prometheus", alertmanager: "alertmanager" };
  return renderMonitoring({
    app,
    origin: "https://flashfit.example",
    targets,
    aliases,
    ...monitoringOf(app),
    ...change,
  });
}

/** A checker looks for files where it runs, not in the container. */
const here = (text: string) => text.replaceAll("/run/config/", "").replaceAll("/run/secrets/", "");

const withAlerts = (alerts: Partial<App["monitoring"]["alerts"]>) => {
  const { monitoring } = flashfit();
  const { smtp, ...rest } = monitoring.alerts;
  const joined = { ...rest, ...("smtp" in alerts || !smtp ? {} : { smtp }), ...alerts };
  return flashfit({ routes, monitoring: { ...monitoring, alerts: joined as App["monitoring"]["alerts"] } });
};

describe("Prometheus", () => {
  const { prometheus } = render();

  it("gets a configuration and rules that promtool accepts", async () => {
    const files = Object.fromEntries(
      Object.entries(prometheus.files).map(([name, text]) => [name, here(text)]),
    );
    const { ok, output } = await check("promtool", ["check", "config", "prometheus.yml"], files);
    expect(ok, output).toBe(true);
    expect(output).toContain("prometheus.yml is valid prometheus config");
    expect(output.match(/SUCCESS: \d+ rules found/g)?.length).toBe(monitoringOf(flashfit()).rules.length);
  });

  it("looks up every instance of a target by its name", () => {
    const { scrape_configs } = parse(prometheus.files["prometheus.yml"] ?? "");
    expect(scrape_configs[1]).toEqual({
      job_name: "api api:9091/faiss",
      metrics_path: "/faiss",
      scrape_interval: "15s",
      scrape_timeout: "10s",
      dns_sd_configs: [{ names: ["api"], type: "A", port: 9091, refresh_interval: "5s" }],
      relabel_configs: [
        { target_label: "job", replacement: "api" },
        { target_label: "kind", replacement: "service" },
      ],
    });
    expect(scrape_configs.map(({ job_name }: { job_name: string }) => job_name)).toEqual([
      "alertmanager alertmanager:9093/alertmanager/metrics",
      "api api:9091/faiss",
      "api api:9092/metrics",
      "db db-exporter:9187/metrics",
      "prometheus",
    ]);
  });

  it("knows its address at the door and how long to keep samples", () => {
    expect(prometheus.command).toEqual([
      "--config.file=/run/config/prometheus.yml",
      "--storage.tsdb.path=/prometheus",
      "--storage.tsdb.retention.time=15d",
      "--web.external-url=https://flashfit.example/prometheus/",
      "--web.route-prefix=/prometheus/",
    ]);
  });

  it("serves at its root where the door strips the path", () => {
    const app = flashfit({ routes: { "/metrics/p": operators("prometheus", true) } });
    expect(render(app).prometheus.command.slice(3)).toEqual([
      "--web.external-url=https://flashfit.example/metrics/p/",
      "--web.route-prefix=/",
    ]);
  });
});

describe("Alertmanager", () => {
  it.each([
    ["mail and webhooks", flashfit({ routes })],
    [
      "mail to a local server without TLS",
      withAlerts({ smtp: { host: "mail", port: 1025, from: "a@b.example" } }),
    ],
    ["nobody", withAlerts({ email: [], webhooks: [] })],
  ])("gets a configuration for %s that amtool accepts", async (_, app) => {
    const text = here(render(app).alertmanager.files["alertmanager.yml"] ?? "");
    const files = { "alertmanager.yml": text, "smtp-password": "x" };
    const { ok, output } = await check("amtool", ["check-config", "alertmanager.yml"], files);
    expect(ok, output).toBe(true);
    expect(output).toContain("SUCCESS");
  });

  it("reads the mail password from a file, and never has it in its configuration", () => {
    const { files, secrets } = render().alertmanager;
    const { global } = parse(files["alertmanager.yml"] ?? "");
    expect(global).toEqual({
      smtp_smarthost: "smtp.flashfit.example:587",
      smtp_from: "alerts@flashfit.example",
      smtp_require_tls: true,
      smtp_auth_username: "alerts",
      smtp_auth_password_file: "/run/secrets/smtp-password",
    });
    expect(secrets).toEqual({ "smtp-password": { of: "app", name: "SMTP_PASSWORD" } });
  });

  it("only inhibits alarms that exist", () => {
    const names = monitoringOf(flashfit()).rules.flatMap(({ rules }) => rules.map(({ name }) => name));
    const { inhibit_rules } = parse(render().alertmanager.files["alertmanager.yml"] ?? "");
    const named = JSON.stringify(inhibit_rules).match(/[A-Z]\w+(?=[|\\"])/g) ?? [];
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });

  it("names what it calls outside", () => {
    expect(alertDestinations(flashfit())).toEqual([
      "hooks.flashfit.example:443",
      "smtp.flashfit.example:587",
    ]);
    expect(alertDestinations(withAlerts({ email: [], webhooks: ["http://10.0.0.7:9000/x"] }))).toEqual([
      "10.0.0.7:9000",
    ]);
  });

  it("is refused with mail addresses and no mail server", () => {
    const { monitoring } = flashfit();
    const app = flashfit({ monitoring: { ...monitoring, alerts: { email: ["a@b.example"], webhooks: [] } } });
    expect(alertProblems(app).map(formatProblem)).toEqual([
      "monitoring.alerts.email: nothing sends mail to a@b.example; add monitoring.alerts.smtp with host, port and from, or use monitoring.alerts.webhooks",
    ]);
    expect(alertProblems(flashfit())).toEqual([]);
  });
});

describe("Grafana", () => {
  const { grafana } = render(undefined, { edge: "10.83.0.0/27" });

  it("is provisioned with its data source and the four dashboards", () => {
    expect(Object.keys(grafana.files)).toEqual([
      "provisioning/datasources/prometheus.yaml",
      "provisioning/dashboards/atelier.yaml",
      "dashboards/atelier-system.json",
      "dashboards/atelier-api.json",
      "dashboards/atelier-database.json",
      "dashboards/atelier-ml-model.json",
    ]);
    const { datasources } = parse(grafana.files["provisioning/datasources/prometheus.yaml"] ?? "");
    expect(datasources[0]).toMatchObject({ uid: "prometheus", url: "http://prometheus:9090/prometheus" });
  });

  it("has no anonymous access and no default password, and believes the login of the edge alone", () => {
    expect(grafana.env).toMatchObject({
      GF_AUTH_ANONYMOUS_ENABLED: "false",
      GF_AUTH_BASIC_ENABLED: "false",
      GF_AUTH_PROXY_ENABLED: "true",
      GF_AUTH_PROXY_WHITELIST: "10.83.0.0/27",
      GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/grafana-password",
      GF_SECURITY_SECRET_KEY__FILE: "/run/secrets/grafana-key",
      GF_SERVER_ROOT_URL: "https://flashfit.example/grafana/",
      GF_SERVER_SERVE_FROM_SUB_PATH: "true",
    });
    expect(Object.keys(grafana.secrets)).toEqual(["grafana-password", "grafana-key"]);
    expect(render().grafana.env).toMatchObject({ GF_AUTH_PROXY_ENABLED: "false" });
  });
});

describe("pages in Grafana's place", () => {
  const { pages } = render();

  it("show every dashboard below Grafana's path, with the JSON to import", () => {
    expect(Object.keys(pages.files)).toEqual(
      expect.arrayContaining([
        "pages/grafana/index.html",
        "pages/grafana/atelier-ml-model.html",
        "pages/grafana/atelier-ml-model.json",
        "pages/grafana/page.js",
        "pages/grafana/page.css",
      ]),
    );
    expect(pages.command).toEqual(["httpd", "-f", "-p", "3000", "-h", "/run/config/pages"]);
  });

  it("ask Prometheus at the door, with plain PromQL", () => {
    const html = pages.files["pages/grafana/atelier-api.html"] ?? "";
    expect(html).toContain('data-prometheus="/prometheus"');
    expect(html).not.toMatch(/\$__rate_interval|\$service/);
    // The door's content security policy allows neither inline code nor inline style.
    expect(html).not.toMatch(/<script>|onclick=|style=/);
  });
});

describe("renderMonitoring", () => {
  it("gives the same for the same, in whatever order targets come", () => {
    expect(render(undefined, { targets: [...targets].reverse() })).toEqual(render());
  });
});
