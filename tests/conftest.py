"""A real PostgreSQL for the whole run: the embedded one, or the server of TEST_DSN (`make cluster`).

One template database is migrated once; each test that asks for `database` gets a copy of its own. On a cluster, whose
databases cannot be copied, each is migrated and distributed by itself.
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
"""Seconds of any that is about the day it is."""


def pytest_runtest_setup() -> None:
    """No test is at work at midnight in China: what it records today it looks for today."""
    now = datetime.now(SHANGHAI)
    midnight = datetime.combine(now.date() + timedelta(days=1), time.min, SHANGHAI)
    if (left := (midnight - now).total_seconds()) < LONGEST_TEST:
        sleep(left + 1)


class DatabaseServer(NamedTuple):
    """Where databases can be made: a maintenance address and addresses of a database by role."""

    server: embedded.Server | GivenServer

    @property
    def superuser(self) -> str:
        return self.server.superuser if isinstance(self.server, GivenServer) else embedded.SUPERUSER

    def owner(self, database: str) -> str:
        return self.server.dsn(embedded.OWNER, database)

    def behind(self, database: str) -> str:
        """For looks and damage behind the program's back: no row policy holds for a superuser."""
        return self.server.dsn(embedded.SUPERUSER, database)

    def runtime(self, database: str) -> str:
        return self.server.dsn(embedded.RUNTIME, database)


THE_PROGRAMS_HASHER = password_hashing.HASHER


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """The library's cheapest hashes, in this process: a program's own takes a fifth of a second of a core."""
    password_hashing.HASHER = PasswordHasher.from_parameters(profiles.CHEAPEST)
    yield
    password_hashing.HASHER = THE_PROGRAMS_HASHER


@pytest.fixture
def passwords_at_their_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_hashing, "HASHER", THE_PROGRAMS_HASHER)


@pytest.fixture(scope="session")
def scratch() -> AsyncIterator[Path]:
    """A directory that the server's own account can reach; pytest's tmp_path is closed to it."""
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
    # These databases need not outlive a power cut; what must is tested on servers of its own.
    superuser = await asyncpg.connect(started.dsn(embedded.SUPERUSER, "postgres"))
    await superuser.execute("ALTER SYSTEM SET fsync = off")
    await superuser.execute("SELECT pg_reload_conf()")
    await superuser.close()
    yield DatabaseServer(started)
    await embedded.stop(directory)


@pytest.fixture(scope="session")
async def template(server: DatabaseServer) -> AsyncIterator[str]:
    """The name of a migrated database that is only copied."""
    name = f"template_{uuid4().hex[:8]}"
    await _command(server, f"CREATE DATABASE {name}")
    await migrate.migrate(server.owner(name), embedded.RUNTIME)
    yield name
    await _command(server, f"DROP DATABASE {name} WITH (FORCE)", server.behind(embedded.DATABASE))


@pytest.fixture
async def database(server: DatabaseServer, template: str) -> AsyncIterator[str]:
    """The name of a fresh migrated database, dropped afterwards."""
    name = f"test_{uuid4().hex[:8]}"
    if isinstance(server.server, GivenServer) and await server.server.nodes():
        async with given_server.database(server.server, name):
            await migrate.migrate(server.owner(name), embedded.RUNTIME)
            await given_server.distribute(server.server, name)
            yield name
        return
    await _command(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield name
    # As superuser: a vacuum under way is one too, and nobody else may end it.
    await _command(server, f"DROP DATABASE {name} WITH (FORCE)", server.behind(embedded.DATABASE))


@pytest.fixture
async def register(server: DatabaseServer, database: str, tmp_path: Path) -> AsyncIterator[Register]:
    """The register over a fresh database, opened as the runtime role."""
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
    """A port for a program that is told its number: bound here too, so that nobody else is given it meanwhile."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


@pytest.fixture(scope="session")
def device(tmp_path_factory: pytest.TempPathFactory) -> Device:
    """An SM2 key that OpenSSL signs with."""
    if shutil.which("openssl") is None:
        pytest.skip("needs a program that signs with SM2: apt install openssl")
    return device_made(tmp_path_factory.mktemp("device"))
