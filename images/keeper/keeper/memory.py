"""What the keeper must still know after a restart: one small JSON file, replaced as a whole."""
import json
import os
from pathlib import Path
from threading import Lock


class Memory:
    """Named sets and dictionaries of plain values. Each change is on disk when the call returns."""

    def __init__(self, file: Path):
        self._file = file
        self._lock = Lock()
        self._content: dict[str, dict] = {}
        try:
            self._content = json.loads(file.read_text())
        except FileNotFoundError:
            pass
        except ValueError as error:
            print(f"memory: {file} can't be read and is begun anew: {error}", flush=True)

    def get(self, group: str, key: str, default=None):
        with self._lock:
            return self._content.get(group, {}).get(key, default)

    def has(self, group: str, key: str) -> bool:
        return self.get(group, key) is not None

    def put(self, group: str, key: str, value) -> None:
        with self._lock:
            members = self._content.setdefault(group, {})
            if members.get(key) != value:
                members[key] = value
                self._write()

    def add(self, group: str, key: str) -> None:
        self.put(group, key, True)

    def forget(self, group: str, key: str) -> None:
        with self._lock:
            if self._content.get(group, {}).pop(key, None) is not None:
                self._write()

    def keep_only(self, group: str, keys: set[str]) -> None:
        with self._lock:
            members = self._content.get(group, {})
            kept = {key: value for key, value in members.items() if key in keys}
            if len(kept) != len(members):
                self._content[group] = kept
                self._write()

    def _write(self) -> None:
        draft = self._file.with_suffix(".new")
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(self._content))
        os.replace(draft, self._file)
