"""The connection to PostgreSQL, and the one helper that opens transactions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

import asyncpg

Connection = Any
"""asyncpg's connection or its pool proxy; the stubs tell them apart, we do not need to."""


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or not be used as it is; the text, in Chinese, says what to do."""

    def __str__(self) -> str:
        return f"数据库不可用：{super().__str__()}"


class Database:
    """A pool for the runtime role."""

    def __init__(self, pool: asyncpg.Pool[Any]) -> None:
        self._pool = pool

    @classmethod
    async def connect(cls, dsn: str, *, size: int = 10) -> Self:
        """Raises DatabaseUnavailable."""
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=size,
                timeout=10,
                server_settings={
                    "application_name": "taizhang",
                    "TimeZone": "UTC",
                    "statement_timeout": "60s",
                    "idle_in_transaction_session_timeout": "300s",
                },
            )
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as wrong:
            raise DatabaseUnavailable(f"连接不上（{type(wrong).__name__}）") from None
        return cls(pool)

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def transaction(
        self, authority_id: int, *, reading: bool = False, keep: bool = True
    ) -> AsyncIterator[Connection]:
        """One transaction for one authority, which row policies can read as taizhang.authority.

        reading: a read-only snapshot of one moment. keep: False rolls back at the end. The authority is set by a literal SET LOCAL, in the same
        round trip as BEGIN; it is an integer of ours, never text from outside.
        """
        how = " ISOLATION LEVEL REPEATABLE READ READ ONLY" if reading else ""
        with unavailable():
            async with self._pool.acquire() as connection:
                try:
                    await connection.execute(f"BEGIN{how}; SET LOCAL taizhang.authority = '{authority_id:d}'")
                    yield connection
                    await connection.execute("COMMIT" if keep else "ROLLBACK")
                except BaseException:
                    # Whatever was in flight when a task was cancelled, an open transaction must not go back to
                    # the pool: waits for the cancelled statement, harmless where nothing was begun.
                    if not connection.is_closed():
                        await asyncio.shield(connection.execute("ROLLBACK"))
                    raise

    @staticmethod
    async def set_authority(connection: Connection, authority_id: int) -> None:
        """Within a transaction: it goes on for this authority, one that it has itself added."""
        await connection.execute(f"SET LOCAL taizhang.authority = '{authority_id:d}'")

    @asynccontextmanager
    async def directory(self) -> AsyncIterator[Connection]:
        """A connection outside any authority, for the directory of authorities and the vault's keys."""
        with unavailable():
            async with self._pool.acquire() as connection:
                yield connection


@contextmanager
def unavailable() -> Iterator[None]:
    """Turns what means "no database" into DatabaseUnavailable; anything else passes."""
    try:
        yield
    except (
        OSError,
        asyncpg.PostgresConnectionError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,  # a session that died under a statement
        asyncpg.CannotConnectNowError,
        asyncpg.AdminShutdownError,
        asyncpg.InsufficientResourcesError,
        asyncpg.QueryCanceledError,
    ) as wrong:
        raise DatabaseUnavailable(f"连接中断（{type(wrong).__name__}），未完成的登记没有保存") from wrong
