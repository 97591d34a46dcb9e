"""Server-sent events: an answer as it comes (`?text=`), or without a wish the application's live activity."""
import asyncio
from typing import AsyncIterator

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from ..events import Event, now
from ..parts import Parts, parts_of
from .recommend import answer, words_query
from .session import user_if_any

router = APIRouter()
# At least this often something is sent; app.yaml's `streaming.heartbeat` is longer.
HEARTBEAT = 10.0
HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


@router.get("/api/stream")
async def stream(
    request: Request, text: str | None = Query(None, max_length=300), k: int = Query(8, ge=1, le=40),
    user: str | None = Depends(user_if_any), parts: Parts = Depends(parts_of),
) -> StreamingResponse:  # fmt: skip
    if text:
        events = answer_events(parts, text, await answer(parts, words_query(text, k), user))
    else:
        events = activity(parts, request.headers.get("last-event-id"))
    return StreamingResponse(encoded(events), media_type="text/event-stream", headers=HEADERS)


async def encoded(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    # A client whose instance leaves comes back after a second, to another one.
    yield b"retry: 1000\n\n"
    async for event in events:
        yield event.encoded()


async def answer_events(parts: Parts, text: str, found: dict) -> AsyncIterator[Event]:
    yield Event("answer", {**found, "at": now()})
    author = None
    if found["neighbours"]:
        best, *others = found["neighbours"]
        async for word, author in parts.stylist.words(text, best, others):
            yield Event("word", {"word": word, "at": now()})
    yield Event("done", {"by": author, "at": now()})


async def activity(parts: Parts, last_seen: str | None) -> AsyncIterator[Event]:
    """Ends when the instance drains."""
    with parts.events.subscribed() as queue:
        yield Event("hello", {"instance": parts.settings.instance, "at": now()})
        for event in await parts.events.missed(last_seen) if last_seen else []:
            # What was missed is old by nature, so it carries no birth time to measure.
            yield Event(event.kind, {**event.data, "at": now(), "missed": True}, event.id)
        async for event in until_draining(parts.draining, queue):
            yield event or Event("heartbeat", {"at": now()})


async def until_draining(draining: asyncio.Event, queue: "asyncio.Queue[Event]") -> AsyncIterator[Event | None]:
    """Events as they come, None after each silence of a heartbeat's length."""
    leaving, waiting = asyncio.ensure_future(draining.wait()), asyncio.ensure_future(queue.get())
    try:
        while not leaving.done():
            await asyncio.wait({waiting, leaving}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                event, waiting = waiting.result(), asyncio.ensure_future(queue.get())
                yield event
            elif not leaving.done():
                yield None
    finally:
        leaving.cancel()
        waiting.cancel()
