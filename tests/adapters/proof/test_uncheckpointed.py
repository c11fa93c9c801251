"""A policy by which an office stops recording when its log has not been sealed for too long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.postgres.queries import SQL
from adapters.refusals import CheckpointOverdue
from adapters.register.register import Register
from api import settings
from api.web.application import Application
from domain.law.refusals import Malformed
from tests import builders
from tests.adapters.recordings import CODE, connected, file, line, opened, record
from tests.api.conftest import OFFICE, TOKEN, Door, Taizhang, in_process, lifespan, taizhang

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

__all__ = ["taizhang"]

LIMIT = 14_400
"""Four hours: X-Road's figure for messages that wait for their timestamp."""

R = builders.received("2020-03-02")


@pytest.fixture
async def strict(server: DatabaseServer, database: str, tmp_path: Path) -> AsyncIterator[Register]:
    """A store that records nothing when an entry has waited longer than LIMIT."""
    opened_ = await Register.open(server.runtime(database), tmp_path / "keys", refuse_uncheckpointed=LIMIT)
    yield opened_
    await opened_.close()


async def age(server: DatabaseServer, database: str, seconds: int) -> None:
    """Everything was recorded that much earlier."""
    async with connected(server.behind(database)) as connection:
        await connection.execute("SET session_replication_role = replica")
        for table in ("events", "heads"):
            change = f"UPDATE {table} SET recorded_at = recorded_at - make_interval(secs => $1)"
            await connection.execute(change, float(seconds))


async def test_nothing_is_recorded_after_four_hours_without_a_seal(
    strict: Register, server: DatabaseServer, database: str
) -> None:
    """A minute before it is; a minute after nothing is stored, a repeated id and a preview are answered; once sealed, recording continues."""
    await opened(strict)
    await age(server, database, LIMIT - 60)
    (first,) = await record(strict, line("a", R))

    await age(server, database, 120)
    with pytest.raises(CheckpointOverdue) as refused:
        await strict.record(CODE, line("b", R), actor="tests")
    assert str(refused.value).startswith(
        "已有2条登记未存证，最早的已等待241分钟，超过所设的240分钟，暂停登记"
    )
    assert await strict.position(CODE) == 2
    with pytest.raises(CheckpointOverdue):
        await file(strict)
    (again,) = await record(strict, line("a", R))
    assert (again.position, again.reference) == (
        first.position,
        first.reference,
    )  # its leaf has the moment in it
    (judged,) = await strict.record_all(CODE, [line("b", R)], actor="tests", preview=True)
    assert judged.position == 3

    await strict.proofs.sign_checkpoint(CODE)
    assert (await strict.record(CODE, line("b", R), actor="tests")).position == 3


async def test_it_is_off_unless_asked_for(register: Register, server: DatabaseServer, database: str) -> None:
    """An alarm elsewhere, no refusal here."""
    await opened(register)
    await age(server, database, 10 * LIMIT)
    assert (await register.record(CODE, line("a", R), actor="tests")).position == 2


async def test_no_statement_is_sent_for_it_where_it_is_off(
    register: Register,
) -> None:
    """No round trip more: begin, read, append, commit."""
    await record(await opened(register), line("a", R))
    sent: list[str] = []
    async with register._database.session() as connection:  # the one that the next call takes
        connection.add_query_logger(lambda query: sent.append(query.query))
    await register.record(CODE, line("b", builders.assigned("2020-03-03"), "2020-0001"), actor="tests")
    await asyncio.sleep(0)  # the library tells of a statement in the next turn of the loop

    assert sent == [sent[0], SQL["read_for_recording"], SQL["append"], "COMMIT"]
    assert sent[0].startswith("BEGIN; ")


async def test_over_http_it_is_503(
    strict: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """The key by which it was sealed is gone: receipts are refused with a specific code; reading continues."""
    await opened(strict)
    await strict.proofs.sign_checkpoint(CODE)
    for path in (tmp_path / "keys").glob("*.seal-key"):
        path.unlink()
    await record(strict, line("a", R))
    await age(server, database, LIMIT + 60)

    @asynccontextmanager
    async def opens() -> AsyncIterator[Register]:
        yield strict

    application = Application(opens, token=TOKEN, actor="tests")
    async with lifespan(application), in_process(application) as client:
        door = Door(client, server.behind(database), CODE)
        refused = await door.post("requests", R)
        assert (refused.status_code, refused.json()["code"]) == (503, "unsealed_too_long")
        assert "暂停登记" in refused.json()["detail"]
        assert (await door.get("requests/2020-0001")).status_code == 200


def test_the_setting_is_seconds_from_60_on() -> None:
    """Empty is off; what is no such number is refused by name."""
    assert settings.from_environment({"TAIZHANG_REFUSE_UNCHECKPOINTED": ""}).refuse_uncheckpointed is None
    assert (
        settings.from_environment({"TAIZHANG_REFUSE_UNCHECKPOINTED": "14400"}).refuse_uncheckpointed == 14400
    )
    for wrong in ("59", "1h", "-60", "1e4", "６０"):
        with pytest.raises(Malformed, match="TAIZHANG_REFUSE_UNCHECKPOINTED：应为秒数"):
            settings.from_environment({"TAIZHANG_REFUSE_UNCHECKPOINTED": wrong})


def test_a_command_says_so(
    taizhang: Taizhang, server: DatabaseServer, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong setting is a bad call."""
    assert taizhang(*OFFICE).code == 0
    monkeypatch.setenv("TAIZHANG_REFUSE_UNCHECKPOINTED", "soon")
    refused = taizhang("list")
    assert (refused.code, "TAIZHANG_REFUSE_UNCHECKPOINTED" in refused.err) == (2, True)
