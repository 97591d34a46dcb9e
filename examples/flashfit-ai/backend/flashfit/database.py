"""Postgres through a pool; every query has a name, by which its time is measured."""
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any, AsyncIterator

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from . import metrics

Row = dict[str, Any]
UNREACHABLE = (psycopg.OperationalError, PoolTimeout)


class Database:
    def __init__(self, url: str, pool_max: int):
        self._pool = AsyncConnectionPool(
            url, min_size=1, max_size=pool_max, timeout=3, open=False, max_idle=300,
            kwargs={"row_factory": dict_row, "connect_timeout": 3, "application_name": "flashfit-api"},
        )  # fmt: skip

    async def open(self) -> None:
        """Returns at once: the API starts without its database and says so in its readiness."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        await self._pool.close(timeout=2)

    @asynccontextmanager
    async def transaction(self, name: str) -> AsyncIterator[psycopg.AsyncConnection]:
        began = perf_counter()
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.Error, PoolTimeout):
            metrics.query_failures.inc()
            raise
        finally:
            metrics.query_seconds.labels(name).observe(perf_counter() - began)
            self._count()

    async def rows(self, name: str, sql: str, *params: object) -> list[Row]:
        """A reading query that met a connection which the server had closed is made again on a fresh one."""
        try:
            return await self._rows(name, sql, params)
        except psycopg.OperationalError:
            await self._pool.check()
            if not sql.lstrip().startswith("SELECT"):
                raise
            return await self._rows(name, sql, params)

    async def _rows(self, name: str, sql: str, params: tuple) -> list[Row]:
        async with self.transaction(name) as connection:
            cursor = await connection.execute(sql, params)
            return await cursor.fetchall() if cursor.description else []

    async def row(self, name: str, sql: str, *params: object) -> Row | None:
        return next(iter(await self.rows(name, sql, *params)), None)

    async def ping(self) -> None:
        await self.rows("ping", "SELECT 1")

    def _count(self) -> None:
        stats = self._pool.get_stats()
        metrics.pool_connections.labels("open").set(stats.get("pool_size", 0))
        metrics.pool_connections.labels("idle").set(stats.get("pool_available", 0))
        metrics.pool_connections.labels("waiting").set(stats.get("requests_waiting", 0))
