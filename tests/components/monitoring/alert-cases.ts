/** For every alert of the FlashFit app: series with which it fires, and series with which it must not.
 *
 * Series are written as promtool does, one value a minute: `1x60` is 61 times 1, `0+5x60` rises by 5.
 */
type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly fires: Series;
  readonly quiet: Series;
  /** When one looks. @default 30m */
  readonly at?: string;
}

const up: Series = {
  'up{job="api", instance="a:1"}': "1x60",
  'up{job="encoder", instance="b:1"}': "1x60",
};
const container = (metric: string, values: string): Series => ({
  [`${metric}{service="api", name="flashfit-dev-api-1"}`]: values,
});
const disk = (avail: string): Series => ({
  'node_filesystem_avail_bytes{device="/dev/vda", fstype="ext4", mountpoint="/"}': avail,
  'node_filesystem_size_bytes{device="/dev/vda", fstype="ext4", mountpoint="/"}': "1000000000x90",
});
const histogram = (name: string, labels: string, fast: string, limit: string): Series => ({
  [`${name}_bucket{${labels}, le="${limit}"}`]: fast,
  [`${name}_bucket{${labels}, le="10"}`]: "0+100x60",
  [`${name}_bucket{${labels}, le="+Inf"}`]: "0+100x60",
});
const redis = (cache: string, queue: string): Series => ({
  'redis_up{job="cache"}': cache,
  'redis_up{job="queue"}': queue,
});
const responses = (good: string, bad: string): Series => ({
  'haproxy_frontend_http_responses_total{proxy="https", code="2xx"}': good,
  'haproxy_frontend_http_responses_total{proxy="https", code="5xx"}': bad,
  'haproxy_frontend_http_responses_total{proxy="internal", code="2xx"}': "0+100x60",
});
const one = (series: string, fires: string, quiet: string, at?: string): AlertCase => ({
  fires: { [series]: fires },
  quiet: { [series]: quiet },
  ...(at && { at }),
});

export const cases: Readonly<Record<string, AlertCase>> = {
  ServiceDown: {
    fires: { ...up, 'up{job="api", instance="a:1"}': "0x60" },
    // One of two instances is enough to serve.
    quiet: { ...up, 'up{job="api", instance="a:2"}': "0x60" },
  },
  ErrorRateHigh: {
    fires: {
      'flashfit_requests_total{job="api", route="/", method="GET", status="200"}': "0+95x60",
      'flashfit_requests_total{job="api", route="/", method="GET", status="500"}': "0+5x60",
    },
    // The rollout gate allows 1 %; a client's own mistakes do not count.
    quiet: {
      'flashfit_requests_total{job="api", route="/", method="GET", status="200"}': "0+995x60",
      'flashfit_requests_total{job="api", route="/", method="GET", status="500"}': "0+5x60",
      'flashfit_requests_total{job="api", route="/", method="GET", status="429"}': "0+500x60",
    },
  },
  AnswersSlow: {
    fires: histogram("flashfit_request_seconds", 'job="api", route="/"', "0+80x60", "2"),
    quiet: histogram("flashfit_request_seconds", 'job="api", route="/"', "0+99x60", "2"),
  },
  ContainerRestarting: {
    fires: container("atelier_container_restarts_total", "0+1x60"),
    quiet: container("atelier_container_restarts_total", "0x20 1x40"),
  },
  ContainerUnhealthy: {
    fires: container("atelier_container_health", "0x60"),
    quiet: container("atelier_container_health", "1x28 0x1 1x30"),
  },
  MemoryNearLimit: {
    fires: {
      ...container("container_memory_working_set_bytes", "95x60"),
      ...container("container_spec_memory_limit_bytes", "100x60"),
    },
    // Without a limit there is nothing to be near.
    quiet: {
      ...container("container_memory_working_set_bytes", "95x60"),
      ...container("container_spec_memory_limit_bytes", "0x60"),
    },
  },
  WatchdogBusy: {
    fires: container("atelier_watchdog_restarts_total", "0+1x60"),
    quiet: container("atelier_watchdog_restarts_total", "0x20 1x40"),
  },
  DiskFilling: {
    fires: disk("450000000-2000000x90"),
    quiet: disk("450000000x90"),
    at: "80m",
  },
  DiskAlmostFull: { fires: disk("90000000x90"), quiet: disk("110000000x90") },
  HostMemoryLow: {
    fires: { node_memory_MemAvailable_bytes: "9x60", node_memory_MemTotal_bytes: "100x60" },
    quiet: { node_memory_MemAvailable_bytes: "11x60", node_memory_MemTotal_bytes: "100x60" },
  },
  HostProcessorBusy: one('node_cpu_seconds_total{cpu="0", mode="idle"}', "0+3x60", "0+30x60"),
  OutOfMemoryKill: one("node_vmstat_oom_kill", "3x25 4x40", "4x60"),
  PostgresDown: one('pg_up{job="db"}', "0x60", "1x60"),
  PostgresConnectionsHigh: {
    fires: { 'pg_stat_activity_count{job="db", datname="db", state="active"}': "75x60" },
    quiet: {
      'pg_stat_activity_count{job="db", datname="db", state="active"}': "40x60",
      'pg_stat_activity_count{job="db", datname="postgres", state="idle"}': "60x60",
    },
  },
  PostgresDeadlocks: one('pg_stat_database_deadlocks{job="db", datname="db"}', "0x20 1x40", "1x60"),
  PostgresLongTransaction: one(
    'pg_stat_activity_max_tx_duration{job="db", datname="db", state="idle in transaction"}',
    "1000x60",
    "100x60",
  ),
  RedisDown: { fires: redis("1x60", "0x60"), quiet: redis("1x60", "1x60") },
  RedisMemoryFull: {
    fires: {
      'redis_memory_used_bytes{job="queue"}': "95x60",
      'redis_memory_max_bytes{job="queue"}': "100x60",
    },
    // A cache that evicts may be full.
    quiet: {
      'redis_memory_used_bytes{job="cache"}': "95x60",
      'redis_memory_max_bytes{job="cache"}': "100x60",
    },
  },
  RedisEvicting: one('redis_evicted_keys_total{job="cache"}', "0+600x60", "0+6x60"),
  RedisNotSaved: one('redis_rdb_last_bgsave_status{job="cache"}', "0x60", "1x60"),
  VectorIndexStale: one('vectors_index_age_seconds{index="index"}', "90000+60x60", "3600+60x60"),
  VectorIndexCorrupt: one('vectors_index_checksum_ok{index="index"}', "0x60", "1x60"),
  VectorIndexEmpty: one('vectors_index_count{index="index"}', "0x60", "1000x60"),
  VectorSearchSlow: {
    fires: histogram("flashfit_search_seconds", 'job="api"', "0+80x60", "0.1"),
    quiet: histogram("flashfit_search_seconds", 'job="api"', "0+99x60", "0.1"),
  },
  EdgeErrors: { fires: responses("0+90x60", "0+10x60"), quiet: responses("0+99x60", "0+1x60") },
  BackendDown: {
    fires: { 'haproxy_backend_status{proxy="api", state="DOWN"}': "1x60" },
    quiet: {
      'haproxy_backend_status{proxy="api", state="DOWN"}': "0x60",
      'haproxy_backend_status{proxy="api", state="UP"}': "1x60",
    },
  },
  CertificateExpiring: one(
    "atelier_edge_certificate_expiry_timestamp_seconds",
    "864000x90",
    "2592000x90",
    "80m",
  ),
  RateLimitSpike: one('atelier_edge_refused_total{reason="too_many"}', "0+400x60", "0+30x60"),
  FirewallSpike: one('waf_requests_total{action="block"}', "0+90x60", "0+5x60"),
  FirewallDown: one('atelier_edge_refused_total{reason="uninspected"}', "0+1x60", "7x60"),
  CronFailed: one('atelier_cron_last_exit_code{service="reindex"}', "1x60", "0x60"),
  CronMissed: one(
    'atelier_cron_last_success_timestamp_seconds{service="reindex"}',
    "60x1600",
    "90000x1600",
    "1590m",
  ),
  AiBudgetNear: one(
    'flashfit_ai_spend_dollars_total{job="api", provider="openai"}',
    "0+3x60",
    "0+1x60",
    "35m",
  ),
  AiBudgetSpent: one('flashfit_ai_spend_dollars_total{job="api", provider="openai"}', "0+4x60", "0+3x60"),
  TargetMissing: {
    fires: { 'up{job="edge", instance="e:1"}': "0x60", 'up{job="keeper", instance="k:1"}': "1x60" },
    quiet: { 'up{job="edge", instance="e:1"}': "1x60", 'up{job="keeper", instance="k:1"}': "1x60" },
  },
  NotificationsFailing: one('alertmanager_notifications_failed_total{integration="email"}', "0+1x60", "5x60"),
  AlertmanagerMissing: one("prometheus_notifications_alertmanagers_discovered", "0x60", "1x60"),
  RulesFailing: one('prometheus_rule_evaluation_failures_total{rule_group="a"}', "0+1x60", "1x60"),
};
