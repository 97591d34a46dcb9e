"""The keeper's HTTP server: /metrics for Prometheus, /health for the probe."""
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


def serve(port: int, registry: CollectorRegistry, problems: Callable[[], list[str]] = list) -> ThreadingHTTPServer:
    """Starts to answer in a thread of its own. `/health` is 200 unless `problems` names any."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/metrics":
                self.answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
            elif self.path == "/health":
                found = problems()
                self.answer(503 if found else 200, "text/plain", "\n".join(found or ["ok"]).encode())
            else:
                self.answer(404, "text/plain", b"not found; there is /metrics and /health")

        def answer(self, status: int, kind: str, body: bytes):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Probes and scrapes are not worth a line."""

    server = ThreadingHTTPServer(("", port), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="web", daemon=True).start()
    return server
