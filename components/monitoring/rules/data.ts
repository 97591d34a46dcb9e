/** Postgres, Redis and vector indexes. */

import type { App, DataKind, DataOf } from "../../../src/config/model.ts";
import { inSeconds, minutes } from "../../../src/config/units.ts";
import { anyOf } from "../promql.ts";
import { metricsOf } from "../roles.ts";
import type { AlertRule, RuleGroup } from "../rules.ts";

export function dataRules(app: App): readonly RuleGroup[] {
  return [postgresRules(app), redisRules(app), vectorRules(app)].filter((group) => group !== undefined);
}

function partsOf<K extends DataKind>(app: App, kind: K): [string, DataOf<K>][] {
  return Object.entries(app.data).filter((entry): entry is [string, DataOf<K>] => entry[1].kind === kind);
}

/** One expression per part, joined: each part has its own limits. */
const each = <T>(parts: readonly [string, T][], expression: (name: string, spec: T) => string) =>
  anyOf(parts.map(([name, spec]) => expression(name, spec)));

function postgresRules(app: App): RuleGroup | undefined {
  const parts = partsOf(app, "postgres");
  if (parts.length === 0) return undefined;
  const rules: AlertRule[] = [
    {
      name: "PostgresDown",
      expr: each(parts, (name) => `min by (job) (pg_up{job="${name}"}) == 0 or absent(pg_up{job="${name}"})`),
      for: minutes(1),
      severity: "page",
      summary: "Postgres {{ $labels.job }} does not answer",
      description: "Every request that needs the database fails.",
      runbook:
        "Run `npx atelier logs {{ $labels.job }}`. A full disk and a lack of memory are the usual causes; the system dashboard shows both.",
    },
    {
      name: "PostgresConnectionsHigh",
      expr: each(
        parts,
        (name, { pool }) =>
          `sum by (job) (pg_stat_activity_count{job="${name}", datname!~"template.*|postgres"}) / ${pool.total} > 0.9`,
      ),
      for: minutes(5),
      severity: "warn",
      summary: "{{ $labels.job }}: {{ $value | humanizePercentage }} of the connections are taken",
      description: "At 100 % services wait for a connection, then fail.",
      runbook:
        "On the database dashboard look for `idle in transaction`: a service that does not give back its connections. Else raise `pool` in app.yaml.",
    },
    {
      name: "PostgresDeadlocks",
      expr: 'sum by (job, datname) (increase(pg_stat_database_deadlocks{datname!~"template.*"}[15m])) > 0',
      for: minutes(0),
      severity: "warn",
      summary: "Deadlocks in {{ $labels.datname }}",
      description: "Postgres ended one of two transactions that waited for each other; a user saw an error.",
      runbook:
        "Run `npx atelier logs {{ $labels.job }}` and look for `deadlock detected`: it names both statements. Let both take their rows in the same order.",
    },
    {
      name: "PostgresLongTransaction",
      expr: 'max by (job, datname) (pg_stat_activity_max_tx_duration{state!="idle"}) > 900',
      for: minutes(5),
      severity: "warn",
      summary: "A transaction in {{ $labels.datname }} is open for {{ $value | humanizeDuration }}",
      description: "It holds locks and keeps old rows from being cleaned up.",
      runbook:
        "`select pid, state, query from pg_stat_activity order by xact_start limit 5` names it; `pg_terminate_backend(pid)` ends it.",
    },
  ];
  return { name: "postgres", rules };
}

function redisRules(app: App): RuleGroup | undefined {
  const parts = partsOf(app, "redis");
  if (parts.length === 0) return undefined;
  const kept = parts.filter(([, { eviction }]) => eviction === "noeviction");
  const evicting = parts.filter(([, { eviction }]) => eviction !== "noeviction");
  const persistent = parts.filter(([, { persistence }]) => persistence !== "none");
  const rules: (AlertRule | false)[] = [
    {
      name: "RedisDown",
      expr: each(
        parts,
        (name) => `min by (job) (redis_up{job="${name}"}) == 0 or absent(redis_up{job="${name}"})`,
      ),
      for: minutes(1),
      severity: "page",
      summary: "Redis {{ $labels.job }} does not answer",
      description: "Services that cache in it get slower, services that store in it fail.",
      runbook:
        "Run `npx atelier logs {{ $labels.job }}`. A snapshot that does not fit in memory or on the disk is a usual cause.",
    },
    kept.length > 0 && {
      name: "RedisMemoryFull",
      expr: each(
        kept,
        (name) =>
          `sum by (job) (redis_memory_used_bytes{job="${name}"}) / sum by (job) (redis_memory_max_bytes{job="${name}"} > 0) > 0.9`,
      ),
      for: minutes(5),
      severity: "page",
      summary: "{{ $labels.job }} uses {{ $value | humanizePercentage }} of its memory",
      description: "At 100 % Redis refuses writes, because its eviction is `noeviction`.",
      runbook:
        "Raise `memory` of {{ $labels.job }} in app.yaml, or let keys expire. A queue that nobody reads also looks like this.",
    },
    evicting.length > 0 && {
      name: "RedisEvicting",
      expr: each(evicting, (name) => `sum by (job) (rate(redis_evicted_keys_total{job="${name}"}[5m])) > 1`),
      for: minutes(15),
      severity: "warn",
      summary: "{{ $labels.job }} throws out {{ $value | humanize }} keys a second",
      description: "The cache is too small for what is in use; what was thrown out is computed again.",
      runbook:
        "On the database dashboard see whether the hit ratio falls. Raise `memory` of {{ $labels.job }}, or shorten the keys' life.",
    },
    persistent.length > 0 && {
      name: "RedisNotSaved",
      expr: each(persistent, (name) => `min by (job) (redis_rdb_last_bgsave_status{job="${name}"}) == 0`),
      for: minutes(5),
      severity: "warn",
      summary: "{{ $labels.job }} could not write its snapshot",
      description: "A restart would lose what came since the last good one.",
      runbook: "Run `npx atelier logs {{ $labels.job }}`: a full disk or too little memory for the copy.",
    },
  ];
  return { name: "redis", rules: rules.filter((rule) => rule !== false) };
}

function vectorRules(app: App): RuleGroup | undefined {
  const parts = partsOf(app, "vectors");
  if (parts.length === 0) return undefined;
  const search = metricsOf(app, "search");
  const rules: (AlertRule | false)[] = [
    {
      name: "VectorIndexStale",
      expr: each(
        parts,
        (name, { staleAfter }) =>
          `max by (index) (vectors_index_age_seconds{index="${name}"}) > ${inSeconds(staleAfter)}`,
      ),
      for: minutes(5),
      severity: "warn",
      summary: "Index {{ $labels.index }} is {{ $value | humanizeDuration }} old",
      description: "New items are not found, because no new index was published in time.",
      runbook:
        "Run `npx atelier logs` for the cron or job that writes the index; the system dashboard shows whether it ran.",
    },
    {
      name: "VectorIndexCorrupt",
      expr: "min by (index) (vectors_index_checksum_ok) == 0",
      for: minutes(1),
      severity: "page",
      summary: "Index {{ $labels.index }} is not what was published",
      description: "Its files do not match their checksum: searches may fail or return wrong neighbours.",
      runbook:
        "Let the writer publish a new version. Versions that are kept are directories on the index's volume; the pointer can be set back.",
    },
    {
      name: "VectorIndexEmpty",
      expr: each(
        parts,
        (name) =>
          `max by (index) (vectors_index_count{index="${name}"}) == 0 or absent(vectors_index_count{index="${name}"})`,
      ),
      for: minutes(10),
      severity: "page",
      summary: "Index {{ $labels.index }} is empty",
      description: "No index was published, or one without vectors: every search comes back empty.",
      runbook: "Run the job that writes the index and read its logs.",
    },
    search.length > 0 && {
      name: "VectorSearchSlow",
      expr: anyOf(
        search.map(
          ({ name }) => `histogram_quantile(0.95, sum by (le, job) (rate(${name}_bucket[5m]))) > 0.2`,
        ),
      ),
      for: minutes(10),
      severity: "warn",
      summary: "Searches of {{ $labels.job }} take {{ $value | humanizeDuration }} (p95)",
      description: "The vector search takes a large part of the answer time.",
      runbook:
        "On the ML dashboard compare with the number of vectors; on the system dashboard see whether {{ $labels.job }} lacks processor time.",
    },
  ];
  return { name: "vectors", rules: rules.filter((rule) => rule !== false) };
}
