/** What the setup job tells the database: roles, passwords, grants, extensions. Every statement may run again. */
import type { Access, App, Postgres, Service } from "../../../src/config/model.ts";
import { scramVerifier } from "./scram.ts";
import { ADMIN, PORT } from "./server.ts";

/** Group roles. Service names have no underscore, so no service can be called the same. */
export const OWNER = "atelier_owner";
export const EXPORTER = "atelier_exporter";
const READ = "atelier_read";
const WRITE = "atelier_write";
const LOGIN = "atelier_login";

export interface Login {
  readonly role: string;
  readonly password: string;
  readonly access: Access;
  /** May create and change tables. */
  readonly defines: boolean;
  readonly connections: number;
}

/** Services that may create and change tables: jobs that write, for migrations. Where there is neither such a
 * job nor an init file, somebody must still make the tables: then every service that writes.
 */
export function definers(
  app: Pick<App, "services">,
  { init }: Pick<Postgres, "init">,
  consumers: Readonly<Record<string, { readonly access: Access }>>,
): string[] {
  const writers = Object.keys(consumers).filter((name) => consumers[name]?.access === "write");
  const jobs = writers.filter((name) => app.services[name]?.kind === "job");
  return jobs.length > 0 || init.length > 0 ? jobs : writers;
}

/** Connections that a service may hold: what each instance's pool takes, twice where two generations of it
 * overlap during a change, and never more than all may hold together.
 */
export function connectionLimit(
  { kind, scale }: Pick<Service, "kind" | "scale">,
  { max, total }: Postgres["pool"],
): number {
  const wanted = kind === "job" || kind === "cron" ? max : max * scale.min * 2;
  return Math.min(wanted, total);
}

export interface SetupOptions {
  readonly database: string;
  readonly logins: readonly Login[];
  readonly exporterPassword: string;
  readonly extensions: readonly string[];
}

/** Runs before the init files: everything that they may stand on. */
export function prepareSql({ database, logins, exporterPassword, extensions }: SetupOptions): string {
  const groups = [OWNER, READ, WRITE, LOGIN].map((role) => createRole(role, "NOLOGIN"));
  return lines([
    // A statement that fails must not bring a verifier into the server's log.
    "SET log_min_error_statement = panic;",
    // Revoking what was never granted is a warning.
    "SET client_min_messages = error;",
    ...groups,
    ...logins.flatMap(loginSql),
    createRole(EXPORTER, "LOGIN"),
    `ALTER ROLE ${EXPORTER} LOGIN CONNECTION LIMIT 3 PASSWORD ${literal(scramVerifier(EXPORTER, exporterPassword))};`,
    `GRANT pg_monitor TO ${EXPORTER};`,
    `SELECT ${literal(`CREATE DATABASE ${identifier(database)} OWNER ${OWNER}`)} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(database)}) \\gexec`,
    `ALTER DATABASE ${identifier(database)} OWNER TO ${OWNER};`,
    `REVOKE ALL ON DATABASE ${identifier(database)}, postgres, template1 FROM PUBLIC;`,
    `GRANT CONNECT, TEMPORARY ON DATABASE ${identifier(database)} TO ${READ}, ${WRITE};`,
    `GRANT CONNECT ON DATABASE ${identifier(database)} TO ${EXPORTER};`,
    `\\connect ${identifier(database)}`,
    "SET client_min_messages = error;",
    `ALTER SCHEMA public OWNER TO ${OWNER};`,
    "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
    retireSql(logins.map(({ role }) => role)),
    ...["pg_stat_statements", ...extensions]
      .filter((name, index, all) => all.indexOf(name) === index)
      .map((name) => `CREATE EXTENSION IF NOT EXISTS ${identifier(name)};`),
  ]);
}

/** Runs after the init files: what readers and writers may do with every table there is and will be. */
export function grantSql(): string {
  const everySchema = `SELECT format(statement, nspname) FROM pg_namespace, (VALUES
  ('GRANT USAGE ON SCHEMA %I TO ${READ}, ${WRITE}, ${EXPORTER}'),
  ('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO ${READ}, ${WRITE}'),
  ('GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO ${WRITE}'),
  ('GRANT SELECT ON ALL SEQUENCES IN SCHEMA %I TO ${READ}'),
  ('GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA %I TO ${WRITE}')
) AS statements (statement) WHERE nspowner = '${OWNER}'::regrole \\gexec`;
  const future = (what: string) => `ALTER DEFAULT PRIVILEGES FOR ROLE ${OWNER} GRANT ${what};`;
  return lines([
    everySchema,
    future(`USAGE ON SCHEMAS TO ${READ}, ${WRITE}, ${EXPORTER}`),
    future(`SELECT ON TABLES TO ${READ}, ${WRITE}`),
    future(`INSERT, UPDATE, DELETE ON TABLES TO ${WRITE}`),
    future(`SELECT ON SEQUENCES TO ${READ}`),
    future(`USAGE, SELECT, UPDATE ON SEQUENCES TO ${WRITE}`),
  ]);
}

/** Runs the two files above, and between them the init files: as the owner of the tables, all in one transaction,
 * and once in the life of a database. A failed init leaves it empty, and the corrected one runs at the next `up`.
 */
export function setupScript(host: string, database: string, init: readonly string[]): string {
  return `set -eu
umask 077
cp /run/secrets/pgpass /tmp/pgpass
export PGPASSFILE=/tmp/pgpass PGHOST=${host} PGPORT=${PORT} PGUSER=${ADMIN} PGSSLMODE=require PGCONNECT_TIMEOUT=10
run() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
run -d postgres -f /run/secrets/prepare.sql
${init.length > 0 ? initScript(database, init) : ""}run -d ${database} -f /run/config/grants.sql
`;
}

function initScript(database: string, init: readonly string[]): string {
  const files = init.map((name) => `-f /run/config/${name}`).join(" ");
  return `if [ "$(run -d ${database} -tA -f /run/config/is-new.sql)" = t ]; then
  PGOPTIONS="-c role=${OWNER}" run -d ${database} --single-transaction ${files} -c "COMMENT ON DATABASE ${database} IS '${MARK}'"
fi
`;
}

const MARK = "initialised by Atelier";

/** Neither initialised by this job nor filled by hand or from a backup. */
export const IS_NEW_SQL = `SELECT shobj_description(oid, 'pg_database') IS NULL AND NOT EXISTS (
  SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND nspname !~ '^(pg_|information_schema$)'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e'))
FROM pg_database WHERE datname = current_database();
`;

function loginSql({ role, password, access, defines, connections }: Login): string[] {
  const name = identifier(role);
  const [given, taken] = access === "write" ? [WRITE, READ] : [READ, WRITE];
  return [
    createRole(role, "LOGIN"),
    `ALTER ROLE ${name} LOGIN CONNECTION LIMIT ${connections} VALID UNTIL 'infinity' PASSWORD ${literal(scramVerifier(role, password))};`,
    `GRANT ${LOGIN}, ${given} TO ${name};`,
    `REVOKE ${taken} FROM ${name};`,
    // Whatever it creates belongs to the owner, so that the others' privileges hold for it.
    ...(defines
      ? [`GRANT ${OWNER} TO ${name};`, `ALTER ROLE ${name} SET role = '${OWNER}';`]
      : [`ALTER ROLE ${name} RESET role;`, `REVOKE ${OWNER} FROM ${name};`]),
  ];
}

/** Logins of services that no longer use the database. Their last generation may still serve for a moment, so a
 * login first expires, and is dropped by the next run after that.
 */
function retireSql(kept: readonly string[]): string {
  const names = kept.map(literal).join(", ");
  return `DO $$
DECLARE gone record;
BEGIN
  FOR gone IN SELECT r.rolname, r.rolvaliduntil FROM pg_auth_members m
    JOIN pg_roles r ON r.oid = m.member
    WHERE m.roleid = '${LOGIN}'::regrole AND r.rolname <> ALL (ARRAY[${names}]::name[])
  LOOP
    IF gone.rolvaliduntil < now() THEN
      EXECUTE format('REASSIGN OWNED BY %I TO ${OWNER}', gone.rolname);
      EXECUTE format('DROP OWNED BY %I', gone.rolname);
      EXECUTE format('DROP ROLE %I', gone.rolname);
    ELSIF gone.rolvaliduntil IS NULL OR gone.rolvaliduntil = 'infinity' THEN
      EXECUTE format('ALTER ROLE %I VALID UNTIL %L', gone.rolname, now() + interval '10 minutes');
    END IF;
  END LOOP;
END $$;`;
}

function createRole(role: string, kind: "LOGIN" | "NOLOGIN"): string {
  const create = literal(`CREATE ROLE ${identifier(role)} ${kind}`);
  return `SELECT ${create} WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) \\gexec`;
}

export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const lines = (statements: readonly string[]) => `${statements.join("\n")}\n`;
