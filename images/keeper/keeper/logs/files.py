"""The log files: `<root>/<service>/<date>.jsonl`, one JSON object per line.

A day's file that grows beyond `CHUNK` is put aside as `<date>.<n>.jsonl`. What is put aside and what is of an
earlier day is compressed. Files leave when their day is older than the retention, and the oldest leave earlier when
all together exceed the cap.

How far each container was read is written beside the files, every second, with the files' lengths at that time.
What a sudden end left after that is read from the files themselves, so that nothing is kept twice. Files are known
by their inode, which they keep when they are put aside; no clock is asked which of two things came first.
"""
import gzip
import json
import os
import re
import shutil
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from threading import RLock
from time import time
from typing import BinaryIO, Callable

from keeper.logs.lines import Line, nanoseconds

CHUNK = 64 << 20
NAME = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:\.(\d{3}))?\.jsonl(\.gz)?$")
STATE = ".keeper/cursors.json"


class LogFiles:
    def __init__(self, root: Path, retention: float, cap: int, now: Callable[[], float] = time):
        self._root = root
        self._retention = retention
        self._cap = cap
        self._now = now
        self._lock = RLock()
        self._open: dict[Path, BinaryIO] = {}
        # Container → time of its last line, and how many lines have that time.
        self._cursors: dict[str, tuple[int, int]] = {}
        # Inode of each file that is not compressed → how much of it the cursors tell of.
        self._lengths: dict[str, int] = {}
        self._recover()

    def cursor(self, container: str) -> tuple[int, int] | None:
        with self._lock:
            return self._cursors.get(container)

    def append(self, service: str, container: str, line: Line) -> int:
        """Writes a line; returns its length in bytes."""
        stamp = nanoseconds(line.time)
        content = {
            "time": line.time,
            "service": service,
            "container": container,
            "stream": line.stream,
            "message": line.text,
        }
        data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            self._file(service, line.time[:10]).write(data)
            self._advance(container, stamp)
        return len(data)

    def flush(self) -> None:
        """Everything written so far is in the files, and the cursors beside them."""
        with self._lock:
            for file in self._open.values():
                self._settle(file)
            self._write_state()

    def close(self) -> None:
        with self._lock:
            self.flush()
            for file in self._open.values():
                file.close()
            self._open.clear()

    def _settle(self, file: BinaryIO) -> None:
        file.flush()
        self._lengths[str(os.fstat(file.fileno()).st_ino)] = file.tell()

    def _advance(self, container: str, stamp: int) -> None:
        last, count = self._cursors.get(container, (0, 0))
        self._cursors[container] = (stamp, count + 1 if stamp == last else 1) if stamp >= last else (last, count)

    def _file(self, service: str, day: str) -> BinaryIO:
        path = self._root / service / f"{day}.jsonl"
        file = self._open.get(path)
        if file is not None and file.tell() >= CHUNK:
            self._put_aside(path)
            file = None
        if file is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = self._open[path] = open(path, "ab")
        return file

    def _put_aside(self, path: Path) -> None:
        file = self._open.pop(path, None)
        if file:
            self._settle(file)
            file.close()
        day = path.name[:10]
        taken = [int(found[2]) for entry in path.parent.iterdir() if (found := NAME.match(entry.name)) and found[2]
                 and found[1] == day]
        path.rename(path.with_name(f"{day}.{max(taken, default=0) + 1:03d}.jsonl"))

    # ------------------------------------------------------------------------------------ after a restart

    def _recover(self) -> None:
        state = self._read_state()
        self._cursors = {name: (stamp, count) for name, (stamp, count) in state.get("cursors", {}).items()}
        known = state.get("lengths", {})
        for path in self._root.glob("*/*.jsonl"):
            inode = str(path.stat().st_ino)
            self._lengths[inode] = self._read_on(path, known.get(inode, 0))

    def _read_on(self, path: Path, start: int) -> int:
        """Counts lines after `start`, and cuts off a last one that is not whole; returns the length."""
        with open(path, "r+b") as file:
            end = file.seek(min(start, path.stat().st_size))
            for raw in file:
                if not raw.endswith(b"\n"):
                    break
                end += len(raw)
                try:
                    entry = json.loads(raw)
                    self._advance(entry["container"], nanoseconds(entry["time"]))
                except (ValueError, KeyError, TypeError):
                    continue
            file.truncate(end)
        return end

    def _read_state(self) -> dict:
        try:
            return json.loads((self._root / STATE).read_text())
        except (FileNotFoundError, ValueError):
            return {}

    def _write_state(self) -> None:
        file = self._root / STATE
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps({"cursors": self._cursors, "lengths": self._lengths}))
        os.replace(draft, file)

    # --------------------------------------------------------------------------------------- tidying up

    def tidy(self, present: set[str]) -> None:
        """Compresses what is finished, removes what is too old or too much; forgets cursors of containers that
        are no longer `present`."""
        today = datetime.fromtimestamp(self._now(), timezone.utc).date()
        with self._lock:
            for path in [path for path in self._open if path.name[:10] < str(today)]:
                file = self._open.pop(path)
                self._settle(file)
                file.close()
            self._cursors = {name: cursor for name, cursor in self._cursors.items() if name in present}
        for path in self._files():
            found = NAME.match(path.name)
            if found and not found[3] and (found[2] or found[1] < str(today)):
                with self._lock:
                    if path not in self._open:
                        self._lengths.pop(str(path.stat().st_ino), None)
                        compress(path)
        self._remove_old(today)

    def _remove_old(self, today: date) -> None:
        oldest = today - timedelta(seconds=self._retention)
        total = 0
        for path in reversed(self._files()):
            total += path.stat().st_size
            current = path.name == f"{today}.jsonl"
            if not current and (path.name[:10] < str(oldest) or total > self._cap):
                path.unlink()
        for folder in self._root.iterdir():
            if folder.is_dir() and not folder.name.startswith(".") and not any(folder.iterdir()):
                folder.rmdir()

    def _files(self) -> list[Path]:
        """All of them, oldest first."""
        return sorted(
            (path for path in self._root.glob("*/*") if NAME.match(path.name)),
            # Pieces come before the file that was begun after them.
            key=lambda path: (path.name[:10], (NAME.match(path.name) or [""] * 3)[2] or "999", path.parent.name),
        )


def compress(path: Path) -> None:
    """`x.jsonl` → `x.jsonl.gz`; joined to one that is there already, as gzip allows."""
    target = path.with_name(path.name + ".gz")
    draft = target.with_name(target.name + ".new")
    with open(draft, "wb") as out:
        if target.exists():
            with open(target, "rb") as before:
                shutil.copyfileobj(before, out)
        with open(path, "rb") as content, gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0) as packed:
            shutil.copyfileobj(content, packed)
    os.replace(draft, target)
    path.unlink()
