"""What Prometheus reads; declared in metrics.yaml, which the platform checks dashboards and alerts against."""
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()
requests = Counter(
    "http_requests_total", "Requests answered.", ["method", "endpoint", "status"], registry=registry
)
duration = Histogram("http_request_duration_seconds", "Time of an answer.", registry=registry)
active_users = Gauge("active_users", "Users who asked something in the last five minutes.", registry=registry)
outfits = Counter("outfit_generations_total", "Outfits made.", registry=registry)
ai_spend = Counter(
    "closetgpt_ai_spend_dollars_total", "Estimated spend on AI providers.", ["provider"], registry=registry
)

ACTIVE = 300  # seconds
_seen: dict[str, float] = {}

# Series exist from the start, so that a dashboard shows zero and not nothing.
ai_spend.labels("openai")
requests.labels("POST", "/api/outfits", "201")


def saw(user: str) -> None:
    _seen[user] = time.monotonic()


def count_active() -> float:
    horizon = time.monotonic() - ACTIVE
    for user in [user for user, at in _seen.items() if at < horizon]:
        del _seen[user]
    return float(len(_seen))


active_users.set_function(count_active)


class Measure:
    """Counts and times every request, by route pattern and not by path, so that the number of series stays small."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/health"):
            return await self._app(scope, receive, send)
        began, status = time.perf_counter(), 500

        async def noted(message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            endpoint = getattr(scope.get("route"), "path", "other")
            requests.labels(scope["method"], endpoint, status).inc()
            duration.observe(time.perf_counter() - began)
