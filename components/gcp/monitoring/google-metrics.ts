/** Metrics that Google measures by itself, under the names that PromQL has for them: the first `/` of a name is a colon,
 * every other sign an underscore (docs.cloud.google.com/monitoring/promql/promql-mapping). A query here may use these, what
 * the app's services declare, and nothing else.
 */
import type { DeclaredMetric } from "../../../src/config/model.ts";
import { seriesOf } from "../../monitoring/metric-catalogue.ts";

const declare = (type: DeclaredMetric["type"], help: string, ...labels: string[]): DeclaredMetric => ({
  type,
  help,
  labels: ["monitored_resource", "project_id", "location", ...labels],
});
const counter = (help: string, ...labels: string[]) => declare("counter", help, ...labels);
const gauge = (help: string, ...labels: string[]) => declare("gauge", help, ...labels);
const histogram = (help: string, ...labels: string[]) => declare("histogram", help, ...labels);

const RUN = ["service_name", "revision_name"] as const;
const DOOR = ["url_map_name", "backend_target_name", "response_code", "response_code_class"] as const;

export const GOOGLE_METRICS = {
  "run_googleapis_com:container_instance_count": gauge("Instances by state.", ...RUN, "state"),
  "run_googleapis_com:container_cpu_allocation_time": counter("Seconds of cores given.", ...RUN),
  "run_googleapis_com:container_cpu_utilizations": histogram("Share of the cores in use.", ...RUN),
  "run_googleapis_com:container_memory_utilizations": histogram("Share of the memory in use.", ...RUN),
  "run_googleapis_com:container_network_received_bytes_count": counter("Bytes received.", ...RUN),
  "run_googleapis_com:container_network_sent_bytes_count": counter("Bytes sent.", ...RUN),
  "run_googleapis_com:job_completed_execution_count": counter("Runs by result.", "job_name", "result"),
  "compute_googleapis_com:instance_cpu_utilization": gauge("Share of the cores in use.", "instance_name"),
  "compute_googleapis_com:instance_network_received_bytes_count": counter("Bytes received.", "instance_name"),
  "compute_googleapis_com:instance_network_sent_bytes_count": counter("Bytes sent.", "instance_name"),
  "compute_googleapis_com:instance_uptime_total": gauge("Seconds since the start.", "instance_name"),
  "loadbalancing_googleapis_com:https_request_count": counter("Requests.", ...DOOR),
  "loadbalancing_googleapis_com:https_request_bytes_count": counter("Bytes from clients.", ...DOOR),
  "loadbalancing_googleapis_com:https_response_bytes_count": counter("Bytes to clients.", ...DOOR),
  "loadbalancing_googleapis_com:https_backend_latencies": histogram("Milliseconds of a backend.", ...DOOR),
  "networksecurity_googleapis_com:https_request_count": counter(
    "Requests that Cloud Armor judged.",
    "policy_name",
    "backend_target_name",
    "blocked",
  ),
  "cloudsql_googleapis_com:database_up": gauge("1 while the server runs.", "database_id"),
  "cloudsql_googleapis_com:database_disk_utilization": gauge("Share of the disk in use.", "database_id"),
  "cloudsql_googleapis_com:database_disk_bytes_used": gauge("Bytes on disk.", "database_id"),
  "cloudsql_googleapis_com:database_postgresql_num_backends": gauge(
    "Connections.",
    "database_id",
    "database",
  ),
  "cloudsql_googleapis_com:database_postgresql_num_backends_by_state": gauge(
    "Connections by state.",
    "database_id",
    "state",
  ),
  "cloudsql_googleapis_com:database_postgresql_deadlock_count": counter(
    "Deadlocks.",
    "database_id",
    "database",
  ),
  "cloudsql_googleapis_com:database_postgresql_transaction_count": counter(
    "Transactions.",
    "database_id",
    "transaction_type",
  ),
  "cloudsql_googleapis_com:database_postgresql_tuples_processed_count": counter(
    "Rows by operation.",
    "database_id",
    "operation_type",
  ),
  "redis_googleapis_com:server_uptime": gauge("Seconds since the start.", "instance_id"),
  "redis_googleapis_com:stats_memory_usage_ratio": gauge("Share of the memory in use.", "instance_id"),
  "redis_googleapis_com:clients_connected": gauge("Connections.", "instance_id"),
  "redis_googleapis_com:keyspace_keys": gauge("Keys per database.", "instance_id", "db"),
  "redis_googleapis_com:stats_keyspace_hits": counter("Reads that found their key.", "instance_id"),
  "redis_googleapis_com:stats_keyspace_misses": counter("Reads that did not.", "instance_id"),
  "redis_googleapis_com:stats_evicted_keys": counter("Keys thrown out for room.", "instance_id"),
  "redis_googleapis_com:stats_expired_keys": counter("Keys that reached their end.", "instance_id"),
  "redis_googleapis_com:commands_calls": counter("Commands by name.", "instance_id", "cmd"),
  "monitoring_googleapis_com:uptime_check_check_passed": gauge("1 while a check passes.", "check_id", "host"),
  "monitoring_googleapis_com:uptime_check_time_until_ssl_cert_expires": gauge(
    "Days until the certificate ends.",
    "check_id",
    "host",
  ),
} as const satisfies Readonly<Record<string, DeclaredMetric>>;

export type GoogleMetric = keyof typeof GOOGLE_METRICS;

/** Series name → labels, of all of them. */
export const googleSeries = (): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(GOOGLE_METRICS).flatMap(([name, metric]) => Object.entries(seriesOf(name, metric))));
