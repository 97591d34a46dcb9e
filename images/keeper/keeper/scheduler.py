"""Starts cron containers on schedule.

A container with `atelier.run=on-schedule` waits, stopped, until its time in `atelier.cron` (five fields, in
`atelier.timezone`) comes. When clocks are put back, an hour that is named runs once and `*` runs in both; when
they are put forward, a time that is skipped runs an hour later. A run that is due while the last one still goes on
is skipped and counted. Runs that were missed because the keeper or the host was down are made up for by
one run, however many they were; a container's first schedule begins when the keeper first sees it.
"""
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Flag
from threading import Lock
from time import time
from typing import Callable
from zoneinfo import ZoneInfo

from croniter import croniter
from prometheus_client import CollectorRegistry, Counter, Gauge

from keeper.containers import Container, Containers
from keeper.docker import FAILURES, Docker, Event
from keeper.memory import Memory

# The last look at a schedule; in the group of the memory, per entry.
LOOKED = "cron-looked"
LAST_SUCCESS = "cron-success"
LAST_EXIT = "cron-exit"
TICK = 1.0


@dataclass(frozen=True)
class Due:
    container: Container
    # Runs that this one stands for; above 1 when some were missed.
    runs: int


class Scheduler:
    def __init__(
        self,
        docker: Docker,
        containers: Containers,
        memory: Memory,
        registry: CollectorRegistry,
        clock: Callable[[], float] = time,
    ):
        self._docker = docker
        self._containers = containers
        self._memory = memory
        self._clock = clock
        self._lock = Lock()
        self._started: set[str] = set()
        self._runs = Counter(
            "atelier_cron_runs_total", "Runs by how they ended.", ["service", "outcome"], registry=registry
        )
        self._success = Gauge(
            "atelier_cron_last_success_timestamp_seconds",
            "When it last succeeded, in Unix time.",
            ["service"],
            registry=registry,
        )
        self._exit = Gauge(
            "atelier_cron_last_exit_code", "Exit code of the last run.", ["service"], registry=registry
        )

    def handle(self, event: Event, container: Container) -> None:
        if container.run != "on-schedule" or event.action != "die":
            return
        code = int(event.attributes.get("exitCode") or container.exit_code)
        entry = container.entry
        self._runs.labels(entry, "success" if code == 0 else "failure").inc()
        self._memory.put(LAST_EXIT, entry, code)
        if code == 0:
            self._memory.put(LAST_SUCCESS, entry, event.time / 1e9)
        self._show(entry)

    def due(self) -> list[Due]:
        """Entries whose time came since they were last looked at. Each is named once, whatever it missed."""
        now = self._clock()
        found = []
        for entry, container in self.entries().items():
            looked = self._memory.get(LOOKED, entry)
            if looked is None:
                self._memory.put(LOOKED, entry, now)
                self._show(entry)
                continue
            runs = runs_between(container.cron, container.timezone, looked, now)
            if runs > 0:
                self._memory.put(LOOKED, entry, now)
                found.append(Due(container, runs))
        return found

    def entries(self) -> dict[str, Container]:
        """Name → container that runs for it: the newest, while a deployment exchanges two."""
        scheduled = [one for one in self._containers.all() if one.run == "on-schedule" and one.cron]
        return {one.entry: one for one in sorted(scheduled, key=lambda one: one.created)}

    def start(self, due: Due) -> None:
        entry, name = due.container.entry, due.container.name
        if due.runs > 1:
            self._runs.labels(entry, "missed").inc(due.runs - 1)
            print(f"scheduler: {entry}: {due.runs - 1} runs were missed; this one stands for them", flush=True)
        try:
            if self._docker.inspect(name)["State"]["Status"] in ("running", "paused", "restarting"):
                self._runs.labels(entry, "skipped").inc()
                print(f"scheduler: {entry} still runs; this run is skipped", flush=True)
                return
            self._docker.start(name)
            print(f"scheduler: started {name}", flush=True)
        except FAILURES as error:
            self._runs.labels(entry, "error").inc()
            print(f"scheduler: {name} could not be started: {error}", flush=True)

    def work(self, alive: Callable[[], None], ended: Flag) -> None:
        """Starts what is due until `ended`."""
        for entry in self.entries():
            self._show(entry)
        while not ended.wait(TICK):
            alive()
            for due in self.due():
                self.start(due)

    def _show(self, entry: str) -> None:
        success, code = self._memory.get(LAST_SUCCESS, entry), self._memory.get(LAST_EXIT, entry)
        if success is not None:
            self._success.labels(entry).set(success)
        if code is not None:
            self._exit.labels(entry).set(code)


def runs_between(cron: str, zone: str, after: float, until: float, most: int = 1000) -> int:
    """How many times the schedule came in (after, until]; counts no further than `most`."""
    place = ZoneInfo(zone)
    # Wall-clock times are walked and each is put back on the time line. The walk begins an hour early, because
    # that is how much of the wall clock may come again.
    wall = datetime.fromtimestamp(after, place).replace(tzinfo=None) - timedelta(hours=1)
    folds = (0, 1) if cron.split()[1].startswith("*") else (0,)
    times = croniter(cron, wall)
    count = 0
    while count < most:
        time_of_day = times.get_next(datetime)
        moments = {time_of_day.replace(tzinfo=place, fold=fold).timestamp() for fold in folds}
        if min(moments) > until:
            break
        count += sum(1 for moment in moments if after < moment <= until)
    return count
