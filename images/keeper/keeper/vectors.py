"""What is published on a volume of vectors: `vectors_index_*` metrics on :9091.

The volume's layout is docs/vectors.md: `versions/<id>/manifest.json` beside `index.faiss`, and the link `current`.
A checksum is computed once per version, because reading a large index each time would cost more than serving it.
"""
import hashlib
import json
import os
from datetime import datetime, timezone
from pathlib import Path
from time import time

from prometheus_client.core import GaugeMetricFamily

HELP = {
    "vectors_index_count": "Vectors in the published index.",
    "vectors_index_age_seconds": "Time since it was published.",
    "vectors_index_bytes": "Size of its files.",
    "vectors_index_dimensions": "Length of a vector.",
    "vectors_index_checksum_ok": "1 when its files are what was published.",
    "vectors_index_versions": "Versions kept.",
}
BLOCK = 1 << 20


class IndexCollector:
    """A Prometheus collector over folders of indexes, name → path."""

    def __init__(self, folders: dict[str, Path], now=time):
        self.folders = folders
        self.now = now
        self._checked: dict[str, tuple[str, bool]] = {}

    def collect(self):
        families = {name: GaugeMetricFamily(name, text, labels=["index"]) for name, text in HELP.items()}
        for name, folder in sorted(self.folders.items()):
            for metric, value in self.measure(name, folder).items():
                families[metric].add_metric([name], value)
        return families.values()

    def measure(self, name: str, folder: Path) -> dict[str, float]:
        """The figures of one index. Without a readable version only the number of versions, and a bad checksum
        when there is a link that leads nowhere good."""
        figures: dict[str, float] = {"vectors_index_versions": count_versions(folder)}
        version = current_version(folder)
        if version is None:
            return figures
        try:
            manifest = json.loads((version / "manifest.json").read_text())
            figures["vectors_index_count"] = float(manifest["count"])
            figures["vectors_index_dimensions"] = float(manifest["dimensions"])
            figures["vectors_index_age_seconds"] = max(0.0, self.now() - parse_time(manifest["createdAt"]))
            figures["vectors_index_bytes"] = float(sum(file.stat().st_size for file in version.iterdir()))
            figures["vectors_index_checksum_ok"] = float(self._checksum_ok(name, version, manifest))
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"vectors: {name}: version {version.name} can't be read: {error!r}", flush=True)
            figures["vectors_index_checksum_ok"] = 0.0
        return figures

    def _checksum_ok(self, name: str, version: Path, manifest: dict) -> bool:
        """Compares every file that the manifest names; once per version and state of its files."""
        sums = {"index.faiss": manifest["sha256"], **manifest.get("files", {})}
        stamps = [(file, os.stat(version / file)) for file in sorted(sums)]
        key = repr([version.name, *((file, stat.st_size, stat.st_mtime_ns, stat.st_ino) for file, stat in stamps)])
        seen = self._checked.get(name)
        if seen is None or seen[0] != key:
            good = all(sha256(version / file) == digest for file, digest in sums.items())
            self._checked[name] = seen = (key, good)
        return seen[1]


def current_version(folder: Path) -> Path | None:
    """The folder that `current` names; None before anything was published."""
    link = folder / "current"
    return link.resolve() if link.is_symlink() else None


def count_versions(folder: Path) -> int:
    """Finished versions; drafts begin with a dot."""
    try:
        return sum(1 for entry in (folder / "versions").iterdir() if not entry.name.startswith("."))
    except FileNotFoundError:
        return 0


def parse_time(text: str) -> float:
    """Unix time of an ISO 8601 time; without a zone it is UTC."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with open(file, "rb") as content:
        while block := content.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def find_folders(environment: dict[str, str]) -> dict[str, Path]:
    """`INDEX_NAME` and `INDEX_PATH` name one index; otherwise every folder below /vectors is one."""
    if "INDEX_PATH" in environment:
        path = Path(environment["INDEX_PATH"])
        return {environment.get("INDEX_NAME", path.name): path}
    root = Path("/vectors")
    return {entry.name: entry for entry in sorted(root.iterdir()) if entry.is_dir()} if root.is_dir() else {}
