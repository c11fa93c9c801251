"""R03: the connection between application and database is cut after any byte; sessions are ended by the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
import pytest

from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register
from tests import builders
from tests.adapters.recordings import line
from tests.faults.extent import FULL, Outcome, chance, report, times
from tests.faults.journal import Client
from tests.faults.office import Office
from tests.faults.requests import as_sent, random_request, receipt
from tests.faults.wire import DIRECTIONS, RECEIVED, SENT, Wire, laid


def appeal(id_: str, reference: str) -> dict[str, Any]:
    """The recording with the most statements: it also writes the spells of the appeal."""
    return as_sent(line(id_, builders.appealed("2020-03-02", id_, ground="no_answer"), reference))


def bytes_to_cut(total: int, every: int, name: str) -> Iterable[int]:
    """After which bytes of the conversation to cut: every `every`th in `make faults`, else a few."""
    return range(0, total + 1, every) if FULL else sorted(chance(name).sample(range(total + 1), 12))


@pytest.mark.parametrize(("kind", "every"), [("receipt", 1), ("appeal", 4)])
async def test_cut_after_every_byte_of_a_recording(
    office: Office, place: Path, record_property: Callable[..., None], kind: str, every: int
) -> None:
    """Either it is answered, or the same id is as soon as the connection works again; the pool recovers at once."""

    def recording(id_: str) -> dict[str, Any]:
        return receipt(id_) if kind == "receipt" else appeal(id_, f"#{cuts:05}-request")

    cuts, slowest = 0, 0.0
    async with laid(place, office.dsn) as wire:
        register = await Register.open(wire.dsn(office.dsn), office.keys, size=1)
        with office.client(register) as client:
            assert await client.record(receipt("00000-request"))
            assert await client.record(
                recording("00000-first")
            )  # the session has prepared every statement now
            cuts = 1
            assert await client.record(receipt("00001-request"))
            wire.mend()
            assert await client.record(recording("00001-cut"))
            totals = dict(wire.carried)
            for way in DIRECTIONS:
                for after in bytes_to_cut(totals[way], every, way):
                    cuts += 1
                    assert await client.record(receipt(f"{cuts:05}-request"))
                    wire.cut(way, after)
                    answered = await client.record(recording(f"{cuts:05}-cut"))
                    # The number of bytes varies with the digits of positions and versions.
                    assert (wire.was_cut and answered is None) or after > totals[way] - 16
                    wire.mend()
                    began = perf_counter()
                    assert await insist(client, recording(f"{cuts:05}-cut"))
                    slowest = max(slowest, perf_counter() - began)
                    assert await client.record(recording(f"{cuts:05}-after"))
        await register.close()

    account, found = office.account, await office.findings()

    which = "every byte" if every == 1 else f"every {every}th byte"
    done = f"the wire cut after {which if FULL else 'a byte'} of a recording of {totals[SENT]} + {totals[RECEIVED]} ({kind})"
    report(record_property, Outcome("R03", done, cuts - 1, account.acknowledged, len(found), slowest), found)
    assert slowest < 2  # the pool itself would wait for ten


async def insist(client: Client, recording: dict[str, Any]) -> bool:
    """Record once or twice: a session found dead while idle costs one refusal."""
    return bool(await client.record(recording) or await client.record(recording))


async def test_cut_while_a_program_starts_and_records(
    office: Office, place: Path, record_property: Callable[..., None]
) -> None:
    """Cut during start, preparing of statements or first recording: it reports the failure, and the next start works."""
    cuts = 0
    async with laid(place, office.dsn) as wire:
        through = replace(office, dsn=wire.dsn(office.dsn))
        totals = await conversation(through, wire, receipt("measured"))
        for way in DIRECTIONS:
            for after in chance(way).sample(range(totals[way]), min(times(12, 400), totals[way])):
                cuts += 1
                wire.cut(way, after)
                try:
                    await conversation(through, wire, receipt(f"{cuts}-cut"))
                except DatabaseUnavailable:
                    assert wire.was_cut
                wire.mend()
                await conversation(through, wire, receipt(f"{cuts}-cut"))

    account, found = office.account, await office.findings()

    assert account.unanswered == []
    done = "the wire cut while a program starts and records"
    report(record_property, Outcome("R03", done, cuts, account.acknowledged, len(found)), found)


async def conversation(office: Office, wire: Wire, recording: dict[str, Any]) -> dict[str, int]:
    """Bytes by direction of a program that starts, records once and ends."""
    register = await office.register(size=1)
    try:
        with office.client(register) as client:
            await client.record(recording)
        return dict(wire.carried)
    finally:
        await register.close()


async def test_sessions_ended_at_random_every_100_ms(
    office: Office, record_property: Callable[..., None]
) -> None:
    """A writer that loses its session sends the same id again; the others are not affected."""
    choose = chance("terminated")
    register = await office.register()
    superuser = await asyncpg.connect(office.superuser)
    ended = 0
    enough = asyncio.Event()

    async def write(writer: int) -> None:
        nth = 0
        while not enough.is_set():
            for recording in random_request(choose.randrange(10**6), f"{writer}-{nth}"):
                while await client.record(recording) is None:
                    pass
            nth += 1

    with office.client(register) as client:
        writers = [asyncio.create_task(write(writer)) for writer in range(8)]
        while ended < times(15, 300) and not any(writer.done() for writer in writers):
            await asyncio.wait(writers, timeout=0.1)
            ended += await superuser.fetchval(ONE_SESSION)
        enough.set()
        await asyncio.gather(*writers)
    await superuser.close()
    await register.close()

    account, found = office.account, await office.findings()

    done = "a session of 8 writers ended by the server, one every 100 ms"
    report(record_property, Outcome("R03", done, ended, account.acknowledged, len(found)), found)


ONE_SESSION = """
SELECT count(pg_terminate_backend(pid)) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'taizhang' ORDER BY random() LIMIT 1
) AS one
"""
