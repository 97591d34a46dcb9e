"""The user's wardrobe in Postgres, with a photo of each piece in the bucket."""
import uuid

from fastapi import APIRouter, Depends, File, HTTPException, Response, UploadFile
from psycopg.errors import ForeignKeyViolation
from pydantic import BaseModel, Field

from ..parts import Parts, parts_of
from .items import COLUMNS
from .session import user_of

router = APIRouter(prefix="/api/wardrobe")
PHOTO_KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}
LARGEST_PHOTO = 8 * 2**20
ITEM = ", ".join(f"f.{column.strip()}" for column in COLUMNS.split(",")[1:])
PIECE = (
    f"SELECT w.id::text, w.item_id AS \"itemId\", w.note, w.worn, w.media_key IS NOT NULL AS photo, {ITEM}"
    " FROM wardrobe_items w JOIN fashion_items f ON f.id = w.item_id WHERE w.user_id = %s"
)


class NewPiece(BaseModel):
    itemId: int
    note: str = Field("", max_length=500)


class Change(BaseModel):
    note: str | None = Field(None, max_length=500)
    worn: int | None = Field(None, ge=0)


@router.get("")
async def pieces(user: str = Depends(user_of), parts: Parts = Depends(parts_of)) -> dict:
    return {"pieces": await parts.database.rows("wardrobe", f"{PIECE} ORDER BY w.created_at DESC", user)}


@router.post("", status_code=201)
async def add(body: NewPiece, user: str = Depends(user_of), parts: Parts = Depends(parts_of)) -> dict:
    """An item that is already there stays as it is."""
    try:
        await parts.database.rows(
            "wardrobe",
            "INSERT INTO wardrobe_items (user_id, item_id, note) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            user, body.itemId, body.note,
        )  # fmt: skip
    except ForeignKeyViolation:
        raise HTTPException(404, f"there is no item {body.itemId}, or the session's user is gone") from None
    return await parts.database.row("wardrobe", f"{PIECE} AND w.item_id = %s", user, body.itemId)


@router.patch("/{piece}")
async def change(
    piece: uuid.UUID, body: Change, user: str = Depends(user_of), parts: Parts = Depends(parts_of)
) -> dict:
    await parts.database.rows(
        "wardrobe",
        "UPDATE wardrobe_items SET note = coalesce(%s, note), worn = coalesce(%s, worn) WHERE user_id = %s AND id = %s",
        body.note, body.worn, user, piece,
    )  # fmt: skip
    return await find(parts, user, piece)


@router.delete("/{piece}", status_code=204)
async def remove(piece: uuid.UUID, user: str = Depends(user_of), parts: Parts = Depends(parts_of)) -> Response:
    gone = await parts.database.row(
        "wardrobe", "DELETE FROM wardrobe_items WHERE user_id = %s AND id = %s RETURNING media_key", user, piece
    )
    if gone is None:
        raise HTTPException(404, "there is no such piece in your wardrobe")
    if gone["media_key"]:
        await parts.media.delete(gone["media_key"])
    return Response(status_code=204)


@router.put("/{piece}/photo", status_code=204)
@router.post("/{piece}/photo", status_code=204)
async def put_photo(
    piece: uuid.UUID, image: UploadFile = File(), user: str = Depends(user_of), parts: Parts = Depends(parts_of)
) -> Response:
    content = await image.read()
    kind = next((kind for start, kind in PHOTO_KINDS.items() if content.startswith(start)), None)
    if kind is None or len(content) > LARGEST_PHOTO:
        raise HTTPException(422, "the photo must be JPEG, PNG or WebP of at most 8 MiB")
    await find(parts, user, piece)
    key = f"wardrobe/{user}/{piece}"
    await parts.media.put(key, content, kind)
    await parts.database.rows("wardrobe", "UPDATE wardrobe_items SET media_key = %s WHERE id = %s", key, piece)
    return Response(status_code=204)


@router.get("/{piece}/photo")
async def photo(piece: uuid.UUID, user: str = Depends(user_of), parts: Parts = Depends(parts_of)) -> Response:
    if not (await find(parts, user, piece))["photo"]:
        raise HTTPException(404, "this piece has no photo")
    content, kind = await parts.media.get(f"wardrobe/{user}/{piece}")
    return Response(content, media_type=kind, headers={"Cache-Control": "private, max-age=300"})


async def find(parts: Parts, user: str, piece: uuid.UUID) -> dict:
    row = await parts.database.row("wardrobe", f"{PIECE} AND w.id = %s", user, piece)
    if row is None:
        raise HTTPException(404, "there is no such piece in your wardrobe")
    return row
