"""From the frames of the engine's log stream to whole lines."""
import calendar
import time
from dataclasses import dataclass
from typing import Iterable, Iterator


@dataclass(frozen=True)
class Line:
    # As the engine writes it: RFC 3339 with up to nine digits.
    time: str
    stream: str
    text: str


def read_lines(frames: Iterable[tuple[str, bytes]]) -> Iterator[Line]:
    """Each frame is a time, a blank and a piece of text. The engine cuts lines of more than 16 KiB; pieces without
    a line break at their end go on in the next frame of the same stream. The time is that of the last piece."""
    open_pieces: dict[str, str] = {}
    for stream, payload in frames:
        stamp, _, rest = payload.decode(errors="replace").partition(" ")
        text = open_pieces.pop(stream, "") + rest
        if rest.endswith("\n"):
            yield Line(stamp, stream, text.rstrip("\r\n"))
        else:
            open_pieces[stream] = text


def nanoseconds(stamp: str) -> int:
    """Unix nanoseconds of `2026-11-21T10:00:00.123456789Z`."""
    whole, _, fraction = stamp.rstrip("Z").partition(".")
    seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
    return seconds * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)
