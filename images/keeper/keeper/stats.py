"""Figures of every container, under cAdvisor's names where it has one.

The engine's counters are asked for at most once in `CACHED` seconds, however often Prometheus comes, and for all
containers side by side. Without the socket: only what the engine's statistics say.
"""
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from keeper.containers import Container, Containers
from keeper.docker import FAILURES, Docker

CACHED = 4.0
LABELS = ["name", "service", "part"]

GAUGES = {
    "container_memory_working_set_bytes": "Memory that can't be given back.",
    "container_memory_usage_bytes": "Memory with caches.",
    "container_memory_rss": "Anonymous memory.",
    "container_memory_cache": "Page cache.",
    "container_spec_memory_limit_bytes": "Memory limit; above it the kernel kills. 0 is none.",
    "container_start_time_seconds": "When it started, in Unix time.",
    "container_threads": "Processes and threads.",
    "atelier_container_up": "1 while its process runs.",
    "atelier_container_health": "1 healthy, 0 not; absent without a probe.",
}
COUNTERS = {
    "container_cpu_usage_seconds_total": "Processor time used.",
    "container_cpu_user_seconds_total": "Processor time in the program.",
    "container_cpu_system_seconds_total": "Processor time in the kernel.",
    "container_cpu_cfs_periods_total": "Periods in which the processor limit could have struck.",
    "container_cpu_cfs_throttled_periods_total": "Periods in which it did.",
    "container_cpu_cfs_throttled_seconds_total": "Time for which it did.",
    "container_fs_reads_bytes_total": "Bytes read from disk.",
    "container_fs_writes_bytes_total": "Bytes written to disk.",
    "container_network_receive_bytes_total": "Bytes received.",
    "container_network_transmit_bytes_total": "Bytes sent.",
    "container_network_receive_errors_total": "Errors on receiving.",
    "container_network_transmit_errors_total": "Errors on sending.",
    "atelier_container_restarts_total": "Restarts, by Docker or the watchdog.",
}
WATCHED = {"always", "on-schedule"}


class StatsCollector:
    """A Prometheus collector over the deployment's containers."""

    def __init__(self, docker: Docker, containers: Containers, clock=monotonic):
        self._docker = docker
        self._containers = containers
        self._clock = clock
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="stats")
        self._lock = Lock()
        self._read_at = float("-inf")
        self._figures: list[tuple[Container, dict[str, float]]] = []

    def collect(self):
        families = {name: GaugeMetricFamily(name, text, labels=LABELS) for name, text in GAUGES.items()}
        families |= {name: CounterMetricFamily(name, text, labels=LABELS) for name, text in COUNTERS.items()}
        for container, figures in self._read():
            labels = [container.name, container.service, container.part]
            for name, value in figures.items():
                families[name].add_metric(labels, value)
        return families.values()

    def _read(self) -> list[tuple[Container, dict[str, float]]]:
        with self._lock:
            if self._clock() - self._read_at >= CACHED:
                containers = [one for one in self._containers.all() if one.run in WATCHED]
                self._figures = list(zip(containers, self._pool.map(self._measure, containers)))
                self._read_at = self._clock()
            return self._figures

    def _measure(self, container: Container) -> dict[str, float]:
        figures = state_figures(container)
        if container.status == "running":
            try:
                figures |= usage_figures(self._docker.stats(container.name))
            except (*FAILURES, KeyError) as error:
                print(f"stats: {container.name}: {error!r}", flush=True)
        return figures


def state_figures(container: Container) -> dict[str, float]:
    figures = {
        "container_spec_memory_limit_bytes": float(container.memory_limit),
        "container_start_time_seconds": container.started,
        "atelier_container_restarts_total": float(container.restarts),
    }
    if container.run == "always":
        figures["atelier_container_up"] = float(container.status == "running")
        if container.health:
            healthy = container.health == "healthy" and container.status == "running"
            figures["atelier_container_health"] = float(healthy)
    return figures


def usage_figures(raw: dict) -> dict[str, float]:
    """What the engine's statistics say, on control groups of version 1 and 2 alike. Nothing where it has none: zeros
    would look like a counter that began anew."""
    if raw.get("read", "").startswith("0001"):
        return {}
    cpu, memory = raw["cpu_stats"], raw["memory_stats"]
    usage, throttling = cpu["cpu_usage"], cpu.get("throttling_data") or {}
    figures = {
        "container_cpu_usage_seconds_total": usage["total_usage"] / 1e9,
        "container_cpu_user_seconds_total": usage.get("usage_in_usermode", 0) / 1e9,
        "container_cpu_system_seconds_total": usage.get("usage_in_kernelmode", 0) / 1e9,
        "container_cpu_cfs_periods_total": throttling.get("periods", 0),
        "container_cpu_cfs_throttled_periods_total": throttling.get("throttled_periods", 0),
        "container_cpu_cfs_throttled_seconds_total": throttling.get("throttled_time", 0) / 1e9,
        "container_threads": (raw.get("pids_stats") or {}).get("current", 0),
    }
    return figures | memory_figures(memory) | network_figures(raw) | disk_figures(raw)


def memory_figures(memory: dict) -> dict[str, float]:
    """As cAdvisor counts: the working set is usage without the file cache that was not used lately. Version 1 of
    control groups sums children under `total_…`, version 2 has one name for each."""
    if "usage" not in memory:
        return {}
    stats = memory.get("stats") or {}
    inactive = stats.get("total_inactive_file", stats.get("inactive_file", 0))
    return {
        "container_memory_usage_bytes": memory["usage"],
        "container_memory_working_set_bytes": max(0, memory["usage"] - inactive),
        "container_memory_rss": stats.get("total_rss", stats.get("anon", 0)),
        "container_memory_cache": stats.get("total_cache", stats.get("file", 0)),
    }


def network_figures(raw: dict) -> dict[str, float]:
    networks = (raw.get("networks") or {}).values()
    names = {"receive_bytes": "rx_bytes", "transmit_bytes": "tx_bytes"}
    names |= {"receive_errors": "rx_errors", "transmit_errors": "tx_errors"}
    if not networks:
        return {}
    return {
        f"container_network_{ours}_total": sum(network.get(theirs, 0) for network in networks)
        for ours, theirs in names.items()
    }


def disk_figures(raw: dict) -> dict[str, float]:
    entries = (raw.get("blkio_stats") or {}).get("io_service_bytes_recursive") or []
    total = {"read": 0, "write": 0}
    for entry in entries:
        operation = entry["op"].lower()
        if operation in total:
            total[operation] += entry["value"]
    return {"container_fs_reads_bytes_total": total["read"], "container_fs_writes_bytes_total": total["write"]}
