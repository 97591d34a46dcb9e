"""What the API writes down about itself in Postgres, each minute and at each change of its readiness."""
import asyncio
import os
import resource
from pathlib import Path

from . import metrics
from .database import UNREACHABLE, Database
from .index import Index, NoIndex

EVERY = 60  # seconds
KEEP = "30 days"


class Recommended:
    """Recommendations since the last minute's row."""

    def __init__(self):
        self.count, self.seconds = 0, 0.0

    def add(self, seconds: float) -> None:
        self.count += 1
        self.seconds += seconds

    def take(self) -> tuple[int, float]:
        count, seconds = self.count, self.seconds
        self.count, self.seconds = 0, 0.0
        return count, seconds / count if count else 0.0


class Records:
    def __init__(self, database: Database, index: Index, instance: str):
        self._database, self._index, self._instance = database, index, instance
        self.recommended = Recommended()

    async def health(self, ready: bool, failing: list[str]) -> None:
        try:
            await asyncio.wait_for(self._database.rows(
                "records", "INSERT INTO health_check_logs (instance, ready, failing) VALUES (%s, %s, %s)",
                self._instance, ready, failing,
            ), 1)  # fmt: skip
        except (*UNREACHABLE, asyncio.TimeoutError):
            pass  # The log on stdout has it.

    async def keep(self) -> None:
        while True:
            try:
                await self._write()
                await self._read_liked_share()
            except UNREACHABLE:
                pass  # Readiness reports it; this minute's row is left out.
            await asyncio.sleep(EVERY)

    async def _write(self) -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        await self._database.rows(
            "records", "INSERT INTO system_metrics (instance, rss_bytes, cpu_seconds, load_1m) VALUES (%s, %s, %s, %s)",
            self._instance, resident, usage.ru_utime + usage.ru_stime, os.getloadavg()[0],
        )  # fmt: skip
        count, mean = self.recommended.take()
        try:
            version = self._index.current.name
        except NoIndex:
            version = None
        await self._database.rows(
            "records",
            "INSERT INTO performance_metrics (instance, recommendations, mean_seconds, index_version)"
            " VALUES (%s, %s, %s, %s)",
            self._instance, count, mean, version,
        )  # fmt: skip
        for table in ("system_metrics", "performance_metrics", "health_check_logs"):
            await self._database.rows("records", f"DELETE FROM {table} WHERE at < now() - interval '{KEEP}'")

    async def _read_liked_share(self) -> None:
        row = await self._database.row(
            "records",
            "SELECT avg(liked::int)::float8 AS share FROM feedback WHERE created_at > now() - interval '7 days'",
        )
        metrics.liked_share.set(row["share"] or 0.0)
