"""Verification of a whole log."""

from __future__ import annotations

import hashlib
import statistics
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import asyncpg

from adapters.postgres import embedded
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from tests.bench.ground import fresh, log, office, reader
from tests.bench.measuring import median, report


async def verification(server: embedded.Server, scratch: Path) -> None:
    """300,000 events: gaps, leaves, roots and signatures against a bare SELECT and SHA-256 over the same rows.

    Judging every step again is measured separately: it replays the law, which hashing does not.
    """
    database = await fresh(server)
    keys = scratch / "keys"
    register = await Register.open(server.dsn(embedded.RUNTIME, database), keys, size=1)
    await register.record("office-1", convert(office("office-1")), actor="bench")
    behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
    # After the first entry, with a fraction of a second, as from a clock.
    await log(behind, 1, 75_000, first=2, recorded_at=datetime(2099, 1, 1, 0, 0, 0, 123456, tzinfo=UTC))
    await register.rebuild("office-1")
    start = perf_counter()
    await register.proofs.sign_checkpoint("office-1")
    sealing = 300_001 / (perf_counter() - start)
    await behind.execute("VACUUM ANALYZE events")
    connection = await reader(server, database)
    judging: list[float] = []

    async def ours() -> float:
        found = await register.proofs.verify("office-1")
        assert (found.holds, found.entries) == (True, 300_001), found
        judging.append(found.entries / found.judging_seconds)
        return found.entries / found.log_seconds

    async def bare() -> float:
        start, rows = perf_counter(), 0
        async with connection.transaction(readonly=True):
            async for row in connection.cursor(BARE, prefetch=1000):
                hashlib.sha256(row["payload"]).digest()
                rows += 1
        return rows / (perf_counter() - start)

    mine, peer = await median(3, ours, bare)
    detail = f"{mine:.0f} events/s, SELECT and SHA-256 alone {peer:.0f}/s; sealed at {sealing:.0f}/s"
    report("verifying the log", mine / peer, 0.4, most=False, detail=detail)
    again = statistics.median(judging)
    report("judging every act again", again / peer, 0.1, most=False, detail=f"{again:.0f} events/s")
    await connection.close()
    await behind.close()
    await register.close()


BARE = "SELECT * FROM events WHERE authority_id = 1 ORDER BY position"
