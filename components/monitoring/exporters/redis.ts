/** redis_exporter 1.45 and later, as far as we use it. */
import { counter, type Exporter, gauge } from "./declare.ts";

export const redis: Exporter = {
  redis_up: gauge("1 while the exporter can log in."),
  redis_memory_used_bytes: gauge("Memory in use."),
  redis_memory_max_bytes: gauge("Memory limit; 0 means none."),
  redis_connected_clients: gauge("Connections."),
  redis_keyspace_hits_total: counter("Reads that found their key."),
  redis_keyspace_misses_total: counter("Reads that did not."),
  redis_evicted_keys_total: counter("Keys thrown out for room."),
  redis_expired_keys_total: counter("Keys that reached their end."),
  redis_rejected_connections_total: counter("Connections refused."),
  redis_commands_processed_total: counter("Commands."),
  redis_commands_total: counter("Commands by name.", "cmd"),
  redis_commands_duration_seconds_total: counter("Time in commands by name.", "cmd"),
  redis_db_keys: gauge("Keys per database.", "db"),
  redis_rdb_last_bgsave_status: gauge("1 when the last snapshot succeeded."),
  redis_aof_last_write_status: gauge("1 when the last append succeeded."),
};
