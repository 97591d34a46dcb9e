"""Feedback: a verdict moves the user's embedding and the fusion's weights, in one transaction."""
import uuid

import numpy as np
from fastapi import APIRouter, Depends, HTTPException
from psycopg import AsyncConnection
from pydantic import BaseModel

from .. import metrics
from ..encoder import ENCODERS
from ..fusion import learn, moved_taste, weights
from ..index import Version
from ..parts import Parts, parts_of
from ..session import BadToken
from .session import user_of

router = APIRouter()


class Verdict(BaseModel):
    recommendationId: uuid.UUID
    itemId: int
    liked: bool


@router.post("/api/feedback", status_code=201)
async def feedback(verdict: Verdict, user: str = Depends(user_of), parts: Parts = Depends(parts_of)) -> dict:
    """The same verdict twice is recorded once."""
    version = parts.index.current
    async with parts.database.transaction("feedback") as connection:
        scores = await scores_then(connection, verdict)
        if not await record(connection, verdict, user):
            return {"recorded": False, "why": "there is already a verdict of yours on this item"}
        logits = await move_weights(connection, scores, verdict.liked)
        await move_taste(connection, version, user, verdict)
    metrics.feedback.labels("like" if verdict.liked else "dislike").inc()
    share = dict(zip(ENCODERS, (round(float(part), 4) for part in weights(logits))))
    await parts.events.publish({"what": "feedback", "item": verdict.itemId, "liked": verdict.liked, "weights": share})
    return {"recorded": True, "weights": share}


async def scores_then(connection: AsyncConnection, verdict: Verdict) -> dict[str, float]:
    cursor = await connection.execute("SELECT scores FROM outfit_history WHERE id = %s", [verdict.recommendationId])
    row = await cursor.fetchone()
    scores = row and row["scores"].get(str(verdict.itemId))
    if not scores:
        raise HTTPException(404, "that recommendation with that item is not known")
    return scores


async def record(connection: AsyncConnection, verdict: Verdict, user: str) -> bool:
    known = await connection.execute("SELECT 1 FROM users WHERE id = %s FOR UPDATE", [user])
    if not await known.fetchone():
        raise BadToken("the session's user is gone; sign in again")
    cursor = await connection.execute(
        "INSERT INTO feedback (user_id, recommendation_id, item_id, liked) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        [user, verdict.recommendationId, verdict.itemId, verdict.liked],
    )
    return cursor.rowcount == 1


async def move_weights(connection: AsyncConnection, scores: dict[str, float], liked: bool) -> list[float]:
    cursor = await connection.execute("SELECT logits FROM fusion_weights FOR UPDATE")
    logits = learn((await cursor.fetchone())["logits"], scores, liked)
    await connection.execute("UPDATE fusion_weights SET logits = %s, updates = updates + 1, updated_at = now()", [logits])
    return logits


async def move_taste(connection: AsyncConnection, version: Version, user: str, verdict: Verdict) -> None:
    cursor = await connection.execute("SELECT embedding FROM users WHERE id = %s", [user])
    kept = (await cursor.fetchone())["embedding"]
    item = version.vector(verdict.itemId)
    before = np.array(kept, dtype=np.float32) if kept else None
    after = before if item is None else moved_taste(before, item, verdict.liked)
    await connection.execute(
        "UPDATE users SET embedding = %s, likes = likes + %s, dislikes = dislikes + %s, updated_at = now() WHERE id = %s",
        [after.tolist() if after is not None else None, int(verdict.liked), int(not verdict.liked), user],
    )
