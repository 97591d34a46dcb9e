/** What a setup job tells a database on any target: roles, passwords, grants, extensions. Every statement may run
 * again. Where the server is our own the job is a superuser; on a managed one it is no more than the owner's equal.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Access, App, Postgres, Service } from "../../../src/config/model.ts";
import type { Consumers } from "../../contracts/data.ts";
import { scramVerifier } from "./scram.ts";

/** Whom the setup job logs in as; service names have no underscore, so no service can be called the same. */
export const ADMIN = "atelier_admin";
export const PORT = 5432;

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

/** One login per consumer, with the passwords as they are at this moment. */
export function loginsOf(
  name: string,
  { app, spec, consumers }: { readonly app: App; readonly spec: Postgres; readonly consumers: Consumers },
  passwordOf: (role: string) => string,
): Login[] {
  const defining = definers(app, spec, consumers);
  return Object.entries(consumers).map(([role, { access }]) => {
    const service = app.services[role];
    if (!service) throw new Error(`The service ${role} uses ${name} and is not there.`);
    return {
      role,
      password: passwordOf(role),
      access,
      defines: defining.includes(role),
      connections: connectionLimit(service, spec.pool),
    };
  });
}

/** `user-db` → `user_db`, a name that SQL takes without quotes. */
export function databaseOf(name: string): string {
  return name.replaceAll("-", "_");
}

/** Name for the setup job → text, in the order in which they run. Errors of psql name these. */
export function initFiles(paths: readonly string[]): Record<string, string> {
  const safe = (path: string) => basename(path).replaceAll(/[^\w.-]/g, "_");
  return Object.fromEntries(
    paths.map((path, index) => [`init-${index + 1}-${safe(path)}`, readFileSync(path, "utf8")]),
  );
}

export interface SetupOptions {
  readonly database: string;
  readonly logins: readonly Login[];
  /** Absent where somebody else watches the server: then there is no role for an exporter. */
  readonly exporterPassword?: string;
  readonly extensions: readonly string[];
  /** The job is no superuser, and the database is there already. */
  readonly managed?: boolean;
}

/** Runs before the init files: everything that they may stand on. */
export function prepareSql(options: SetupOptions): string {
  const { database, logins, exporterPassword, extensions, managed = false } = options;
  const db = identifier(database);
  const groups = [OWNER, READ, WRITE, LOGIN].map((role) => createRole(role, "NOLOGIN"));
  return lines([
    // A statement that fails must not bring a verifier into the server's log. Only a superuser may say so.
    ...(managed ? [] : ["SET log_min_error_statement = panic;"]),
    // Revoking what was never granted is a warning.
    "SET client_min_messages = error;",
    ...groups,
    // A superuser may hand the database over; anyone else must belong to whom it is handed to.
    ...(managed ? [`GRANT ${OWNER} TO CURRENT_USER;`] : []),
    ...logins.flatMap(loginSql),
    ...(exporterPassword === undefined ? [] : exporterSql(exporterPassword)),
    ...(managed ? [] : [createDatabase(database)]),
    `ALTER DATABASE ${db} OWNER TO ${OWNER};`,
    `REVOKE ALL ON DATABASE ${db}, postgres, template1 FROM PUBLIC;`,
    `GRANT CONNECT, TEMPORARY ON DATABASE ${db} TO ${READ}, ${WRITE};`,
    ...(exporterPassword === undefined ? [] : [`GRANT CONNECT ON DATABASE ${db} TO ${EXPORTER};`]),
    `\\connect ${db}`,
    "SET client_min_messages = error;",
    `ALTER SCHEMA public OWNER TO ${OWNER};`,
    "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
    retireSql(
      logins.map(({ role }) => role),
      managed,
    ),
    ...["pg_stat_statements", ...extensions]
      .filter((name, index, all) => all.indexOf(name) === index)
      .map((name) => `CREATE EXTENSION IF NOT EXISTS ${identifier(name)};`),
  ]);
}

function exporterSql(password: string): string[] {
  return [
    createRole(EXPORTER, "LOGIN"),
    `ALTER ROLE ${EXPORTER} LOGIN CONNECTION LIMIT 3 PASSWORD ${literal(scramVerifier(EXPORTER, password))};`,
    `GRANT pg_monitor TO ${EXPORTER};`,
  ];
}

function createDatabase(database: string): string {
  const create = literal(`CREATE DATABASE ${identifier(database)} OWNER ${OWNER}`);
  return `SELECT ${create} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(database)}) \\gexec`;
}

/** Runs after the init files: what readers and writers may do with every table there is and will be. */
export function grantSql({ exporter = true } = {}): string {
  const users = [READ, WRITE, ...(exporter ? [EXPORTER] : [])].join(", ");
  const everySchema = `SELECT format(statement, nspname) FROM pg_namespace, (VALUES
  ('GRANT USAGE ON SCHEMA %I TO ${users}'),
  ('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO ${READ}, ${WRITE}'),
  ('GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO ${WRITE}'),
  ('GRANT SELECT ON ALL SEQUENCES IN SCHEMA %I TO ${READ}'),
  ('GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA %I TO ${WRITE}')
) AS statements (statement) WHERE nspowner = '${OWNER}'::regrole \\gexec`;
  const future = (what: string) => `ALTER DEFAULT PRIVILEGES FOR ROLE ${OWNER} GRANT ${what};`;
  return lines([
    everySchema,
    future(`USAGE ON SCHEMAS TO ${users}`),
    future(`SELECT ON TABLES TO ${READ}, ${WRITE}`),
    future(`INSERT, UPDATE, DELETE ON TABLES TO ${WRITE}`),
    future(`SELECT ON SEQUENCES TO ${READ}`),
    future(`USAGE, SELECT, UPDATE ON SEQUENCES TO ${WRITE}`),
  ]);
}

/** Where the setup job finds its files, by their paths. */
export interface SetupFiles {
  readonly prepare: string;
  readonly grants: string;
  readonly isNew: string;
  readonly init: readonly string[];
}

/** Steps of a shell script that knows the server by libpq's variables. They run the files above, and between them
 * the init files: as the owner of the tables, all in one transaction, and once in the life of a database. A failed
 * init leaves it empty, and the corrected one runs at the next `up`.
 */
export function setupSteps(database: string, { prepare, grants, isNew, init }: SetupFiles): string {
  return `run() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
run -d postgres -f ${prepare}
${init.length > 0 ? initSteps(database, isNew, init) : ""}run -d ${database} -f ${grants}
`;
}

function initSteps(database: string, isNew: string, init: readonly string[]): string {
  const files = init.map((path) => `-f ${path}`).join(" ");
  return `if [ "$(run -d ${database} -tA -f ${isNew})" = t ]; then
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
function retireSql(kept: readonly string[], managed: boolean): string {
  const names = kept.map(literal).join(", ");
  return `DO $$
DECLARE gone record;
BEGIN
  FOR gone IN SELECT r.rolname, r.rolvaliduntil FROM pg_auth_members m
    JOIN pg_roles r ON r.oid = m.member
    WHERE m.roleid = '${LOGIN}'::regrole AND r.rolname <> ALL (ARRAY[${names}]::name[])
  LOOP
    IF gone.rolvaliduntil < now() THEN
${managed ? "      EXECUTE format('GRANT %I TO CURRENT_USER', gone.rolname);\n" : ""}      EXECUTE format('REASSIGN OWNED BY %I TO ${OWNER}', gone.rolname);
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
