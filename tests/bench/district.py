"""The tables of a district of 200 registers, added up as for its page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter

import asyncpg

from adapters.postgres import embedded
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from domain.report import official_form
from domain.values import Period
from projections.district.standing import together
from projections.district.tables import add_up
from tests.bench.ground import fresh, office
from tests.bench.measuring import median, report
from tests.bench.tables import AUTHORITIES, ROWS

YEAR = Period.year(2020)
ON = date(2020, 12, 31)


async def district(server: embedded.Server, scratch: Path) -> None:
    """The tables of 200 units of 5,000 requests each within one second, and the state of each unit."""
    database = await fresh(server)
    register = await Register.open(server.dsn(embedded.RUNTIME, database), scratch / "keys")
    codes = [f"unit-{number:03d}" for number in range(1, AUTHORITIES + 1)]
    for code in codes:
        await register.record(code, convert(office(code)), actor="bench")
    for code in codes[1:]:
        above = {"type": "superior_set", "on": "2020-01-01", "superior": codes[0],
                 "relation": "lower_government", "in_force_from": "2020-01-01"}  # fmt: skip
        await register.record(
            code, convert({"id": "above", "stream": "authority", "event": above}), actor="bench"
        )
    behind = await asyncpg.connect(server.dsn(embedded.SUPERUSER, database))
    await behind.execute(ROWS)
    await behind.execute("VACUUM ANALYZE requests")
    await behind.close()
    form = official_form.in_force(YEAR)

    async def tables() -> float:
        start = perf_counter()
        registers = await register.district(codes[0]).tables(YEAR, form, ON)
        found = add_up(registers, district="示例区", period=YEAR, form=form, units_on=ON)
        took = perf_counter() - start
        assert found.is_whole
        assert len(found.units) == AUTHORITIES
        return took

    async def standing() -> float:
        start = perf_counter()
        reads = await register.district(codes[0]).standing(YEAR, ON)
        together(reads, ON, *YEAR)
        return perf_counter() - start

    await tables()
    added, stands = await median(5, tables, standing)
    report(
        "tables of a district, s", added, 1.0, most=True, detail=f"{AUTHORITIES} units, 1,000,000 requests"
    )
    report("standing of its units, s", stands, 3.0, most=True, detail="the same")
    await register.close()
