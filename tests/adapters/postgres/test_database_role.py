"""The program refuses to run as a role not bound by grants and row policies, or on a table without them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.adapters.recordings import fetch
from tests.api.conftest import OFFICE, Taizhang, taizhang

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

__all__ = ["taizhang"]

ABOVE = "运行角色不得是属主或超级用户，不得带有BYPASSRLS、CREATEROLE，也不得属于这样的角色"
PRESET = "为taizhang.authority设了缺省值"


def unforced(*names: str) -> str:
    return f"表{'、'.join(names)}没有强制的行级安全策略"


OTHER_ROLE = """GRANT taizhang_owner, pg_monitor TO taizhang; ALTER ROLE taizhang SET role = 'pg_monitor';
GRANT SELECT ON migrations TO pg_monitor"""

# How to get such rights, how to revoke them, the message.
WAYS = {
    "superuser": ("ALTER ROLE taizhang SUPERUSER", "ALTER ROLE taizhang NOSUPERUSER", ABOVE),
    "bypassrls": ("ALTER ROLE taizhang BYPASSRLS", "ALTER ROLE taizhang NOBYPASSRLS", ABOVE),
    "createrole": ("ALTER ROLE taizhang CREATEROLE", "ALTER ROLE taizhang NOCREATEROLE", ABOVE),
    "member of the owner": ("GRANT taizhang_owner TO taizhang", "REVOKE taizhang_owner FROM taizhang", ABOVE),
    "member of the owner that inherits nothing": (
        "ALTER ROLE taizhang NOINHERIT; GRANT taizhang_owner TO taizhang",
        "REVOKE taizhang_owner FROM taizhang; ALTER ROLE taizhang INHERIT",
        ABOVE,
    ),
    "member of a superuser": ("GRANT {superuser} TO taizhang", "REVOKE {superuser} FROM taizhang", ABOVE),
    "owner of a table": ("ALTER TABLE vault OWNER TO taizhang", "SELECT 1", ABOVE),
    "owner of the database": (
        "ALTER DATABASE {database} OWNER TO taizhang", "ALTER DATABASE {database} OWNER TO taizhang_owner", ABOVE,
    ),
    "another role taken on at login": (
        OTHER_ROLE,
        "ALTER ROLE taizhang RESET role; REVOKE taizhang_owner, pg_monitor FROM taizhang",
        ABOVE,
    ),
    "not forced": ("ALTER TABLE vault NO FORCE ROW LEVEL SECURITY", "SELECT 1", unforced("vault")),
    "switched off": (
        "ALTER TABLE events DISABLE ROW LEVEL SECURITY; ALTER TABLE vault DISABLE ROW LEVEL SECURITY",
        "SELECT 1",
        unforced("events", "vault"),
    ),
    "a policy beside": ("CREATE POLICY mine ON events USING (true)", "SELECT 1", unforced("events")),
    "a policy that takes anything": ("ALTER POLICY own ON requests WITH CHECK (true)", "SELECT 1", unforced("requests")),
    "a table of somebody else's": (
        "CREATE TABLE mine (authority_id integer); GRANT SELECT ON mine TO taizhang", "SELECT 1", unforced("mine"),
    ),
    "an authority before any": (
        "ALTER DATABASE {database} SET taizhang.authority = '1'", "SELECT 1", PRESET,
    ),
    "an authority of the role": (
        "ALTER ROLE taizhang SET taizhang.authority = '1'", "ALTER ROLE taizhang RESET taizhang.authority", PRESET,
    ),
}  # fmt: skip


@contextmanager
def come_about(server: DatabaseServer, database: str, way: str) -> Iterator[str]:
    """Make it so for a while; what the program must say."""
    make, undo, message = WAYS[way]
    asyncio.run(_execute(server.behind(database), make.format(database=database, superuser=server.superuser)))
    try:
        yield message
    finally:
        asyncio.run(
            _execute(server.behind(database), undo.format(database=database, superuser=server.superuser))
        )


async def _execute(dsn: str, statements: str) -> None:
    for statement in statements.split(";"):
        await fetch(dsn, statement)


@pytest.mark.parametrize("way", WAYS)
def test_the_register_is_not_opened(
    server: DatabaseServer, database: str, taizhang: Taizhang, way: str
) -> None:
    """Exit code 3, in Chinese, before anything is read; put right, the same command works."""
    assert taizhang(*OFFICE).code == 0
    with come_about(server, database, way) as message:
        refused = taizhang("list")
        assert (refused.code, refused.out) == (3, "")
        assert message in refused.err
    if WAYS[way][1] != "SELECT 1":
        assert taizhang("list").code == 0


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("serve", "--port", "0"),
    OFFICE,
    ("list",),
    ("table", "--year", "2020"),
    ("compliance", "--year", "2020"),
    ("work-list",),
    ("deadline", "2020-0001"),
    ("history", "authority"),
    ("seal",),
    ("keys",),
    ("verify",),
    ("export", "bundle.zip"),
    ("rebuild",),
    ("migrate",),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_command_says_so(
    server: DatabaseServer, database: str, taizhang: Taizhang, command: tuple[str, ...]
) -> None:
    """Serving and migrating among them: no door opens for a role above the policies."""
    with come_about(server, database, "bypassrls") as message:
        refused = taizhang(*command)
        assert (refused.code, refused.out) == (3, "")
        assert message in refused.err


def test_objects_the_program_has_no_right_to_are_not_checked(
    server: DatabaseServer, database: str, taizhang: Taizhang
) -> None:
    """A copy that an operator left beside the tables does not prevent a start."""
    assert taizhang(*OFFICE).code == 0
    asyncio.run(_execute(server.behind(database), "CREATE TABLE mine AS SELECT * FROM requests"))

    assert taizhang("list").code == 0
