/** What the keeper says of every container: cAdvisor's names, and our own for health, restarts, cron and logs. */
import { counter, type Exporter, gauge } from "./declare.ts";

const CONTAINER = ["name", "service", "part"] as const;

export function containers({ cron }: { readonly cron: boolean }): Exporter {
  return { ...running, ...(cron ? scheduled : {}) };
}

const running: Exporter = {
  container_cpu_usage_seconds_total: counter("Processor time used.", ...CONTAINER),
  container_cpu_cfs_periods_total: counter(
    "Periods in which the processor limit could strike.",
    ...CONTAINER,
  ),
  container_cpu_cfs_throttled_periods_total: counter("Periods in which it did.", ...CONTAINER),
  container_memory_working_set_bytes: gauge("Memory that can't be given back.", ...CONTAINER),
  container_spec_memory_limit_bytes: gauge("Memory limit; above it the kernel kills.", ...CONTAINER),
  container_start_time_seconds: gauge("When it started, in Unix time.", ...CONTAINER),
  container_network_receive_bytes_total: counter("Bytes received.", ...CONTAINER),
  container_network_transmit_bytes_total: counter("Bytes sent.", ...CONTAINER),
  atelier_container_health: gauge("1 healthy, 0 not; absent without a probe.", ...CONTAINER),
  atelier_container_restarts_total: counter("Restarts, whoever did them.", ...CONTAINER),
  atelier_watchdog_restarts_total: counter("Restarts by the watchdog alone.", "name", "service", "reason"),
  atelier_log_bytes_total: counter("Bytes of log collected.", "service"),
};

const scheduled: Exporter = {
  atelier_cron_last_success_timestamp_seconds: gauge("When it last succeeded, in Unix time.", "service"),
  atelier_cron_last_exit_code: gauge("Exit code of the last run.", "service"),
  atelier_cron_runs_total: counter("Runs by how they ended.", "service", "outcome"),
};
