"""Migrations: numbered SQL files, each applied once, in order, as the database owner; then the runtime role's grants.

A file never changes after its release: its checksum is stored. One migration runs at a time. A program refuses a
database whose schema is newer than it can work with.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from time import monotonic
from typing import NamedTuple

import asyncpg

from adapters.postgres.database import Connection, DatabaseUnavailable, connected
from adapters.postgres.holding import held, in_words

_LOCK = 0x7A69_7A68  # number of the advisory lock of migrations
_SESSION = "taizhang migrate"
_GOES_ON = re.compile(r"-- Programs of schema (\d+) and later go on with it\.")


# Whether the role, or one that it is a member of, could disable the append-only triggers or the row policies. Before
# PostgreSQL 16 a role that can create roles could make itself a member of any but a superuser.
_ABOVE_THE_GRANTS = """
SELECT EXISTS (
    SELECT FROM pg_roles AS taken WHERE pg_has_role(session_user, taken.oid, 'MEMBER') AND (
        taken.rolsuper OR taken.rolbypassrls OR taken.rolcreaterole
        OR EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND datdba = taken.oid)
        OR EXISTS (SELECT FROM pg_class
                   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relowner = taken.oid)))
"""

# Tables whose row policies do not apply to the role; and, without a name, a session that starts with an authority set.
_UNWALLED = """
SELECT relname FROM pg_class AS walled
JOIN pg_attribute ON attrelid = walled.oid AND attname = 'authority_id' AND NOT attisdropped
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND has_table_privilege(walled.oid, 'SELECT, INSERT, UPDATE, DELETE') AND (
    NOT relrowsecurity OR NOT relforcerowsecurity
    OR EXISTS (SELECT FROM pg_policy, unnest(ARRAY[pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)]) AS said
               WHERE polrelid = walled.oid AND said NOT LIKE '%''taizhang.authority''%'))
UNION ALL SELECT '' WHERE current_setting('taizhang.authority', true) <> ''
ORDER BY 1
"""


class Migration(NamedTuple):
    number: int
    name: str
    text: str

    @property
    def checksum(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def goes_on_from(self) -> int:
        """The schema version of the oldest program that may run after this migration; default: this migration's own.

        The file has it in the line `-- Programs of schema 1 and later go on with it.`
        """
        found = _GOES_ON.search(self.text)
        return int(found[1]) if found else self.number


class Schema(NamedTuple):
    """number: the database's last migration; the schema versions whose programs can run on it."""

    number: int
    oldest: int


class SchemaFault(DatabaseUnavailable):
    """The schema is not one that this program can use; the text says what to do."""


class SchemaMissing(SchemaFault):
    """The database lacks migrations of this program."""


def migrations() -> list[Migration]:
    """The migrations in order, numbered from 1 without gaps."""
    found = sorted(
        Migration(int(file.name[:4]), file.name, file.read_text("utf-8"))
        for file in files("adapters.postgres").joinpath("migrations").iterdir()
        if file.name.endswith(".sql")
    )
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise SchemaFault("迁移文件的编号不连续")
    return found


KNOWN = len(migrations())
"""The schema this program was made for."""


async def migrate(
    owner_dsn: str,
    runtime_role: str,
    known: list[Migration] | None = None,
    on_progress: Callable[[str], object] = lambda _: None,
) -> list[str]:
    """Apply missing migrations, each in its own transaction, and set the role's grants. Returns the names applied.

    Progress can be watched in pg_stat_activity, by application_name. on_progress: called with the same in Chinese, and
    before each file with the locks it will take.

    runtime_role: replaces {runtime} in the files, as the database's name does {database}. known: files to apply instead
    of the program's own, with their grants. Raises SchemaFault for a changed file or a newer schema,
    DatabaseUnavailable if the database cannot be reached.
    """
    grants = _grants() if known is None else ""
    known = migrations() if known is None else known
    connection = await connected(owner_dsn)
    try:
        await _take_turn(connection, on_progress)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, name text NOT NULL,"
            " checksum bytea NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
        )
        await connection.execute("ALTER TABLE migrations ADD COLUMN IF NOT EXISTS goes_on_from integer")
        missing = await _missing(connection, known)
        names = await connection.fetchrow(
            "SELECT quote_ident($1) AS runtime, quote_ident(current_database()) AS database", runtime_role
        )
        for nth, migration in enumerate(missing, 1):
            what = f"（{nth}/{len(missing)}）{migration.name}"
            on_progress(
                f"{what}：{in_words(await held(connection, migration.text))}；等锁至多2秒，等不到即退出"
            )
            await _show(connection, migration.name)
            began = monotonic()
            await _apply(connection, migration, names)
            on_progress(f"{what}：已执行，用时{monotonic() - began:.1f}秒")
        if grants:
            await _grant(connection, grants.replace("{runtime}", names["runtime"]), runtime_role)
        return [migration.name for migration in missing]
    except asyncpg.InsufficientPrivilegeError:
        raise SchemaFault("DATABASE_OWNER_URL的角色不是数据库和各表的属主，不能建表、授权") from None
    except asyncpg.UndefinedObjectError:
        raise SchemaFault(f"没有运行角色{runtime_role}，请先建立") from None
    except asyncpg.LockNotAvailableError:
        raise SchemaFault("等了2秒没有等到锁，未作更改；请在办理较少时再运行，已执行的不会重做") from None
    finally:
        await connection.close()


async def _take_turn(connection: Connection, on_progress: Callable[[str], object]) -> None:
    """Poll for the lock: a session that waits for it would hold a snapshot, which index builds wait for."""
    shown = ""
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
        other = await connection.fetchval(
            "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
            " WHERE locktype = 'advisory' AND granted AND objid = $1 AND datname = current_database()",
            _LOCK,
        )
        if (now := f"另一迁移正在进行（{other or '即将结束'}），等待……") != shown:
            on_progress(shown := now)
        await asyncio.sleep(0.2)
    await _show(connection, "")


async def _show(connection: Connection, name: str) -> None:
    await connection.execute("SELECT set_config('application_name', $1, false)", f"{_SESSION} {name}".strip())


async def _apply(connection: Connection, migration: Migration, names: Mapping[str, str]) -> None:
    """names: of the runtime role and the database, quoted."""
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '2s'")
        text = migration.text.replace("{runtime}", names["runtime"])
        await connection.execute(text.replace("{database}", names["database"]))
        await connection.execute(
            "INSERT INTO migrations (number, name, checksum, goes_on_from) VALUES ($1, $2, $3, $4)",
            migration.number,
            migration.name,
            migration.checksum,
            migration.goes_on_from,
        )


def _grants() -> str:
    return files("adapters.postgres").joinpath("grants.sql").read_text("utf-8")


async def _grant(connection: Connection, grants: str, role: str) -> None:
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '2s'")
        await connection.execute(grants)
        # A GRANT by a role that owns nothing succeeds with a warning, and grants nothing.
        if not await connection.fetchval("SELECT has_table_privilege($1, 'migrations', 'SELECT')", role):
            raise asyncpg.InsufficientPrivilegeError


async def role_of(dsn: str) -> str:
    """The role of a connection string. Raises SchemaFault if it has more rights than a runtime role may have."""
    connection = await connected(dsn)
    try:
        await _check_role(connection)
        return str(await connection.fetchval("SELECT current_user"))
    finally:
        await connection.close()


async def check(connection: Connection) -> None:
    """Raises SchemaFault unless this program can use the database's schema and this role is bound by its grants."""
    try:
        missing = await _missing(connection, migrations(), going_on=True)
    except asyncpg.UndefinedTableError:
        raise SchemaMissing("尚未建表，请先运行 taizhang migrate") from None
    except asyncpg.InsufficientPrivilegeError:
        raise SchemaFault(
            "运行角色（DATABASE_URL）还没有权限，请另以DATABASE_OWNER_URL给出数据库属主，运行 taizhang migrate"
        ) from None
    if missing:
        raise SchemaMissing("结构较旧，请先运行 taizhang migrate")
    await _check_role(connection)
    if unwalled := await connection.fetch(_UNWALLED):
        if not unwalled[0]["relname"]:
            raise SchemaFault(
                "运行角色或数据库为taizhang.authority设了缺省值，各机关的数据便不能隔开；请予取消"
            )
        names = "、".join(row["relname"] for row in unwalled)
        raise SchemaFault(f"表{names}没有强制的行级安全策略，各机关的数据便不能隔开；请属主恢复")


async def _check_role(connection: Connection) -> None:
    if await connection.fetchval(_ABOVE_THE_GRANTS):
        raise SchemaFault(
            "运行角色不得是属主或超级用户，不得带有BYPASSRLS、CREATEROLE，也不得属于这样的角色，"
            "否则日志只增不改、各机关的数据互相隔开便无从保证；请换用另一角色"
        )


async def schema(connection: Connection) -> Schema:
    """The database's schema. Raises SchemaFault if this program is too old for it."""
    rows = await connection.fetch("SELECT * FROM migrations")
    found = Schema(
        max((row["number"] for row in rows), default=0),
        max((row.get("goes_on_from") or row["number"] for row in rows), default=0),
    )
    if found.oldest > KNOWN:
        raise SchemaFault(
            f"数据库结构（{found.number}）比本程序（{KNOWN}）新，本程序不能再用；请使用更新版本的程序"
        )
    return found


async def _missing(
    connection: Connection, known: list[Migration], *, going_on: bool = False
) -> list[Migration]:
    """going_on: accept a newer schema that admits this program."""
    applied = {row["number"]: row for row in await connection.fetch("SELECT * FROM migrations")}
    newer = [row for number, row in applied.items() if number > len(known)]
    if [row for row in newer if not going_on or (row.get("goes_on_from") or row["number"]) > len(known)]:
        raise SchemaFault("结构比本程序新，请使用更新版本的程序")
    for migration in known:
        row = applied.get(migration.number)
        if row is not None and row["checksum"] != migration.checksum:
            raise SchemaFault(
                f"迁移文件{migration.name}与数据库中已执行的不同：已发布的迁移不得改动，请装回原来的程序，未作任何更改"
            )
    missing = [migration for migration in known if migration.number not in applied]
    if missing and applied and missing[0].number < max(applied):
        raise SchemaFault(f"迁移{missing[0].name}缺失，而其后的已执行")
    return missing
