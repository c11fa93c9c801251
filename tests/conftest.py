"""A real PostgreSQL for the whole run: the embedded one, or the server of TEST_DSN (`make cluster`).

One template database is migrated once; each test that uses `database` gets its own copy. On a cluster, whose databases
cannot be copied, each is migrated and distributed by itself.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import NamedTuple
from uuid import uuid4

import asyncpg
import pytest
from argon2 import PasswordHasher, profiles

from adapters.accounts import password_hashing
from adapters.postgres import embedded, migrate
from adapters.register.register import Register
from domain.values import SHANGHAI
from tests import given_server
from tests.device import Device
from tests.device import made as device_made
from tests.given_server import GivenServer

LONGEST_TEST = 30.0
"""Longest duration, in seconds, of a test that depends on the current day."""


def pytest_runtest_setup() -> None:
    """Wait past midnight in China, so that no test records on one day and reads on the next."""
    now = datetime.now(SHANGHAI)
    midnight = datetime.combine(now.date() + timedelta(days=1), time.min, SHANGHAI)
    if (left := (midnight - now).total_seconds()) < LONGEST_TEST:
        sleep(left + 1)


class DatabaseServer(NamedTuple):
    """A server on which databases can be created: a maintenance address, and addresses of a database by role."""

    server: embedded.Server | GivenServer

    @property
    def superuser(self) -> str:
        return self.server.superuser if isinstance(self.server, GivenServer) else embedded.SUPERUSER

    def owner(self, database: str) -> str:
        return self.server.dsn(embedded.OWNER, database)

    def behind(self, database: str) -> str:
        """The superuser's address, not subject to row policies: for inspection and for damage on purpose."""
        return self.server.dsn(embedded.SUPERUSER, database)

    def runtime(self, database: str) -> str:
        return self.server.dsn(embedded.RUNTIME, database)


THE_PROGRAMS_HASHER = password_hashing.HASHER


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """The cheapest password hashes of the library in this process; the real ones take a fifth of a second each."""
    password_hashing.HASHER = PasswordHasher.from_parameters(profiles.CHEAPEST)
    yield
    password_hashing.HASHER = THE_PROGRAMS_HASHER


@pytest.fixture
def passwords_at_their_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_hashing, "HASHER", THE_PROGRAMS_HASHER)


@pytest.fixture(scope="session")
def scratch() -> AsyncIterator[Path]:
    """A directory that the server's account can reach; pytest's tmp_path is not accessible to it."""
    directory = Path(tempfile.mkdtemp(prefix="taizhang-test-"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
async def server(scratch: Path) -> AsyncIterator[DatabaseServer]:
    if dsn := given_server.address():
        yield DatabaseServer(await given_server.prepare(dsn))
        return
    directory = scratch / "postgresql"
    started = await embedded.start(directory)
    # These databases need not survive a power cut; durability is tested on separate servers.
    superuser = await asyncpg.connect(started.dsn(embedded.SUPERUSER, "postgres"))
    await superuser.execute("ALTER SYSTEM SET fsync = off")
    await superuser.execute("SELECT pg_reload_conf()")
    await superuser.close()
    yield DatabaseServer(started)
    await embedded.stop(directory)


@pytest.fixture(scope="session")
async def template(server: DatabaseServer) -> AsyncIterator[str]:
    """Name of a migrated database that is only copied."""
    name = f"template_{uuid4().hex[:8]}"
    await _command(server, f"CREATE DATABASE {name}")
    await migrate.migrate(server.owner(name), embedded.RUNTIME)
    yield name
    await _command(server, f"DROP DATABASE {name} WITH (FORCE)", server.behind(embedded.DATABASE))


@pytest.fixture
async def database(server: DatabaseServer, template: str) -> AsyncIterator[str]:
    """Name of a new migrated database, dropped afterwards."""
    name = f"test_{uuid4().hex[:8]}"
    if isinstance(server.server, GivenServer) and await server.server.nodes():
        async with given_server.database(server.server, name):
            await migrate.migrate(server.owner(name), embedded.RUNTIME)
            await given_server.distribute(server.server, name)
            yield name
        return
    await _command(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield name
    # As superuser, because only a superuser may end a running autovacuum.
    await _command(server, f"DROP DATABASE {name} WITH (FORCE)", server.behind(embedded.DATABASE))


@pytest.fixture
async def register(server: DatabaseServer, database: str, tmp_path: Path) -> AsyncIterator[Register]:
    """The register over a new database, opened with the runtime role."""
    opened = await Register.open(server.runtime(database), tmp_path / "keys")
    yield opened
    await opened.close()


async def _command(server: DatabaseServer, statement: str, dsn: str = "") -> None:
    connection = await asyncpg.connect(dsn or server.owner(embedded.DATABASE))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def port_kept() -> Iterator[int]:
    """A free port for a program that takes one as an option; bound here too, so that no other process gets it meanwhile."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


@pytest.fixture(scope="session")
def device(tmp_path_factory: pytest.TempPathFactory) -> Device:
    """An SM2 key with which OpenSSL signs."""
    if shutil.which("openssl") is None:
        pytest.skip("needs a program that signs with SM2: apt install openssl")
    return device_made(tmp_path_factory.mktemp("device"))
