"""An existing PostgreSQL, named by TEST_DSN: a superuser's address, with or without Citus.

Tests create and drop their own databases on it and touch no others. The register's two roles are created with the
password of the address, and remain. Tests grant them rights temporarily, so a server where other databases use these
roles is refused.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

from adapters.postgres import embedded

DISTRIBUTE = Path(__file__).parents[1] / "deploy/citus/distribute.sql"
OURS = "made by the tests of Taizhang"
ROLES = {embedded.OWNER: "CREATEDB", embedded.RUNTIME: ""}


def address() -> str | None:
    return os.environ.get("TEST_DSN") or None


class NotForTests(Exception):
    """The server cannot be used for tests; the message, in Chinese, says why."""


class GivenServer:
    """Has the interface that the tests use of embedded.Server: addresses by role and database."""

    def __init__(self, dsn: str) -> None:
        self._parts = urlsplit(dsn)
        self.superuser = unquote(self._parts.username or "postgres")
        self.password = self._parts.password  # as in the address

    def dsn(self, role: str, database: str = embedded.DATABASE) -> str:
        """Without a database, that of the address, where the embedded server has its default one."""
        path = self._parts.path if database == embedded.DATABASE else f"/{quote(database, safe='')}"
        user = quote(self.superuser if role == embedded.SUPERUSER else role, safe="")
        who = user if self.password is None else f"{user}:{self.password}"
        netloc = f"{who}@{self._parts.netloc.rpartition('@')[2]}"
        return urlunsplit(self._parts._replace(netloc=netloc, path=path))

    @property
    def host(self) -> str:
        return self._parts.hostname or "localhost"

    @property
    def port(self) -> int:
        return self._parts.port or 5432

    async def nodes(self) -> list[GivenServer]:
        """The workers, as the database of the address knows them; none on a plain server."""
        async with _connected(self.dsn(embedded.SUPERUSER)) as connection:
            if not await connection.fetchval("SELECT true FROM pg_extension WHERE extname = 'citus'"):
                return []
            found = await connection.fetch("SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0")
        return [self._at(row["nodename"], row["nodeport"]) for row in found]

    def _at(self, host: str, port: int) -> GivenServer:
        who = self._parts.netloc.rpartition("@")[0]
        return GivenServer(urlunsplit(self._parts._replace(netloc=f"{who}@{host}:{port}")))


async def prepare(dsn: str) -> GivenServer:
    """The server, with the register's roles created. Raises NotForTests."""
    server = GivenServer(dsn)
    async with _connected(dsn) as connection:
        for role, may in ROLES.items():
            there = await connection.fetchrow(
                "SELECT shobj_description(oid, 'pg_authid') AS of FROM pg_roles WHERE rolname = $1", role
            )
            if there is None:
                password = unquote(server.password or "").replace("'", "''")
                known = f"PASSWORD '{password}'" if password else ""
                await connection.execute(f"CREATE ROLE {role} LOGIN {may} {known}")
                await connection.execute(f"COMMENT ON ROLE {role} IS '{OURS}'")
            elif there["of"] != OURS:
                raise NotForTests(f"该服务器已有角色{role}，可能存有台账；请另给一台测试用的")
    return server


@asynccontextmanager
async def database(server: GivenServer, name: str) -> AsyncIterator[None]:
    """A new database, on each node of a cluster; dropped afterwards."""
    nodes = await server.nodes()
    try:
        for node in (server, *nodes):
            async with _connected(node.dsn(embedded.SUPERUSER)) as connection:
                await connection.execute(f"CREATE DATABASE {name} OWNER {embedded.OWNER}")
            if nodes:
                async with _connected(node.dsn(embedded.SUPERUSER, name)) as connection:
                    await connection.execute("CREATE EXTENSION citus")
        if nodes:
            async with _connected(server.dsn(embedded.SUPERUSER, name)) as connection:
                await connection.execute(
                    "SELECT citus_set_coordinator_host($1, $2)", server.host, server.port
                )
                for node in nodes:
                    await connection.execute("SELECT citus_add_node($1, $2)", node.host, node.port)
        yield
    finally:
        for node in (server, *nodes):
            async with _connected(node.dsn(embedded.SUPERUSER)) as connection:
                await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def distribute(server: GivenServer, name: str) -> bool:
    """Run deploy/citus/distribute.sql on a migrated database of a cluster; False on a plain server, which is left as is."""
    if not await server.nodes():
        return False
    async with _connected(server.dsn(embedded.SUPERUSER, name)) as connection:
        guard, rest = statements()
        await connection.execute(guard)
        await run(connection, rest)
    return True


async def run(connection: Any, rest: list[tuple[str, bool]]) -> None:
    for statement, makes_statements in rest:
        rows = await connection.fetch(statement)
        for row in rows if makes_statements else ():
            await connection.execute(row[0])


def statements() -> tuple[str, list[tuple[str, bool]]]:
    """distribute.sql as psql reads it: the guard for plain servers, and the statements; True: its rows are executed too."""
    text = re.sub(r"--[^\n]*", "", DISTRIBUTE.read_text("utf-8"))
    guard, _, rest = text.partition("$$;")
    found = re.findall(r"\s*(.*?)(;|\\gexec)", rest, re.S)
    return f"{guard}$$", [(statement, end == r"\gexec") for statement, end in found]


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def _look(dsn: str) -> str:
    """What is on the server, in one line."""
    try:
        server = await prepare(dsn)
        nodes = await server.nodes()
        async with _connected(dsn) as connection:
            version = await connection.fetchval("SHOW server_version")
            above = await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as wrong:
        sys.exit(f"TEST_DSN：连接不上，或不能建立角色（{type(wrong).__name__}）")
    except NotForTests as why:
        sys.exit(f"TEST_DSN：{why}")
    if not above:
        sys.exit("TEST_DSN须是超级用户的地址")
    if not nodes:
        return f"PostgreSQL {version}，不是集群：不分布各表"
    return f"PostgreSQL {version}，Citus，{len(nodes)}个工作节点：每个测试库分布各表"


if __name__ == "__main__":
    print(asyncio.run(_look(address() or "")))
