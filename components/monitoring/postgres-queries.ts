/** What postgres_exporter asks beside its own: the statements that take most time.
 *
 * The exporter's user needs pg_monitor, and the database the extension pg_stat_statements. Only statements whose
 * constants Postgres replaces by `$1` are shown: one like ALTER ROLE … PASSWORD would show the password.
 */
import { stringify } from "yaml";

const LONGEST_TEXT = 90;
const STATEMENTS = 20;

const sql = `SELECT d.datname, s.queryid::text AS queryid,
  left(regexp_replace(s.query, '\\s+', ' ', 'g'), ${LONGEST_TEXT}) AS query,
  sum(s.calls) AS calls_total, sum(s.total_exec_time) / 1000 AS seconds_total, sum(s.rows) AS rows_total
FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid JOIN pg_roles r ON r.oid = s.userid
WHERE s.query ~* '^\\s*(select|insert|update|delete|merge|with)\\y' AND r.rolname NOT LIKE '%exporter'
GROUP BY 1, 2, 3 ORDER BY seconds_total DESC LIMIT ${STATEMENTS}`;

const label = (description: string) => ({ usage: "LABEL", description });
const counter = (description: string) => ({ usage: "COUNTER", description });

/** File for the exporter's `--extend.query-path` (or PG_EXPORTER_EXTEND_QUERY_PATH). */
export function renderPostgresQueries(): string {
  const pg_stat_statements = {
    query: sql,
    master: true,
    cache_seconds: 30,
    metrics: [
      { datname: label("Database.") },
      { queryid: label("Hash of the statement.") },
      { query: label("The statement, without constants.") },
      { calls_total: counter("Calls of a statement.") },
      { seconds_total: counter("Time in a statement.") },
      { rows_total: counter("Rows of a statement.") },
    ],
  };
  return stringify({ pg_stat_statements }, { lineWidth: 0 });
}
