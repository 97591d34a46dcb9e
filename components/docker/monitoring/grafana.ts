/** Grafana, provisioned whole: data source and dashboards as files, login by the edge, no default password. */
import { stringify } from "yaml";
import type { App } from "../../../src/config/model.ts";
import type { Dashboard } from "../../monitoring/dashboard.ts";
import { renderGrafana } from "../../monitoring/grafana.ts";
import { dashboardFolder, prometheusSource, quiet } from "../../monitoring/grafana-server.ts";
import { addressOf, CONFIG, PORTS, pathInside, type Rendered, SECRETS } from "./layout.ts";

export interface GrafanaArgs {
  readonly app: App;
  /** Of the door: `https://flashfit.example`. */
  readonly origin: string;
  readonly dashboards: readonly Dashboard[];
  /** Network alias of Prometheus. */
  readonly prometheus: string;
  /** CIDR of the network from which the edge calls. The login of the edge counts from there and from nowhere else;
   * without it everybody logs in with Grafana's own password.
   */
  readonly edge?: string;
}

export function renderGrafanaServer(args: GrafanaArgs): Rendered {
  const { app, dashboards, prometheus } = args;
  const boards = dashboards.map((dashboard) => [
    `dashboards/${dashboard.uid}.json`,
    renderGrafana(dashboard),
  ]);
  return {
    files: {
      "provisioning/datasources/prometheus.yaml": yaml(
        prometheusSource(`http://${prometheus}:${PORTS.prometheus}${pathInside(app, "prometheus")}`),
      ),
      "provisioning/dashboards/atelier.yaml": yaml(dashboardFolder(`${CONFIG}/dashboards`)),
      ...Object.fromEntries(boards),
    },
    command: [],
    env: { ...server(args), ...login(args), ...quiet },
    secrets: {
      "grafana-password": { of: "platform", purpose: "grafana/admin" },
      "grafana-key": { of: "platform", purpose: "grafana/key" },
    },
  };
}

const yaml = (value: unknown) => stringify(value, { lineWidth: 0 });

function server({ app, origin }: GrafanaArgs): Record<string, string> {
  return {
    GF_PATHS_PROVISIONING: `${CONFIG}/provisioning`,
    GF_SERVER_HTTP_PORT: String(PORTS.grafana),
    GF_SERVER_ROOT_URL: addressOf(app, "grafana", origin),
    GF_SERVER_SERVE_FROM_SUB_PATH: String(pathInside(app, "grafana") !== ""),
    GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${CONFIG}/dashboards/atelier-system.json`,
  };
}

function login({ edge }: GrafanaArgs): Record<string, string> {
  return {
    GF_AUTH_ANONYMOUS_ENABLED: "false",
    GF_AUTH_BASIC_ENABLED: "false",
    GF_AUTH_PROXY_ENABLED: String(edge !== undefined),
    ...(edge && {
      GF_AUTH_PROXY_HEADER_NAME: "X-WEBAUTH-USER",
      GF_AUTH_PROXY_HEADER_PROPERTY: "username",
      GF_AUTH_PROXY_AUTO_SIGN_UP: "true",
      GF_AUTH_PROXY_WHITELIST: edge,
    }),
    GF_USERS_ALLOW_SIGN_UP: "false",
    GF_USERS_AUTO_ASSIGN_ORG_ROLE: "Editor",
    GF_SECURITY_ADMIN_USER: "admin",
    GF_SECURITY_ADMIN_PASSWORD__FILE: `${SECRETS}/grafana-password`,
    GF_SECURITY_SECRET_KEY__FILE: `${SECRETS}/grafana-key`,
    GF_SECURITY_COOKIE_SECURE: "true",
    GF_SECURITY_COOKIE_SAMESITE: "lax",
  };
}
