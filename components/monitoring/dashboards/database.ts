/** Postgres and Redis: connections, speed, room. One row per data part. */
import type { App, Postgres, Redis } from "../../../src/config/model.ts";
import type { Dashboard, Row } from "../dashboard.ts";
import { gauge, stat, table, timeseries, warnAt } from "./panels.ts";

const RATE = "[$__rate_interval]";

/** Absent when the app has neither. */
export function databaseDashboard(app: App): Dashboard | undefined {
  const rows = Object.entries(app.data).flatMap(([name, data]): Row[] => {
    if (data.kind === "postgres") return [connections(name, data), queries(name)];
    return data.kind === "redis" ? [redis(name, data)] : [];
  });
  if (rows.length === 0) return undefined;
  return {
    uid: "atelier-database",
    title: "Database",
    description: "Connections, speed, locks and size of Postgres; memory, hits and evictions of Redis.",
    tags: ["atelier", app.name],
    variables: [],
    rows,
  };
}

function connections(name: string, { pool }: Postgres): Row {
  const of = `job="${name}"`;
  return {
    title: `${name}: Postgres`,
    panels: [
      stat(
        "Answers",
        "Whether Postgres takes a login.",
        "none",
        { up: `min(pg_up{${of}})` },
        { words: { "0": "down", "1": "up" } },
      ),
      gauge(
        "Pool in use",
        `Connections of all services, of the ${pool.total} that their pools may hold together.`,
        "percentunit",
        { used: `sum(pg_stat_activity_count{${of}, datname!~"template.*|postgres"}) / ${pool.total}` },
        { max: 1, thresholds: warnAt(0.7, 0.9) },
      ),
      gauge(
        "Found in memory",
        "Share of blocks that Postgres did not have to read from disk; below 95 % it wants more memory.",
        "percentunit",
        {
          hits: `sum(pg_stat_database_blks_hit{${of}}) / (sum(pg_stat_database_blks_hit{${of}}) + sum(pg_stat_database_blks_read{${of}}))`,
        },
        { max: 1 },
      ),
      stat("Size", "Bytes on disk of all databases.", "bytes", {
        size: `sum(pg_database_size_bytes{${of}})`,
      }),
      timeseries(
        "Connections by state",
        "`idle in transaction` for long holds locks and blocks others.",
        "short",
        {
          "{{state}}": `sum by (state) (pg_stat_activity_count{${of}})`,
          "server's limit": `max(pg_settings_max_connections{${of}})`,
        },
      ),
      timeseries("Transactions", "Commits and rollbacks per second.", "ops", {
        commits: `sum(rate(pg_stat_database_xact_commit{${of}}${RATE}))`,
        rollbacks: `sum(rate(pg_stat_database_xact_rollback{${of}}${RATE}))`,
      }),
    ],
  };
}

function queries(name: string): Row {
  const of = `job="${name}"`;
  const spent = `sum by (query) (increase(pg_stat_statements_seconds_total{${of}}[1h]))`;
  const calls = `sum by (query) (increase(pg_stat_statements_calls_total{${of}}[1h]))`;
  const rows = (verb: string) => `sum(rate(pg_stat_database_tup_${verb}{${of}}${RATE}))`;
  return {
    title: `${name}: queries`,
    panels: [
      table(
        "Slowest statements",
        "Mean time per call over the last hour, of the statements that took most time altogether.",
        "s",
        {
          "{{query}}": `topk(10, ${spent} / (${calls} > 0) or 0 * ${calls})`,
        },
        { width: 12, thresholds: warnAt(0.1, 1) },
      ),
      timeseries("Time in statements", "Seconds per second that Postgres spends in each statement.", "s", {
        "{{query}}": `topk(5, sum by (query) (rate(pg_stat_statements_seconds_total{${of}}${RATE})))`,
      }),
      timeseries("Rows", "Rows fetched and changed per second.", "ops", {
        fetched: rows("fetched"),
        inserted: rows("inserted"),
        updated: rows("updated"),
        deleted: rows("deleted"),
      }),
      timeseries("Locks", "Locks held, by mode; exclusive ones that stay mean waiting queries.", "short", {
        "{{mode}}": `sum by (mode) (pg_locks_count{${of}})`,
      }),
      timeseries("Longest transaction", "Age of the oldest open transaction.", "s", {
        "{{state}}": `max by (state) (pg_stat_activity_max_tx_duration{${of}})`,
      }),
      timeseries(
        "Deadlocks and temporary files",
        "Deadlocks per hour, and megabytes per second that did not fit in memory.",
        "short",
        {
          "deadlocks per hour": `sum(increase(pg_stat_database_deadlocks{${of}}[1h]))`,
          "temporary MB per second": `sum(rate(pg_stat_database_temp_bytes{${of}}${RATE})) / 1e6`,
        },
      ),
    ],
  };
}

function redis(name: string, { eviction }: Redis): Row {
  const of = `{job="${name}"}`;
  const hits = `sum(rate(redis_keyspace_hits_total${of}${RATE}))`;
  const misses = `sum(rate(redis_keyspace_misses_total${of}${RATE}))`;
  return {
    title: `${name}: Redis`,
    panels: [
      stat(
        "Answers",
        "Whether Redis takes a login.",
        "none",
        { up: `min(redis_up${of})` },
        { words: { "0": "down", "1": "up" } },
      ),
      gauge(
        "Memory of its limit",
        eviction === "noeviction"
          ? "At 100 % Redis refuses writes."
          : `At 100 % Redis throws out keys (${eviction}).`,
        "percentunit",
        { used: `sum(redis_memory_used_bytes${of}) / (sum(redis_memory_max_bytes${of}) > 0)` },
        { max: 1, thresholds: warnAt(0.8, 0.95) },
      ),
      stat("Keys", "Keys in all databases.", "short", { keys: `sum(redis_db_keys${of})` }),
      stat("Connections", "Clients that are connected.", "short", {
        connections: `sum(redis_connected_clients${of})`,
      }),
      timeseries(
        "Hit ratio",
        "Share of reads that found their key; 0 while nobody reads.",
        "percentunit",
        { hits: `${hits} / (${hits} + ${misses} > 0) or 0 * ${hits}` },
        { max: 1 },
      ),
      timeseries(
        "Evicted and expired keys",
        "Evicted keys were thrown out for room, expired ones had come to their end.",
        "ops",
        {
          evicted: `sum(rate(redis_evicted_keys_total${of}${RATE}))`,
          expired: `sum(rate(redis_expired_keys_total${of}${RATE}))`,
        },
      ),
      timeseries("Commands", "Commands per second, the ten most frequent.", "ops", {
        "{{cmd}}": `topk(10, sum by (cmd) (rate(redis_commands_total${of}${RATE})))`,
      }),
      timeseries("Time per command", "Mean time of the commands in use.", "s", {
        "{{cmd}}": `topk(10, sum by (cmd) (rate(redis_commands_duration_seconds_total${of}${RATE})) / (sum by (cmd) (rate(redis_commands_total${of}${RATE})) > 0))`,
      }),
    ],
  };
}
