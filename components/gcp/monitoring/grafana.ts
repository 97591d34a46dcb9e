/** Grafana on Cloud Run, behind the load balancer's login: provisioned whole, with nothing to lose.
 *
 * Beside it runs Google's front end of Managed Prometheus, which speaks Prometheus' own API and adds the service account's
 * token to each question. Files come from a bucket; who may look is whom Identity-Aware Proxy lets through, and Grafana
 * reads the name from Google's signed header.
 */
import { Service } from "@pulumi/gcp/cloudrunv2/service.js";
import { ServiceIamMember } from "@pulumi/gcp/cloudrunv2/serviceIamMember.js";
import { RegionNetworkEndpointGroup } from "@pulumi/gcp/compute/regionNetworkEndpointGroup.js";
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity.js";
import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import { Bucket } from "@pulumi/gcp/storage/bucket.js";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject.js";
import { asset, interpolate, type Resource } from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { App } from "../../../src/config/model.ts";
import type { Dashboard } from "../../monitoring/dashboard.ts";
import { renderGrafana } from "../../monitoring/grafana.ts";
import { dashboardFolder, prometheusSource, quiet } from "../../monitoring/grafana-server.ts";
import { type Deployment, homeOf, labelsOf } from "../deployment.ts";
import type { GcpGroups, GcpNetwork, GcpSecrets } from "../handles.ts";
import { LONGEST, nameOf, shorten } from "../names.ts";
import { hashOf } from "./hash.ts";

export const IMAGES = {
  grafana: "docker.io/grafana/grafana:12.1.1",
  frontend: "gke.gcr.io/prometheus-engine/frontend:v0.18.2-gke.1",
} as const;

const PORT = 3000;
const FRONTEND_PORT = 9090;
const FOLDER = "/etc/atelier";
/** Managed Prometheus answers for the last half minute at the soonest. */
const INTERVAL = "30s";
/** Hyphen and seven hex digits, which the engine adds to a name that it makes. */
const SUFFIX = 8;

export interface GrafanaContext {
  readonly parent: Resource;
  readonly deployment: Deployment;
  readonly network: GcpNetwork;
  readonly secrets: GcpSecrets;
}

/** What it is called beside the app's services, where it has a name or a network tag. */
export const GRAFANA = "grafana--tool";

/** Where nobody can get at it there is none. */
export const hasGrafana = (app: Pick<App, "routes" | "monitoring">): boolean =>
  app.monitoring.grafana && grafanaPath(app) !== undefined;

/** Path at which operators see it, without a slash at the end; undefined without a route. */
export function grafanaPath({ routes }: Pick<App, "routes">): string | undefined {
  const found = Object.entries(routes).find(([, { to }]) => to.type === "operators" && to.tool === "grafana");
  return found?.[0].replace(/\/$/, "");
}

export function createGrafana(context: GrafanaContext, dashboards: readonly Dashboard[]): GcpGroups {
  const account = createAccount(context);
  const files = filesOf(dashboards);
  const folder = createFiles(context, account, files);
  const service = createService(context, account, folder, hashOf(files));
  admitLogin(context, service);
  return createBackend(context, service);
}

function createAccount({ parent, deployment: { app, settings } }: GrafanaContext): Account {
  const accountId = nameOf(app, "serviceAccount", GRAFANA);
  const account = new Account(
    accountId,
    { accountId, displayName: `Grafana of ${app.name} in ${app.environment}` },
    { parent },
  );
  new IAMMember(
    `${accountId}-reads`,
    {
      project: settings.project,
      role: "roles/monitoring.viewer",
      member: interpolate`serviceAccount:${account.email}`,
    },
    { parent },
  );
  return account;
}

/** Name below the folder → text. */
export function filesOf(dashboards: readonly Dashboard[]): Record<string, string> {
  const yaml = (value: unknown) => stringify(value, { lineWidth: 0 });
  return {
    "provisioning/datasources/prometheus.yaml": yaml(
      prometheusSource(`http://localhost:${FRONTEND_PORT}`, INTERVAL),
    ),
    "provisioning/dashboards/atelier.yaml": yaml(dashboardFolder(`${FOLDER}/dashboards`)),
    ...Object.fromEntries(dashboards.map((each) => [`dashboards/${each.uid}.json`, renderGrafana(each)])),
  };
}

interface Folder {
  readonly bucket: Bucket;
  readonly ready: readonly Resource[];
}

function createFiles(
  { parent, deployment }: GrafanaContext,
  account: Account,
  files: Readonly<Record<string, string>>,
): Folder {
  const { app } = deployment;
  const name = shorten(nameOf(app, "bucket", "grafana"), LONGEST.bucket - SUFFIX);
  const bucket = new Bucket(
    name,
    {
      location: homeOf(deployment),
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      lifecycleRules: [
        { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 7, withState: "ARCHIVED" } },
      ],
      // All of it is made anew from the app.
      forceDestroy: true,
      labels: labelsOf(deployment),
    },
    { parent },
  );
  const objects = Object.entries(files).map(([path, text]) => {
    return new BucketObject(
      `${name}-${path.replaceAll(/[^a-z0-9]+/g, "-")}`,
      { bucket: bucket.name, name: path, source: new asset.StringAsset(text) },
      { parent },
    );
  });
  const reader = new BucketIAMMember(
    `${name}-reader`,
    {
      bucket: bucket.name,
      role: "roles/storage.objectViewer",
      member: interpolate`serviceAccount:${account.email}`,
    },
    { parent },
  );
  return { bucket, ready: [...objects, reader] };
}

function createService(
  { parent, deployment, network, secrets }: GrafanaContext,
  account: Account,
  folder: Folder,
  generation: string,
): Service {
  const { app, settings } = deployment;
  const name = nameOf(app, "run", GRAFANA);
  const key = secrets.password("grafana/key", {
    reader: { service: "grafana", principal: interpolate`serviceAccount:${account.email}` },
  });
  return new Service(
    name,
    {
      name,
      location: homeOf(deployment),
      description: `Dashboards of ${app.name} in ${app.environment}`,
      ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      defaultUriDisabled: true,
      deletionProtection: false,
      labels: labelsOf(deployment),
      scaling: { minInstanceCount: 0, maxInstanceCount: 1 },
      template: {
        labels: { ...labelsOf(deployment), generation },
        serviceAccount: account.email,
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        timeout: "300s",
        vpcAccess: {
          egress: "ALL_TRAFFIC",
          networkInterfaces: [
            {
              network: network.id,
              subnetwork: network.subnet(homeOf(deployment)),
              tags: [network.tag(GRAFANA)],
            },
          ],
        },
        volumes: [{ name: "files", gcs: { bucket: folder.bucket.name, readOnly: true } }],
        containers: [
          {
            name: "grafana",
            image: IMAGES.grafana,
            ports: { name: "http1", containerPort: PORT },
            dependsOns: ["frontend"],
            envs: [
              ...Object.entries(environment(app)).map(([variable, value]) => ({ name: variable, value })),
              {
                name: "GF_SECURITY_SECRET_KEY",
                valueSource: { secretKeyRef: { secret: key.secret, version: key.version } },
              },
            ],
            volumeMounts: [{ name: "files", mountPath: FOLDER }],
            resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true, startupCpuBoost: true },
            startupProbe: {
              httpGet: { path: `${grafanaPath(app) ?? ""}/api/health`, port: PORT },
              periodSeconds: 5,
              timeoutSeconds: 5,
              failureThreshold: 24,
            },
          },
          {
            name: "frontend",
            image: IMAGES.frontend,
            args: [`--web.listen-address=:${FRONTEND_PORT}`, `--query.project-id=${settings.project}`],
            resources: { limits: { cpu: "0.5", memory: "256Mi" }, cpuIdle: true },
            startupProbe: {
              tcpSocket: { port: FRONTEND_PORT },
              periodSeconds: 2,
              timeoutSeconds: 2,
              failureThreshold: 30,
            },
          },
        ],
      },
    },
    { parent, dependsOn: [...network.ready, ...folder.ready] },
  );
}

/** Nobody has a password: the name comes from Google's signed header, and nobody but the login reaches the service. */
function environment(app: App): Record<string, string> {
  const path = grafanaPath(app) ?? "";
  const strip = app.routes[path]?.strip ?? false;
  return {
    GF_PATHS_PROVISIONING: `${FOLDER}/provisioning`,
    GF_SERVER_HTTP_PORT: String(PORT),
    GF_SERVER_ROOT_URL: `https://${app.edge.domain}${path}/`,
    GF_SERVER_SERVE_FROM_SUB_PATH: String(path !== "" && !strip),
    GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${FOLDER}/dashboards/atelier-api.json`,
    GF_AUTH_ANONYMOUS_ENABLED: "false",
    GF_AUTH_BASIC_ENABLED: "false",
    GF_AUTH_DISABLE_LOGIN_FORM: "true",
    GF_AUTH_JWT_ENABLED: "true",
    GF_AUTH_JWT_HEADER_NAME: "X-Goog-IAP-JWT-Assertion",
    GF_AUTH_JWT_JWK_SET_URL: "https://www.gstatic.com/iap/verify/public_key-jwk",
    GF_AUTH_JWT_CACHE_TTL: "60m",
    GF_AUTH_JWT_EXPECT_CLAIMS: '{"iss": "https://cloud.google.com/iap"}',
    GF_AUTH_JWT_USERNAME_CLAIM: "email",
    GF_AUTH_JWT_EMAIL_CLAIM: "email",
    GF_AUTH_JWT_AUTO_SIGN_UP: "true",
    GF_AUTH_JWT_ROLE_ATTRIBUTE_PATH: "'Editor'",
    GF_USERS_ALLOW_SIGN_UP: "false",
    GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: "true",
    GF_SECURITY_COOKIE_SECURE: "true",
    GF_SECURITY_COOKIE_SAMESITE: "lax",
    ...quiet,
  };
}

/** Identity-Aware Proxy calls under an account of its own, which is made when it is asked for. */
function admitLogin({ parent, deployment: { app } }: GrafanaContext, service: Service): void {
  const name = nameOf(app, "run", GRAFANA);
  const proxy = new ServiceIdentity(`${name}-login`, { service: "iap.googleapis.com" }, { parent });
  new ServiceIamMember(
    `${name}-login`,
    { name: service.name, location: service.location, role: "roles/run.invoker", member: proxy.member },
    { parent },
  );
}

function createBackend({ parent, deployment }: GrafanaContext, service: Service): GcpGroups {
  const region = homeOf(deployment);
  const group = new RegionNetworkEndpointGroup(
    shorten(nameOf(deployment.app, "run", GRAFANA), LONGEST.compute - SUFFIX),
    { region, networkEndpointType: "SERVERLESS", cloudRun: { service: service.name } },
    { parent },
  );
  return { type: "groups", name: "grafana", groups: [{ region, group: group.id }] };
}
