"""`python3 -m keeper COMMAND`: see `COMMANDS`."""
import os
import signal
import sys
from threading import Event

from prometheus_client import CollectorRegistry

from keeper.vectors import IndexCollector, find_folders
from keeper.web import serve


def vectors() -> int:
    """Serves the metrics of the vectors volume that is mounted."""
    registry = CollectorRegistry()
    registry.register(IndexCollector(find_folders(dict(os.environ))))
    serve(int(os.environ.get("PORT", "9091")), registry)
    return wait_for_the_end()


def wait_for_the_end() -> int:
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    return 0


COMMANDS = {"vectors": vectors}


def main(arguments: list[str]) -> int:
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        print(f"usage: keeper {{{'|'.join(COMMANDS)}}}", file=sys.stderr)
        return 2
    return command()


sys.exit(main(sys.argv[1:]))
