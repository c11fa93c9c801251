"""A register for fault injection, and its database server."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.postgres import embedded, migrate
from adapters.register.register import Register
from tests.faults.checker import Finding, check
from tests.faults.journal import Account, Client
from tests.faults.requests import OFFICE


@dataclass
class Office:
    """The register of the authority `office`, its keys, and what its client has journalled."""

    dsn: str
    superuser: str
    keys: Path
    journal: Path
    code: str = "office"

    async def register(self, *, size: int = 10) -> Register:
        return await Register.open(self.dsn, self.keys, size=size)

    def client(self, register: Register) -> Client:
        return Client(register, self.code, self.journal)

    @property
    def account(self) -> Account:
        return Account(self.journal)

    async def open(self) -> Office:
        """Record the authority's registration, which opens its register."""
        register = await self.register(size=1)
        with self.client(register) as client:
            assert await client.record(OFFICE)
        await register.close()
        return self

    async def findings(self) -> list[Finding]:
        """What the checker finds, before and after everything is sent again through a new connection pool."""
        before = await check(self.dsn, self.code, self.account, self.keys)
        register = await self.register(size=1)
        try:
            with self.client(register) as client:
                await client.repeat(self.account)
        finally:
            await register.close()
        return before + await check(self.dsn, self.code, self.account, self.keys)


@dataclass
class Site:
    """A separate server, whose disk may be filled and whose processes may be killed."""

    directory: Path
    office: Office

    @property
    def postmaster(self) -> int:
        return int((self.directory / "data/postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """Postmaster and all its children with -9."""
        first = self.postmaster
        os.kill(first, signal.SIGSTOP)  # it must not start others while its children are listed
        for pid in (first, *children(first)):
            os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended in the meantime
        if int(words[1]) == pid:
            found.append(int(stat.parent.name))
    return found


@asynccontextmanager
async def founded(directory: Path, files: Path) -> AsyncIterator[Site]:
    """A register on a separate server in the directory; keys and journal are elsewhere."""
    server = await embedded.start(directory)
    try:
        await migrate.migrate(server.dsn(embedded.OWNER), embedded.RUNTIME)
        runtime, superuser = map(server.dsn, (embedded.RUNTIME, embedded.SUPERUSER))
        office = Office(runtime, superuser, files / "keys", files / "journal")
        yield Site(directory, await office.open())
    finally:
        await embedded.stop(directory)
