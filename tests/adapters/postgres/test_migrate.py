"""Migrations: once each, in order, all of a file or nothing, and no program on a schema it does not know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from adapters.postgres import embedded, migrate
from adapters.postgres.database import DatabaseUnavailable
from adapters.postgres.migrate import Migration, SchemaFault
from adapters.register.register import Register
from tests.adapters.recordings import CODE, another_database, connected, contents, fetch, opened

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

FIRST = Migration(
    1, "0001_first.sql", "CREATE TABLE first (authority_id integer); GRANT SELECT ON first TO {runtime}"
)
SECOND = Migration(2, "0002_second.sql", "CREATE TABLE second (authority_id integer)")


@pytest.fixture
async def empty(server: DatabaseServer) -> AsyncIterator[str]:
    """The name of a database without tables."""
    async with another_database(server) as name:
        yield name


async def _maintain(server: DatabaseServer, *statements: str) -> None:
    async with connected(server.server.dsn(embedded.SUPERUSER, embedded.DATABASE)) as connection:
        for statement in statements:
            await connection.execute(statement)


async def tables(server: DatabaseServer, database: str) -> list[str]:
    return sorted(await contents(server.owner(database)))


async def test_each_file_is_applied_once(server: DatabaseServer, empty: str) -> None:
    """The second run finds nothing to do, a later one only what is new."""
    apply = server.owner(empty), embedded.RUNTIME

    assert await migrate.migrate(*apply, [FIRST]) == ["0001_first.sql"]
    before = await contents(server.owner(empty))
    assert await migrate.migrate(*apply, [FIRST]) == []
    assert await contents(server.owner(empty)) == before
    assert await migrate.migrate(*apply, [FIRST, SECOND]) == ["0002_second.sql"]
    assert await tables(server, empty) == ["first", "migrations", "second"]
    noted = await fetch(server.owner(empty), "SELECT number, name, checksum FROM migrations ORDER BY number")
    assert [tuple(row) for row in noted] == [(m.number, m.name, m.checksum) for m in (FIRST, SECOND)]


async def test_the_files_of_the_program_are_applied_once(server: DatabaseServer, empty: str) -> None:
    """The schema comes out of the program's own files, and then its store opens."""
    names = [migration.name for migration in migrate.migrations()]

    assert await migrate.migrate(server.owner(empty), embedded.RUNTIME) == names
    assert await migrate.migrate(server.owner(empty), embedded.RUNTIME) == []


async def test_a_changed_file_is_refused(server: DatabaseServer, empty: str) -> None:
    """A file is never changed after its release; nothing that follows it is applied either."""
    await migrate.migrate(server.owner(empty), embedded.RUNTIME, [FIRST])
    changed = FIRST._replace(text=FIRST.text + " ")

    with pytest.raises(SchemaFault, match=r"迁移文件0001_first\.sql与数据库中已执行的不同"):
        await migrate.migrate(server.owner(empty), embedded.RUNTIME, [changed, SECOND])
    assert await tables(server, empty) == ["first", "migrations"]


async def test_a_newer_schema_is_refused(
    server: DatabaseServer, empty: str, database: str, tmp_path: Path
) -> None:
    """An older program neither migrates nor opens a database that a newer one migrated."""
    await migrate.migrate(server.owner(empty), embedded.RUNTIME, [FIRST, SECOND])
    with pytest.raises(SchemaFault, match="结构比本程序新，请使用更新版本的程序"):
        await migrate.migrate(server.owner(empty), embedded.RUNTIME, [FIRST])

    await fetch(
        server.owner(database),
        "INSERT INTO migrations (number, name, checksum) VALUES (99, '0099_later.sql', '')",
    )
    with pytest.raises(SchemaFault, match="结构比本程序新"):
        await Register.open(server.runtime(database), tmp_path)


async def test_an_older_schema_says_migrate(server: DatabaseServer, empty: str, tmp_path: Path) -> None:
    """A program with newer migrations than the database prints the command to run."""
    await migrate.migrate(server.owner(empty), embedded.RUNTIME, [])
    await fetch(server.owner(empty), "GRANT SELECT ON migrations TO taizhang")

    with pytest.raises(SchemaFault, match="结构较旧，请先运行 taizhang migrate"):
        await Register.open(server.runtime(empty), tmp_path)


async def test_another_checksum_is_not_opened(server: DatabaseServer, database: str, tmp_path: Path) -> None:
    """A database made by other files under the same names is not opened."""
    await fetch(server.owner(database), "UPDATE migrations SET checksum = '\\x00'")

    with pytest.raises(SchemaFault, match=r"0001_register\.sql"):
        await Register.open(server.runtime(database), tmp_path)


@pytest.mark.parametrize("numbers", [(1, 3), (2,), (1, 1, 2), (0, 1)])
async def test_a_gap_in_the_numbers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, numbers: tuple[int, ...]
) -> None:
    """Files count from 1 without a gap or a double, so a forgotten file is noticed before anything is run."""
    (tmp_path / "migrations").mkdir()
    for nth, number in enumerate(numbers):
        (tmp_path / "migrations" / f"{number:04d}_{nth}.sql").write_text("SELECT 1")
    monkeypatch.setattr(migrate, "files", lambda package: tmp_path)

    with pytest.raises(SchemaFault, match="迁移文件的编号不连续"):
        migrate.migrations()


async def test_a_gap_in_what_was_applied_is_refused(server: DatabaseServer, empty: str) -> None:
    """A database that has the second but not the first is not one the files describe: the order would be broken."""
    await migrate.migrate(server.owner(empty), embedded.RUNTIME, [FIRST, SECOND])
    await fetch(server.owner(empty), "DELETE FROM migrations WHERE number = 1")
    await fetch(server.owner(empty), "DROP TABLE first")

    with pytest.raises(SchemaFault):
        await migrate.migrate(server.owner(empty), embedded.RUNTIME, [FIRST, SECOND])
    assert await tables(server, empty) == ["migrations", "second"]


async def test_three_at_once_apply_once(server: DatabaseServer, empty: str) -> None:
    """Instances that start together: one migrates, the others wait and find it done."""
    applied = await asyncio.gather(
        *(migrate.migrate(server.owner(empty), embedded.RUNTIME, [FIRST, SECOND]) for _ in range(3))
    )

    assert sorted(applied) == [[], [], ["0001_first.sql", "0002_second.sql"]]
    assert len(await fetch(server.owner(empty), "SELECT * FROM migrations")) == 2


async def test_the_locks_it_will_hold_are_announced(server: DatabaseServer, empty: str) -> None:
    """By table, with its size and about how long; a table that comes with the file is nobody's yet."""
    lines: list[str] = []
    apply = server.owner(empty), embedded.RUNTIME
    await migrate.migrate(*apply, [FIRST], lines.append)
    assert "0001_first.sql：不锁定已有的表" in lines[0]
    await fetch(server.owner(empty), "INSERT INTO first SELECT generate_series(1, 5000)")
    await fetch(server.owner(empty), "ANALYZE first")
    files = [
        FIRST,
        Migration(2, "0002.sql", "-- DROP TABLE first\nCREATE TABLE x (n integer); CREATE INDEX ON x (n);"),
        Migration(3, "0003.sql", "CREATE UNIQUE INDEX one ON first (authority_id);"),
        Migration(
            4, "0004.sql", "ALTER TABLE first ADD COLUMN name text;\nCREATE INDEX two ON first (name);"
        ),
        Migration(5, "0005.sql", "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM first $$"),
    ]
    lines.clear()
    await migrate.migrate(*apply, files, lines.append)

    assert [line.partition("；等锁")[0] for line in lines if "等锁" in line] == [
        "（1/4）0002.sql：不锁定已有的表",
        "（2/4）0003.sql：first（约5000行）不能写入，约1秒",
        "（3/4）0004.sql：first（约5000行）不能读写，约1秒",
        "（4/4）0005.sql：不锁定已有的表",
    ]
    assert len([line for line in lines if "已执行，用时" in line]) == 4


async def test_it_can_be_watched_and_waits_its_turn(server: DatabaseServer, empty: str) -> None:
    """The session's name has the present file; a second one reports which session it waits for, and then has nothing to do."""
    apply = server.owner(empty), embedded.RUNTIME
    await migrate.migrate(*apply, [FIRST])
    slow = SECOND._replace(text=f"{SECOND.text}; SET LOCAL lock_timeout = 0; LOCK TABLE first")
    lines: list[str] = []
    async with connected(server.owner(empty)) as holder:
        await holder.execute("BEGIN; LOCK TABLE first")
        first = asyncio.create_task(migrate.migrate(*apply, [FIRST, slow]))
        watched = "SELECT true FROM pg_stat_activity WHERE application_name = $1"
        while not await fetch(server.owner(empty), watched, "taizhang migrate 0002_second.sql"):
            await asyncio.sleep(0.01)
        second = asyncio.create_task(migrate.migrate(*apply, [FIRST, slow], on_progress=lines.append))
        while not lines:
            await asyncio.sleep(0.01)
        await holder.execute("COMMIT")

    assert (await first, await second) == (["0002_second.sql"], [])
    assert lines[0] == "另一迁移正在进行（taizhang migrate 0002_second.sql），等待……"


async def test_a_lock_that_others_hold_is_not_waited_for_without_end(
    server: DatabaseServer, empty: str
) -> None:
    """After two seconds it fails with a message; nothing of the file is applied, and it can be repeated."""
    apply = server.owner(empty), embedded.RUNTIME
    await migrate.migrate(*apply, [FIRST])
    held = SECOND._replace(text=f"{SECOND.text}; ALTER TABLE first ADD COLUMN more text")
    async with connected(server.owner(empty)) as holder:
        await holder.execute("BEGIN; LOCK TABLE first")
        with pytest.raises(SchemaFault, match="等了2秒没有等到锁，未作更改"):
            await migrate.migrate(*apply, [FIRST, held])
    assert await tables(server, empty) == ["first", "migrations"]
    assert await migrate.migrate(*apply, [FIRST, held]) == ["0002_second.sql"]


def test_a_file_says_which_programs_go_on_with_it() -> None:
    """Unless it does, a program must know it."""
    assert SECOND.goes_on_from == 2
    head = "-- What it is for.\n-- Programs of schema 1 and later go on with it.\n"
    assert SECOND._replace(text=head + SECOND.text).goes_on_from == 1


async def test_a_failing_file_leaves_nothing_of_itself(server: DatabaseServer, empty: str) -> None:
    """What came before it stays applied, of the file itself nothing stays, and once mended it is applied."""
    for fault in ("SELECT 1/0", "CREATE TABLE third (", "INSERT INTO nowhere VALUES (1)"):
        failing = SECOND._replace(text=f"{SECOND.text}; {fault}")
        with pytest.raises(asyncpg.PostgresError):
            await migrate.migrate(server.owner(empty), embedded.RUNTIME, [FIRST, failing])
        assert await tables(server, empty) == ["first", "migrations"]

    assert await migrate.migrate(server.owner(empty), embedded.RUNTIME, [FIRST, SECOND]) == [
        "0002_second.sql"
    ]


async def test_a_store_on_an_empty_database_says_migrate(
    server: DatabaseServer, empty: str, tmp_path: Path
) -> None:
    """The message names the missing step, and no key file is created for an unusable database."""
    with pytest.raises(SchemaFault, match="尚未建表，请先运行 taizhang migrate"):
        await Register.open(server.runtime(empty), tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


async def test_a_new_role_gets_its_rights_by_migrating_again(
    server: DatabaseServer, empty: str, tmp_path: Path
) -> None:
    """The schema is up to date already. The message names what to run, and that is all it takes."""
    await migrate.migrate(server.owner(empty), embedded.OWNER)
    with pytest.raises(SchemaFault, match=r"DATABASE_OWNER_URL.*运行 taizhang migrate"):
        await Register.open(server.runtime(empty), tmp_path)

    assert await migrate.migrate(server.owner(empty), embedded.RUNTIME) == []

    register = await Register.open(server.runtime(empty), tmp_path)
    await opened(register)
    assert await register.authorities() == [CODE]
    await register.close()


async def test_only_the_owner_can_give_rights(server: DatabaseServer, empty: str) -> None:
    """Neither a role that may read the tables nor one that may not; a role that is not there is named."""
    await migrate.migrate(server.owner(empty), embedded.RUNTIME)
    await fetch(server.owner(empty), "REVOKE SELECT ON migrations FROM taizhang")
    await fetch(server.owner(empty), "GRANT CREATE ON SCHEMA public TO taizhang")
    with pytest.raises(SchemaFault, match="不是数据库和各表的属主"):
        await migrate.migrate(server.runtime(empty), embedded.RUNTIME)
    with pytest.raises(SchemaFault, match="没有运行角色nobody"):
        await migrate.migrate(server.owner(empty), "nobody")


async def test_a_role_with_an_odd_name_gets_its_rights(server: DatabaseServer, empty: str) -> None:
    """The role's name is quoted wherever the files name it."""
    files = []
    for role in ("odd-role", 'odd"role; DROP TABLE first1; --', "User", "角色", "select"):
        quoted = '"' + role.replace('"', '""') + '"'
        table = f"first{len(files) + 1}"
        files.append(Migration(len(files) + 1, f"{table}.sql", FIRST.text.replace("first", table)))
        await _maintain(server, f"CREATE ROLE {quoted}")
        try:
            await migrate.migrate(server.owner(empty), role, files)
            query = "SELECT has_table_privilege($1, $2, 'SELECT'), has_table_privilege($1, $2, 'INSERT')"
            assert tuple((await fetch(server.owner(empty), query, role, table))[0]) == (True, False)
        finally:
            await fetch(server.server.dsn(embedded.SUPERUSER, empty), f"DROP OWNED BY {quoted}")
            await _maintain(server, f"DROP ROLE {quoted}")

    assert await tables(server, empty) == ["first1", "first2", "first3", "first4", "first5", "migrations"]


async def test_an_unreachable_database_has_a_message(tmp_path: Path) -> None:
    """Neither migrating nor opening shows a traceback of the driver, nor the address with its password."""
    nowhere = f"postgresql://taizhang:geheim@/taizhang?host={tmp_path}"
    for attempt in (migrate.migrate(nowhere, "taizhang"), Register.open(nowhere, tmp_path)):
        with pytest.raises(DatabaseUnavailable, match=r"^数据库不可用：连接不上") as refused:
            await attempt
        assert "geheim" not in str(refused.value)
        assert refused.value.__cause__ is None
