"""The application: its parts, its routes, and what an error looks like to a client."""
import asyncio
import time
from typing import Awaitable, Callable, Literal
from urllib.parse import quote

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from . import metrics
from .firestore import Firestore, FirestoreError
from .photos import link
from .sentry import Sentry
from .settings import Settings, read_settings
from .stylist import Stylist
from .tokens import BadToken, Tokens, read_link, sign_link
from .weather import Weather

# Seconds: less than the edge waits for the answer.
PATIENCE = 0.8
# What a page may ask of an issuer that only the API reaches.
PASSED_ON = {"v1/accounts:signUp", "v1/accounts:signInWithPassword", "v1/accounts:lookup", "v1/token"}


class Piece(BaseModel):
    name: str = Field(min_length=1, max_length=80)
    kind: Literal["top", "bottom", "shoes", "coat"]
    colour: str = Field(min_length=1, max_length=30)


class Wish(BaseModel):
    occasion: str = Field(default="today", min_length=1, max_length=80)
    city: str | None = Field(default=None, max_length=80)


class Parts:
    def __init__(self, settings: Settings):
        self.settings = settings
        self.closet = Firestore(settings.closet)
        self.tokens = Tokens(settings.users)
        self.stylist = Stylist(settings.openai_key, settings.openai_daily)
        self.weather = Weather(settings.weather_key)
        self.sentry = Sentry(settings.sentry_dsn, settings.environment)
        self.issuer = httpx.AsyncClient(timeout=5)

    async def close(self) -> None:
        for part in (self.closet, self.tokens, self.stylist, self.weather, self.sentry):
            await part.close()
        await self.issuer.aclose()


def parts_of(request: Request) -> Parts:
    return request.app.state.parts


async def user_of(request: Request) -> str:
    user = await parts_of(request).tokens.user(request.headers.get("authorization"))
    metrics.saw(user)
    return user


USER = Depends(user_of)
PARTS = Depends(parts_of)


def make_app() -> FastAPI:
    app = FastAPI(title="ClosetGPT", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.add_middleware(metrics.Measure)
    app.state.leaving = False
    add_health(app)
    add_sign_in(app)
    add_closet(app)
    add_outfits(app)
    add_errors(app)

    @app.on_event("startup")
    async def start() -> None:
        app.state.parts = Parts(read_settings())

    @app.on_event("shutdown")
    async def stop() -> None:
        await app.state.parts.close()

    return app


def add_health(app: FastAPI) -> None:
    @app.get("/health/live")
    async def live() -> dict:
        return {"status": "ok"}

    @app.get("/health")
    async def ready(parts: Parts = PARTS) -> JSONResponse:
        checks = {"firestore": parts.closet.ping, "users": parts.tokens.ping}
        answers = await asyncio.gather(*map(asked, checks.values()))
        said = dict(zip(checks, answers))
        well = not app.state.leaving and all(word == "ok" for word in said.values())
        status = "healthy" if well else "leaving" if app.state.leaving else "unhealthy"
        return JSONResponse({"status": status, "checks": said}, 200 if well else 503)


async def asked(check: Callable[[], Awaitable[None]]) -> str:
    """`ok`, or what is wrong with the dependency."""
    try:
        await asyncio.wait_for(check(), PATIENCE)
        return "ok"
    except asyncio.TimeoutError:
        return f"no answer within {PATIENCE:g} s"
    except Exception as error:  # Whatever it is, this dependency does not work.
        return str(error) or type(error).__name__


def add_sign_in(app: FastAPI) -> None:
    @app.get("/api/config")
    async def config(parts: Parts = PARTS) -> dict:
        """What the page needs to sign users in; none of it is secret."""
        users = parts.settings.users
        url = "/api/identity" if users.emulator else "https://identitytoolkit.googleapis.com"
        return {"project": users.project, "apiKey": users.api_key, "identity": url}

    @app.post("/api/identity/{path:path}")
    async def pass_on(path: str, request: Request, parts: Parts = PARTS) -> Response:
        """On one's own host browsers do not reach the issuer; on Google Cloud they ask Google."""
        emulator = parts.settings.users.emulator
        if emulator is None or path not in PASSED_ON:
            raise HTTPException(404, "there is nothing here")
        url = f"http://{emulator}/identitytoolkit.googleapis.com/{path}"
        kind = request.headers.get("content-type", "application/json")
        answer = await parts.issuer.post(
            url, params=request.query_params, content=await request.body(), headers={"content-type": kind}
        )
        return Response(answer.content, answer.status_code, media_type="application/json")


def add_closet(app: FastAPI) -> None:
    @app.get("/api/closet")
    async def pieces(user: str = USER, parts: Parts = PARTS) -> dict:
        return {"pieces": await parts.closet.newest(home(user), "pieces", 100)}

    @app.post("/api/closet", status_code=201)
    async def add(piece: Piece, user: str = USER, parts: Parts = PARTS) -> dict:
        return await parts.closet.add(f"{home(user)}/pieces", {**piece.dict(), "created": time.time()})

    @app.delete("/api/closet/{piece}", status_code=204)
    async def remove(piece: str, user: str = USER, parts: Parts = PARTS) -> None:
        await parts.closet.delete(f"{home(user)}/pieces/{quote(piece, safe='')}")

    @app.post("/api/closet/{piece}/photo")
    async def photo(piece: str, request: Request, user: str = USER, parts: Parts = PARTS) -> dict:
        """Two links that are good for five minutes: one to upload the photo with PUT, one to see it."""
        path = f"{home(user)}/pieces/{quote(piece, safe='')}"
        if await parts.closet.get(path) is None:
            raise HTTPException(404, "there is no such piece")
        await parts.closet.change(path, {"photo": True})
        bucket, key, host = parts.settings.photos, f"{user}/{piece}", request.headers["host"]
        return {"upload": link(bucket, "PUT", key, host), "see": link(bucket, "GET", key, host)}


def add_outfits(app: FastAPI) -> None:
    @app.post("/api/outfits", status_code=201)
    async def make(wish: Wish, user: str = USER, parts: Parts = PARTS) -> dict:
        pieces = await parts.closet.newest(home(user), "pieces", 100)
        if not pieces:
            raise HTTPException(409, "the closet is empty; add pieces first")
        outfit = await parts.stylist.choose(pieces, wish.occasion, await parts.weather.at(wish.city))
        metrics.outfits.inc()
        kept = [{key: piece[key] for key in ("id", "name", "kind", "colour")} for piece in outfit.pieces]
        said = {"occasion": wish.occasion, "words": outfit.words, "by": outfit.by, "pieces": kept}
        return await parts.closet.add(f"{home(user)}/outfits", {**said, "created": time.time()})

    @app.get("/api/outfits")
    async def outfits(user: str = USER, parts: Parts = PARTS) -> dict:
        return {"outfits": await parts.closet.newest(home(user), "outfits", 20)}

    @app.post("/api/outfits/{outfit}/link")
    async def share(outfit: str, user: str = USER, parts: Parts = PARTS) -> dict:
        if await parts.closet.get(f"{home(user)}/outfits/{quote(outfit, safe='')}") is None:
            raise HTTPException(404, "there is no such outfit")
        return {"path": f"/api/shared/{sign_link(parts.settings.jwt_secret, user, outfit)}"}

    @app.get("/api/shared/{token}")
    async def shared(token: str, parts: Parts = PARTS) -> dict:
        user, outfit = read_link(parts.settings.jwt_secret, token)
        found = await parts.closet.get(f"{home(user)}/outfits/{quote(outfit, safe='')}")
        if found is None:
            raise HTTPException(404, "the outfit is gone")
        return found


def add_errors(app: FastAPI) -> None:
    def answer_with(code: int):
        async def answer(_: Request, error: Exception) -> JSONResponse:
            headers = {"www-authenticate": "Bearer"} if code == 401 else None
            return JSONResponse({"detail": str(error)}, code, headers)

        return answer

    app.add_exception_handler(BadToken, answer_with(401))
    app.add_exception_handler(FirestoreError, answer_with(503))
    app.add_exception_handler(httpx.HTTPError, answer_with(503))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        await parts_of(request).sentry.tell(error)
        return JSONResponse({"detail": "something went wrong here"}, 500)


def home(user: str) -> str:
    return f"users/{quote(user, safe='')}"
