"""Connections to PostgreSQL, and the one method that opens transactions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Self

import asyncpg

Connection = Any
"""asyncpg's connection or the pool's proxy of one, which its type stubs distinguish without need."""

TOO_LONG = "等待过久，没有保存；请稍后再试"
OVERTAKEN = "备用服务器跟进主服务器时中止了这次查看；请再试一次"
CLOSE_TIMEOUT = 10.0
"""Seconds that a shutdown waits for running transactions."""
_RELEASE_TIMEOUT = 1.0  # seconds to wait for a session to close in order
_STATEMENT_TIMEOUT = 70.0  # seconds for a statement: longer than the server's own statement_timeout


class DatabaseUnavailable(Exception):
    """The database cannot be reached or used. The Chinese text says what to do."""

    def __str__(self) -> str:
        return f"数据库不可用：{super().__str__()}"


class SchemaChanged(DatabaseUnavailable):
    """A newer program has migrated the database, and this one no longer finds its tables."""

    def __init__(self) -> None:
        super().__init__("结构已由更新版本的程序更改，本程序不能再用；请更新本机的程序")


class ReadOnly(DatabaseUnavailable):
    """A write to a standby, or to a database that is set read-only."""

    def __init__(self) -> None:
        super().__init__(
            "只能读，没有保存：它是备用服务器，或被设为只读；"
            "请改连主服务器（DATABASE_URL可列出几台，另加target_session_attrs=read-write）"
        )


class OutOfSight(DatabaseUnavailable):
    """The runtime role cannot see the authority's rows, so their absence means nothing."""

    def __init__(self, authority_id: int) -> None:
        super().__init__(f"看不到机关（内部编号{authority_id}）的数据，没有办理；请检查数据库的行级安全策略")


class Database:
    """A pool of connections as the runtime role. timeout: see `connect`."""

    def __init__(self, dsn: str, pool: asyncpg.Pool[Any], timeout: float) -> None:
        self.dsn = dsn
        self._pool = pool
        self.timeout = timeout
        self.known_schema = 0
        """The schema version that this program was made for, once it is known."""

    @classmethod
    async def connect(cls, dsn: str, *, size: int = 10, timeout: float = 10) -> Self:
        """timeout: seconds to wait for a free connection, and then again for a lock. Raises DatabaseUnavailable."""
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=0,  # a minimum would be restored in the background, and log errors while the server restarts
                max_size=size,
                timeout=10,
                command_timeout=_STATEMENT_TIMEOUT,
                init=partial(_prepare, timeout=timeout),
                reset=_keep_session,
                server_settings={"application_name": "taizhang", "TimeZone": "UTC"},
            )
            await _refuse_transaction_pooling(pool, dsn)
            return cls(dsn, pool, timeout)
        except (asyncpg.DuplicatePreparedStatementError, asyncpg.InvalidSQLStatementNameError):
            raise DatabaseUnavailable(_POOLED) from None
        except _NOT_REACHED as wrong:
            raise _not_reached(wrong) from None

    @property
    def connections(self) -> tuple[int, int]:
        """Number of connections in use, and idle."""
        idle = self._pool.get_idle_size()
        return self._pool.get_size() - idle, idle

    async def close(self) -> None:
        """Close the pool, waiting at most CLOSE_TIMEOUT seconds for running transactions."""
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def transaction(
        self, authority_id: int, *, reading: bool = False, locking: bool = False, keep: bool = True
    ) -> AsyncIterator[Connection]:
        """A transaction for one authority: the row policies admit only its rows, by the setting taizhang.authority.

        authority_id: 0 for none yet, see `set_authority`. reading: read-only, and a snapshot of one moment. locking:
        wait for and hold the lock on the authority's head row, so that the recordings of an authority are sequential;
        the next statement sees all that was committed before. keep: False rolls back at the end. Begin, setting and
        lock are one round trip; the id is put in as a literal, and is always an integer of ours. Raises OutOfSight if
        the head row cannot be seen.
        """
        how = " ISOLATION LEVEL REPEATABLE READ READ ONLY" if reading else ""
        begin = f"BEGIN{how}; SELECT enter({authority_id:d})"
        if authority_id:
            begin += f"; {_head(authority_id, locking=locking)}"
        async with self.session() as connection:
            done = await connection.execute(begin)
            if authority_id and done != _ONE_ROW:
                raise OutOfSight(authority_id)
            yield connection
            await connection.execute("COMMIT" if keep else "ROLLBACK")

    @staticmethod
    async def set_authority(connection: Connection, authority_id: int) -> None:
        """Give a transaction without an authority this one; it holds no lock until `lock`."""
        await connection.execute(f"SELECT enter({authority_id:d})")

    @staticmethod
    async def turn_to(connection: Connection, authority_id: int) -> None:
        """Change the authority of a transaction, as if it had been opened for this one. Raises OutOfSight."""
        text = f"SELECT enter({authority_id:d}); {_head(authority_id, locking=False)}"
        if await connection.execute(text) != _ONE_ROW:
            raise OutOfSight(authority_id)

    @staticmethod
    async def lock(connection: Connection, authority_id: int) -> None:
        """Lock the head row, as if the transaction had been opened with `locking`. Raises OutOfSight."""
        if await connection.execute(_head(authority_id, locking=True)) != _ONE_ROW:
            raise OutOfSight(authority_id)

    @staticmethod
    async def plan_with_values(connection: Connection) -> None:
        """Until the end of the transaction, plan statements with the values of their parameters.

        In a generic plan, conditions that a null parameter disables are evaluated on every row, and no index can be
        read in the wanted order.
        """
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Connection]:
        """A connection without an authority, for the directory, the vault's keys, and statements that set one
        themselves.

        Each statement is a transaction of its own. Of an authority's tables it sees only head rows, unless the
        statement sets the authority.
        """
        try:
            connection = await self._acquire()
            try:
                yield connection
            except BaseException as left:
                # A connection may go back to the pool only outside a transaction. A cancelled task may leave a
                # statement running, or prepared, which has begun a transaction too: wait for it, and roll back.
                cut_off = not isinstance(left, Exception) or isinstance(left, TimeoutError)
                if _is_open(connection) and (cut_off or connection.is_in_transaction()):
                    await _to_the_end(_roll_back(connection))
                raise
            finally:
                with suppress(TimeoutError):  # the session does not answer, and is not reused
                    await self._pool.release(connection, timeout=_RELEASE_TIMEOUT)
        except Exception as wrong:
            if isinstance(wrong, asyncpg.ReadOnlySQLTransactionError):
                raise ReadOnly from wrong
            reason = _unavailable(wrong)
            if reason is None and isinstance(wrong, _OTHER_SCHEMA) and await self._is_newer():
                raise SchemaChanged from wrong
            if reason is None:
                raise
            raise DatabaseUnavailable(reason) from wrong

    async def _is_newer(self) -> bool:
        """Whether the database has been migrated beyond this program's schema, which explains a missing table."""
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            async with self._pool.acquire(timeout=self.timeout) as connection:
                return bool(
                    await connection.fetchval("SELECT max(number) > $1 FROM migrations", self.known_schema)
                )
        return False

    async def _acquire(self) -> Connection:
        """Raises DatabaseUnavailable if no connection becomes free within the timeout."""
        try:
            return await self._pool.acquire(timeout=self.timeout)
        except TimeoutError:
            raise DatabaseUnavailable(f"等了{self.timeout:g}秒没有空闲的连接，没有保存；请稍后再试") from None


async def connected(dsn: str, settings: dict[str, str] | None = None) -> Connection:
    """A connection outside any pool, which the caller closes. Raises DatabaseUnavailable."""
    try:
        return await asyncpg.connect(dsn, timeout=10, server_settings=settings)
    except _NOT_REACHED as wrong:
        raise _not_reached(wrong) from None


DROP_ACCESSES = """
DELETE FROM access_log
WHERE authority_id = $1 AND position <= $2 AND EXISTS (
    SELECT FROM events
    WHERE authority_id = $1 AND stream = 'authority' AND topic = 'accesses_handed_over'
      AND (convert_from(payload, 'UTF8')::json->>'through')::bigint >= $2)
"""
"""Delete lines of the access log up to a position, if an entry of the authority's log says that the archive has
them."""


async def drop_accesses(owner_dsn: str, authority_id: int, through: int) -> int | None:
    """Delete archived lines of the access log, as the database owner: the runtime role may not, and a trigger checks.

    Returns the number deleted; None, deleting nothing, if a line is younger than half a year. Raises
    DatabaseUnavailable.
    """
    owner = await connected(owner_dsn)
    try:
        async with owner.transaction():
            await owner.execute(f"SET LOCAL taizhang.authority = '{authority_id:d}'")
            await owner.execute("SET LOCAL taizhang.dropping = 'accesses'")
            done: str = await owner.execute(DROP_ACCESSES, authority_id, through)
    except asyncpg.InsufficientPrivilegeError:
        return None
    finally:
        await owner.close()
    return int(done.rsplit(maxsplit=1)[-1])


_NOT_REACHED = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError)


def _not_reached(wrong: Exception) -> DatabaseUnavailable:
    return DatabaseUnavailable(f"连接不上（{type(wrong).__name__}）")


_ONE_ROW = "SELECT 1"


_PREPARE = """
PREPARE head_seen (integer) AS SELECT FROM heads WHERE authority_id = $1;
PREPARE head_held (integer) AS SELECT FROM heads WHERE authority_id = $1 FOR UPDATE
"""


# Set by a statement, not in the startup message, of which a connection pooler accepts few parameters.
_SETTINGS = """
-- Planning again costs more than it ever finds; but Citus cannot plan some of ours without values, and two end it.
SELECT set_config('plan_cache_mode', CASE WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')
                                     THEN 'auto' ELSE 'force_generic_plan' END, false);
SET lock_timeout = {timeout};
SET statement_timeout = '60s';
SET idle_in_transaction_session_timeout = '300s'
"""

_POOLED = (
    "DATABASE_URL经过事务模式（或语句模式）的连接池，不能使用；"
    "请在连接池中为台账设pool_mode = session，或直接连接PostgreSQL"
)


async def _refuse_transaction_pooling(pool: asyncpg.Pool[Any], dsn: str) -> None:
    """Check that each connection keeps its own server process: settings and prepared statements belong to the session.

    Raises DatabaseUnavailable.
    """
    backend = "SELECT pg_backend_pid()"
    async with pool.acquire() as one:
        before = await one.fetchval(backend)
        if one.get_server_pid() == before:
            return  # a pooler invents the process id that it reports
        two = await asyncpg.connect(dsn, timeout=10)
        try:
            if await two.fetchval(backend) == before or await one.fetchval(backend) != before:
                raise DatabaseUnavailable(_POOLED)
        finally:
            two.terminate()


async def _prepare(connection: Connection, *, timeout: float) -> None:
    """The two statements that begin transactions, prepared once: this halves their cost."""
    await connection.execute(_SETTINGS.format(timeout=round(timeout * 1000)))
    with suppress(asyncpg.UndefinedTableError):  # not migrated yet: `migrate.check_schema` reports that
        await connection.execute(_PREPARE)


def _head(authority_id: int, *, locking: bool) -> str:
    return f"EXECUTE {'head_held' if locking else 'head_seen'} ({authority_id:d})"


def _is_open(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # the connection is closed, and the pool has released it already
        return False


async def _roll_back(connection: Connection) -> None:
    """Close the connection in order if it answers in time; else abandon it, and the server rolls back."""
    try:
        async with asyncio.timeout(_RELEASE_TIMEOUT):
            await connection.execute("ROLLBACK")
    except TimeoutError:
        connection.terminate()


async def _to_the_end(work: Awaitable[Any]) -> None:
    """Await to the end, even if this task is cancelled meanwhile, which is raised afterwards: a task that went on would be
    waited for without end by the task that cancelled it. Otherwise the caller raises its own exception.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as meanwhile:
            cancelled = meanwhile
    if cancelled is not None:
        raise cancelled
    if not task.cancelled() and (failure := task.exception()) is not None:
        raise failure


async def _keep_session(_: Connection) -> None:
    """asyncpg's reset query is not needed: all settings are SET LOCAL and end with their transaction."""


# Errors of a statement whose table, column or function has been migrated.
_OTHER_SCHEMA = (
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.UndefinedFunctionError,
    asyncpg.NotNullViolationError,
)

_LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection was lost during a statement
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.InsufficientResourcesError,
)


def _unavailable(wrong: Exception) -> str | None:
    """The DatabaseUnavailable that an exception means; None if it means none."""
    how = type(wrong).__name__
    match wrong:
        case asyncpg.InsufficientPrivilegeError():
            return "运行角色缺少权限，请由属主重新运行 taizhang migrate；台账若已迁出（taizhang copy），请改用新的数据库"
        case asyncpg.QueryCanceledError() | asyncpg.LockNotAvailableError():
            return TOO_LONG
        case asyncpg.SerializationError():
            return OVERTAKEN
        case asyncpg.DiskFullError():
            return "数据库所在的磁盘已满，没有保存；腾出空间即可继续，无须重启"
        case asyncpg.DataCorruptedError() | asyncpg.IndexCorruptedError() | asyncpg.PostgresSystemError():
            return f"数据文件损坏或磁盘读写出错（{how}），没有保存；请查看数据库的日志，必要时从备份恢复"
    # After a loss during commit the outcome is unknown; the same idempotency key finds out, and never records twice.
    return (
        f"连接中断（{how}）；登记是否已保存请以同一编号再次提交确认，不会重复"
        if isinstance(wrong, _LOST)
        else None
    )
