"""Everything that the API reads from its environment, once, at the start."""
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping


@dataclass(frozen=True)
class Closet:
    """The Firestore database."""

    host: str
    port: int
    project: str
    database: str
    # `host:port` that stands in for Firestore; absent on Google Cloud.
    emulator: str | None


@dataclass(frozen=True)
class Users:
    """Whoever signs users in."""

    project: str
    issuer: str
    audience: str
    jwks_url: str
    api_key: str
    emulator: str | None


@dataclass(frozen=True)
class Bucket:
    endpoint: str
    name: str
    region: str
    access_key: str
    secret_key: str


@dataclass(frozen=True)
class Settings:
    closet: Closet
    users: Users
    photos: Bucket
    jwt_secret: str
    openai_key: str
    # Dollars that may be spent on OpenAI in a day.
    openai_daily: float
    weather_key: str
    sentry_dsn: str
    environment: str


def secret(env: Mapping[str, str], name: str) -> str:
    """The content of the file that `<NAME>_FILE` names, or the variable itself."""
    file = env.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else env[name]


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    return Settings(
        closet=Closet(
            host=env["CLOSET_HOST"],
            port=int(env["CLOSET_PORT"]),
            project=env["CLOSET_PROJECT"],
            database=env["CLOSET_NAME"],
            emulator=env.get("FIRESTORE_EMULATOR_HOST"),
        ),
        users=Users(
            project=env["USERS_PROJECT"],
            issuer=env["USERS_ISSUER"],
            audience=env["USERS_AUDIENCE"],
            jwks_url=env["USERS_JWKS_URL"],
            api_key=env["USERS_API_KEY"],
            emulator=env.get("FIREBASE_AUTH_EMULATOR_HOST"),
        ),
        photos=Bucket(
            endpoint=env["PHOTOS_ENDPOINT"],
            name=env["PHOTOS_BUCKET"],
            region=env["PHOTOS_REGION"],
            access_key=env["PHOTOS_ACCESS_KEY"],
            secret_key=secret(env, "PHOTOS_SECRET_KEY"),
        ),
        jwt_secret=secret(env, "JWT_SECRET_KEY"),
        openai_key=secret(env, "OPENAI_API_KEY"),
        openai_daily=float(env.get("OPENAI_DAILY_DOLLARS", "100")),
        weather_key=secret(env, "OPENWEATHER_API_KEY"),
        sentry_dsn=secret(env, "SENTRY_DSN"),
        environment=env.get("ATELIER_ENVIRONMENT", "dev"),
    )
