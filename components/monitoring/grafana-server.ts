/** Files and settings that every Grafana of ours has, wherever it runs. */
import { DATASOURCE } from "./grafana.ts";

/** `provisioning/datasources/….yaml`: the one source that the dashboards ask. */
export function prometheusSource(url: string, interval = "15s") {
  return {
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        uid: DATASOURCE,
        type: "prometheus",
        access: "proxy",
        url,
        isDefault: true,
        editable: false,
        jsonData: { httpMethod: "POST", timeInterval: interval, prometheusType: "Prometheus" },
      },
    ],
  };
}

/** `provisioning/dashboards/….yaml`: dashboards as files, below this folder. */
export function dashboardFolder(path: string) {
  return {
    apiVersion: 1,
    providers: [
      {
        name: "atelier",
        folder: "",
        type: "file",
        disableDeletion: true,
        allowUiUpdates: false,
        options: { path },
      },
    ],
  };
}

/** Nothing is told to anybody, nothing is downloaded. */
export const quiet: Readonly<Record<string, string>> = {
  GF_ANALYTICS_REPORTING_ENABLED: "false",
  GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
  GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: "false",
  GF_NEWS_NEWS_FEED_ENABLED: "false",
  GF_PLUGINS_PREINSTALL_DISABLED: "true",
  GF_PLUGINS_PLUGIN_ADMIN_ENABLED: "false",
  GF_SECURITY_DISABLE_GRAVATAR: "true",
  GF_SNAPSHOTS_EXTERNAL_ENABLED: "false",
  GF_LOG_MODE: "console",
  GF_LOG_CONSOLE_FORMAT: "json",
};
