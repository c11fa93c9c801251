"""Copies a register to another database server, and verifies the copy before it is committed.

All data is copied in one transaction of the target from one snapshot of the source: after any failure the target is
empty as before, and the copy can be repeated. Meanwhile the source takes no writes (writers get 503, readers are
served). After the target's commit the source is closed for writing, so that no entry is recorded there by mistake.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec

from adapters.postgres import migrate
from adapters.postgres.database import Connection, DatabaseUnavailable, connected
from adapters.postgres.migrate import SchemaFault
from adapters.postgres.queries import SQL
from adapters.proof import leaf
from adapters.proof.merkle import Growing

Progress = Callable[[str], object]

_LOCK_SECONDS = 10
_LOCK = "SELECT pg_try_advisory_xact_lock(2054841960)"  # number of the advisory lock; advisory locks are per database

# The settings that a row's text representation depends on, the same for both servers.
_SESSION = {
    "application_name": "taizhang copy",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "client_encoding": "UTF8",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "lock_timeout": f"{_LOCK_SECONDS}s",
}

_TABLES = """
SELECT relname AS name, relforcerowsecurity AS walled,
       ARRAY(SELECT attname::text FROM pg_attribute
             WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
             ORDER BY attnum) AS columns,
       ARRAY(SELECT attname::text FROM pg_attribute JOIN pg_index ON indrelid = attrelid AND indisprimary
             WHERE attrelid = pg_class.oid AND attnum = ANY (indkey) ORDER BY attnum) AS key,
       ARRAY(SELECT attname::text FROM pg_attribute
             WHERE attrelid = pg_class.oid AND attcollation <> 0 AND NOT attisdropped) AS texts,
       ARRAY(SELECT attname::text FROM pg_attribute
             WHERE attrelid = pg_class.oid AND attidentity <> '' AND NOT attisdropped) AS counters
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname NOT IN ('migrations', 'machines')
ORDER BY relname
"""


class CopyFault(DatabaseUnavailable):
    """The copy failed; the Chinese text says why. Neither server was changed."""

    def __str__(self) -> str:
        return f"没有复制：{self.args[0]}"


class Table(msgspec.Struct, frozen=True):
    """rows: their number; and the SHA-256 of all rows in the order of their key: equal on both servers."""

    name: str
    rows: int
    digest: str


class Log(msgspec.Struct, frozen=True):
    """An authority's log: the number of its entries and the root of their tree, equal on both servers."""

    authority: str
    entries: int
    root: str


class Copied(msgspec.Struct, frozen=True):
    """What both servers have. filled: False if the target had it already from an earlier run. closed: whether the source
    refuses recordings now.
    """

    tables: list[Table]
    logs: list[Log]
    filled: bool = msgspec.field(name="anew")  # its name in the output of --json since 1.0.0
    closed: bool


class _Source(msgspec.Struct, frozen=True):
    name: str
    walled: bool
    columns: list[str]
    key: list[str]
    texts: list[str]
    counters: list[str]

    @property
    def of_authorities(self) -> bool:
        return "authority_id" in self.columns and self.name != "authorities"

    def select(self, authority_id: int | None) -> str:
        columns = ", ".join(map(_quoted, self.columns))
        # In the same order whatever the database sorts by.
        order = ", ".join(_quoted(name) + (' COLLATE "C"' if name in self.texts else "") for name in self.key)
        where = f" WHERE authority_id = {authority_id:d}" if authority_id is not None else ""
        return f"SELECT {columns} FROM {_quoted(self.name)}{where} ORDER BY {order}"  # noqa: S608 - names of the catalogue


async def copy(
    source: str,
    target: str,
    role: str,
    *,
    source_role: str,
    close_source: bool = True,
    on_progress: Progress = lambda _: None,
) -> Copied:
    """source, target: connection strings of the owners; role, source_role: the runtime roles there.

    Creates the target's schema if missing. close_source: revoke the write privileges of the source's role, until
    `taizhang migrate` is run there. Raises CopyFault, SchemaFault, DatabaseUnavailable.
    """
    async with _connected(source) as there:
        await _check_source(there)
        try:
            await migrate.migrate(target, role, on_progress=on_progress)
        except SchemaFault as fault:
            raise CopyFault(f"目标：{fault.args[0]}") from None
        async with _connected(target) as here, there.transaction(isolation="repeatable_read"):
            tables = await _locked(there, here)
            names = _names(tables)
            async with here.transaction():
                if not await here.fetchval(_LOCK):
                    raise CopyFault("目标就是来源，或者另一复制正在进行")
                copied = await _copy(there, here, tables, on_progress)
                if copied.filled:
                    await here.execute(f"ANALYZE {names}")
                # Just before the commit: fails if the connection to the source, and so its locks, are lost.
                await there.execute("SELECT 1")
                if close_source:
                    quoted = await there.fetchval("SELECT quote_ident($1)", source_role)
                    await there.execute(f"REVOKE INSERT, UPDATE, DELETE ON {names} FROM {quoted}")
        return msgspec.structs.replace(copied, closed=close_source)


async def _locked(there: Connection, here: Connection) -> list[_Source]:
    """The tables, the same on both sides; from now on the source takes no writes. Raises CopyFault."""
    if not await there.fetchval(_LOCK):
        raise CopyFault("另一复制正在进行")
    tables = await _tables(there)
    if tables != await _tables(here):
        raise CopyFault("两边的表不同，目标另有改动")
    # Lock before reading, so that nothing is written afterwards.
    await there.execute(f"LOCK TABLE {_names(tables)} IN SHARE MODE")
    return tables


async def _copy(there: Connection, here: Connection, tables: list[_Source], on_progress: Progress) -> Copied:
    """All rows, or only their comparison if the target has rows. Raises CopyFault if the two differ afterwards."""
    authorities = await _authorities(there)
    async with _without_row_policies(here, tables):
        filled = not await _has_rows(here, tables)
        copied = []
        for each in tables:
            on_progress(f"{each.name}：{'复制' if filled else '核对'}……")
            ids = [id_ for id_, _ in authorities] if each.of_authorities else [None]
            copied.append(await _table(there, here, each, ids, filled=filled))
        logs = []
        for id_, code in authorities:
            on_progress(f"{code}：核对日志的树根……")
            logs.append(await _log(there, here, id_, code))
    return Copied(copied, logs, filled, closed=False)


@asynccontextmanager
async def _without_row_policies(here: Connection, tables: list[_Source]) -> AsyncIterator[None]:
    """Lock the tables, without row policies, with which COPY FROM is not possible. After an error the rollback restores
    them; nobody else uses the target."""
    walled = [_quoted(each.name) for each in tables if each.walled]
    for name in walled:
        await here.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
    await here.execute(f"LOCK TABLE {_names(tables)} IN ACCESS EXCLUSIVE MODE")
    yield
    for name in walled:
        await here.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")


def _names(tables: list[_Source]) -> str:
    """For a statement about all of them."""
    return ", ".join(_quoted(each.name) for each in tables)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[Connection]:
    connection = await connected(dsn, _SESSION)
    try:
        yield connection
    except asyncpg.LockNotAvailableError:
        raise CopyFault(f"等了{_LOCK_SECONDS}秒没有等到锁，请在没有人办理时再运行") from None
    except asyncpg.InsufficientPrivilegeError:
        raise CopyFault("须以数据库的属主复制（DATABASE_OWNER_URL和--to）") from None
    except (
        OSError,
        asyncpg.PostgresConnectionError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    ) as wrong:
        raise CopyFault(f"连接中断（{type(wrong).__name__}）；目标若已完成，再运行即见两边相同") from None
    except asyncpg.PostgresError as wrong:
        raise CopyFault(f"数据库报错（{type(wrong).__name__}）") from None
    finally:
        connection.terminate()


async def _check_source(connection: Connection) -> None:
    try:
        schema = await migrate.schema(connection)
    except asyncpg.UndefinedTableError:
        raise CopyFault("来源没有台账") from None
    if schema.number != migrate.KNOWN:
        raise CopyFault("来源的结构与本程序不同，请先在来源运行 taizhang migrate，并使用同一版本的程序")


async def _tables(connection: Connection) -> list[_Source]:
    return [msgspec.convert(dict(row), _Source) for row in await connection.fetch(_TABLES)]


async def _authorities(connection: Connection) -> list[tuple[int, str]]:
    await _enter(connection, 0)
    rows = await connection.fetch("SELECT authority_id, code FROM authorities ORDER BY authority_id")
    return [(row["authority_id"], row["code"]) for row in rows]


async def _enter(connection: Connection, authority_id: int) -> None:
    await connection.execute(f"SET LOCAL taizhang.authority = '{authority_id:d}'")


async def _has_rows(connection: Connection, tables: list[_Source]) -> bool:
    return any(
        [
            await connection.fetchval(f"SELECT EXISTS (SELECT FROM {_quoted(each.name)})")  # noqa: S608 - as above
            for each in tables
        ]
    )


async def _table(
    there: Connection, here: Connection, table: _Source, authorities: list[Any], *, filled: bool
) -> Table:
    """Copy a table, or only compare it. Raises CopyFault if the two differ afterwards."""
    sent, arrived, rows = hashlib.sha256(), hashlib.sha256(), 0
    for authority_id in authorities:
        await _enter(there, authority_id or 0)
        if filled:
            await _pump(there, here, table, authority_id, sent)
        else:
            await there.copy_from_query(table.select(authority_id), output=_into(sent))
        done = await here.copy_from_query(table.select(authority_id), output=_into(arrived))
        rows += int(done.split()[-1])
    if sent.digest() != arrived.digest():
        raise CopyFault(
            f"表{table.name}两边不同，目标未作更改"
            if filled
            else f"目标不是空的，且表{table.name}与来源不同；请另建一个空的数据库"
        )
    if await here.fetchval(f"SELECT count(*) FROM {_quoted(table.name)}") != rows:  # noqa: S608 - as above
        raise CopyFault(f"目标的表{table.name}另有来源没有的行，请另建一个空的数据库")
    for column in table.counters if filled else []:
        quoted = _quoted(column)
        await here.execute(
            f"SELECT setval(pg_get_serial_sequence($1, $2), max({quoted})) FROM {_quoted(table.name)}"  # noqa: S608 - as above
            f" HAVING max({quoted}) IS NOT NULL",
            table.name,
            column,
        )
    return Table(table.name, rows, arrived.hexdigest())


async def _pump(
    there: Connection, here: Connection, table: _Source, authority_id: int | None, digest: Any
) -> None:
    """Stream the rows as text from one server to the other."""
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=16)

    async def read() -> None:
        async def take(data: bytes) -> None:
            digest.update(data)
            await waiting.put(data)

        try:
            await there.copy_from_query(table.select(authority_id), output=take)
        finally:
            await waiting.put(None)

    async def rows() -> AsyncIterator[bytes]:
        while (data := await waiting.get()) is not None:
            yield data

    reading = asyncio.create_task(read())
    try:
        await here.copy_to_table(table.name, source=rows(), columns=table.columns)
        await reading
    finally:
        reading.cancel()
        await asyncio.wait([reading])


def _into(digest: Any) -> Callable[[bytes], Any]:
    async def take(data: bytes) -> None:
        digest.update(data)

    return take


async def _log(there: Connection, here: Connection, authority_id: int, code: str) -> Log:
    await _enter(there, authority_id)
    entries, root = await _root(there, authority_id, code)
    if (entries, root) != await _root(here, authority_id, code):
        raise CopyFault(f"{code}的日志两边树根不同，目标未作更改")
    return Log(code, entries, root)


async def _root(connection: Connection, authority_id: int, code: str) -> tuple[int, str]:
    row = await connection.fetchrow(SQL["head"], authority_id)
    tree = Growing(suite=leaf.FORMATS[row["leaf_format"]])
    async for row in connection.cursor(
        SQL["select_positions"], authority_id, -(2**62), None, None, [], prefetch=1000
    ):
        tree.append(leaf.leaf_hash(code, row))
    return tree.size, tree.suite.named(tree.root)
