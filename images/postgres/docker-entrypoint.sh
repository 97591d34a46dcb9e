#!/bin/sh
# docker-entrypoint.sh postgres [ARGUMENT...]: makes the database at the first start, then becomes the server.
#
# POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD, POSTGRES_USER (postgres), POSTGRES_DB (the user's name) and PGDATA
# mean what they mean in the official image, and so does /docker-entrypoint-initdb.d with *.sql and *.sh.
# A first start that was cut short begins again: the folder gets its name only when it is complete.
set -eu

if [ "${1:-}" != postgres ]; then
  exec "$@"
fi
umask 077

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
draft=$PGDATA/.draft

run_sql() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --host "$draft" --username "$user" "$@"
}

run_init_files() {
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) echo "running $file"; (export PGHOST="$draft" PGUSER="$user" PGDATABASE="$database"; sh -eu "$file") ;;
      *.sql) echo "running $file"; run_sql --dbname "$database" --file "$file" ;;
    esac
  done
}

make_database() {
  rm -rf "$draft"
  mkdir -p "$draft"
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    cat "$POSTGRES_PASSWORD_FILE" > "$draft/password"
  else
    printf '%s' "${POSTGRES_PASSWORD:-}" > "$draft/password"
  fi
  if [ ! -s "$draft/password" ]; then
    echo "The database has no password; set POSTGRES_PASSWORD_FILE to a file that holds one." >&2
    exit 1
  fi
  initdb --pgdata "$draft/data" --username "$user" --pwfile "$draft/password" --auth-host scram-sha-256 \
    --auth-local trust --encoding UTF8 --locale C.UTF-8 --data-checksums --no-instructions > /dev/null
  rm "$draft/password"
  echo "host all all all scram-sha-256" >> "$draft/data/pg_hba.conf"
  # Without the network, so that nobody comes in before everything is there.
  postgres -D "$draft/data" "$@" -c listen_addresses= -c unix_socket_directories="$draft" &
  server=$!
  until pg_isready --quiet --host "$draft" --username "$user" --dbname postgres; do
    kill -0 "$server"
    sleep 0.1
  done
  if [ "$database" != postgres ]; then
    run_sql --dbname postgres --set name="$database" <<'SQL'
CREATE DATABASE :"name";
SQL
  fi
  run_init_files
  kill -INT "$server"
  wait "$server"
  mv "$draft/data"/* "$PGDATA"/
  rm -rf "$draft"
}

shift
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  make_database "$@"
fi
exec postgres -c listen_addresses='*' "$@"
