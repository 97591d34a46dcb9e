/** postgres_exporter 0.11 and later, and the query of postgres-queries.ts. */
import { counter, type Exporter, gauge } from "./declare.ts";

export const postgres: Exporter = {
  pg_up: gauge("1 while the exporter can log in."),
  pg_stat_activity_count: gauge("Connections by state.", "datname", "state", "server"),
  pg_settings_max_connections: gauge("Connections that the server allows.", "server"),
  pg_stat_database_numbackends: gauge("Connections per database.", "datname", "datid", "server"),
  pg_stat_database_xact_commit: counter("Transactions committed.", "datname", "datid", "server"),
  pg_stat_database_xact_rollback: counter("Transactions rolled back.", "datname", "datid", "server"),
  pg_stat_database_blks_hit: counter("Blocks found in memory.", "datname", "datid", "server"),
  pg_stat_database_blks_read: counter("Blocks read from disk.", "datname", "datid", "server"),
  pg_stat_database_deadlocks: counter("Deadlocks.", "datname", "datid", "server"),
  pg_stat_database_temp_bytes: counter("Bytes of temporary files.", "datname", "datid", "server"),
  pg_stat_database_tup_fetched: counter("Rows that queries fetched.", "datname", "datid", "server"),
  pg_stat_database_tup_inserted: counter("Rows inserted.", "datname", "datid", "server"),
  pg_stat_database_tup_updated: counter("Rows updated.", "datname", "datid", "server"),
  pg_stat_database_tup_deleted: counter("Rows deleted.", "datname", "datid", "server"),
  pg_locks_count: gauge("Locks held, by mode.", "datname", "mode", "server"),
  pg_database_size_bytes: gauge("Size of a database.", "datname", "server"),
  pg_stat_activity_max_tx_duration: gauge("Age of the oldest transaction.", "datname", "state", "server"),
  pg_stat_statements_calls_total: counter("Calls of a statement.", "datname", "queryid", "query", "server"),
  pg_stat_statements_seconds_total: counter("Time in a statement.", "datname", "queryid", "query", "server"),
  pg_stat_statements_rows_total: counter("Rows of a statement.", "datname", "queryid", "query", "server"),
};
