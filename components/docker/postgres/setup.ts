/** The setup job's script on a Docker host: where its files are and how it finds the server. */
import { ADMIN, PORT, setupSteps } from "../../data/postgres/setup.ts";

export function setupScript(host: string, database: string, init: readonly string[]): string {
  const steps = setupSteps(database, {
    prepare: "/run/secrets/prepare.sql",
    grants: "/run/config/grants.sql",
    isNew: "/run/config/is-new.sql",
    init: init.map((name) => `/run/config/${name}`),
  });
  return `set -eu
umask 077
cp /run/secrets/pgpass /tmp/pgpass
export PGPASSFILE=/tmp/pgpass PGHOST=${host} PGPORT=${PORT} PGUSER=${ADMIN} PGSSLMODE=require PGCONNECT_TIMEOUT=10
${steps}`;
}
