"""R02: PostgreSQL itself is killed under load."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import asyncpg
import pytest

from adapters.postgres import embedded
from adapters.register.register import Register
from tests.faults.extent import Outcome, chance, in_full, report, times
from tests.faults.journal import Client
from tests.faults.office import Site
from tests.faults.requests import random_request

WRITERS = 12


class Load:
    """Writers that record requests until stopped, and repeat each recording until it is answered."""

    def __init__(self, client: Client, seed: str) -> None:
        self._client, self._choose, self._name = client, chance(seed), seed
        self._ended = False
        self._answered = asyncio.Condition()
        self.answers = 0
        self.up = asyncio.Event()
        self.up.set()
        self.writers = [asyncio.create_task(self._write(writer)) for writer in range(WRITERS)]

    async def _write(self, writer: int) -> None:
        nth = 0
        while not self._ended:
            for recording in random_request(self._choose.randrange(10**6), f"{self._name}-{writer}-{nth}"):
                while await self._client.record(recording) is None:
                    await self.up.wait()
                self.answers += 1
                async with self._answered:
                    self._answered.notify_all()
            nth += 1

    async def more(self, answers: int) -> None:
        """Returns once this many more were answered; raises what a writer raised."""
        enough = self.answers + answers

        async def reached() -> None:
            async with self._answered:
                await self._answered.wait_for(lambda: self.answers >= enough)

        waiting = asyncio.create_task(reached())
        await asyncio.wait({waiting, *self.writers}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            await asyncio.gather(*self.writers)

    async def end(self) -> None:
        self._ended = True
        self.up.set()
        await asyncio.gather(*self.writers)


async def under_load(
    site: Site, many: int, seed: str, fault: Callable[[], Awaitable[Any]]
) -> tuple[list[float], int]:
    """Inject the fault while 12 writers record. Returns the seconds until one was answered again, and all answers."""
    choose, waits = chance(f"{seed} blows"), []
    register = await Register.open(site.office.dsn, site.office.keys, size=WRITERS)
    try:
        with site.office.client(register) as client:
            load = Load(client, seed)
            try:
                for _ in range(many):
                    await load.more(choose.randint(20, 200))
                    load.up.clear()
                    began = perf_counter()
                    await fault()
                    load.up.set()
                    await load.more(1)
                    waits.append(perf_counter() - began)
                await load.more(50)
            finally:
                await load.end()
    finally:
        await register.close()
    return waits, load.answers


async def test_the_server_killed_under_twelve_writers(
    site: Site, record_property: Callable[..., None]
) -> None:
    """All its processes are killed with -9; the next start recovers, and all writers continue within ten seconds."""

    async def fault() -> None:
        site.kill()
        await embedded.start(site.directory)

    many = times(1, 10)
    waits, answers = await under_load(site, many, "server", fault)

    found = await site.office.findings()

    done = f"kill -9 of PostgreSQL, all its processes, under {WRITERS} writers"
    report(record_property, Outcome("R02", done, many, answers, len(found), max(waits)), found)
    assert max(waits) < 10


async def test_one_session_killed_under_twelve_writers(
    site: Site, record_property: Callable[..., None]
) -> None:
    """PostgreSQL then ends all other sessions and restarts by itself; all writers continue within ten seconds."""

    async def fault() -> None:
        connection = await asyncpg.connect(site.office.superuser)
        noticed = asyncio.Event()
        connection.add_termination_listener(lambda _: noticed.set())
        query = "SELECT pid FROM pg_stat_activity WHERE usename = 'taizhang' ORDER BY random() LIMIT 1"
        os.kill(await connection.fetchval(query), signal.SIGKILL)
        await noticed.wait()  # all sessions end, this one too
        await embedded.start(site.directory)

    many = times(1, 10)
    waits, answers = await under_load(site, many, "session", fault)

    found = await site.office.findings()

    done = f"kill -9 of one session of PostgreSQL, which restarts all, under {WRITERS} writers"
    report(record_property, Outcome("R02", done, many, answers, len(found), max(waits)), found)
    assert max(waits) < 10


@in_full
@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_the_server_stopped_and_started_under_twelve_writers(
    site: Site, record_property: Callable[..., None], how: str
) -> None:
    """A stop as by an operator or a reboot: nothing acknowledged is lost."""

    async def fault() -> None:
        if how == "fast":
            assert await embedded.stop(site.directory)
        else:
            os.kill(site.postmaster, signal.SIGQUIT)
        await embedded.start(site.directory)

    many = 10
    waits, answers = await under_load(site, many, how, fault)

    found = await site.office.findings()

    done = f"PostgreSQL stopped ({how}) and started under {WRITERS} writers"
    report(record_property, Outcome("R02", done, many, answers, len(found), max(waits)), found)
