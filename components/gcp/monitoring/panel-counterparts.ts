/** Panels whose neutral query asks an exporter that does not run here: what Google measures of the same thing, by the title
 * of the row (without the part's name) and of the panel. A panel that is missing has no counterpart.
 */
import type { Panel, Unit } from "../../monitoring/dashboard.ts";
import type { GoogleMetric } from "./google-metrics.ts";
import {
  armor,
  type Context,
  cache,
  database,
  door,
  instances,
  runJobs,
  runServices,
  select,
} from "./selectors.ts";

export interface Shown {
  readonly queries: Readonly<Record<string, string>>;
  readonly unit?: Unit;
  readonly description?: string;
}

/** `part` is the data part that the row is about. */
type Counterpart = (context: Context, part: string) => Shown | undefined;

const RATE = "[$__rate_interval]";
const rate = (selector: string, span = RATE) => `rate(${selector}${span})`;

const doorRate = ({ deployment }: Context, metric: GoogleMetric, span: string, ...more: string[]) =>
  `sum(${rate(select(metric, [...door(deployment), ...more]), span)})`;

const REQUESTS = "loadbalancing_googleapis_com:https_request_count";
const SIZES = {
  in: "loadbalancing_googleapis_com:https_request_bytes_count",
  out: "loadbalancing_googleapis_com:https_response_bytes_count",
} as const;

const edge: Readonly<Record<string, Counterpart>> = {
  "Requests per second": (context) => ({ queries: { requests: doorRate(context, REQUESTS, "[5m]") } }),
  Failed: (context) => {
    const failed = doorRate(context, REQUESTS, "[5m]", 'response_code_class="500"');
    return { queries: { failed: `${failed} / (${doorRate(context, REQUESTS, "[5m]")} > 0)` } };
  },
  "Refused in 24 h": ({ deployment }) => ({
    queries: {
      refused: `sum(increase(${select("networksecurity_googleapis_com:https_request_count", [...armor(deployment), 'blocked="true"'])}[1d]))`,
    },
  }),
  "Answers by class": ({ deployment }) => ({
    queries: {
      "{{response_code_class}}": `sum by (response_code_class) (${rate(select(REQUESTS, door(deployment)))})`,
    },
  }),
  Throughput: (context) => ({
    queries: { in: doorRate(context, SIZES.in, RATE), out: doorRate(context, SIZES.out, RATE) },
  }),
  "Refused requests": ({ deployment }) => ({
    queries: {
      "{{policy_name}}": `sum by (policy_name) (${rate(select("networksecurity_googleapis_com:https_request_count", [...armor(deployment), 'blocked="true"']))})`,
    },
  }),
  "Answer time by backend": ({ deployment }) => ({
    description: "95 % of the answers of a backend are faster than this.",
    queries: {
      "{{backend_target_name}}": `histogram_quantile(0.95, sum by (le, backend_target_name) (${rate(select("loadbalancing_googleapis_com:https_backend_latencies", door(deployment), "_bucket"))})) / 1000`,
    },
  }),
  "Servers that answer": onRun(({ deployment }) => ({
    queries: {
      "{{service_name}}": `sum by (service_name) (${select("run_googleapis_com:container_instance_count", [...runServices(deployment), 'state="active"'])})`,
    },
  })),
};

const now: Readonly<Record<string, Counterpart>> = {
  "Containers running": ({ deployment, compute }) =>
    compute === "cloud-run"
      ? {
          queries: {
            running: `sum(${select("run_googleapis_com:container_instance_count", runServices(deployment))})`,
          },
        }
      : {
          queries: {
            running: `count(${select("compute_googleapis_com:instance_uptime_total", instances(deployment))})`,
          },
        },
};

const host: Readonly<Record<string, Counterpart>> = {
  Processor: onInstances(({ deployment }) => ({
    description: "Share of all cores in use, by instance; above 85 % for long, answers get slower.",
    queries: {
      "{{instance_name}}": `max by (instance_name) (${select("compute_googleapis_com:instance_cpu_utilization", instances(deployment))})`,
    },
  })),
  Network: onInstances(({ deployment }) => ({
    queries: {
      received: `sum(${rate(select("compute_googleapis_com:instance_network_received_bytes_count", instances(deployment)))})`,
      sent: `sum(${rate(select("compute_googleapis_com:instance_network_sent_bytes_count", instances(deployment)))})`,
    },
  })),
};

const containers: Readonly<Record<string, Counterpart>> = {
  "Processor per part": onRun(({ deployment }) => ({
    queries: {
      "{{service_name}}": `sum by (service_name) (${rate(select("run_googleapis_com:container_cpu_allocation_time", runServices(deployment)))})`,
    },
  })),
  "Memory of its limit": onRun(({ deployment }) => ({
    queries: {
      "{{service_name}}": `histogram_quantile(0.99, sum by (le, service_name) (${rate(select("run_googleapis_com:container_memory_utilizations", runServices(deployment), "_bucket"))}))`,
    },
  })),
  "Network per part": onRun(({ deployment }) => ({
    queries: {
      "{{service_name}} in": `sum by (service_name) (${rate(select("run_googleapis_com:container_network_received_bytes_count", runServices(deployment)))})`,
      "{{service_name}} out": `sum by (service_name) (${rate(select("run_googleapis_com:container_network_sent_bytes_count", runServices(deployment)))})`,
    },
  })),
  "Held back by the limit": onRun(({ deployment }) => ({
    description: "Share of the cores in use, of the busiest instances; above 90 % raise `cpu`.",
    queries: {
      "{{service_name}}": `histogram_quantile(0.95, sum by (le, service_name) (${rate(select("run_googleapis_com:container_cpu_utilizations", runServices(deployment), "_bucket"))}))`,
    },
  })),
};

const scheduled: Readonly<Record<string, Counterpart>> = {
  Runs: ({ deployment }) => ({
    queries: {
      "{{job_name}} {{result}}": `sum by (job_name, result) (increase(${select("run_googleapis_com:job_completed_execution_count", runJobs(deployment))}[1d]))`,
    },
  }),
};

const sql = (metric: GoogleMetric, { deployment }: Context, part: string) =>
  select(metric, database(deployment, part));

const postgres: Readonly<Record<string, Counterpart>> = {
  Answers: (context, part) => ({
    queries: { up: `min(${sql("cloudsql_googleapis_com:database_up", context, part)})` },
  }),
  "Pool in use": (context, part) => {
    const data = context.deployment.app.data[part];
    if (data?.kind !== "postgres") return undefined;
    const taken = sql("cloudsql_googleapis_com:database_postgresql_num_backends", context, part);
    return { queries: { used: `sum(${taken}) / ${data.pool.total}` } };
  },
  Size: (context, part) => ({
    queries: { size: `max(${sql("cloudsql_googleapis_com:database_disk_bytes_used", context, part)})` },
  }),
  "Connections by state": (context, part) => ({
    queries: {
      "{{state}}": `sum by (state) (${sql("cloudsql_googleapis_com:database_postgresql_num_backends_by_state", context, part)})`,
    },
  }),
  Transactions: (context, part) => ({
    queries: {
      "{{transaction_type}}": `sum by (transaction_type) (${rate(sql("cloudsql_googleapis_com:database_postgresql_transaction_count", context, part))})`,
    },
  }),
};

const queries: Readonly<Record<string, Counterpart>> = {
  Rows: (context, part) => ({
    queries: {
      "{{operation_type}}": `sum by (operation_type) (${rate(sql("cloudsql_googleapis_com:database_postgresql_tuples_processed_count", context, part))})`,
    },
  }),
  "Deadlocks and temporary files": (context, part) => ({
    description: "Deadlocks per hour.",
    queries: {
      "deadlocks per hour": `sum(increase(${sql("cloudsql_googleapis_com:database_postgresql_deadlock_count", context, part)}[1h]))`,
    },
  }),
};

const memory = (metric: GoogleMetric, { deployment }: Context, part: string) =>
  select(metric, cache(deployment, part));

const redis: Readonly<Record<string, Counterpart>> = {
  Answers: (context, part) => ({
    queries: { up: `count(${memory("redis_googleapis_com:server_uptime", context, part)}) > bool 0` },
  }),
  "Memory of its limit": (context, part) => ({
    queries: { used: `max(${memory("redis_googleapis_com:stats_memory_usage_ratio", context, part)})` },
  }),
  Keys: (context, part) => ({
    queries: { keys: `sum(${memory("redis_googleapis_com:keyspace_keys", context, part)})` },
  }),
  Connections: (context, part) => ({
    queries: { connections: `sum(${memory("redis_googleapis_com:clients_connected", context, part)})` },
  }),
  "Hit ratio": (context, part) => {
    const hits = `sum(${rate(memory("redis_googleapis_com:stats_keyspace_hits", context, part))})`;
    const misses = `sum(${rate(memory("redis_googleapis_com:stats_keyspace_misses", context, part))})`;
    return { queries: { hits: `${hits} / ((${hits} + ${misses}) > 0)` } };
  },
  "Evicted and expired keys": (context, part) => ({
    queries: {
      evicted: `sum(${rate(memory("redis_googleapis_com:stats_evicted_keys", context, part))})`,
      expired: `sum(${rate(memory("redis_googleapis_com:stats_expired_keys", context, part))})`,
    },
  }),
  Commands: (context, part) => ({
    queries: {
      "{{cmd}}": `topk(10, sum by (cmd) (${rate(memory("redis_googleapis_com:commands_calls", context, part))}))`,
    },
  }),
};

/** Row → panel → counterpart. */
const ROWS: Readonly<Record<string, Readonly<Record<string, Counterpart>>>> = {
  Edge: edge,
  Now: now,
  Host: host,
  Containers: containers,
  "Scheduled runs": scheduled,
  Postgres: postgres,
  queries,
  Redis: redis,
};

/** The panel as Google's metrics show it; undefined when they don't. */
export function counterpartOf(context: Context, row: string, panel: Panel): Panel | undefined {
  const [part = "", kind = row] = row.includes(": ") ? row.split(": ") : ["", row];
  const shown = ROWS[kind]?.[panel.title]?.(context, part);
  if (!shown) return undefined;
  const { queries: expressions, ...rest } = shown;
  const written = Object.entries(expressions).map(([legend, expr]) => ({ legend, expr }));
  return { ...panel, ...rest, queries: written };
}

function onRun(counterpart: Counterpart): Counterpart {
  return (context, part) => (context.compute === "cloud-run" ? counterpart(context, part) : undefined);
}

function onInstances(counterpart: Counterpart): Counterpart {
  return (context, part) => (context.compute === "instances" ? counterpart(context, part) : undefined);
}
