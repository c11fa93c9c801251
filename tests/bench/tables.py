"""A year's tables over many registers, and as of an earlier moment of a long log."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import perf_counter

import asyncpg

from adapters.postgres import embedded
from adapters.postgres.queries import SQL
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from adapters.views import Until
from domain.values import Period
from projections.annual_tables import form_of
from tests.bench.ground import fresh, log, office
from tests.bench.measuring import median, report

AUTHORITIES = 200
YEAR = Period.year(2020)


async def tables(server: embedded.Server, scratch: Path) -> None:
    """1,000,000 rows in 200 authorities: the requests tables of a year against one GROUP BY over all rows."""
    database = await fresh(server)
    behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
    await behind.execute(ROWS)
    await behind.execute("VACUUM ANALYZE requests")
    # Two connections, since the plain GROUP BY also uses both cores (a parallel plan).
    settings = {"plan_cache_mode": "force_generic_plan"}  # the program's own statement
    dsn = server.dsn(embedded.RUNTIME, database)
    connection, other = [await asyncpg.connect(dsn, server_settings=settings) for _ in range(2)]

    async def tally(connection: asyncpg.Connection, authority_id: int) -> None:
        """In a transaction of the authority, as in the program; outside one no row is visible."""
        await connection.execute(f"BEGIN READ ONLY; SET LOCAL taizhang.authority = '{authority_id}'")
        await connection.fetch(SQL["tally_requests"], authority_id, *YEAR)
        await connection.execute("COMMIT")

    async def ours() -> float:
        async def half(connection: asyncpg.Connection, first: int) -> None:
            for authority_id in range(first, AUTHORITIES + 1, 2):
                await tally(connection, authority_id)

        start = perf_counter()
        await asyncio.gather(half(connection, 1), half(other, 2))
        return perf_counter() - start

    async def plain() -> float:
        start = perf_counter()
        await behind.fetch("SELECT applicant_kind, outcome, count(*) FROM requests GROUP BY 1, 2")
        return perf_counter() - start

    async def one() -> float:
        start = perf_counter()
        await tally(connection, 77)
        return perf_counter() - start

    await ours()
    mine, bare, single = await median(7, ours, plain, one)
    await other.close()
    detail = f"{mine * 1000:.0f} ms for {AUTHORITIES} authorities, GROUP BY {bare * 1000:.0f} ms"
    report("requests tables of a year", mine / bare, 1.0, most=True, detail=detail)
    report("one authority of 5,000 rows, ms", single * 1000, 2.0, most=True, detail="one query")
    await connection.close()
    await behind.close()


ROWS = """
INSERT INTO requests (authority_id, year, number, version, position, law_digest, stage, received_on, closed_on,
                      applicant_kind, outcome, started_on, due_on, original_due_on, provisional, extended,
                      supplemented, consulted, reopened, suspended, irregularities)
SELECT a, 2018 + n % 4, n, 4, n * 4, 'digest', 'closed', d, CASE WHEN n % 50 > 0 THEN d + 10 + n % 15 END,
       (ARRAY['natural_person', 'commercial_enterprise', 'other_organisation'])[1 + n % 3],
       CASE WHEN n % 50 > 0 THEN
           (ARRAY['granted.provided', 'granted_in_part', 'unable.not_held.nonexistent', 'refused.deliberative',
                  'not_processed.repeated', 'other.unspecified.withdrawn'])[1 + n % 6] END,
       d, d + 28, d + 28, false, false, false, false, false, 0, '{}'
FROM generate_series(1, 200) AS a, generate_series(1, 5000) AS n,
     LATERAL (SELECT make_date(2018 + n % 4, 1, 1) + n % 360 AS d) AS dated
"""


async def look_back(server: embedded.Server, scratch: Path) -> None:
    """1,000,000 entries, a tenth of them after the requested moment: the year's tables as of then."""
    database = await fresh(server)
    register = await Register.open(server.dsn(embedded.RUNTIME, database), scratch / "keys", size=2)
    await register.record("office-1", convert(office("office-1")), actor="bench")
    behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
    await log(behind, 1, 250_000, first=2)
    await register.rebuild("office-1")
    await behind.execute("VACUUM ANALYZE events, requests")

    async def then() -> float:
        start = perf_counter()
        async with register.view("office-1", Until(position=900_000)) as view:
            found = await view.tables(YEAR, form_of(YEAR))
        assert found.position == 900_000
        return perf_counter() - start

    (seconds,) = await median(3, then)
    report(
        "tables as recorded until a position", seconds, 2.0, most=True, detail="seconds at 1,000,000 entries"
    )
    await behind.close()
    await register.close()
