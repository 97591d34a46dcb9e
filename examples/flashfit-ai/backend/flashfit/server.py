"""The server: how an instance starts to answer, and how it leaves.

On SIGTERM it first says that it is not ready and ends its event streams, goes on answering for DRAIN_SECONDS so
that the edge stops choosing it, then finishes what is in flight and leaves. On SIGINT it leaves without the wait.
"""
import asyncio
import os
import signal

import uvicorn
from prometheus_client import start_http_server
from uvicorn.supervisors import ChangeReload

from . import metrics


class DrainingServer(uvicorn.Server):
    def run(self, sockets=None) -> None:
        start_http_server(9092, registry=metrics.registry)
        super().run(sockets=sockets)

    def handle_exit(self, sig, frame) -> None:
        parts = getattr(self.config.loaded_app.state, "parts", None)
        if parts is None or parts.draining.is_set() or sig == signal.SIGINT:
            super().handle_exit(sig, frame)
        else:
            asyncio.get_event_loop().call_later(parts.settings.drain_seconds, super().handle_exit, sig, frame)
        if parts:
            parts.draining.set()


class Reloader(ChangeReload):
    """Starts the server anew when a source file changes; passes SIGTERM on."""

    def restart(self) -> None:
        os.kill(self.process.pid, signal.SIGINT)
        self.process.join()
        super().restart()
