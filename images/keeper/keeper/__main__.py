"""`python3 -m keeper COMMAND`.

run       watchdog, scheduler, container metrics and log collector in one process, because all four live from one
          view of the containers, and one small Python costs less memory than four
vectors   the exporter of a vectors volume, in a container of its own that sees the volume and nothing else
logs      prints what was collected
"""
import os
import signal
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector

from keeper.containers import Containers
from keeper.docker import Docker
from keeper.logs.collector import LogCollector
from keeper.logs.files import LogFiles
from keeper.logs.reader import print_logs
from keeper.memory import Memory
from keeper.scheduler import Scheduler
from keeper.stats import StatsCollector
from keeper.supervisor import Supervisor
from keeper.vectors import IndexCollector, find_folders
from keeper.watchdog import Watchdog
from keeper.web import serve

DAY = 86400.0


def run(_words: list[str]) -> int:
    root = log_folder()
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    docker = Docker(os.environ["KEEPER_DOCKER"], os.environ["KEEPER_STACK"])
    containers = Containers(docker)
    memory = Memory(root / ".keeper" / "memory.json")
    watchdog = Watchdog(docker, containers, memory, registry)
    scheduler = Scheduler(docker, containers, memory, registry)
    retention = float(os.environ.get("KEEPER_LOG_RETENTION_SECONDS", 14 * DAY))
    cap = int(os.environ.get("KEEPER_LOG_CAP_BYTES", 2 << 30))
    logs = LogCollector(docker, containers, LogFiles(root, retention, cap), registry)
    registry.register(StatsCollector(docker, containers))
    containers.listen(watchdog.handle)
    containers.listen(scheduler.handle)

    supervisor = Supervisor()
    end_on_signal(supervisor.ended.set)
    serve(int(os.environ.get("KEEPER_PORT", "9400")), registry, supervisor.problems)
    supervisor.start("events", containers.follow)
    supervisor.start("containers", containers.keep_fresh)
    supervisor.start("watchdog", watchdog.work)
    supervisor.start("scheduler", scheduler.work)
    supervisor.start("logs", logs.work)
    supervisor.watch()
    return 0


def vectors(_words: list[str]) -> int:
    registry = CollectorRegistry()
    registry.register(IndexCollector(find_folders(dict(os.environ))))
    supervisor = Supervisor()
    end_on_signal(supervisor.ended.set)
    serve(int(os.environ.get("PORT", "9091")), registry)
    supervisor.watch()
    return 0


def logs(words: list[str]) -> int:
    return print_logs(words, log_folder())


def log_folder() -> Path:
    return Path(os.environ.get("KEEPER_LOGS", "/var/log/atelier"))


def end_on_signal(end) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end())


COMMANDS = {"run": run, "vectors": vectors, "logs": logs}


def main(words: list[str]) -> int:
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        print(f"usage: keeper {{{'|'.join(COMMANDS)}}}", file=sys.stderr)
        return 2
    return command(words[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
