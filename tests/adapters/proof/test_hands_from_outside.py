"""Acts of another authority's officers in a log: verification finds each, in an authority with officers or without.

They are written straight into the database before anything was sealed, so every hash fits.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.postgres import embedded
from adapters.proof import bundle_check
from adapters.proof.handover import verify as standalone
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from domain.authority import authorization, founding, powers
from domain.authority.events import SeparationWaived, SuperiorSet
from domain.authority.refusals import NotAnOfficer, NotTheSuperior
from domain.authority.supervision_events import SupervisionOrdered
from tests import builders
from tests.adapters.recordings import CODE, connected, day, line, opened, record, renamed
from tests.domain.authority.test_powers import Office

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

ABOVE = SuperiorSet(day("2020-01-02"), "county", "lower_government", day("2020-01-01"))
WAIVER = SeparationWaived(day("2020-01-06"), "approval", day("2020-12-31"), "县〔2020〕3号")
FOREIGN = {
    "renamed": "actor = 'county/wang'",
    "served": "on_behalf_of = 'county/wang'",
    "work_recorded": "actor = 'county/wang'",
}


@pytest.mark.parametrize("staffed", [False, True], ids=["without officers", "with"])
async def test_every_act_from_outside_is_found(
    register: Register, server: DatabaseServer, database: str, tmp_path: Path, staffed: bool
) -> None:
    """By `verify`, from a bundle, and by the file in it; the waiver, which may come from outside, is not named."""
    work = {"type": "work_recorded", "on": "2020-06-01", "kind": "training", "number": 1}
    await opened(register)
    await record(
        register,
        line("above", ABOVE),
        line("n", renamed("2020-02-03", "某新区")),
        line("r", builders.received("2020-03-02")),
        line("a", builders.answered("2020-03-20"), "#r"),
        line("s", builders.served("2020-03-20"), "#r"),
    )
    await record(register, convert({"id": "w", "stream": "report/2020", "event": work}))
    if staffed:
        for nth, event in enumerate(founding.first_officers("sys", "sec", day("2020-01-06"), after=3)):
            await register.record(CODE, line(f"o{nth}", event), actor=authorization.PROGRAM)
    assert (await register.proofs.verify(CODE)).findings == ()

    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute("SET session_replication_role = replica")
        for topic, change in FOREIGN.items():
            where = "authority_id = 1 AND topic = $1"
            await connection.execute(f"UPDATE events SET {change} WHERE {where}", topic)
        rows = await connection.fetch(
            "SELECT position FROM events WHERE authority_id = 1 AND topic = ANY($1)", list(FOREIGN)
        )
    positions = {row["position"] for row in rows}
    assert len(positions) == 3

    found = await register.proofs.verify(CODE)
    assert {each.code for each in found.findings} == {"act_from_outside"}
    assert {each.position for each in found.findings} == positions
    assert found.requests == 1  # the rest is judged all the same

    await register.proofs.sign_checkpoint(CODE)
    target = tmp_path / "bundle.zip"
    await register.proofs.export(CODE, target, with_sealed=False)
    assert [each.code for each in bundle_check.verify(target).findings] == ["act_from_outside"] * 3
    check, _ = standalone.verify(str(target))
    assert [code for code, *_ in check.found] == ["act_from_outside"] * 3


def test_the_superior_s_waiver_is_no_act_from_outside() -> None:
    """In an office without officers too; nothing else of the same hand is let in."""
    office = Office()
    office.record(ABOVE, "cli", on=day("2026-03-02"))
    office.record(WAIVER, "county/wang", on=day("2026-03-02"))
    for event in (renamed("2020-02-03", "某新区"), ABOVE):
        message = office.refused(NotAnOfficer, event, "county/wang")
        assert "从简审批" in message
    for each in (
        WAIVER,
        SupervisionOrdered(day("2020-01-06"), "overdue", day("2026-12-31"), "县〔2020〕4号"),
    ):
        office.refused(NotTheSuperior, each, "city/wang", on=day("2026-03-02"))
    assert set(standalone.FROM_OUTSIDE) == powers.FROM_OUTSIDE
