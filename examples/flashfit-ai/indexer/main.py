"""Builds the FAISS index of all fashion items and publishes it. Runs once per deployment and every night.

Exit codes: 0 published, 75 another writer is at work, 1 anything else, with one line that says what.
"""
import os
import sys
import time
from pathlib import Path

import httpx
import numpy as np
import psycopg

from publish import Busy, only_writer, publish

BATCH = 48
PATIENCE = 120  # seconds that the database and the encoder may take to come up


class Failure(Exception):
    """One line: what went wrong and what to do."""


def secret(name: str) -> str:
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else os.environ[name]


def patiently(what: str, attempt):
    """Tries again each second until it works or the patience ends."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except (httpx.HTTPError, psycopg.OperationalError) as error:
            if time.monotonic() > deadline:
                raise Failure(f"{what} did not answer for {PATIENCE} s: {error}") from None
            time.sleep(1)


def read_items() -> list[tuple[int, str]]:
    with psycopg.connect(secret("DB_URL"), connect_timeout=5) as connection:
        return connection.execute(
            "SELECT id, concat_ws(' ', colour, pattern, material, category, season, style)"
            " FROM fashion_items ORDER BY id"
        ).fetchall()


def encode(client: httpx.Client, texts: list[str]) -> dict:
    answer = client.post("/encode", json={"texts": texts})
    answer.raise_for_status()
    return answer.json()


def encode_all(client: httpx.Client, texts: list[str]) -> tuple[dict[str, np.ndarray], str]:
    batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
    answers = [patiently("the encoder", lambda: encode(client, batch)) for batch in batches]
    signatures = {answer["signature"] for answer in answers}
    if len(signatures) > 1:
        raise Failure(f"the encoder changed while the index was built ({', '.join(signatures)}); run it again")
    names = answers[0]["vectors"]
    vectors = {name: np.concatenate([np.array(answer["vectors"][name]) for answer in answers]) for name in names}
    return vectors, signatures.pop()


def build() -> dict:
    root = Path(os.environ["INDEX_PATH"])
    began = time.monotonic()
    with only_writer(root), httpx.Client(base_url=os.environ["ENCODER_URL"], timeout=60, trust_env=False) as client:
        items = patiently("the database", read_items)
        if not items:
            raise Failure("fashion_items is empty; an index of nothing is not published")
        vectors, encoder = encode_all(client, [text for _, text in items])
        expected = int(os.environ.get("INDEX_DIMENSIONS", vectors["clip"].shape[1]))
        if vectors["clip"].shape[1] != expected:
            raise Failure(f"the encoder gives {vectors['clip'].shape[1]} dimensions, app.yaml says {expected}")
        manifest = publish(root, [item for item, _ in items], vectors, encoder)
    print(
        f"indexer: published {manifest['version']}: {manifest['count']} items, {manifest['dimensions']} dimensions,"
        f" {manifest['bytes']} bytes, in {time.monotonic() - began:.2f} s"
    )
    return manifest


def main() -> None:
    try:
        build()
    except Busy as busy:
        print(f"indexer: {busy}", file=sys.stderr)
        sys.exit(75)
    except (Failure, httpx.HTTPError, psycopg.Error, OSError) as error:
        sys.exit(f"indexer: {error}")


if __name__ == "__main__":
    main()
