"""Everything that the API reads from its environment, once, at the start."""
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping


@dataclass(frozen=True)
class Bucket:
    endpoint: str
    name: str
    region: str
    access_key: str
    secret_key: str


@dataclass(frozen=True)
class Settings:
    database_url: str
    pool_max: int
    cache_url: str
    encoder_url: str
    index_path: Path
    jwt_secret: str
    media: Bucket
    openai_key: str
    # Dollars that may be spent on OpenAI in a day.
    openai_daily: float
    # Seconds for which an embedding stays in the cache.
    cache_ttl: int
    # Seconds between SIGTERM and closing the door, so that the edge has seen that this instance leaves.
    drain_seconds: float
    instance: str


def secret(env: Mapping[str, str], name: str) -> str:
    """The content of the file that `<NAME>_FILE` names, or the variable itself."""
    file = env.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else env[name]


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    return Settings(
        database_url=secret(env, "DB_URL"),
        pool_max=int(env.get("DB_POOL_MAX", "10")),
        cache_url=secret(env, "CACHE_URL"),
        encoder_url=env["ENCODER_URL"],
        index_path=Path(env["INDEX_PATH"]),
        jwt_secret=secret(env, "JWT_SECRET"),
        media=Bucket(
            endpoint=env["MEDIA_ENDPOINT"],
            name=env["MEDIA_BUCKET"],
            region=env["MEDIA_REGION"],
            access_key=env["MEDIA_ACCESS_KEY"],
            secret_key=secret(env, "MEDIA_SECRET_KEY"),
        ),
        openai_key=secret(env, "OPENAI_API_KEY"),
        openai_daily=float(env.get("OPENAI_DAILY_DOLLARS", "100")),
        cache_ttl=int(env.get("CACHE_TTL_SECONDS", "86400")),
        drain_seconds=float(env.get("DRAIN_SECONDS", "2")),
        instance=socket.gethostname(),
    )
