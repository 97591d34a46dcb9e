"""python3 -m flashfit [--reload]: the API on 8080, metrics on 9092."""
import os
import sys

import uvicorn

from .server import DrainingServer, Reloader


def main() -> None:
    config = uvicorn.Config(
        "flashfit.app:make_app", factory=True, host="0.0.0.0", port=8080, log_level=os.environ.get("LOG_LEVEL", "info"),
        access_log=False, proxy_headers=False, timeout_keep_alive=75, reload="--reload" in sys.argv,
    )  # fmt: skip
    server = DrainingServer(config)
    if config.should_reload:
        Reloader(config, target=server.run, sockets=[config.bind_socket()]).run()
    else:
        server.run()


if __name__ == "__main__":
    main()
