/** Extensions that Cloud SQL has (Google's "Configure PostgreSQL extensions"), and the flags that some need. */

const POSTGIS = [
  "address_standardizer",
  "address_standardizer_data_us",
  "postgis",
  "postgis_raster",
  "postgis_sfcgal",
  "postgis_tiger_geocoder",
  "postgis_topology",
  "pgrouting",
];

const TYPES = [
  "btree_gin",
  "btree_gist",
  "citext",
  "cube",
  "hll",
  "hstore",
  "hypopg",
  "ip4r",
  "isn",
  "lo",
  "ltree",
  "pg_trgm",
  "prefix",
  "rdkit",
  "uuid-ossp",
  "vector",
];

const LANGUAGES = ["plpgsql", "plproxy", "plv8"];

const MORE = [
  "amcheck",
  "anon",
  "autoinc",
  "bloom",
  "dblink",
  "dict_int",
  "earthdistance",
  "fuzzystrmatch",
  "google_ml_integration",
  "insert_username",
  "intagg",
  "intarray",
  "moddatetime",
  "oracle_fdw",
  "orafce",
  "pageinspect",
  "pg_background",
  "pg_bigm",
  "pg_buffercache",
  "pg_cron",
  "pg_freespacemap",
  "pg_hint_plan",
  "pg_ivm",
  "pg_partman",
  "pg_prewarm",
  "pg_proctab",
  "pg_repack",
  "pg_similarity",
  "pg_squeeze",
  "pg_stat_statements",
  "pg_visibility",
  "pg_wait_sampling",
  "pgaudit",
  "pgcrypto",
  "pgfincore",
  "pglogical",
  "pgrowlocks",
  "pgstattuple",
  "pgtap",
  "pgtt",
  "postgres_fdw",
  "refint",
  "sslinfo",
  "tablefunc",
  "tcn",
  "tds_fdw",
  "temporal_tables",
  "tsm_system_rows",
  "tsm_system_time",
  "unaccent",
];

export const EXTENSIONS: readonly string[] = [...POSTGIS, ...TYPES, ...LANGUAGES, ...MORE].sort();

const ON = "on";

/** Extension → flags without which it can't be created. */
const FLAGS: Readonly<Record<string, (database: string) => Readonly<Record<string, string>>>> = {
  anon: () => ({ "cloudsql.enable_anon": ON }),
  pg_bigm: () => ({ "cloudsql.enable_pg_bigm": ON }),
  // It lives in one database of the server, by default in `postgres`.
  pg_cron: (database) => ({ "cloudsql.enable_pg_cron": ON, "cron.database_name": database }),
  pg_hint_plan: () => ({ "cloudsql.enable_pg_hint_plan": ON }),
  pg_squeeze: () => ({ "cloudsql.enable_pg_squeeze": ON, "cloudsql.logical_decoding": ON }),
  pg_wait_sampling: () => ({ "cloudsql.enable_pg_wait_sampling": ON }),
  pglogical: () => ({ "cloudsql.enable_pglogical": ON, "cloudsql.logical_decoding": ON }),
};

export function extensionFlags(extensions: readonly string[], database: string): Record<string, string> {
  return Object.assign({}, ...extensions.map((name) => FLAGS[name]?.(database) ?? {}));
}
