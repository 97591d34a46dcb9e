"""Health of the process, readiness for requests, and the state of the FAISS index."""
from time import perf_counter

import numpy as np
from fastapi import APIRouter, Depends, Response

from ..parts import Parts, parts_of

router = APIRouter()


@router.get("/health/live")
async def live() -> dict:
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(response: Response, parts: Parts = Depends(parts_of)) -> dict:
    if parts.draining.is_set():
        response.status_code = 503
        return {"status": "draining", "checks": {}}
    checks = await parts.health.check()
    failing = [name for name, answer in checks.items() if answer != "ok"]
    response.status_code = 503 if failing else 200
    return {"status": "failing" if failing else "ok", "failing": failing, "checks": checks}


@router.get("/api/faiss")
async def faiss_state(parts: Parts = Depends(parts_of)) -> dict:
    """Version, size and age of the index, and how long one search takes right now."""
    version = parts.index.current
    probe = np.ones(version.manifest["dimensions"], dtype=np.float32)
    began = perf_counter()
    version.search(probe / np.linalg.norm(probe), 10)
    return {
        "version": version.name,
        "count": version.manifest["count"],
        "dimensions": version.manifest["dimensions"],
        "bytes": version.manifest["bytes"],
        "sha256": version.manifest["sha256"],
        "encoder": version.encoder,
        "createdAt": version.manifest["createdAt"],
        "ageSeconds": round(version.age(), 1),
        "searchMs": round((perf_counter() - began) * 1000, 3),
        "problem": parts.index.problem,
    }
