"""python3 -m closet: the API on PORT, metrics on METRICS_PORT.

On SIGTERM it says that it is not ready, goes on answering for DRAIN_SECONDS so that the edge stops choosing it, then
finishes what is in flight and leaves.
"""
import asyncio
import os
import signal

import uvicorn
from prometheus_client import start_http_server

from . import metrics


class DrainingServer(uvicorn.Server):
    def handle_exit(self, sig, frame) -> None:
        state = self.config.loaded_app.state
        if sig == signal.SIGINT or getattr(state, "leaving", False):
            return super().handle_exit(sig, frame)
        state.leaving = True
        wait = float(os.environ.get("DRAIN_SECONDS", "2"))
        asyncio.get_event_loop().call_later(wait, super().handle_exit, sig, frame)


def main() -> None:
    start_http_server(int(os.environ.get("METRICS_PORT", "9464")), registry=metrics.registry)
    config = uvicorn.Config(
        "closet.app:make_app", factory=True, host="0.0.0.0", port=int(os.environ.get("PORT", "3001")),
        log_level=os.environ.get("LOG_LEVEL", "info"), access_log=False, proxy_headers=False, timeout_keep_alive=75,
    )  # fmt: skip
    DrainingServer(config).run()


if __name__ == "__main__":
    main()
