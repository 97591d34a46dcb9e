"""Stand-ins for the engine: containers in memory, a clock that is set by hand."""
from dataclasses import replace

from keeper.containers import Container
from keeper.docker import ApiError, Event


class Clock:
    def __init__(self, now: float = 1000.0):
        self.now = now

    def __call__(self) -> float:
        return self.now


class FakeDocker:
    """Answers `inspect` from `states`, and notes what it was told to do."""

    def __init__(self):
        self.states: dict[str, dict] = {}
        self.orders: list[tuple] = []
        self.cpu = [0.0]
        self.broken = False

    def inspect(self, name: str) -> dict:
        if name not in self.states:
            raise ApiError(404, "No such container")
        return {"State": self.states[name]}

    def stats(self, name: str) -> dict:
        used = self.cpu.pop(0) if len(self.cpu) > 1 else self.cpu[0]
        return {"cpu_stats": {"cpu_usage": {"total_usage": used * 1e9}}}

    def start(self, name: str) -> None:
        self._order("start", name)

    def restart(self, name: str, grace: int) -> None:
        self._order("restart", name, grace)

    def _order(self, *order) -> None:
        if self.broken:
            raise ApiError(500, "no")
        self.orders.append(order)


class FakeContainers:
    def __init__(self, *containers: Container):
        self.members = {container.id: container for container in containers}

    def all(self) -> list[Container]:
        return list(self.members.values())

    def get(self, id: str) -> Container | None:
        return self.members.get(id)

    def change(self, id: str, **changes) -> None:
        self.members[id] = replace(self.members[id], **changes)


def container(name: str = "shop-dev-api-1-3fa9c1", **changes) -> Container:
    base = Container(
        id=f"id-{name}", name=name, service="api", part="service", run="always", entry="api-1", status="running",
        started=900.0,
    )
    return replace(base, **changes)


def event(action: str, of: Container, health: str = "", time: int = 1, **attributes) -> Event:
    return Event(action, of.id, of.name, time, {"name": of.name, **attributes}, health)


def state(status: str, health: str = "", last_exit: int = 1) -> dict:
    probe = {"Health": {"Status": health, "Log": [{"ExitCode": last_exit}]}} if health else {}
    return {"Status": status, **probe}
