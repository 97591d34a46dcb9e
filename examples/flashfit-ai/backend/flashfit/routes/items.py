"""The catalogue."""
from fastapi import APIRouter, Depends, Query

from ..database import Database
from ..parts import Parts, parts_of

router = APIRouter()
COLUMNS = "id, title, category, colour, hex, pattern, material, season, style, price_cents AS \"priceCents\""


@router.get("/api/items")
async def catalogue(
    category: str | None = None, limit: int = Query(24, ge=1, le=100), offset: int = Query(0, ge=0),
    parts: Parts = Depends(parts_of),
) -> dict:  # fmt: skip
    found = await parts.database.rows(
        "items",
        f"SELECT {COLUMNS} FROM fashion_items WHERE %s::text IS NULL OR category = %s ORDER BY id LIMIT %s OFFSET %s",
        category, category, limit, offset,
    )  # fmt: skip
    return {"items": found}


async def items_by_id(database: Database, ids: list[int]) -> dict[int, dict]:
    rows = await database.rows("items", f"SELECT {COLUMNS} FROM fashion_items WHERE id = ANY(%s)", ids)
    return {row["id"]: row for row in rows}
