"""A separate PostgreSQL: it needs only deploy/roles.sql and `taizhang migrate`."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import asyncpg
import pytest

from adapters.postgres import embedded, programs
from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register
from tests import builders
from tests.adapters.recordings import CODE, connected, fetch, line, opened
from tests.api.conftest import OFFICE, taizhang
from tests.conftest import DatabaseServer

ROLES = Path(__file__).parents[3] / "deploy" / "roles.sql"
CHECK = ROLES.with_name("check.sql")

__all__ = ["taizhang"]


async def test_roles_and_migrate_are_enough(server: DatabaseServer) -> None:
    """The roles that the file makes own the database and nothing else, and neither is above the grants."""
    lines = [line for line in ROLES.read_text("utf-8").splitlines() if not line.startswith("--")]
    text = "\n".join(lines).replace("taizhang_owner", "own_owner").replace("taizhang", "own_program")
    superuser = await asyncpg.connect(server.server.dsn(embedded.SUPERUSER, "postgres"))
    try:
        for statement in text.split(";")[:-1]:
            await superuser.execute(statement)
        row = await superuser.fetchrow(
            "SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = 'own_program'"
        )
        above = await superuser.fetch(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'own%' AND (rolsuper OR rolbypassrls OR rolcreaterole)"
        )
    finally:
        await superuser.execute("DROP DATABASE IF EXISTS own_program")
        await superuser.execute("DROP ROLE IF EXISTS own_owner, own_program")
        await superuser.close()

    assert row["owner"] == "own_owner"
    assert above == []


async def test_the_check_of_a_restored_log_says_that_it_sees_nothing(
    server: DatabaseServer, database: str, register: Register
) -> None:
    """A fault is found by a superuser; a role subject to the row policies gets a notice instead of a false all-clear."""
    await opened(register)
    await register.record(CODE, line("r", builders.received("2020-03-02")), actor="tests")
    await fetch(server.behind(database), "UPDATE heads SET position = 3")
    _, query = CHECK.read_text("utf-8").split("SET row_security = off;")

    for dsn in (server.owner(database), server.runtime(database)):
        async with connected(dsn) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="affected by row-level security"):
                await connection.execute(CHECK.read_text("utf-8"))
    found = [row[0] for row in await fetch(server.behind(database), query)]
    assert found == ["authority 1: the head is not the last entry"]


async def test_a_dump_that_would_be_empty_is_refused(
    server: DatabaseServer, database: str, register: Register
) -> None:
    """pg_dump of the owner ends with an error; that of a superuser has the entries."""
    program = programs.binaries() / "pg_dump"
    if not program.is_file():
        pytest.skip("no pg_dump beside this PostgreSQL")
    await opened(register)

    def dump(dsn: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [program, "-a", "-t", "events", dsn], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr

    code, _, message = await asyncio.to_thread(dump, server.owner(database))
    assert (code, "row-level security" in message) == (1, True)
    code, text, _ = await asyncio.to_thread(dump, server.behind(database))
    assert (code, "\tregistered\t" in text) == (0, True)


# A standby and a primary that was demoted refuse by the same error; this makes one of a database.
DEMOTED = "ALTER DATABASE {} SET default_transaction_read_only = on"
SESSIONS_ENDED = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = 'taizhang'"
)


async def test_a_read_only_database_has_a_message(
    server: DatabaseServer, database: str, register: Register, tmp_path: Path
) -> None:
    """At the start of a program, at a recording after a failover, and to a proxy that asks whether it can be used."""
    await opened(register)
    async with connected(server.behind("postgres")) as behind:
        await behind.execute(DEMOTED.format(database))
        await behind.fetch(SESSIONS_ENDED, database)
    for _ in range(10):  # sessions that were idle are noticed to be gone as they are used
        with pytest.raises(DatabaseUnavailable) as refused:
            await register.record(CODE, line("r", builders.received("2020-03-02")), actor="tests")
        if "连接中断" not in str(refused.value):
            break

    assert "只能读，没有保存" in str(refused.value)
    with pytest.raises(DatabaseUnavailable, match="target_session_attrs"):
        await register.check()
    with pytest.raises(DatabaseUnavailable, match="请改连主服务器"):
        await Register.open(server.runtime(database), tmp_path / "keys")


def test_a_command_on_a_standby_ends_in_plain_words(  # type: ignore[no-untyped-def]
    taizhang, server: DatabaseServer, database: str
) -> None:
    assert taizhang(*OFFICE).code == 0
    asyncio.run(fetch(server.behind("postgres"), DEMOTED.format(database)))

    done = taizhang("list")

    assert (done.code, done.out) == (3, "")
    assert "只能读" in done.err


def test_migrate_says_what_it_did(taizhang, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """On a migrated database there is nothing to do; without the owner's address the missing setting is named."""
    done = taizhang("migrate")
    assert (done.out, done.err) == ("数据库结构已是最新。\n", "运行角色taizhang已有所需的权限。\n")
    assert taizhang(*OFFICE).code == 0

    monkeypatch.delenv("DATABASE_OWNER_URL")
    refused = taizhang("migrate")

    assert refused.code == 3
    assert "DATABASE_OWNER_URL" in refused.err
