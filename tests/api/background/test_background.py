"""Background work over several authorities: each in its own transactions, and none omitted silently."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
from structlog.testing import capture_logs

from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register
from api.background.checkpointing import Checkpointer
from api.today import today
from api.web.metrics import Metrics
from tests import builders
from tests.adapters.recordings import connected, fetch, line, opened
from tests.api.conftest import Running, application_over, lifespan
from tests.api.officers import register_of

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

OWN = "nullif(current_setting('taizhang.authority', true), '')::integer"
HIDE = "ALTER POLICY own ON heads USING (authority_id = {own} AND authority_id <> {hidden})"
SHOW = f"ALTER POLICY own ON heads USING (authority_id = {OWN})"
CODES = ("baiyun", "conghua", "huadu")


@pytest.fixture
async def offices(register: Register) -> Register:
    for code in CODES:
        await opened(register, code)
    return register


async def hide(server: DatabaseServer, database: str, code: str) -> None:
    rows = await fetch(server.behind(database), "SELECT authority_id FROM authorities WHERE code = $1", code)
    await fetch(server.behind(database), HIDE.format(own=OWN, hidden=rows[0][0]))


async def unsealed(server: DatabaseServer, database: str) -> set[str]:
    query = "SELECT code FROM authorities WHERE authority_id NOT IN (SELECT authority_id FROM checkpoints)"
    return {row["code"] for row in await fetch(server.behind(database), query)}


async def test_a_hidden_office_does_not_stop_sealing_of_others(
    offices: Register, server: DatabaseServer, database: str
) -> None:
    """Of three the first is hidden: the sweep seals the others and reports the hidden one; once visible it is sealed."""
    await hide(server, database, CODES[0])
    checkpointer = Checkpointer()
    with capture_logs() as logged:
        running = asyncio.create_task(checkpointer.run(offices))
        async with asyncio.timeout(60):
            while await unsealed(server, database) != {CODES[0]}:
                pass
        await fetch(server.behind(database), SHOW)
        checkpointer.grown(CODES[0])
        async with asyncio.timeout(60):
            while await unsealed(server, database):
                pass
        running.cancel()

    faults = [each for each in logged if each["event"] == "sealing.fault"]
    assert [each["authority"] for each in faults] == [CODES[0]]
    assert "行级安全策略" in faults[0]["reason"]


async def test_sealing_is_retried_after_a_timeout(
    offices: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """After a seal has timed out, the same offices are sealed as soon as the row lock is free."""
    first = await Register.open(server.runtime(database), tmp_path / "keys", timeout=0.2)
    for code in CODES:
        await offices.proofs.sign_checkpoint(code)
        await offices.record(code, line("r", builders.received("2020-03-02")), actor="tests")
    checkpointer = Checkpointer()
    for code in CODES:
        checkpointer.grown(code)
    holder = await asyncpg.connect(server.behind(database))
    await holder.execute("BEGIN; SELECT FROM sealers FOR UPDATE")
    with capture_logs() as logged:
        await checkpointer.finish(first)
        running = asyncio.create_task(checkpointer.run(first))
        async with asyncio.timeout(60):
            while len([each for each in logged if each["event"] == "sealing.unavailable"]) < 4:
                await asyncio.sleep(0)
        await holder.execute("COMMIT")
        await holder.close()
        async with asyncio.timeout(60):
            while any([(await offices.proofs.checkpoint_lag(code)).entries for code in CODES]):
                pass
        running.cancel()
    await first.close()


async def test_a_scrape_reports_an_unreadable_office(
    offices: Register, server: DatabaseServer, database: str
) -> None:
    """It has readable 0 and no other metric; the other offices have all of theirs."""
    await hide(server, database, CODES[1])
    scraped = (await Metrics().scrape(offices)).decode()
    lines = [each for each in scraped.splitlines() if each.startswith("taizhang_register")]

    assert [each for each in lines if CODES[1] in each] == [
        'taizhang_register_readable{authority="conghua"} 0.0'
    ]
    for code in (CODES[0], CODES[2]):
        assert f'taizhang_register_readable{{authority="{code}"}} 1.0' in lines
        assert sum(f'"{code}"' in each for each in lines) == 7


async def test_a_missing_office_is_reported(offices: Register, server: DatabaseServer, database: str) -> None:
    """If a known office is missing from the directory, reading all offices names it instead of returning fewer."""
    assert await offices.authorities() == list(CODES)
    change = "ALTER POLICY directory ON authorities USING (current_setting('taizhang.authority', true) IS NOT NULL AND code <> 'huadu')"
    await fetch(server.behind(database), change)

    with pytest.raises(DatabaseUnavailable, match=r"机关名录不全，缺.*huadu"):
        await offices.authorities()


async def test_all_authorities_are_read_before_the_first_page(
    offices: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """A page shows whether its office has units: all logs are read before calls are accepted, and none during one."""
    application = application_over(server.runtime(database), tmp_path / "keys")
    async with lifespan(application), connected(server.behind(database)) as behind:
        started = register_of(Running(application, server.behind(database)))
        async with behind.transaction():
            await behind.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
            assert not await started.supervises(CODES[0], today())
