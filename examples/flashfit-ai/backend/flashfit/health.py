"""Readiness: every dependency asked at once, at most twice a second, and each change written down."""
import asyncio
from time import monotonic
from typing import Awaitable, Callable

from . import metrics

Check = Callable[[], Awaitable[None]]
# Seconds: less than the edge waits for the answer; and how long an answer is good for.
PATIENCE = 0.8
FRESH = 0.5


class Health:
    def __init__(self, checks: dict[str, Check], record: Callable[[bool, list[str]], Awaitable[None]]):
        self._checks, self._record = checks, record
        self._last: dict[str, str] = {}
        self._asked = 0.0
        self._was_ready: bool | None = None
        self._lock = asyncio.Lock()

    async def check(self) -> dict[str, str]:
        """Dependency → `ok`, or what is wrong with it."""
        async with self._lock:
            if monotonic() - self._asked > FRESH:
                answers = await asyncio.gather(*map(self._ask, self._checks.values()))
                self._last = dict(zip(self._checks, answers))
                self._asked = monotonic()
                await self._notice()
            return self._last

    async def _ask(self, check: Check) -> str:
        try:
            await asyncio.wait_for(check(), PATIENCE)
            return "ok"
        except asyncio.TimeoutError:
            return f"no answer within {PATIENCE:g} s"
        except Exception as error:  # Whatever it is, this dependency does not work.
            return (str(error) or type(error).__name__).splitlines()[0]

    async def _notice(self) -> None:
        failing = sorted(name for name, answer in self._last.items() if answer != "ok")
        for name in self._last:
            metrics.dependency_up.labels(name).set(0 if name in failing else 1)
        if self._was_ready is not (not failing):
            self._was_ready = not failing
            reasons = "; ".join(f"{name}: {self._last[name]}" for name in failing)
            print(f"health: {'ready' if not failing else f'not ready: {reasons}'}", flush=True)
            await self._record(not failing, failing)
