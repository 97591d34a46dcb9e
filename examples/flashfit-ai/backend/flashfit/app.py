"""The application: parts, routes, background tasks, and what an error looks like to a client."""
import asyncio

import psycopg
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from psycopg_pool import PoolTimeout

from . import metrics
from .encoder import BadInput, EncoderError
from .index import NoIndex
from .measure import Measure
from .media import MediaError
from .parts import Parts, make_parts
from .routes import feedback, items, recommend, session, status, stream, wardrobe
from .session import BadToken
from .settings import read_settings

# Error → status and what the client reads; None stands for the error's own words.
ANSWERS = {
    BadInput: (422, None),
    BadToken: (401, None),
    EncoderError: (503, None),
    MediaError: (503, None),
    NoIndex: (503, None),
    psycopg.DataError: (422, "a value is out of range or has characters that cannot be stored"),
    psycopg.OperationalError: (503, "the database does not answer; try again"),
    PoolTimeout: (503, "the database has no free connection; try again"),
}


def make_app() -> FastAPI:
    metrics.begin()
    app = FastAPI(title="FlashFit AI", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.add_middleware(Measure)
    for routes in (status, recommend, items, feedback, wardrobe, session, stream):
        app.include_router(routes.router)
    for error, (code, words) in ANSWERS.items():
        app.add_exception_handler(error, answer_with(code, words))

    @app.on_event("startup")
    async def start() -> None:
        parts = app.state.parts = make_parts(read_settings())
        await parts.database.open()
        parts.index.refresh()
        app.state.tasks = [
            asyncio.create_task(work) for work in (parts.index.follow(), parts.events.follow(), parts.records.keep())
        ]

    @app.on_event("shutdown")
    async def stop() -> None:
        for task in app.state.tasks:
            task.cancel()
        await asyncio.gather(*app.state.tasks, return_exceptions=True)
        await close(app.state.parts)

    return app


async def close(parts: Parts) -> None:
    for part in (parts.embeddings, parts.stylist, parts.media, parts.database):
        await part.close()


def answer_with(code: int, words: str | None):
    async def answer(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": words or str(error)}, status_code=code)

    return answer
