"""What happens in the application, as events that every instance shows to its stream clients.

Events go through a Redis stream, so that a client sees what other instances do, and after a reconnect gets what
it missed (`Last-Event-ID`).
"""
import asyncio
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Iterator

from . import metrics
from .cache import RedisError

STREAM = "events"
KEPT = 500
REPLAY = 50


@dataclass(frozen=True)
class Event:
    kind: str
    data: dict
    id: str | None = None

    def encoded(self) -> bytes:
        """As server-sent event. `at` is the time of birth in milliseconds since 1970."""
        born = self.data.get("at")
        if born is not None:
            metrics.stream_delay.observe(max(0.0, time.time() - born / 1000))
        metrics.stream_events.labels(self.kind).inc()
        name = f"id: {self.id}\n" if self.id else ""
        return f"{name}event: {self.kind}\ndata: {json.dumps(self.data, separators=(',', ':'))}\n\n".encode()


def now() -> int:
    return round(time.time() * 1000)


class Events:
    def __init__(self, cache, blocking_cache):
        self._cache, self._blocking = cache, blocking_cache
        self._queues: set[asyncio.Queue[Event]] = set()

    async def publish(self, data: dict) -> None:
        """Never fails a request: without Redis nobody sees the event."""
        try:
            body = json.dumps({"at": now(), **data})
            await self._cache.xadd(STREAM, {"data": body}, maxlen=KEPT, approximate=True)
        except RedisError:
            pass

    async def follow(self) -> None:
        """Hands each new event to all open streams of this instance."""
        last = "$"
        while True:
            try:
                answer = await self._blocking.xread({STREAM: last}, block=5000, count=100)
            except RedisError:
                await asyncio.sleep(1)
                continue
            for _, entries in answer:
                for id_, fields in entries:
                    last = id_.decode()
                    self._hand_out(Event("activity", json.loads(fields[b"data"]), last))

    def _hand_out(self, event: Event) -> None:
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    async def missed(self, last_seen: str) -> list[Event]:
        try:
            entries = await self._cache.xrange(STREAM, min=f"({last_seen}", count=REPLAY)
        except RedisError:
            return []
        return [Event("activity", json.loads(fields[b"data"]), id_.decode()) for id_, fields in entries]

    @contextmanager
    def subscribed(self) -> Iterator["asyncio.Queue[Event]"]:
        queue: asyncio.Queue[Event] = asyncio.Queue(maxsize=100)
        self._queues.add(queue)
        metrics.stream_clients.inc()
        try:
            yield queue
        finally:
            self._queues.discard(queue)
            metrics.stream_clients.dec()
