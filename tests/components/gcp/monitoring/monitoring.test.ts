import { describe, expect, test } from "vitest";
import type { GcpGroups } from "../../../../components/gcp/handles.ts";
import { inGoogle } from "../../../../components/gcp/monitoring/alerts.ts";
import { filesOf, IMAGES } from "../../../../components/gcp/monitoring/grafana.ts";
import { monitoringDifferences, refuseMonitoring } from "../../../../components/gcp/monitoring/refusals.ts";
import { probesOf } from "../../../../components/gcp/monitoring/uptime.ts";
import { Monitoring } from "../../../../components/gcp/monitoring.ts";
import type { GcpSettings } from "../../../../components/gcp/settings.ts";
import { monitoringOf } from "../../../../components/monitoring/definitions.ts";
import type { App, Route } from "../../../../src/config/model.ts";
import { formatProblem } from "../../../../src/config/problem.ts";
import { days, mebibytes } from "../../../../src/config/units.ts";
import { makeApp, makePostgres, makeService, makeWeb } from "../../../helpers/app.ts";
import { makeGcp, network } from "../../../helpers/gcp.ts";
import { type Json, leaks, type Registered, runProgram } from "../../../helpers/program.ts";
import { PASSWORD, secrets } from "../edge/fixture.ts";

const route = (to: Route["to"], strip = false): Route => ({
  to,
  strip,
  rateLimit: { paths: {} },
  bodyLimit: mebibytes(10),
});
const service = (name: string): Route["to"] => ({ type: "service", service: name });

function app(changes: Partial<App> = {}): App {
  return makeApp({
    environment: "prod",
    services: { frontend: makeWeb(), api: makeWeb() },
    data: { db: makePostgres() },
    routes: {
      "/": route(service("frontend")),
      "/api": route(service("api")),
      "/grafana": route({ type: "operators", tool: "grafana" }),
    },
    monitoring: {
      grafana: true,
      retention: days(15),
      logs: { retention: days(14) },
      alerts: { email: ["ops@acme.example"], webhooks: ["https://hooks.acme.example/x"] },
    },
    ...changes,
  });
}

const run = (of: App = app(), settings: Partial<GcpSettings> = {}) =>
  runProgram(
    () =>
      new Monitoring("monitoring", {
        app: of,
        deployment: makeGcp(of, settings),
        compute: "cloud-run",
        network,
        secrets,
        targets: [],
        ...monitoringOf(of),
      }),
    {
      outputs: (type, name) => ({
        name,
        email: `${name}@acme-prod.iam.gserviceaccount.com`,
        member: "serviceAccount:service-4711@gcp-sa-iap.iam.gserviceaccount.com",
        uptimeCheckId: `${name}-check`,
        ...(type.endsWith(":Service") && { location: "us-central1" }),
      }),
    },
  );

const labels = { app: "shop", environment: "prod" };
const ofType = (resources: readonly Registered[], type: string) =>
  resources.filter((resource) => resource.type.endsWith(`:${type}`));

describe("an alarm", () => {
  test("is a policy in PromQL that may name metrics before their first sample (FF-06)", async () => {
    const { get } = await run();
    expect(get("shop-prod-alert-EdgeErrors")).toMatchObject({
      type: "gcp:monitoring/alertPolicy:AlertPolicy",
      inputs: {
        displayName: "shop prod: EdgeErrors",
        combiner: "OR",
        severity: "CRITICAL",
        conditions: [
          {
            displayName: "EdgeErrors",
            conditionPrometheusQueryLanguage: {
              query: expect.stringContaining("loadbalancing_googleapis_com:https_request_count"),
              duration: "300s",
              evaluationInterval: "30s",
              alertRule: "EdgeErrors",
              ruleGroup: "edge",
              labels: { severity: "page" },
              disableMetricValidation: true,
            },
          },
        ],
        notificationChannels: ["shop-prod-alerts-mail-1-id", "shop-prod-alerts-webhook-1-id"],
        alertStrategy: {
          autoClose: "1800s",
          notificationPrompts: ["OPENED", "CLOSED"],
          notificationChannelStrategies: [
            {
              notificationChannelNames: ["shop-prod-alerts-mail-1-id", "shop-prod-alerts-webhook-1-id"],
              renotifyInterval: "7200s",
            },
          ],
        },
        userLabels: { ...labels, group: "edge" },
      },
    });
  });

  test("says in Google's words what Prometheus' placeholders say", () => {
    expect(inGoogle("{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests")).toBe(
      "${metric_or_resource.label.job} fails ${metric.label.value} of its requests",
    );
  });

  test("leaves no placeholder of Prometheus in its text", async () => {
    const { resources } = await run();
    const texts = ofType(resources, "AlertPolicy").map(({ inputs }) => JSON.stringify(inputs.documentation));
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.filter((text) => text.includes("{{"))).toEqual([]);
  });

  test("reaches mail and webhook", async () => {
    const { get } = await run();
    expect(get("shop-prod-alerts-mail-1").inputs).toEqual({
      displayName: "ops@acme.example",
      type: "email",
      labels: { email_address: "ops@acme.example" },
      userLabels: labels,
      forceDelete: true,
    });
    expect(get("shop-prod-alerts-webhook-1").inputs).toMatchObject({
      displayName: "hooks.acme.example",
      type: "webhook_tokenauth",
      labels: { url: "https://hooks.acme.example/x" },
    });
  });

  test("without any channel still stands in the console", async () => {
    const { monitoring } = app();
    const { get } = await run(app({ monitoring: { ...monitoring, alerts: { email: [], webhooks: [] } } }));
    const { notificationChannels, alertStrategy } = get("shop-prod-alert-EdgeErrors").inputs;
    expect(notificationChannels).toEqual([]);
    expect(alertStrategy).not.toHaveProperty("notificationChannelStrategies");
  });

  test("has a name that Google takes, and each its own", async () => {
    const { resources } = await run();
    const rules = ofType(resources, "AlertPolicy").map(({ inputs }) => {
      const [condition] = inputs.conditions as { conditionPrometheusQueryLanguage: { alertRule: string } }[];
      return condition?.conditionPrometheusQueryLanguage.alertRule ?? "";
    });
    expect(rules.filter((rule) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(rule))).toEqual([]);
    expect(new Set(rules).size).toBe(rules.length);
  });
});

describe("an uptime check", () => {
  test("asks each routed service's readiness from outside, with TLS verified (SA-10, SA-15)", async () => {
    const { get } = await run();
    expect(get("shop-prod-uptime-frontend").inputs).toEqual({
      displayName: "frontend of shop, prod",
      period: "60s",
      timeout: "10s",
      checkerType: "STATIC_IP_CHECKERS",
      monitoredResource: { type: "uptime_url", labels: { project_id: "acme-prod", host: "shop.example" } },
      httpCheck: {
        path: "/health/ready",
        port: 443,
        useSsl: true,
        validateSsl: true,
        requestMethod: "GET",
        acceptedResponseStatusCodes: [{ statusClass: "STATUS_CLASS_2XX" }],
      },
      userLabels: { ...labels, service: "frontend" },
    });
  });

  test("takes anything but 5xx where no route leads to the readiness path", () => {
    expect(probesOf(app())).toEqual([
      { service: "api", path: "/api", health: false },
      { service: "frontend", path: "/health/ready", health: true },
    ]);
  });

  test("finds the readiness path behind a prefix that is removed", () => {
    const routes = { "/": route(service("frontend")), "/api": route(service("api"), true) };
    expect(probesOf(app({ routes }))).toContainEqual({
      service: "api",
      path: "/api/health/ready",
      health: true,
    });
  });

  test("leaves out what has no public route", () => {
    const services = { ...app().services, worker: makeService() };
    expect(probesOf(app({ services })).map(({ service: name }) => name)).toEqual(["api", "frontend"]);
  });

  test("wakes somebody when most of its places fail", async () => {
    const { get } = await run();
    const [condition] = get("shop-prod-alert-Unreachable_api").inputs.conditions as Json[];
    expect(condition).toMatchObject({
      conditionPrometheusQueryLanguage: {
        query:
          'avg(monitoring_googleapis_com:uptime_check_check_passed{monitored_resource="uptime_url", check_id="shop-prod-uptime-api-check"}) < 0.5',
        duration: "120s",
      },
    });
  });
});

interface Tile {
  readonly xPos: number;
  readonly yPos: number;
  readonly width: number;
  readonly height: number;
  readonly widget: Readonly<Record<string, unknown>>;
}

describe("a dashboard", () => {
  const boards = async () => {
    const { resources } = await run();
    return ofType(resources, "Dashboard").map(({ name, inputs }) => ({
      name,
      json: JSON.parse(String(inputs.dashboardJson)) as {
        displayName: string;
        labels: Record<string, string>;
        mosaicLayout: { columns: number; tiles: Tile[] };
      },
    }));
  };

  test("stands in the console for each that Grafana would have (FF-05, SA-09)", async () => {
    const found = await boards();
    expect(found.map(({ name }) => name).sort()).toEqual([
      "shop-prod-atelier-api",
      "shop-prod-atelier-database",
      "shop-prod-atelier-system",
    ]);
    expect(found[0]?.json.labels).toEqual({ shop: "", prod: "" });
  });

  test("lays its tiles out side by side, none over another and none over the edge", async () => {
    for (const { json, name } of await boards()) {
      const { columns, tiles } = json.mosaicLayout;
      const cells = new Set<string>();
      for (const { xPos, yPos, width, height } of tiles) {
        expect(xPos + width, name).toBeLessThanOrEqual(columns);
        for (let x = xPos; x < xPos + width; x += 1) {
          for (let y = yPos; y < yPos + height; y += 1) {
            expect(cells.has(`${x} ${y}`), `${name} ${x} ${y}`).toBe(false);
            cells.add(`${x} ${y}`);
          }
        }
      }
    }
  });

  test("draws each kind of panel in Google's own way, in PromQL", async () => {
    const tiles = (await boards()).flatMap(({ json }) => json.mosaicLayout.tiles);
    const widget = (title: string) => tiles.find((tile) => tile.widget.title === title)?.widget;
    expect(widget("Failed")).toMatchObject({
      scorecard: {
        timeSeriesQuery: {
          prometheusQuery: expect.stringContaining("https_request_count"),
          unitOverride: "10^2.%",
        },
        thresholds: [
          { value: 0.01, color: "YELLOW", direction: "ABOVE" },
          { value: 0.05, color: "RED", direction: "ABOVE" },
        ],
      },
    });
    expect(widget("Throughput")).toMatchObject({
      xyChart: {
        dataSets: [
          { plotType: "LINE", targetAxis: "Y1", legendTemplate: "in" },
          { plotType: "LINE", targetAxis: "Y1", legendTemplate: "out" },
        ],
      },
    });
    expect(widget("Answers by class")).toMatchObject({
      xyChart: { dataSets: [{ plotType: "STACKED_AREA" }] },
    });
    expect(widget("Memory of its limit")).toMatchObject({ timeSeriesTable: { metricVisualization: "BAR" } });
    const text = JSON.stringify(tiles);
    expect(text).toContain("[${__interval}]");
    expect(text).not.toContain("$__rate_interval");
    expect(text).not.toContain("$service");
  });
});

test("operators may look at all of it in the console", async () => {
  const { resources } = await run(app(), { operators: ["user:a.b@acme.example", "user:a-b@acme.example"] });
  const viewers = ofType(resources, "IAMMember").filter(({ name }) => name.includes("-viewer-"));
  expect(viewers.map(({ inputs }) => inputs)).toEqual([
    { project: "acme-prod", role: "roles/monitoring.viewer", member: "user:a-b@acme.example" },
    { project: "acme-prod", role: "roles/monitoring.viewer", member: "user:a.b@acme.example" },
  ]);
});

describe("logs", () => {
  test("go into a bucket of the deployment's own, for as long as the app says (FF-12)", async () => {
    const { get } = await run();
    expect(get("shop-prod-logs").inputs).toEqual({
      project: "acme-prod",
      location: "us-central1",
      bucketId: "shop-prod-logs",
      retentionDays: 14,
      description: "Logs of shop in prod",
      locked: false,
    });
    const { destination, filter, uniqueWriterIdentity } = get("shop-prod-logs-sink").inputs;
    expect(destination).toBe("logging.googleapis.com/shop-prod-logs-id");
    expect(uniqueWriterIdentity).toBe(true);
    expect(String(filter).split(" OR ")).toContain('resource.labels.service_name=~"^shop-prod-"');
  });

  test("tell who read a secret, and go on doing so for others in the project", async () => {
    const { get, resources } = await run();
    expect(get("shop-prod-audit-secretmanager").inputs).toEqual({
      project: "acme-prod",
      service: "secretmanager.googleapis.com",
      auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
    });
    expect(ofType(resources, "IAMAuditConfig").map(({ options }) => options.retainOnDelete)).toEqual([
      true,
      true,
    ]);
  });
});

describe("Grafana", () => {
  test("runs on Cloud Run, reachable through the load balancer's login alone (FF-11)", async () => {
    const { get } = await run();
    const { inputs } = get("shop-prod-grafana--tool", "gcp:cloudrunv2/service:Service");
    expect(inputs).toMatchObject({
      name: "shop-prod-grafana--tool",
      location: "us-central1",
      ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      defaultUriDisabled: true,
      deletionProtection: false,
      scaling: { minInstanceCount: 0, maxInstanceCount: 1 },
    });
    expect(
      get("shop-prod-grafana--tool-login", "gcp:cloudrunv2/serviceIamMember:ServiceIamMember").inputs,
    ).toEqual({
      name: "shop-prod-grafana--tool",
      location: "us-central1",
      role: "roles/run.invoker",
      member: "serviceAccount:service-4711@gcp-sa-iap.iam.gserviceaccount.com",
    });
  });

  test("takes its users from Google's signed header and knows no password", async () => {
    const program = await run();
    const { template } = program.get("shop-prod-grafana--tool", "gcp:cloudrunv2/service:Service").inputs as {
      template: { containers: { name: string; image: string; args?: string[]; envs?: Json[] }[] };
    };
    const [grafana, frontend] = template.containers;
    expect(grafana?.envs).toEqual(
      expect.arrayContaining([
        { name: "GF_AUTH_JWT_HEADER_NAME", value: "X-Goog-IAP-JWT-Assertion" },
        { name: "GF_AUTH_JWT_EXPECT_CLAIMS", value: '{"iss": "https://cloud.google.com/iap"}' },
        { name: "GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION", value: "true" },
        { name: "GF_AUTH_BASIC_ENABLED", value: "false" },
        { name: "GF_AUTH_ANONYMOUS_ENABLED", value: "false" },
        { name: "GF_AUTH_DISABLE_LOGIN_FORM", value: "true" },
        { name: "GF_USERS_ALLOW_SIGN_UP", value: "false" },
        { name: "GF_SERVER_ROOT_URL", value: "https://shop.example/grafana/" },
        { name: "GF_SERVER_SERVE_FROM_SUB_PATH", value: "true" },
        {
          name: "GF_SECURITY_SECRET_KEY",
          valueSource: { secretKeyRef: { secret: "grafana/key", version: "1" } },
        },
      ]),
    );
    expect(frontend).toMatchObject({
      name: "frontend",
      image: IMAGES.frontend,
      args: ["--web.listen-address=:9090", "--query.project-id=acme-prod"],
    });
    expect(leaks(program.resources, [PASSWORD])).toEqual([]);
  });

  test("may read metrics and its own files, nothing else", async () => {
    const { resources } = await run();
    const grants = resources
      .filter(
        ({ type, inputs }) => /IAMMember$/.test(type) && String(inputs.member).includes("grafana--tool"),
      )
      .map(({ inputs }) => inputs.role);
    expect(grants.sort()).toEqual(["roles/monitoring.viewer", "roles/storage.objectViewer"]);
  });

  test("finds its data source and dashboards as files, and starts when they are there", async () => {
    const { get, resources } = await run();
    const files = Object.keys(filesOf(monitoringOf(app()).dashboards)).sort();
    expect(
      ofType(resources, "BucketObject")
        .map(({ inputs }) => inputs.name)
        .sort(),
    ).toEqual(files);
    expect(files).toContain("provisioning/datasources/prometheus.yaml");
    const objects = ofType(resources, "BucketObject").map(({ name }) => name);
    const { dependencies } = get("shop-prod-grafana--tool", "gcp:cloudrunv2/service:Service");
    expect(dependencies).toEqual(expect.arrayContaining([...objects, "shop-prod-grafana-reader"]));
    expect(get("shop-prod-grafana", "gcp:storage/bucket:Bucket").inputs).toMatchObject({
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      forceDestroy: true,
    });
  });

  test("is what the edge shows to operators", async () => {
    const { result, get } = await run();
    const backend = result.tools.grafana as GcpGroups;
    expect(backend).toMatchObject({ type: "groups", name: "grafana" });
    expect(backend).not.toHaveProperty("instances");
    expect(backend.groups.map(({ region }) => region)).toEqual(["us-central1"]);
    expect(Object.keys(result.tools)).toEqual(["grafana"]);
    expect(
      get("shop-prod-grafana--tool", "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup")
        .inputs,
    ).toMatchObject({ networkEndpointType: "SERVERLESS", cloudRun: { service: "shop-prod-grafana--tool" } });
  });

  test.each([
    ["it is off", app({ monitoring: { ...app().monitoring, grafana: false } })],
    ["no route leads to it", app({ routes: { "/": route(service("frontend")) } })],
  ])("does not run when %s", async (_, of) => {
    const { result, resources } = await run(of);
    expect(result.tools).toEqual({});
    expect(resources.filter(({ type }) => type.includes("cloudrunv2"))).toEqual([]);
    expect(ofType(resources, "Dashboard").length).toBe(3);
  });
});

test("every name is valid at the longest names", async () => {
  const long = "service-with-thirty-characters";
  const of = app({
    name: "application-of-twenty",
    environment: "environment-of-twent",
    services: { [long]: makeWeb() },
    routes: { "/": route(service(long)), "/grafana": route({ type: "operators", tool: "grafana" }) },
  });
  const { resources } = await run(of);
  const account = resources.find(({ type }) => type.endsWith(":Account"));
  expect(String(account?.inputs.accountId)).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
  const run_ = resources.find(({ type }) => type === "gcp:cloudrunv2/service:Service");
  expect(String(run_?.inputs.name)).toMatch(/^[a-z][a-z0-9-]{0,47}[a-z0-9]$/);
  const bucket = resources.find(({ type }) => type === "gcp:storage/bucket:Bucket");
  expect(bucket?.name).toMatch(/^[a-z][a-z0-9-]{0,53}[a-z0-9]$/);
  expect(new Set(resources.map(({ type, name }) => `${type} ${name}`)).size).toBe(resources.length);
});

describe("is refused", () => {
  const refused = (changes: Partial<App["monitoring"]>) =>
    refuseMonitoring(app({ monitoring: { ...app().monitoring, ...changes } })).map(formatProblem);
  test("nothing usual", () => {
    expect(refused({})).toEqual([]);
  });
  test("a retention that Google does not offer", () => {
    expect(refused({ retention: days(800), logs: { retention: days(4000) } })).toEqual([
      "monitoring.logs.retention: 4000d is longer than Cloud Logging keeps logs; allowed: up to 3650d; set 3650d or less",
      "monitoring.retention: 800d is longer than Managed Prometheus keeps samples; allowed: up to 730d; set 730d or less",
    ]);
  });
  test("a webhook without TLS", () => {
    expect(refused({ alerts: { email: [], webhooks: ["http://hooks.acme.example/"] } })).toEqual([
      "monitoring.alerts.webhooks: http://hooks.acme.example/ is not HTTPS, and Cloud Monitoring calls nothing else; give the receiver a certificate, or use monitoring.alerts.email",
    ]);
  });
});

describe("means something else", () => {
  test("retention, logs, mail and tools without a server", () => {
    const smtp = { host: "mail.acme.example", port: 587, from: "alerts@acme.example" };
    const of = app({
      routes: {
        ...app().routes,
        "/prometheus": route({ type: "operators", tool: "prometheus" }),
      },
      monitoring: {
        ...app().monitoring,
        grafana: false,
        alerts: { email: ["ops@acme.example"], webhooks: [], smtp },
      },
    });
    expect(monitoringDifferences(of)).toEqual([
      "monitoring.retention: Managed Prometheus keeps samples for 24 months, whatever it says",
      "monitoring.logs: the project's own _Default bucket keeps a second copy of each line for 30 days",
      "monitoring.alerts.smtp: Google sends the mail itself, so the server is not asked",
      "routes: grafana does not run, because monitoring.grafana is off; its path answers 404",
      "routes: prometheus has no server here; its path answers 404, and the console's Monitoring shows what it would",
    ]);
  });
});
