"""Recommendations: a text, a picture or an item in, its neighbours out."""
import json
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field, ValidationError

from .. import metrics
from ..encoder import ENCODERS
from ..fusion import Ranked, rank, weights
from ..parts import Parts, parts_of
from .items import items_by_id
from .session import user_if_any

router = APIRouter()
LARGEST_PICTURE = 8 * 2**20


class Wish(BaseModel):
    text: str | None = Field(None, max_length=300)
    itemId: int | None = None
    k: int = Field(8, ge=1, le=40)


@dataclass(frozen=True)
class Query:
    source: str  # text | image | item
    label: str
    content: str | bytes
    k: int
    without: tuple[int, ...] = ()


@router.post("/api/recommend")
async def recommend(
    request: Request, user: str | None = Depends(user_if_any), parts: Parts = Depends(parts_of)
) -> dict:
    """JSON `{text}` or `{itemId}`, or a form with the file `image`; `k` says how many neighbours, 8 by default."""
    return await answer(parts, await read_query(request, parts), user)


async def read_query(request: Request, parts: Parts) -> Query:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await read_picture(request)
    try:
        wish = Wish.parse_raw(await request.body() or b"{}")
    except ValidationError as bad:
        raise HTTPException(422, json.loads(bad.json())) from None
    if wish.itemId is not None:
        return await describe_item(parts, wish)
    return words_query(wish.text or "", wish.k)


def words_query(text: str, k: int) -> Query:
    if any(letter.isalpha() for letter in text):
        return Query("text", text, text.strip(), k)
    raise HTTPException(422, "nothing to look for; send text in words, itemId, or a form with the file image")


async def read_picture(request: Request) -> Query:
    form = await request.form()
    file, k = form.get("image"), str(form.get("k", "8"))
    if file is None or isinstance(file, str):
        raise HTTPException(422, "the form has no file named image")
    content = await file.read()
    if len(content) > LARGEST_PICTURE:
        raise HTTPException(413, f"the picture has {len(content)} bytes; at most {LARGEST_PICTURE}")
    if not k.isdecimal() or not 1 <= int(k) <= 40:
        raise HTTPException(422, "k must be a number from 1 to 40")
    return Query("image", "a picture", content, int(k))


async def describe_item(parts: Parts, wish: Wish) -> Query:
    item = (await items_by_id(parts.database, [wish.itemId])).get(wish.itemId)
    if item is None:
        raise HTTPException(404, f"there is no item {wish.itemId}")
    words = " ".join(item[key] for key in ("colour", "pattern", "material", "category", "season", "style"))
    return Query("item", item["title"], words, wish.k, without=(wish.itemId,))


async def answer(parts: Parts, query: Query, user: str | None) -> dict:
    began = perf_counter()
    version = parts.index.current
    with metrics.stage_seconds.labels("encode").time():
        encoded = await parts.embeddings.of(query.content, version.encoder)
        caption = await parts.embeddings.caption(query.content) if query.source == "image" else None
    logits, taste = await preferences(parts, user)
    with metrics.stage_seconds.labels("rerank").time():
        ranked = rank(version, encoded.vectors, logits, taste, query.k, query.without)
    with metrics.stage_seconds.labels("store").time():
        items = await items_by_id(parts.database, [found.item for found in ranked])
        made = await remember(parts, query, caption, ranked, user)
    neighbours = [
        {**items[found.item], "score": found.score, "scores": found.scores} for found in ranked if found.item in items
    ]
    metrics.recommendations.labels(query.source, encoded.cache).inc()
    parts.records.recommended.add(perf_counter() - began)
    best = neighbours[0]["title"] if neighbours else "nothing"
    await parts.events.publish({"what": "recommendation", "source": query.source, "best": best, "cache": encoded.cache})
    return {
        "id": made,
        "source": query.source,
        "query": caption or query.label,
        "cache": encoded.cache,
        "personal": taste is not None,
        "weights": dict(zip(ENCODERS, (round(float(share), 4) for share in weights(logits)))),
        "index": version.name,
        "tookMs": round((perf_counter() - began) * 1000, 2),
        "neighbours": neighbours,
    }


async def preferences(parts: Parts, user: str | None) -> tuple[list[float], np.ndarray | None]:
    """The fusion's logits, and the user's embedding once there is one."""
    row = await parts.database.row(
        "preferences",
        "SELECT logits, (SELECT embedding FROM users WHERE id = %s) AS taste FROM fusion_weights", user,
    )  # fmt: skip
    for name, share in zip(ENCODERS, weights(row["logits"])):
        metrics.fusion_weight.labels(name).set(share)
    taste = np.array(row["taste"], dtype=np.float32) if row["taste"] else None
    return row["logits"], taste


async def remember(parts: Parts, query: Query, caption: str | None, ranked: list[Ranked], user: str | None) -> str:
    """A row of the outfit history; feedback refers to it."""
    scores = json.dumps({found.item: found.scores for found in ranked})
    row = await parts.database.row(
        "history",
        "INSERT INTO outfit_history (user_id, source, query, scores)"
        " VALUES ((SELECT id FROM users WHERE id = %s), %s, %s, %s) RETURNING id::text",
        user, query.source, caption or query.label, scores,
    )  # fmt: skip
    return row["id"]
