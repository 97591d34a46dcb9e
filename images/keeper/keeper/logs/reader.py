"""`keeper logs`: prints what was collected, oldest first."""
import argparse
import gzip
import heapq
import json
import os
import re
import select
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Iterator

from keeper.logs.files import NAME
from keeper.logs.lines import nanoseconds

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
POLL = 0.3


class Parser(argparse.ArgumentParser):
    def error(self, message: str):
        """One line, as everywhere."""
        self.exit(1, message.removeprefix("argument ") + "\n")


def arguments(words: list[str]) -> argparse.Namespace:
    parser = Parser("keeper logs")
    parser.add_argument("services", nargs="*")
    parser.add_argument("--since", default="1h", type=since)
    parser.add_argument("--grep", type=expression)
    parser.add_argument("--follow", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(words)


def since(text: str) -> int:
    """Unix nanoseconds of `90s`, `5m`, `1h`, `2d` ago, or of a time in ISO 8601, which is UTC without a zone."""
    ago = re.fullmatch(r"(\d+)([smhdw])", text)
    if ago:
        return int((time.time() - int(ago[1]) * UNITS[ago[2]]) * 1e9)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is neither a time like 2026-01-31T12:00 nor a length like 1h") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() * 1e9)


def expression(text: str) -> re.Pattern:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text} is no regular expression: {error}") from None


def files_of(root: Path, service: str, start: int) -> list[Path]:
    """A service's files that may hold lines since `start`, oldest first."""
    day = datetime.fromtimestamp(start / 1e9, timezone.utc).strftime("%Y-%m-%d")
    found = [(name, path) for path in (root / service).iterdir() if (name := NAME.match(path.name))]
    return [path for name, path in sorted(found, key=lambda one: (one[0][1], one[0][2] or "999")) if name[1] >= day]


def read(path: Path) -> Iterator[dict]:
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            for raw in file:
                if raw.endswith(b"\n"):
                    yield json.loads(raw)
    except FileNotFoundError:
        # It was compressed or removed in this moment.
        return


def stored(root: Path, services: list[str], start: int) -> Iterator[dict]:
    """Lines of all services in the order of time."""
    streams = [(line for path in files_of(root, service, start) for line in read(path)) for service in services]
    merged = heapq.merge(*streams, key=lambda line: nanoseconds(line["time"]))
    return (line for line in merged if nanoseconds(line["time"]) >= start)


def coming(root: Path, wanted: list[str], offsets: dict[Path, int]) -> Iterator[list[dict]]:
    """Lines as they are written, a batch each third of a second; ends when standard input ends."""
    while not input_ended(POLL):
        batch: list[dict] = []
        for path in [path for service in services_of(root, wanted) for path in current_files(root, service)]:
            with open(path, "rb") as file:
                file.seek(offsets.get(path, 0))
                for raw in file:
                    if raw.endswith(b"\n"):
                        batch.append(json.loads(raw))
                        offsets[path] = offsets.get(path, 0) + len(raw)
        yield sorted(batch, key=lambda line: nanoseconds(line["time"]))


def current_files(root: Path, service: str) -> list[Path]:
    return sorted((root / service).glob("*.jsonl"))[-1:]


def input_ended(wait: float) -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], wait)
    return bool(ready) and os.read(sys.stdin.fileno(), 1024) == b""


def services_of(root: Path, wanted: list[str]) -> list[str]:
    there = sorted(entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    return [name for name in there if not wanted or name in wanted]


def show(line: dict, as_json: bool) -> str:
    if as_json:
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    whole, _, fraction = line["time"].rstrip("Z").partition(".")
    return f"{whole}.{fraction[:3]:0<3}Z {line['service']} | {line['message']}"


def print_logs(words: list[str], root: Path) -> int:
    asked = arguments(words)
    services = services_of(root, asked.services)
    if missing := [name for name in asked.services if name not in services]:
        print(f"there are no logs of {', '.join(missing)}; there are logs of {', '.join(services_of(root, []))}",
              file=sys.stderr)
        return 1
    # Noted before reading, so that nothing falls between what is stored and what comes.
    offsets = {path: path.stat().st_size for service in services for path in current_files(root, service)}
    try:
        put(stored(root, services, asked.since), asked)
        if asked.follow:
            for batch in coming(root, asked.services, offsets):
                put(batch, asked)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.stderr.close()
    return 0


def put(lines, asked: argparse.Namespace) -> None:
    for line in lines:
        if asked.grep is None or asked.grep.search(line["message"]):
            print(show(line, asked.json))
    sys.stdout.flush()
