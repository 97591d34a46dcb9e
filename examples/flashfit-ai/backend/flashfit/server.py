"""The server: how an instance starts to answer, and how it leaves.

On SIGTERM it first says that it is not ready and ends its event streams, goes on answering for DRAIN_SECONDS so
that the edge stops choosing it, then finishes what is in flight and leaves.
"""
import asyncio

import uvicorn
from prometheus_client import start_http_server

from . import metrics


class DrainingServer(uvicorn.Server):
    def run(self, sockets=None) -> None:
        start_http_server(9092, registry=metrics.registry)
        super().run(sockets=sockets)

    def handle_exit(self, sig, frame) -> None:
        parts = getattr(self.config.loaded_app.state, "parts", None)
        if parts is None or parts.draining.is_set() or self.config.should_reload:
            if parts:
                parts.draining.set()
            super().handle_exit(sig, frame)
            return
        parts.draining.set()
        loop = asyncio.get_event_loop()
        loop.call_later(parts.settings.drain_seconds, super().handle_exit, sig, frame)
