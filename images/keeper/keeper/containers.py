"""The containers of the deployment, kept up to date by the engine's events."""
import re
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event as Flag
from threading import Lock
from time import time
from typing import Callable

from keeper.docker import FAILURES, ApiError, Docker, Event

# The list is compared this often with what is known: a new container has no event before its first start.
REFRESH = 5.0


@dataclass(frozen=True)
class Container:
    id: str
    name: str
    # Service, data part or tool that it belongs to.
    service: str
    part: str
    # always, once, on-schedule or never.
    run: str
    # The name without deployment and generation: the same for a container and its successor.
    entry: str = ""
    cron: str = ""
    timezone: str = "UTC"
    # Unix times in seconds.
    created: float = 0.0
    started: float = 0.0
    finished: float = 0.0
    # created, running, paused, restarting, removing, exited or dead.
    status: str = "created"
    # healthy, unhealthy, starting, or nothing without a probe.
    health: str = ""
    exit_code: int = 0
    # In bytes; 0 is none.
    memory_limit: int = 0
    stop_signal: str = "15"
    stop_timeout: float = 10.0
    # Starts that this keeper saw after a death.
    restarts: int = 0


class Containers:
    def __init__(self, docker: Docker):
        self._docker = docker
        self._lock = Lock()
        # One reader at a time, so that an older answer never replaces a newer one.
        self._reading = Lock()
        self._known: dict[str, Container] = {}
        self._listeners: list[Callable[[Event, Container], None]] = []

    def all(self) -> list[Container]:
        with self._lock:
            return list(self._known.values())

    def get(self, id: str) -> Container | None:
        with self._lock:
            return self._known.get(id)

    def listen(self, listener: Callable[[Event, Container], None]) -> None:
        """Calls `listener` for each event; it must return at once."""
        self._listeners.append(listener)

    def follow(self, alive: Callable[[], None], ended: Flag) -> None:
        """Reads events until `ended`. After a lost connection it goes on where it was."""
        last: int | None = None
        while not ended.is_set():
            alive()
            try:
                since = last + 1 if last else int(time() * 1e9)
                self.refresh()
                for event in self._docker.events(since):
                    alive()
                    if last is not None and event.time <= last:
                        continue
                    last = event.time
                    self.handle(event)
            except FAILURES as error:
                print(f"events: {error!r}; trying again", flush=True)
                ended.wait(1.0)

    def keep_fresh(self, alive: Callable[[], None], ended: Flag) -> None:
        """Refreshes every few seconds until `ended`."""
        while not ended.wait(REFRESH):
            alive()
            try:
                self.refresh()
            except FAILURES as error:
                print(f"containers: {error!r}; trying again", flush=True)

    def refresh(self) -> None:
        """Reads the containers that the engine's list shows to be new or changed, and forgets those that are gone."""
        listed = [entry for entry in self._docker.list() if entry["Labels"].get("atelier.run") != "never"]
        present = {entry["Id"] for entry in listed}
        with self._lock:
            self._known = {id: known for id, known in self._known.items() if id in present}
        for entry in listed:
            known = self.get(entry["Id"])
            if known is None or known.status != entry["State"] or known.health != health_of(entry["Status"]):
                self._read(entry["Names"][0].lstrip("/"))

    def handle(self, event: Event) -> None:
        if event.attributes.get("atelier.run") == "never":
            return
        before = self.get(event.container)
        if event.action == "destroy":
            container = before
            with self._lock:
                self._known.pop(event.container, None)
        else:
            container = before if event.action == "kill" and before else self._read(event.name)
        if container is not None:
            for listener in self._listeners:
                listener(event, container)

    def _read(self, name: str) -> Container | None:
        with self._reading:
            try:
                container = parse_container(self._docker.inspect(name))
            except ApiError as error:
                if error.status != 404:
                    raise
                return None
            with self._lock:
                before = self._known.get(container.id, container)
                again = before.started > 0 and container.started > before.started
                container = replace(container, restarts=before.restarts + again)
                self._known[container.id] = container
            return container


def parse_container(raw: dict) -> Container:
    labels = raw["Config"].get("Labels") or {}
    state = raw["State"]
    name = raw["Name"].lstrip("/")
    return Container(
        id=raw["Id"],
        name=name,
        service=labels.get("atelier.name", name),
        part=labels.get("atelier.part", ""),
        run=labels.get("atelier.run", ""),
        entry=re.sub(r"-[0-9a-f]{6}$", "", name.removeprefix(labels.get("atelier.stack", "") + "-")),
        cron=labels.get("atelier.cron", ""),
        timezone=labels.get("atelier.timezone") or "UTC",
        created=parse_time(raw["Created"]),
        started=parse_time(state["StartedAt"]),
        finished=parse_time(state["FinishedAt"]),
        status=state["Status"],
        health=parse_health(state),
        exit_code=state["ExitCode"],
        memory_limit=raw["HostConfig"].get("Memory") or 0,
        stop_signal=signal_number(raw["Config"].get("StopSignal") or "15"),
        stop_timeout=float(raw["Config"].get("StopTimeout") or 10),
    )


def parse_health(state: dict) -> str:
    status = (state.get("Health") or {}).get("Status", "")
    return "" if status == "none" else status


def health_of(status: str) -> str:
    """From the list's words: `Up 3 minutes (health: starting)`."""
    found = re.search(r"\((?:health: )?(healthy|unhealthy|starting)\)$", status)
    return found[1] if found else ""


def parse_time(text: str) -> float:
    """Unix time of Docker's RFC 3339 with nanoseconds; 0 for the year 1, which means never."""
    if text.startswith("0001"):
        return 0.0
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", text).replace("Z", "+00:00")).timestamp()


SIGNALS = {"HUP": "1", "INT": "2", "QUIT": "3", "KILL": "9", "USR1": "10", "USR2": "12", "TERM": "15", "WINCH": "28"}


def signal_number(text: str) -> str:
    """`SIGUSR1`, `USR1` and `10` are `10`, as events spell it."""
    return SIGNALS.get(text.upper().removeprefix("SIG"), text)
