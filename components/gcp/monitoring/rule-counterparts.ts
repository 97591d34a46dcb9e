/** Alarms whose neutral query asks an exporter that does not run here: what Google measures of the same thing. A rule that
 * is missing, or answers undefined, has no counterpart.
 */

import type { DataKind, DataOf } from "../../../src/config/model.ts";
import { anyOf } from "../../monitoring/promql.ts";
import { GRACE, longestGap } from "../../monitoring/rules/cron.ts";
import {
  armor,
  type Context,
  cache,
  cronServices,
  database,
  door,
  instances,
  labelled,
  namedService,
  runJobs,
  runServices,
  select,
} from "./selectors.ts";

type Counterpart = (context: Context) => string | undefined;

/** Furthest that an alerting query looks back: 25 hours. */
const LONGEST_LOOK = 25 * 3600;

export const RULE_COUNTERPARTS: Readonly<Record<string, Counterpart>> = {
  MemoryNearLimit: ({ deployment, compute }) => {
    if (compute !== "cloud-run") return undefined;
    const used = select(
      "run_googleapis_com:container_memory_utilizations",
      runServices(deployment),
      "_bucket",
    );
    const highest = `histogram_quantile(0.99, sum by (le, service_name) (rate(${used}[10m])))`;
    return `${namedService(deployment, highest, "service_name")} > 0.9`;
  },
  HostProcessorBusy: ({ deployment, compute }) =>
    compute === "instances"
      ? `avg(${select("compute_googleapis_com:instance_cpu_utilization", instances(deployment))}) > 0.9`
      : undefined,
  DiskAlmostFull: (context) =>
    each(context, "postgres", (name) => {
      const used = select(
        "cloudsql_googleapis_com:database_disk_utilization",
        database(context.deployment, name),
      );
      return `${labelled(`1 - max(${used})`, "device", name)} < 0.1`;
    }),
  PostgresDown: (context) =>
    each(context, "postgres", (name) => {
      const up = select("cloudsql_googleapis_com:database_up", database(context.deployment, name));
      return `${labelled(`min(${up})`, "job", name)} == 0 or ${labelled(`absent(${up})`, "job", name)}`;
    }),
  PostgresConnectionsHigh: (context) =>
    each(context, "postgres", (name, { pool }) => {
      const taken = select(
        "cloudsql_googleapis_com:database_postgresql_num_backends",
        database(context.deployment, name),
      );
      return `${labelled(`sum(${taken})`, "job", name)} / ${pool.total} > 0.9`;
    }),
  PostgresDeadlocks: (context) =>
    each(context, "postgres", (name) => {
      const counted = select(
        "cloudsql_googleapis_com:database_postgresql_deadlock_count",
        database(context.deployment, name),
      );
      const perDatabase = `label_replace(sum by (database) (increase(${counted}[15m])), "datname", "$1", "database", "(.*)")`;
      return `${labelled(perDatabase, "job", name)} > 0`;
    }),
  RedisDown: (context) =>
    each(context, "redis", (name) => {
      const up = select("redis_googleapis_com:server_uptime", cache(context.deployment, name));
      return labelled(`absent(${up})`, "job", name);
    }),
  RedisMemoryFull: (context) =>
    each(context, "redis", (name, { eviction }) => {
      if (eviction !== "noeviction") return undefined;
      const used = select("redis_googleapis_com:stats_memory_usage_ratio", cache(context.deployment, name));
      return `${labelled(`max(${used})`, "job", name)} > 0.9`;
    }),
  RedisEvicting: (context) =>
    each(context, "redis", (name, { eviction }) => {
      if (eviction === "noeviction") return undefined;
      const evicted = select("redis_googleapis_com:stats_evicted_keys", cache(context.deployment, name));
      return `${labelled(`sum(rate(${evicted}[5m]))`, "job", name)} > 1`;
    }),
  EdgeErrors: ({ deployment }) => {
    const answers = (...more: string[]) =>
      `sum(rate(${select("loadbalancing_googleapis_com:https_request_count", [...door(deployment), ...more])}[5m]))`;
    return `${answers('response_code_class="500"')} / ${answers()} > 0.05`;
  },
  RateLimitSpike: ({ deployment }) => {
    const refused = [...door(deployment), 'response_code="429"'];
    return `sum(rate(${select("loadbalancing_googleapis_com:https_request_count", refused)}[5m])) * 60 > 300`;
  },
  FirewallSpike: ({ deployment }) => {
    const blocked = [...armor(deployment), 'blocked="true"'];
    return `sum(rate(${select("networksecurity_googleapis_com:https_request_count", blocked)}[5m])) * 60 > 60`;
  },
  CertificateExpiring: ({ deployment: { app } }) => {
    const checks = ['monitored_resource="uptime_url"', `host="${app.edge.domain}"`];
    const days = select("monitoring_googleapis_com:uptime_check_time_until_ssl_cert_expires", checks);
    return `min(${days}) * 86400 < 14 * 86400`;
  },
  CronFailed: ({ deployment }) => {
    const failed = select("run_googleapis_com:job_completed_execution_count", [
      ...runJobs(deployment),
      'result="failed"',
    ]);
    return `${namedService(deployment, `sum by (job_name) (increase(${failed}[15m]))`, "job_name")} > 0`;
  },
  CronMissed: ({ deployment }) => {
    const { services } = deployment.app;
    const missed = cronServices(deployment.app).flatMap((name) => {
      const within = longestGap(services[name]?.schedule?.cron ?? "@yearly") + GRACE;
      if (within > LONGEST_LOOK) return [];
      const succeeded = select("run_googleapis_com:job_completed_execution_count", [
        ...runJobs(deployment, [name]),
        'result="succeeded"',
      ]);
      const count = `(sum(increase(${succeeded}[${within}s])) or vector(0))`;
      return [`${labelled(count, "service", name)} < 1`];
    });
    return missed.length > 0 ? anyOf(missed) : undefined;
  },
};

/** One expression per data part of a kind, joined. */
function each<K extends DataKind>(
  { deployment: { app } }: Context,
  kind: K,
  expression: (name: string, spec: DataOf<K>) => string | undefined,
): string | undefined {
  const parts = Object.entries(app.data).flatMap(([name, spec]) =>
    spec.kind === kind ? (expression(name, spec as DataOf<K>) ?? []) : [],
  );
  return parts.length > 0 ? anyOf(parts) : undefined;
}
