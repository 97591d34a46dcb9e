"""Publishes a version of the index so that a reader sees the old one or the new one, never a half.

Layout of the volume:

    versions/<id>/index.faiss     FAISS inner-product index; row n is the item `ids[n]` of the manifest
    versions/<id>/rerank.npz      the vectors of the other encoders, row by row
    versions/<id>/manifest.json   dimensions, count, ids, sizes and checksums, when and with which encoder
    current -> versions/<id>      replaced by rename
    writer.lock                    held by the one writer
"""
import fcntl
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import faiss
import numpy as np

KEEP_VERSIONS = 3


class Busy(Exception):
    """Another writer holds the lock."""


@contextmanager
def only_writer(root: Path):
    with open(root / "writer.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"another indexer is writing to {root}; this one leaves the index as it is") from None
        yield


def publish(root: Path, ids: list[int], vectors: dict[str, np.ndarray], encoder: str) -> dict:
    """Writes a version, makes it current and removes all but the last three. Returns the manifest."""
    created = datetime.now(timezone.utc)
    clip = np.ascontiguousarray(vectors["clip"], dtype=np.float32)
    index = faiss.IndexFlatIP(clip.shape[1])
    index.add(clip)
    payload = faiss.serialize_index(index).tobytes()
    digest = hashlib.sha256(payload).hexdigest()
    version = f"{created:%Y%m%dT%H%M%S%f}Z-{digest[:8]}"

    drafts = root / "versions" / f".{version}"
    drafts.mkdir(parents=True)
    write_through(drafts / "index.faiss", payload)
    with open(drafts / "rerank.npz", "wb") as file:
        np.savez(file, blip=vectors["blip"].astype(np.float32), fashion=vectors["fashion"].astype(np.float32))
        sync(file)
    manifest = {
        "version": version,
        "dimensions": int(clip.shape[1]),
        "count": len(ids),
        "sha256": digest,
        "createdAt": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "bytes": len(payload),
        "encoder": encoder,
        "files": {"rerank.npz": hashlib.sha256((drafts / "rerank.npz").read_bytes()).hexdigest()},
        "ids": ids,
    }
    write_through(drafts / "manifest.json", json.dumps(manifest).encode())
    sync_folder(drafts)
    drafts.rename(root / "versions" / version)
    sync_folder(root / "versions")
    point(root, version)
    prune(root)
    return manifest


def point(root: Path, version: str) -> None:
    """`current` becomes the version in one step."""
    draft = root / ".current"
    draft.unlink(missing_ok=True)
    draft.symlink_to(Path("versions") / version)
    draft.replace(root / "current")
    sync_folder(root)


def prune(root: Path) -> None:
    """Removes old versions and what an interrupted writer left. Only the writer calls this."""
    current = (root / "current").resolve().name
    finished = sorted(entry.name for entry in (root / "versions").iterdir() if not entry.name.startswith("."))
    keep = {current, *finished[-KEEP_VERSIONS:]}
    for entry in (root / "versions").iterdir():
        if entry.name not in keep:
            shutil.rmtree(entry)


def write_through(file: Path, content: bytes) -> None:
    with open(file, "wb") as out:
        out.write(content)
        sync(out)


def sync(file) -> None:
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
