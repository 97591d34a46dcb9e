"""The FAISS index that answers, and how a new version takes its place."""
import asyncio
import hashlib
import io
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from time import perf_counter

import faiss
import numpy as np

from . import metrics


class NoIndex(Exception):
    """No usable version has been published yet."""


class BadVersion(Exception):
    """A published version that must not be used."""


@dataclass(frozen=True)
class Version:
    name: str
    manifest: dict
    index: faiss.Index
    rerank: dict[str, np.ndarray]
    rows: dict[int, int]  # item id → row

    @property
    def encoder(self) -> str:
        return self.manifest["encoder"]

    def age(self) -> float:
        created = datetime.fromisoformat(self.manifest["createdAt"].replace("Z", "+00:00"))
        return (datetime.now(timezone.utc) - created).total_seconds()

    def search(self, probe: np.ndarray, count: int) -> list[tuple[int, float]]:
        """Item ids and clip scores, best first."""
        with metrics.search_seconds.time():
            scores, rows = self.index.search(probe[None].astype(np.float32), min(count, self.index.ntotal))
        ids = self.manifest["ids"]
        return [(ids[row], float(score)) for row, score in zip(rows[0], scores[0]) if row >= 0]

    def vector(self, item: int) -> np.ndarray | None:
        return self.index.reconstruct(self.rows[item]) if item in self.rows else None

    def score(self, encoder: str, item: int, vector: np.ndarray) -> float:
        return float(self.rerank[encoder][self.rows[item]] @ vector)


def load(folder: Path) -> Version:
    """Reads a version and trusts it only when sizes and checksums are those of its manifest."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        payload = (folder / "index.faiss").read_bytes()
        extra = (folder / "rerank.npz").read_bytes()
        if hashlib.sha256(payload).hexdigest() != manifest["sha256"]:
            raise BadVersion("index.faiss does not have the checksum of its manifest")
        if hashlib.sha256(extra).hexdigest() != manifest["files"]["rerank.npz"]:
            raise BadVersion("rerank.npz does not have the checksum of its manifest")
        index = faiss.deserialize_index(np.frombuffer(payload, dtype=np.uint8))
        with np.load(io.BytesIO(extra)) as arrays:
            rerank = {name: arrays[name] for name in ("blip", "fashion")}
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise BadVersion(f"unreadable: {error}") from None
    if (index.ntotal, index.d) != (manifest["count"], manifest["dimensions"]):
        raise BadVersion(f"holds {index.ntotal} × {index.d}, not {manifest['count']} × {manifest['dimensions']}")
    rows = {item: row for row, item in enumerate(manifest["ids"])}
    return Version(folder.name, manifest, index, rerank, rows)


class Index:
    """Follows `current`. A bad version is refused once, said so, and the old one goes on answering."""

    def __init__(self, root: Path):
        self._root = root
        self._version: Version | None = None
        self._refused: str | None = None
        self.problem: str | None = "no index has been published yet"

    @property
    def current(self) -> Version:
        if self._version is None:
            raise NoIndex(self.problem)
        return self._version

    def refresh(self) -> None:
        """Looks where `current` points and loads what is new there."""
        try:
            pointed = (self._root / "current").readlink().name
        except OSError:
            return
        if pointed == self._refused or (self._version and pointed == self._version.name):
            return
        began = perf_counter()
        try:
            self._version = load(self._root / "versions" / pointed)
        except BadVersion as bad:
            self._refused, self.problem = pointed, f"version {pointed} was refused: {bad}"
            metrics.index_reloads.labels("refused").inc()
            print(f"index: {self.problem}", flush=True)
            return
        self._refused = self.problem = None
        metrics.index_reloads.labels("ok").inc()
        metrics.index_vectors.set(self._version.manifest["count"])
        print(f"index: version {pointed} answers after {perf_counter() - began:.3f} s", flush=True)

    async def follow(self) -> None:
        while True:
            await asyncio.to_thread(self.refresh)
            if self._version:
                metrics.index_age.set(self._version.age())
            await asyncio.sleep(1)
