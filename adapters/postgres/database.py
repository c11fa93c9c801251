"""The connection to PostgreSQL, and the one helper that opens transactions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Self

import asyncpg

Connection = Any
"""asyncpg's connection or its pool proxy; the stubs tell them apart, we do not need to."""

TOO_LONG = "等待过久，没有保存；请稍后再试"
OVERTAKEN = "备用服务器跟进主服务器时中止了这次查看；请再试一次"
LAST_WORDS = 10.0
"""Seconds for what is under way when the program ends."""
_PARTING = 1.0  # seconds to wait for a session that is to be left in order
_SILENCE = 70.0  # seconds for a statement: by then the server's own statement_timeout would have answered


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or not be used as it is; the text, in Chinese, says what to do."""

    def __str__(self) -> str:
        return f"数据库不可用：{super().__str__()}"


class SchemaChanged(DatabaseUnavailable):
    """A newer program has migrated the database meanwhile, so that this one no longer finds its tables."""

    def __init__(self) -> None:
        super().__init__("结构已由更新版本的程序更改，本程序不能再用；请更新本机的程序")


class ReadOnly(DatabaseUnavailable):
    """Something was to be written where nothing can be: in a standby, or in a database that was set read-only."""

    def __init__(self) -> None:
        super().__init__(
            "只能读，没有保存：它是备用服务器，或被设为只读；"
            "请改连主服务器（DATABASE_URL可列出几台，另加target_session_attrs=read-write）"
        )


class OutOfSight(DatabaseUnavailable):
    """The authority's rows are not there for the running program: nothing may be concluded from their absence."""

    def __init__(self, authority_id: int) -> None:
        super().__init__(f"看不到机关（内部编号{authority_id}）的数据，没有办理；请检查数据库的行级安全策略")


class Database:
    """Connections for the runtime role. timeout: see `connect`."""

    def __init__(self, dsn: str, pool: asyncpg.Pool[Any], timeout: float) -> None:
        self.dsn = dsn
        self._pool = pool
        self.timeout = timeout
        self.known_schema = 0
        """The schema that the program was made for, once it is known."""

    @classmethod
    async def connect(cls, dsn: str, *, size: int = 10, timeout: float = 10) -> Self:
        """timeout: seconds to wait for a free connection, and then again for a lock. Raises DatabaseUnavailable."""
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=0,  # a floor would be kept up in the background, and complain while the server restarts
                max_size=size,
                timeout=10,
                command_timeout=_SILENCE,
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
        """In use, and idle."""
        idle = self._pool.get_idle_size()
        return self._pool.get_size() - idle, idle

    async def close(self) -> None:
        """Lets what is under way end; a database that no longer answers is left after a while."""
        try:
            async with asyncio.timeout(LAST_WORDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def transaction(
        self, authority_id: int, *, reading: bool = False, locking: bool = False, keep: bool = True
    ) -> AsyncIterator[Connection]:
        """One transaction for one authority, whose rows alone the row policies show and take, by taizhang.authority.

        0: for none yet; see `set_authority`. reading: a read-only snapshot of one moment. locking: waits for and
        holds the authority's head row, so that number, position, version and idempotency are sequential from
        here; what the next statement reads includes all that was committed before. keep: False rolls back at
        the end. Begin, authority and lock are one round trip; the authority is a literal, an integer of ours,
        never text from outside. Raises OutOfSight if the head row is not seen.
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
        """Within a transaction for none: it goes on for this authority, and has no head until `lock` holds it."""
        await connection.execute(f"SELECT enter({authority_id:d})")

    @staticmethod
    async def turn_to(connection: Connection, authority_id: int) -> None:
        """Within a transaction: from here on for this authority, as if it had been opened for it. Raises OutOfSight."""
        text = f"SELECT enter({authority_id:d}); {_head(authority_id, locking=False)}"
        if await connection.execute(text) != _ONE_ROW:
            raise OutOfSight(authority_id)

    @staticmethod
    async def lock(connection: Connection, authority_id: int) -> None:
        """Within a transaction for this authority: as if it had been locking. Raises OutOfSight."""
        if await connection.execute(_head(authority_id, locking=True)) != _ONE_ROW:
            raise OutOfSight(authority_id)

    @staticmethod
    async def plan_with_values(connection: Connection) -> None:
        """Within a transaction, until its end: of a statement with many conditions those that are not set fall away, and
        what is made of a value is made once.

        Planned once and for all, each would be tried on every row, and no index be read in the order wanted.
        """
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Connection]:
        """A connection outside any authority, for the directory, the vault's keys, and statements that set their own.

        Each statement is a transaction of its own; of what belongs to an authority it sees no row but heads, unless
        it sets the authority itself, until it ends.
        """
        try:
            connection = await self._acquire()
            try:
                yield connection
            except BaseException as left:
                # Nothing begun may go back to the pool. Whoever is cut off may leave a statement in flight, or one
                # prepared and not run, which has begun a transaction too: that is waited for, and rolled back.
                cut_off = not isinstance(left, Exception) or isinstance(left, TimeoutError)
                if _is_open(connection) and (cut_off or connection.is_in_transaction()):
                    await _to_the_end(_roll_back(connection))
                raise
            finally:
                with suppress(TimeoutError):  # the session answers no more, and is not kept
                    await self._pool.release(connection, timeout=_PARTING)
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
        """Whether somebody migrated past what this program knows: then what it no longer finds is no fault of its own."""
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            async with self._pool.acquire(timeout=self.timeout) as connection:
                return bool(
                    await connection.fetchval("SELECT max(number) > $1 FROM migrations", self.known_schema)
                )
        return False

    async def _acquire(self) -> Connection:
        """Raises DatabaseUnavailable if none becomes free in time: whoever waits must not wait without end."""
        try:
            return await self._pool.acquire(timeout=self.timeout)
        except TimeoutError:
            raise DatabaseUnavailable(f"等了{self.timeout:g}秒没有空闲的连接，没有保存；请稍后再试") from None


async def connected(dsn: str, settings: dict[str, str] | None = None) -> Connection:
    """A session outside any pool, to be closed by the caller. Raises DatabaseUnavailable."""
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
"""Lines of the access log up to a position, if an entry of the authority's log says that the archive has them."""


async def drop_accesses(owner_dsn: str, authority_id: int, through: int) -> int | None:
    """As the owner of the database: the running program has no right to it, and the trigger asks who says that they drop.

    How many were dropped; None, and nothing, where a line is younger than half a year. Raises DatabaseUnavailable.
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


# Said in the session and not in the start message, of which a pooler knows only a few.
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
    """Settings and prepared statements are the session's: each of ours must keep a server process of its own.

    Raises DatabaseUnavailable.
    """
    backend = "SELECT pg_backend_pid()"
    async with pool.acquire() as one:
        before = await one.fetchval(backend)
        if one.get_server_pid() == before:
            return  # a pooler makes up the number it gives its client
        two = await asyncpg.connect(dsn, timeout=10)
        try:
            if await two.fetchval(backend) == before or await one.fetchval(backend) != before:
                raise DatabaseUnavailable(_POOLED)
        finally:
            two.terminate()


async def _prepare(connection: Connection, *, timeout: float) -> None:
    """Every transaction begins with one of these two: planned once, they cost it half as much."""
    await connection.execute(_SETTINGS.format(timeout=round(timeout * 1000)))
    with suppress(
        asyncpg.UndefinedTableError
    ):  # no register yet: whoever opens one is told that by `migrate.check`
        await connection.execute(_PREPARE)


def _head(authority_id: int, *, locking: bool) -> str:
    return f"EXECUTE {'head_held' if locking else 'head_seen'} ({authority_id:d})"


def _is_open(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # it died, and the pool has taken it back already
        return False


async def _roll_back(connection: Connection) -> None:
    """A session that does not answer is left; the server rolls back when it finds nobody there."""
    try:
        async with asyncio.timeout(_PARTING):
            await connection.execute("ROLLBACK")
    except TimeoutError:
        connection.terminate()


async def _to_the_end(work: Awaitable[Any]) -> None:
    """Await it however often the task is cancelled meanwhile; the caller raises what it was about to."""
    task = asyncio.ensure_future(work)
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)
    if not task.cancelled() and (failure := task.exception()) is not None:
        raise failure


async def _keep_session(_: Connection) -> None:
    """Nothing to reset: settings are SET LOCAL and end with their transaction, which none outlives."""


# What a statement meets where its table, column or function is another by now.
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
    asyncpg.InternalClientError,  # a session that died under a statement
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.InsufficientResourcesError,
)


def _unavailable(wrong: Exception) -> str | None:
    """Why there is no database, if that is what it means."""
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
    # Where it broke while committing nobody knows; the same id tells, and never records twice.
    return (
        f"连接中断（{how}）；登记是否已保存请以同一编号再次提交确认，不会重复"
        if isinstance(wrong, _LOST)
        else None
    )
