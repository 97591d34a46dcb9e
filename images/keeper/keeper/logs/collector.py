"""Follows the logs of all containers, one thread each, and writes them to files."""
from threading import Event as Flag
from threading import Lock, Thread
from time import monotonic
from typing import Callable

from prometheus_client import CollectorRegistry, Counter

from keeper.containers import Container, Containers
from keeper.docker import FAILURES, ApiError, Docker
from keeper.logs.files import LogFiles
from keeper.logs.lines import nanoseconds, read_lines

FLUSH = 1.0
TIDY = 60.0


class LogCollector:
    def __init__(self, docker: Docker, containers: Containers, files: LogFiles, registry: CollectorRegistry):
        self._docker = docker
        self._containers = containers
        self._files = files
        self._lock = Lock()
        # Container → the start whose log is being read or was read to its end.
        self._followed: dict[str, float] = {}
        self._lines = Counter(
            "atelier_log_lines_total", "Lines of log collected.", ["service", "stream"], registry=registry
        )
        self._bytes = Counter(
            "atelier_log_bytes_total", "Bytes of log collected.", ["service"], registry=registry
        )

    def work(self, alive: Callable[[], None], ended: Flag) -> None:
        """Follows until `ended`."""
        tidied = monotonic()
        while not ended.wait(FLUSH):
            alive()
            containers = self._containers.all()
            self.follow_new(containers)
            self._files.flush()
            if monotonic() - tidied >= TIDY and containers:
                self._files.tidy({container.name for container in containers})
                tidied = monotonic()
        self._files.close()

    def follow_new(self, containers: list[Container]) -> None:
        with self._lock:
            present = {container.id for container in containers}
            self._followed = {id: start for id, start in self._followed.items() if id in present}
            for container in containers:
                if container.started > 0 and self._followed.get(container.id) != container.started:
                    self._followed[container.id] = container.started
                    Thread(target=self._follow, args=[container], daemon=True, name=container.name).start()

    def _follow(self, container: Container) -> None:
        try:
            self.collect(container)
            now = self._containers.get(container.id)
            ended = now is None or now.status != "running" or now.started != container.started
        except FAILURES as error:
            ended = isinstance(error, ApiError) and error.status == 404
            if not ended:
                print(f"logs: {container.name}: {error!r}; trying again", flush=True)
        if not ended:
            # The connection broke; the next round goes on where it was.
            with self._lock:
                self._followed.pop(container.id, None)

    def collect(self, container: Container) -> None:
        """Reads a container's log from where it was left until the container ends."""
        cursor = self._files.cursor(container.name)
        last, seen = cursor if cursor else (None, 0)
        for line in read_lines(self._docker.logs(container.name, last)):
            if last is not None:
                # The engine begins with the lines of that very moment, which are there already.
                stamp = nanoseconds(line.time)
                if stamp < last:
                    continue
                if stamp == last and seen > 0:
                    seen -= 1
                    continue
            size = self._files.append(container.service, container.name, line)
            self._lines.labels(container.service, line.stream).inc()
            self._bytes.labels(container.service).inc(size)
