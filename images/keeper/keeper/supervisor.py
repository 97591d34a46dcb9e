"""Runs the keeper's parts side by side and ends the process when one of them is stuck or fails, because Docker
starts it again within a second and a new process remembers all that counts."""
import os
import traceback
from threading import Event as Flag
from threading import Thread
from time import monotonic
from typing import Callable

Work = Callable[[Callable[[], None], Flag], None]
# A part that did not say that it is alive for so long is stuck. Above the longest wait for the engine.
PATIENCE = 90.0
CHECK = 2.0


class Supervisor:
    def __init__(self, clock: Callable[[], float] = monotonic, leave: Callable[[int], None] = os._exit):
        self.ended = Flag()
        self._clock = clock
        self._leave = leave
        self._alive: dict[str, float] = {}
        self._threads: list[Thread] = []

    def start(self, name: str, work: Work) -> None:
        self._alive[name] = self._clock()
        thread = Thread(target=self._run, args=[name, work], name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def problems(self) -> list[str]:
        """Parts that are stuck, in words."""
        now = self._clock()
        return [
            f"{name} has said nothing for {now - last:.0f} s"
            for name, last in self._alive.items()
            if now - last > PATIENCE
        ]

    def watch(self) -> None:
        """Returns when the process was asked to end; ends it when a part is stuck."""
        while not self.ended.wait(CHECK):
            if stuck := self.problems():
                print(f"keeper: {'; '.join(stuck)}; starting over", flush=True)
                self._leave(1)
        for thread in self._threads:
            thread.join(3.0)

    def _run(self, name: str, work: Work) -> None:
        try:
            work(lambda: self._alive.update({name: self._clock()}), self.ended)
        except BaseException:
            traceback.print_exc()
            print(f"keeper: {name} failed; starting over", flush=True)
            self._leave(1)
