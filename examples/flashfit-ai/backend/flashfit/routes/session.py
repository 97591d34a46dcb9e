"""Signing in. There is no password: a name makes a user, the token says who it is from then on."""
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from ..parts import Parts, parts_of
from ..session import BadToken, sign, verify

router = APIRouter()


class Name(BaseModel):
    name: str = Field(min_length=1, max_length=80)


def user_if_any(request: Request, parts: Parts = Depends(parts_of)) -> str | None:
    """The user's id, None without a token; a bad token is an error."""
    header = request.headers.get("authorization", "")
    if not header.lower().startswith("bearer "):
        return None
    return verify(header[7:].strip(), parts.settings.jwt_secret)


def user_of(user: str | None = Depends(user_if_any)) -> str:
    if user is None:
        raise BadToken("no session; sign in with POST /api/session")
    return user


@router.post("/api/session", status_code=201)
async def begin(body: Name, parts: Parts = Depends(parts_of)) -> dict:
    row = await parts.database.row("session", "INSERT INTO users (name) VALUES (%s) RETURNING id::text", body.name)
    return {"token": sign(row["id"], parts.settings.jwt_secret), "user": {"id": row["id"], "name": body.name}}


@router.get("/api/session")
async def current(user: str = Depends(user_of), parts: Parts = Depends(parts_of)) -> dict:
    row = await parts.database.row(
        "session",
        "SELECT id::text, name, likes, dislikes, embedding IS NOT NULL AS personal FROM users WHERE id = %s", user,
    )  # fmt: skip
    if row is None:
        raise BadToken("the session's user is gone; sign in again")
    return {"user": row}
