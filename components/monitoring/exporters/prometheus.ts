/** Prometheus and Alertmanager on themselves, as far as we use it. */
import { counter, type Exporter, gauge } from "./declare.ts";

export const prometheus: Exporter = {
  prometheus_config_last_reload_successful: gauge("1 when the configuration was taken."),
  prometheus_rule_evaluation_failures_total: counter("Rules that could not be evaluated.", "rule_group"),
  prometheus_notifications_alertmanagers_discovered: gauge("Alertmanagers in reach."),
  prometheus_notifications_errors_total: counter("Alerts that Alertmanager did not take.", "alertmanager"),
  prometheus_tsdb_head_series: gauge("Series in memory."),
  prometheus_tsdb_storage_blocks_bytes: gauge("Size of the blocks on disk."),
  prometheus_tsdb_head_samples_appended_total: counter("Samples taken in.", "type"),
  prometheus_sd_dns_lookup_failures_total: counter("Names that could not be looked up."),
};

export const alertmanager: Exporter = {
  alertmanager_alerts: gauge("Alerts by state.", "state"),
  alertmanager_notifications_total: counter("Notifications tried.", "integration"),
  alertmanager_notifications_failed_total: counter("Notifications that failed.", "integration", "reason"),
  alertmanager_config_last_reload_successful: gauge("1 when the configuration was taken."),
};
