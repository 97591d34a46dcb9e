"""Counts and times every request, by route pattern and not by path, so that the number of series stays small."""
from time import perf_counter

from . import metrics


class Measure:
    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/health"):
            return await self._app(scope, receive, send)
        began = perf_counter()
        answered = False

        async def noted(message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                self._note(scope, message["status"], began)
            await send(message)

        with metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, noted)
            except Exception:
                if not answered:
                    self._note(scope, 500, began)
                raise

    def _note(self, scope, status: int, began: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        metrics.request_seconds.labels(route).observe(perf_counter() - began)
        metrics.requests.labels(route, scope["method"], status).inc()
