"""A full replay, as in a rebuild."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import asyncpg
import msgspec

from adapters.postgres import embedded
from adapters.postgres.database import Database
from adapters.postgres.queries import SQL
from adapters.register.recording import rebuild
from domain.authority.events import AuthorityEvent
from domain.request.events import Stored
from tests.bench.ground import COURSE, FOLLOWING, fresh, log
from tests.bench.measuring import median, report
from tests.builders import LAW


async def replays(server: embedded.Server, scratch: Path) -> None:
    """300,000 events read, decoded, amended and folded to rows, against the same SELECT and bare decoding.

    Like a rebuild it starts processes of its own; their start counts.
    """
    decoder = msgspec.json.Decoder(Stored | AuthorityEvent)

    async def ours(database: Database) -> float:
        start = perf_counter()
        async with database.transaction(1, reading=True) as connection:
            runs = rebuild.fold_in_processes(database, connection, 1, LAW, 300_000)
            rows = sum([len(each.terms) async for each in runs])
        assert rows == 300_000 // steps
        return 300_000 / (perf_counter() - start)

    async def bare(database: Database) -> float:
        start, events = perf_counter(), 0
        async with database.transaction(1, reading=True) as connection:
            async for row in connection.cursor(SQL["select_log"], 1, prefetch=1000):
                decoder.decode(row["payload"])
                events += 1
        return events / (perf_counter() - start)

    for steps, following in ((10, COURSE), (4, FOLLOWING)):
        name = await fresh(server)
        behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, name))
        await behind.execute("INSERT INTO heads (authority_id) VALUES (1)")
        await log(behind, 1, 300_000 // steps, following=following)
        database = await Database.connect(server.dsn(embedded.RUNTIME, name), size=1)
        mine, peer = await median(3, lambda: ours(database), lambda: bare(database))  # noqa: B023
        detail = f"{mine:.0f} events/s, decoding alone {peer:.0f}/s"
        report(f"full replay, {steps} steps a request", mine / peer, 0.5, most=False, detail=detail)
        await database.close()
        await behind.close()
