"""The parts that answer requests, made once and handed to the routes."""
import asyncio
from dataclasses import dataclass

from fastapi import Request

from . import cache
from .database import Database
from .encoder import Embeddings
from .events import Events
from .health import Health
from .index import Index
from .media import Media
from .records import Records
from .settings import Settings
from .stylist import Stylist


@dataclass(frozen=True)
class Parts:
    settings: Settings
    database: Database
    embeddings: Embeddings
    index: Index
    events: Events
    media: Media
    stylist: Stylist
    records: Records
    health: Health
    draining: asyncio.Event


def make_parts(settings: Settings) -> Parts:
    database = Database(settings.database_url, settings.pool_max)
    redis, blocking = cache.connect(settings.cache_url, 1), cache.connect(settings.cache_url, 8)
    embeddings = Embeddings(settings.encoder_url, redis, settings.cache_ttl)
    index = Index(settings.index_path)
    records = Records(database, index, settings.instance)

    async def index_is_there() -> None:
        _ = index.current

    checks = {"postgres": database.ping, "redis": redis.ping, "encoder": embeddings.ping, "index": index_is_there}
    return Parts(
        settings=settings,
        database=database,
        embeddings=embeddings,
        index=index,
        events=Events(redis, blocking),
        media=Media(settings.media),
        stylist=Stylist(settings.openai_key, settings.openai_daily, redis),
        records=records,
        health=Health(checks, records.health),
        draining=asyncio.Event(),
    )


def parts_of(request: Request) -> Parts:
    """For `Depends`."""
    return request.app.state.parts
