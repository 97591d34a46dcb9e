import { describe, expect, test } from "vitest";
import { refuseLogins } from "../../../components/data/postgres/logins.ts";
import { grantSql, loginsOf, prepareSql, setupSteps } from "../../../components/data/postgres/setup.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { makeApp, makePostgres, makeService } from "../../helpers/app.ts";

const login = { role: "api", password: "pw", access: "write", defines: false, connections: 20 } as const;
const options = { database: "db", logins: [login], extensions: [] };

describe("a managed server", () => {
  const own = prepareSql({ ...options, exporterPassword: "x" }).split("\n");
  const managed = prepareSql({ ...options, managed: true }).split("\n");

  test("is told no superuser's words, and nothing that whoever runs it has done", () => {
    expect(own.filter((line) => !managed.includes(line))).toEqual([
      "SET log_min_error_statement = panic;",
      expect.stringContaining(`'CREATE ROLE "atelier_exporter" LOGIN'`),
      expect.stringContaining("ALTER ROLE atelier_exporter LOGIN CONNECTION LIMIT 3 PASSWORD"),
      "GRANT pg_monitor TO atelier_exporter;",
      expect.stringContaining(`'CREATE DATABASE "db" OWNER atelier_owner'`),
      'GRANT CONNECT ON DATABASE "db" TO atelier_exporter;',
    ]);
    expect(grantSql({ exporter: false })).not.toContain("atelier_exporter");
  });

  test("is administered by a member of whom things are handed to", () => {
    expect(managed.filter((line) => !own.includes(line))).toEqual([
      "GRANT atelier_owner TO CURRENT_USER;",
      "      EXECUTE format('GRANT %I TO CURRENT_USER', gone.rolname);",
    ]);
    const at = (text: string) => managed.findIndex((line) => line.includes(text));
    expect(at("GRANT atelier_owner TO CURRENT_USER")).toBeLessThan(at("ALTER DATABASE"));
    expect(at("GRANT %I TO CURRENT_USER")).toBeLessThan(at("REASSIGN OWNED"));
  });
});

test("steps run the init files only on an empty database, between roles and grants", () => {
  const files = { prepare: "/p", grants: "/g", isNew: "/n", init: ["/a", "/b"] };
  expect(setupSteps("db", files)).toBe(`run() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
run -d postgres -f /p
if [ "$(run -d db -tA -f /n)" = t ]; then
  PGOPTIONS="-c role=atelier_owner" run -d db --single-transaction -f /a -f /b -c "COMMENT ON DATABASE db IS 'initialised by Atelier'"
fi
run -d db -f /g
`);
  expect(setupSteps("db", { ...files, init: [] })).not.toContain("/n");
});

test("logins are those of the consumers, and a consumer that is not there is a defect", () => {
  const app = makeApp({ services: { api: makeService({ uses: { db: "write" } }) } });
  const identity = { service: "api", principal: "api" };
  const args = { app, spec: makePostgres(), consumers: { api: { access: "write", identity } } } as const;
  expect(loginsOf("db", args, (role) => `pw-${role}`)).toEqual([
    { role: "api", password: "pw-api", access: "write", defines: true, connections: 10 },
  ]);
  const gone = { ...args, app: makeApp() };
  expect(() => loginsOf("db", gone, () => "")).toThrow("The service api uses db and is not there.");
});

test("a role that the server keeps is no service's name", () => {
  expect(refuseLogins(["api", "none", "root"], ["root"]).map(formatProblem)).toEqual([
    "services.none: PostgreSQL keeps the role name none for itself, and each service logs in under its own name; call the service something else",
    "services.root: PostgreSQL keeps the role name root for itself, and each service logs in under its own name; call the service something else",
  ]);
});
