/** Files of the database server: its settings, who may come in, and how it starts. */
import { type Bytes, type Cpu, inMebibytes, mebibytes } from "../../../src/config/units.ts";
import { ADMIN, PORT } from "../../data/postgres/setup.ts";

/** The server's socket; the image's own folder for it is read-only. */
export const SOCKETS = "/tmp";

export interface ServerSize {
  readonly cpu: Cpu;
  readonly memory: Bytes;
  readonly storage: Bytes;
  /** Connections that all services may hold together. */
  readonly connections: number;
}

/** For the superuser (3), the exporter (3), the setup job and an operator's session. */
const RESERVED = 10;
/** A changed max_connections restarts the server, so small changes of scale stay below the next step. */
const STEP = 50;

export function maxConnections(total: number): number {
  return Math.ceil(total / STEP) * STEP + RESERVED;
}

/** Memory in shared use: 25 % of a dedicated server's, as the manual says (section 20.4.1). */
export function sharedBuffers(memory: Bytes): Bytes {
  return mebibytes(Math.max(16, Math.floor(inMebibytes(memory) / 4)));
}

/** Settings that follow from the size; the rest stays as PostgreSQL ships it. */
export function serverConfig(dataFolder: string, size: ServerSize): string {
  const memory = inMebibytes(size.memory);
  const shared = inMebibytes(sharedBuffers(size.memory));
  const connections = maxConnections(size.connections);
  const workers = Math.max(1, Math.ceil(size.cpu));
  const settings: Record<string, string | number> = {
    data_directory: `'${dataFolder}'`,
    hba_file: "'/run/config/pg_hba.conf'",
    listen_addresses: "'*'",
    port: PORT,
    unix_socket_directories: `'${SOCKETS}'`,
    max_connections: connections,
    shared_buffers: `${shared}MB`,
    // What the kernel caches counts too (manual, 20.7.2); three quarters is pgtune's share.
    effective_cache_size: `${Math.floor((memory * 3) / 4)}MB`,
    // A sixteenth, as pgtune does; autovacuum's three workers may each take as much.
    maintenance_work_mem: `${clamp(memory / 16, 16, 2048)}MB`,
    // What is left, for all connections with three sorts each (pgtune); the manual's default is 4 MB.
    work_mem: `${clamp((memory - shared) / (connections * 3), 1, 256)}MB`,
    // A tenth of the storage at most; 1 GB is the manual's default.
    max_wal_size: `${clamp(inMebibytes(size.storage) / 10, 64, 1024)}MB`,
    min_wal_size: "32MB",
    max_parallel_workers: workers,
    max_parallel_workers_per_gather: Math.ceil(workers / 2),
    // Volumes of a Docker host are on flash as a rule; 4.0 is for turning disks (manual, 20.7.2).
    random_page_cost: 1.1,
    ssl: "on",
    ssl_cert_file: "'server.crt'",
    ssl_key_file: "'server.key'",
    ssl_min_protocol_version: "'TLSv1.2'",
    password_encryption: "'scram-sha-256'",
    shared_preload_libraries: "'pg_stat_statements'",
    log_destination: "'stderr'",
    logging_collector: "off",
    log_line_prefix: "'%m [%p] %q%u@%d '",
    log_timezone: "'UTC'",
    timezone: "'UTC'",
  };
  return `${Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}`)
    .join("\n")}\n`;
}

/** Over the network only with TLS, everywhere only with a password. */
export const HOST_RULES = `local   all all     scram-sha-256
hostssl all all all scram-sha-256
`;

/** Makes the database at the first start, and its certificate whenever there is none; then becomes the server.
 * A first start that was cut short begins again: the folder gets its name only when it is complete.
 */
export function startScript(alias: string): string {
  return `set -eu
umask 077
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  rm -rf "$PGDATA.new"
  initdb -D "$PGDATA.new" -U ${ADMIN} --pwfile=/run/secrets/admin --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums --no-instructions >/dev/null
  mv "$PGDATA.new" "$PGDATA"
fi
have="$(cat "$PGDATA/PG_VERSION")"
want="$(postgres --version | sed -E 's/^[^0-9]*([0-9]+).*/\\1/')"
if [ "$have" != "$want" ]; then
  echo "The data is of PostgreSQL $have and this is PostgreSQL $want: dump it with $have and load it into a new volume." >&2
  exit 1
fi
if [ ! -e "$PGDATA/server.crt" ]; then
  openssl req -new -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=${alias}" -addext "subjectAltName=DNS:${alias}" -keyout "$PGDATA/server.key" -out "$PGDATA/server.crt.new" 2>/dev/null
  mv "$PGDATA/server.crt.new" "$PGDATA/server.crt"
fi
exec postgres -D "$PGDATA" -c config_file=/run/config/postgresql.conf
`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.floor(Math.min(most, Math.max(least, value)));
}
