"""Brings the database to this version: every file of migrations/ once, in order, each in a transaction with the note
that it ran. Then each product gets its picture in the bucket. Running again changes nothing.
"""
import os
from pathlib import Path

import psycopg

from pictures import Bucket, draw, put

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_301_942  # of this app alone: two runs at once come one after the other


def main() -> None:
    with psycopg.connect(secret("DATABASE_URL"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        migrate(connection)
        hang_pictures(connection)


def migrate(connection: psycopg.Connection) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, ran_at timestamptz NOT NULL DEFAULT now())"
    )
    ran = {name for (name,) in connection.execute("SELECT name FROM migrations")}
    for file in sorted(MIGRATIONS.glob("*.sql")):
        if file.name in ran:
            continue
        with connection.transaction():
            connection.execute(file.read_text())
            connection.execute("INSERT INTO migrations (name) VALUES (%s)", [file.name])
        print(f"migrate: {file.name}", flush=True)


def hang_pictures(connection: psycopg.Connection) -> None:
    bucket = Bucket(
        endpoint=os.environ["CATALOGUE_ENDPOINT"],
        name=os.environ["CATALOGUE_BUCKET"],
        region=os.environ["CATALOGUE_REGION"],
        access_key=os.environ["CATALOGUE_ACCESS_KEY"],
        secret_key=secret("CATALOGUE_SECRET_KEY"),
    )
    bare = connection.execute("SELECT id, name, colour FROM products WHERE picture IS NULL ORDER BY id").fetchall()
    for product, name, colour in bare:
        key = f"products/{product}.svg"
        put(bucket, key, draw(name, colour), "image/svg+xml")
        connection.execute("UPDATE products SET picture = %s WHERE id = %s", [key, product])
    if bare:
        print(f"migrate: {len(bare)} pictures", flush=True)


def secret(name: str) -> str:
    """The content of the file that `<NAME>_FILE` names, or the variable itself."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else os.environ[name]


if __name__ == "__main__":
    main()
