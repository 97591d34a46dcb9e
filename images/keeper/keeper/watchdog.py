"""Brings back what is ill or was killed.

Docker itself restarts a container whose process ends, but never one that is unhealthy, and never one that was
killed through its API (`docker kill`), because it takes that for a wish. Here the wish is told from the accident:

- *A stop* says so: `docker stop`, and Pulumi when it removes a container, end with the event `stop`. A removal is
  marked as such before its kill. Neither is ever undone.
- *Everything else* that leaves a container with `atelier.run=always` dead is undone at once. A kill with the
  container's own stop signal may be the first half of a stop, so then it waits for the second half.
- *Unhealthy* counts once the container was healthy in its life. Before that, a deployment is waiting for it.

- *Slow is not hung.* A container whose probe timed out while it works hard gets half a minute to answer.

A restart that does not help is tried again after 10 s, 20 s, 40 s, … up to five minutes.
"""
import heapq
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Condition
from threading import Event as Flag
from time import monotonic, sleep
from typing import Callable

from prometheus_client import CollectorRegistry, Counter

from keeper.containers import Container, Containers, parse_health
from keeper.docker import FAILURES, ApiError, Docker, Event
from keeper.memory import Memory

# Time for `destroy` or `stop` to arrive after a plain kill.
QUICK = 0.15
# Time for `stop` to arrive after a death by the container's own stop signal.
PATIENT = 2.0
# Healthy for less than this is not healed.
STEADY = 5.0
REVIEW = 5.0
FIRST_WAIT = 10.0
LONGEST_WAIT = 300.0
# A probe that timed out says little about a container that uses more than this share of a core.
BUSY = 0.2
BUSY_WINDOW = 0.3
BUSY_AGAIN = 3.0
BUSY_PATIENCE = 30.0
# A database gets time to write what it has; a hung one is killed after it.
GRACE = defaultdict(int, data=3)


@dataclass
class Watched:
    """What is remembered of one container."""

    # Until when it counts as being stopped on purpose.
    leaving_until: float = 0.0
    healthy_since: float | None = None
    failures: int = 0
    # It is being restarted by us.
    busy: bool = False
    # Number of the plan that counts; older ones are void.
    plan: int = 0


@dataclass(order=True)
class Plan:
    due: float
    number: int
    container: Container = field(compare=False)
    reason: str = field(compare=False)
    # When it was first planned.
    since: float = field(compare=False)


class Watchdog:
    def __init__(
        self,
        docker: Docker,
        containers: Containers,
        memory: Memory,
        registry: CollectorRegistry,
        clock: Callable[[], float] = monotonic,
        pause: Callable[[float], None] = sleep,
    ):
        self._docker = docker
        self._containers = containers
        self._memory = memory
        self._clock = clock
        self._sleep = pause
        self._watched: dict[str, Watched] = defaultdict(Watched)
        self._plans: list[Plan] = []
        self._numbers = count(1)
        self._changed = Condition()
        self._restarts = Counter(
            "atelier_watchdog_restarts_total",
            "Restarts by the watchdog.",
            ["name", "service", "reason"],
            registry=registry,
        )

    def handle(self, event: Event, container: Container) -> None:
        if container.run != "always":
            return
        with self._changed:
            self._note(event, container)
            self._changed.notify()

    def _note(self, event: Event, container: Container) -> None:
        now = self._clock()
        watched = self._watched[container.id]
        if event.action == "kill" and event.attributes.get("signal") == container.stop_signal != "9":
            watched.leaving_until = now + container.stop_timeout + 5.0
        elif event.action == "die":
            leaving = watched.leaving_until > now
            self._plan(container, now + (PATIENT if leaving else QUICK), "killed")
        elif event.action in ("stop", "destroy"):
            watched.plan = 0
            if event.action == "destroy":
                self._watched.pop(container.id, None)
                self._memory.forget("healthy", container.id)
        elif event.action == "start":
            watched.leaving_until = 0.0
            watched.plan = 0
            watched.healthy_since = None
        elif event.health == "healthy":
            watched.healthy_since = now
            watched.plan = 0
            self._memory.add("healthy", container.id)
        elif event.health == "unhealthy":
            self._note_illness(watched, container, now)

    def _note_illness(self, watched: Watched, container: Container, now: float) -> None:
        if not self._memory.has("healthy", container.id) or watched.leaving_until > now:
            return
        steady = watched.healthy_since is not None and now - watched.healthy_since >= STEADY
        # The first illness that a new keeper sees has no history.
        watched.failures = 0 if steady else watched.failures
        wait = 0.0 if watched.failures == 0 else min(FIRST_WAIT * 2 ** (watched.failures - 1), LONGEST_WAIT)
        watched.failures += 1
        watched.healthy_since = None
        self._plan(container, now + wait, "unhealthy")

    def review(self) -> None:
        """Takes up what no event told: containers that were ill before this keeper began, or still are."""
        containers = self._containers.all()
        if containers:
            self._memory.keep_only("healthy", {container.id for container in containers})
        with self._changed:
            for container in containers:
                if container.run != "always" or container.status != "running":
                    continue
                watched = self._watched[container.id]
                if container.health == "healthy":
                    self._memory.add("healthy", container.id)
                    if watched.healthy_since is None:
                        watched.healthy_since = self._clock()
                elif container.health == "unhealthy" and watched.plan == 0 and not watched.busy:
                    self._note_illness(watched, container, self._clock())
            self._changed.notify()

    def due(self) -> list[Plan]:
        """Plans whose time has come, without those that something else made void."""
        with self._changed:
            plans = []
            while self._plans and self._plans[0].due <= self._clock():
                plan = heapq.heappop(self._plans)
                watched = self._watched.get(plan.container.id)
                if watched and watched.plan == plan.number:
                    watched.plan = 0
                    watched.busy = True
                    plans.append(plan)
            return plans

    def carry_out(self, plan: Plan) -> None:
        """Looks once more, because the world went on, and acts."""
        name = plan.container.name
        again = False
        try:
            if self._act(plan):
                self._restarts.labels(name, plan.container.service, plan.reason).inc()
                print(f"watchdog: restarted {name}: {plan.reason}", flush=True)
        except FAILURES as error:
            again = not (isinstance(error, ApiError) and error.status == 404)
            if again:
                print(f"watchdog: {name} could not be restarted: {error!r}", flush=True)
        with self._changed:
            watched = self._watched.get(plan.container.id)
            if watched:
                watched.busy = False
                if again and watched.plan == 0:
                    self._plan(plan.container, self._clock() + FIRST_WAIT, plan.reason)

    def _act(self, plan: Plan) -> bool:
        name = plan.container.name
        state = self._docker.inspect(name)["State"]
        if plan.reason == "killed" and state["Status"] == "exited":
            self._docker.start(name)
            return True
        if plan.reason == "unhealthy" and state["Status"] == "running" and parse_health(state) == "unhealthy":
            if self._clock() - plan.since < BUSY_PATIENCE and probe_timed_out(state) and self._is_busy(name):
                print(f"watchdog: {name} is too busy to answer its probe; it gets more time", flush=True)
                with self._changed:
                    self._plan(plan.container, self._clock() + BUSY_AGAIN, plan.reason, plan.since)
                return False
            self._docker.restart(name, GRACE[plan.container.part])
            return True
        return False

    def work(self, alive: Callable[[], None], ended: Flag) -> None:
        """Carries out plans until `ended`."""
        reviewed = float("-inf")
        with ThreadPoolExecutor(4, thread_name_prefix="restart") as pool:
            while not ended.is_set():
                alive()
                if self._clock() - reviewed >= REVIEW:
                    self.review()
                    reviewed = self._clock()
                for plan in self.due():
                    pool.submit(self.carry_out, plan)
                with self._changed:
                    wait = self._plans[0].due - self._clock() if self._plans else 1.0
                    if wait > 0:
                        self._changed.wait(min(wait, 1.0))

    def _is_busy(self, name: str) -> bool:
        before = used_cpu(self._docker.stats(name))
        self._sleep(BUSY_WINDOW)
        return used_cpu(self._docker.stats(name)) - before > BUSY * BUSY_WINDOW

    def _plan(self, container: Container, due: float, reason: str, since: float | None = None) -> None:
        number = next(self._numbers)
        self._watched[container.id].plan = number
        heapq.heappush(self._plans, Plan(due, number, container, reason, due if since is None else since))


def probe_timed_out(state: dict) -> bool:
    """Whether the last probe got no answer at all; Docker then has no exit code for it."""
    log = (state.get("Health") or {}).get("Log") or []
    return bool(log) and log[-1]["ExitCode"] == -1


def used_cpu(stats: dict) -> float:
    return stats["cpu_stats"]["cpu_usage"]["total_usage"] / 1e9
