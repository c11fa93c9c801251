"""R29: the pool is exhausted, the database slow or frozen: every caller gets an answer soon, and nothing is half recorded."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter

import asyncpg
import pytest

from adapters.postgres import database
from adapters.postgres.database import DatabaseUnavailable
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from tests.faults.extent import Outcome, report
from tests.faults.journal import ACTOR
from tests.faults.office import Office
from tests.faults.requests import receipt

PROMPT = 2.0
"""Seconds within which every caller must have an answer, even if it is a refusal."""


@asynccontextmanager
async def head_held(office: Office) -> AsyncIterator[None]:
    """Another session holds the lock of a recording for the authority."""
    connection = await asyncpg.connect(office.superuser)
    try:
        async with connection.transaction():
            await connection.execute("SELECT FROM heads FOR UPDATE")
            yield
    finally:
        await connection.close()


async def waiting(office: Office, sessions: int) -> None:
    """Returns once this many sessions wait for a lock."""
    connection = await asyncpg.connect(office.superuser)
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    try:
        async with asyncio.timeout(60):
            while await connection.fetchval(query) < sessions:
                pass
    finally:
        await connection.close()


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def refused_after(register: Register, office: Office, id_: str, match: str) -> float:
    began = perf_counter()
    with pytest.raises(DatabaseUnavailable, match=match):
        await register.record(office.code, convert(receipt(id_)), actor=ACTOR)
    return perf_counter() - began


async def test_no_free_connection(office: Office, record_property: Callable[..., None]) -> None:
    """If every connection is taken, a caller is refused within the timeout, recording or reading; the others continue."""
    hasty = await Register.open(office.dsn, office.keys, size=2, timeout=1)
    with office.client(hasty) as client:
        async with hasty.view(office.code), hasty.view(office.code):
            took = [await refused_after(hasty, office, f"refused-{nth}", "没有保存") for nth in range(2)]
            began = perf_counter()
            with pytest.raises(DatabaseUnavailable, match="没有空闲的连接"):
                await hasty.authorities()
            took.append(perf_counter() - began)
        assert await client.record(receipt("after"))
    await hasty.close()

    account, found = office.account, await office.findings()

    done = "every connection of the pool taken"
    report(
        record_property, Outcome("R29", done, len(took), account.acknowledged, len(found), max(took)), found
    )
    assert max(took) < PROMPT


async def test_a_recording_that_never_ends(office: Office, record_property: Callable[..., None]) -> None:
    """A caller that waits for the authority's head row is refused within the timeout; nothing was saved."""
    register = await Register.open(office.dsn, office.keys, size=2, timeout=1)
    async with head_held(office):
        took = await asyncio.gather(
            *(refused_after(register, office, f"refused-{nth}", "没有保存") for nth in range(4))
        )
    with office.client(register) as client:
        assert await client.record(receipt("after"))
    await register.close()

    account, found = office.account, await office.findings()

    done = "the authority's head row locked by another session"
    report(
        record_property, Outcome("R29", done, len(took), account.acknowledged, len(found), max(took)), found
    )
    assert max(took) < PROMPT


@pytest.mark.parametrize("when", ["its first question", "a recording"])
async def test_a_frozen_session_does_not_hold_its_caller(
    office: Office, record_property: Callable[..., None], when: str
) -> None:
    """A caller that times out is released, although the session does not even answer the rollback."""
    register = await Register.open(office.dsn, office.keys, size=1)
    with office.client(register) as client:
        if when == "a recording":
            assert await client.record(receipt("before"))
        began = perf_counter()
        with frozen(await session(office)), pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await client.record(receipt("frozen"))
        took = perf_counter() - began
        assert await client.record(receipt("after"))
    await register.close()

    account, found = office.account, await office.findings()

    done = f"a session frozen at {when}, and given up by its caller"
    report(record_property, Outcome("R29", done, 1, account.acknowledged, len(found), took), found)
    assert took < PROMPT


async def test_a_server_that_does_not_answer(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that is gone sends no error: callers are refused after a timeout, and the next session works."""
    monkeypatch.setattr(database, "_STATEMENT_TIMEOUT", 1.0)
    register = await Register.open(office.dsn, office.keys, size=1)
    with office.client(register) as client:
        assert await client.record(receipt("before"))
        with frozen(await session(office)):
            assert await refused_after(register, office, "silent", "以同一编号再次提交") < 1 + PROMPT
        assert await client.record(receipt("after"))
    await register.close()

    assert await office.findings() == []


async def session(office: Office) -> int:
    """The process id of the program's only session."""
    connection = await asyncpg.connect(office.superuser)
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'taizhang'"
    found = await connection.fetch(query)
    await connection.close()
    assert len(found) == 1
    pid: int = found[0]["pid"]
    return pid
