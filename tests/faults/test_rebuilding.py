"""R11: a rebuild killed at any point leaves the old register or the new one, never part of either."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import asyncpg

from tests.faults import worker
from tests.faults.extent import Outcome, chance, report, times
from tests.faults.office import Office
from tests.faults.requests import random_request
from tests.faults.wire import DIRECTIONS, laid

SPOILED = (
    "UPDATE requests SET due_on = due_on + 1, irregularities = '{}'",
    "DELETE FROM requests WHERE number % 5 = 0",
    "DELETE FROM appeal_spells",
    "DELETE FROM document_numbers",
    "UPDATE heads SET law_digest = 'of an older program'",
)


async def derived(office: Office) -> list[list[str]]:
    """Every table that a rebuild writes, read once all other sessions have ended."""
    connection = await asyncpg.connect(office.superuser)
    try:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        while await connection.fetchval(others + " AND usename = 'taizhang'"):
            pass
        return [
            [row[0] for row in await connection.fetch(f"SELECT whole::text FROM {table} AS whole ORDER BY 1")]
            for table in ("requests", "appeal_spells", "document_numbers", "heads")
        ]
    finally:
        await connection.close()


async def spoil(office: Office) -> list[list[str]]:
    connection = await asyncpg.connect(office.superuser)
    for statement in SPOILED:
        await connection.execute(statement)
    await connection.close()
    return await derived(office)


async def test_killed_at_any_point_of_a_rebuild(
    office: Office, place: Path, record_property: Callable[..., None]
) -> None:
    choose = chance("rebuild")
    register = await office.register()
    with office.client(register) as client:
        for nth in range(times(15, 100)):
            for recording in random_request(choose.randrange(10**6), f"s{nth}"):
                assert await client.record(recording)
    await register.close()
    sound = await derived(office)

    kept = {"old": 0, "new": 0}
    victims: list[BaseProcess] = []
    async with laid(place, office.dsn) as wire:
        through = replace(office, dsn=wire.dsn(office.dsn))
        await spoil(office)
        wire.mend()
        assert await worker.end(worker.start(worker.rebuild, through)) == 0
        assert await derived(office) == sound
        totals = dict(wire.carried)
        for nth in range(times(10, 100)):
            spoiled = await spoil(office)
            way = DIRECTIONS[nth % 2]
            # Half of the kills fall in the last 40 bytes, where the transaction ends; the first two come after its end.
            after = (
                choose.randint(1 if nth % 4 < 2 else totals[way] - 40, totals[way])
                if nth > 1
                else totals[way]
            )
            wire.cut(way, after, lambda: victims[-1].kill())  # noqa: PLW0108 - not yet there
            victims.append(worker.start(worker.rebuild, through))
            assert await worker.end(victims[-1]) == -signal.SIGKILL, (way, after)
            wire.mend()
            now = await derived(office)
            assert now in (spoiled, sound), (way, after)
            kept["new" if now == sound else "old"] += 1
        await spoil(office)
        assert await worker.end(worker.start(worker.rebuild, office)) == 0

    account, found = office.account, await office.findings()

    done = f"a rebuild killed at any byte of its conversation ({kept['old']} left the old register, {kept['new']} the new)"
    report(record_property, Outcome("R11", done, sum(kept.values()), account.acknowledged, len(found)), found)
    assert all(kept.values())
