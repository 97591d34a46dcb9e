"""The container engine's HTTP API, as far as the socket proxy lets it through.

The proxy compares each query to the letter, so the spelling here and in components/docker/socket-proxy.ts belong
together. Containers are addressed by name, never by id, because the proxy knows them by their prefix.
"""
import http.client
import json
from dataclasses import dataclass
from typing import Iterator
from urllib.parse import quote, urlsplit

LABEL = "atelier.stack"
EVENTS = ["start", "kill", "die", "stop", "destroy", "health_status"]
# Events may be silent for long; a connection that says nothing for this time is made anew.
SILENCE = 60.0


class ApiError(Exception):
    """The engine refused: `status` is its HTTP status."""

    def __init__(self, status: int, message: str):
        super().__init__(f"{status}: {message}")
        self.status = status


# What asking the engine may raise; the next try may go well.
FAILURES = (ApiError, OSError, ValueError, http.client.HTTPException)


@dataclass(frozen=True)
class Event:
    action: str
    container: str
    name: str
    # Unix time in nanoseconds.
    time: int
    attributes: dict[str, str]
    # Only on health_status: healthy or unhealthy.
    health: str = ""


class Docker:
    def __init__(self, url: str, stack: str, timeout: float = 10.0):
        parts = urlsplit(url)
        self._address = (parts.hostname or "socket-proxy", parts.port or 2375)
        self._timeout = timeout
        labels = [f"{LABEL}={stack}"]
        self._list = f"/containers/json?all=1&filters={encode({'label': labels})}"
        self._events = f"/events?filters={encode({'label': labels, 'type': ['container'], 'event': EVENTS})}"

    def list(self) -> list[dict]:
        return json.loads(self._ask("GET", self._list))

    def inspect(self, name: str) -> dict:
        return json.loads(self._ask("GET", f"/containers/{name}/json"))

    def stats(self, name: str) -> dict:
        """Counters of this moment; without the second that the engine would wait for a rate."""
        return json.loads(self._ask("GET", f"/containers/{name}/stats?stream=0&one-shot=1"))

    def start(self, name: str) -> None:
        self._ask("POST", f"/containers/{name}/start", timeout=30.0)

    def restart(self, name: str, grace: int) -> None:
        """Asks it to stop, kills it after `grace` seconds, starts it."""
        self._ask("POST", f"/containers/{name}/restart?t={grace}", timeout=grace + 30.0)

    def events(self, since: int | None = None) -> Iterator[Event]:
        """What happens, as it happens; from `since` (Unix nanoseconds) on, that moment included, as far as the
        engine remembers. Ends when the connection ends, or was silent for a minute."""
        path = self._events + (f"&since={seconds(since)}" if since is not None else "")
        connection, response = self._open("GET", path, SILENCE)
        try:
            while line := response.readline():
                if line.strip():
                    yield parse_event(json.loads(line))
        except TimeoutError:
            return
        finally:
            connection.close()

    def logs(self, name: str, since: int | None) -> "LogStream":
        """Both streams of a container from `since` (Unix nanoseconds) on, that moment included, until it ends."""
        path = f"/containers/{name}/logs?follow=1&stdout=1&stderr=1&timestamps=1"
        path += f"&since={seconds(since)}" if since is not None else ""
        return LogStream(*self._open("GET", path, None))

    def _ask(self, method: str, path: str, timeout: float | None = None) -> bytes:
        connection, response = self._open(method, path, timeout or self._timeout)
        try:
            return response.read()
        finally:
            connection.close()

    def _open(self, method: str, path: str, timeout: float | None):
        connection = http.client.HTTPConnection(*self._address, timeout=timeout or self._timeout)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            # 304: it is started or stopped already.
            if response.status >= 400:
                raise ApiError(response.status, response.read(500).decode(errors="replace").strip())
        except BaseException:
            connection.close()
            raise
        if timeout is None and connection.sock:
            connection.sock.settimeout(None)
        return connection, response


class LogStream:
    """Frames of a container's log: `(stream, payload)`. `close` may be called from another thread."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse):
        self._connection = connection
        self._response = response

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        # Eight bytes before each payload: the stream's number, three zeros, the length.
        while len(head := self._response.read(8)) == 8:
            payload = self._response.read(int.from_bytes(head[4:], "big"))
            yield ("stderr" if head[0] == 2 else "stdout"), payload

    def close(self) -> None:
        self._connection.close()


def encode(filters: dict) -> str:
    return quote(json.dumps(filters, separators=(",", ":")), safe="")


def seconds(nanoseconds: int) -> str:
    return f"{nanoseconds // 10**9}.{nanoseconds % 10**9:09d}"


def parse_event(raw: dict) -> Event:
    action, _, detail = raw["Action"].partition(": ")
    attributes = raw["Actor"]["Attributes"]
    return Event(
        action=action,
        container=raw["Actor"]["ID"],
        name=attributes.get("name", ""),
        time=raw["timeNano"],
        attributes=attributes,
        health=detail if action == "health_status" else "",
    )
