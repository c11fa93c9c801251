"""Acts of another authority's officers in a log: whoever verifies it finds each, in an office with officers or without.

They are written past the judge, by whoever can write to the database, before anything was sealed: every hash fits.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters import bundle_check, embedded, recording
from adapters.handover import verify as standalone
from adapters.store import Store
from domain import acting, authority, errors
from tests import telling
from tests.domain.test_powers import Office
from tests.store.telling_store import CODE, connected, day, line, opened, record, renamed

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

ABOVE = authority.SuperiorSet(day("2020-01-02"), "county", "lower_government", day("2020-01-01"))
WAIVER = authority.SeparationWaived(day("2020-01-06"), "approval", day("2020-12-31"), "县〔2020〕3号")
FOREIGN = {
    "renamed": "actor = 'county/wang'",
    "served": "on_behalf_of = 'county/wang'",
    "work_recorded": "actor = 'county/wang'",
}


@pytest.mark.parametrize("staffed", [False, True], ids=["without officers", "with"])
async def test_every_act_from_outside_is_found(
    store: Store, server: DatabaseServer, database: str, tmp_path: Path, staffed: bool
) -> None:
    """By `verify`, from a bundle, and by the file in it; the waiver, which may come from outside, is not named."""
    work = {"type": "work_recorded", "on": "2020-06-01", "kind": "training", "number": 1}
    await opened(store)
    await record(
        store,
        line("above", ABOVE),
        line("n", renamed("2020-02-03", "某新区")),
        line("r", telling.received("2020-03-02")),
        line("a", telling.answered("2020-03-20"), "#r"),
        line("s", telling.served("2020-03-20"), "#r"),
    )
    await record(store, recording.convert({"id": "w", "stream": "report/2020", "event": work}))
    if staffed:
        for nth, event in enumerate(acting.first_officers("sys", "sec", day("2020-01-06"), after=3)):
            await store.record(CODE, line(f"o{nth}", event), actor=acting.PROGRAM)
    assert (await store.proofs.verify(CODE)).findings == ()

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

    found = await store.proofs.verify(CODE)
    assert {each.code for each in found.findings} == {"act_from_outside"}
    assert {each.position for each in found.findings} == positions
    assert found.requests == 1  # the rest is judged all the same

    await store.proofs.seal(CODE)
    target = tmp_path / "bundle.zip"
    await store.proofs.export(CODE, target, with_sealed=False)
    assert [each.code for each in bundle_check.verify(target).findings] == ["act_from_outside"] * 3
    check, _ = standalone.verify(str(target))
    assert [code for code, *_ in check.found] == ["act_from_outside"] * 3


def test_the_superior_s_waiver_is_no_act_from_outside() -> None:
    """In an office without officers too; nothing else of the same hand is let in."""
    office = Office()
    office.tell(ABOVE, "cli", on=day("2026-03-02"))
    office.tell(WAIVER, "county/wang", on=day("2026-03-02"))
    for event in (renamed("2020-02-03", "某新区"), ABOVE):
        said = office.refused(errors.NotAnOfficer, event, "county/wang")
        assert "从简审批" in said
    office.refused(errors.NotTheSuperior, WAIVER, "city/wang", on=day("2026-03-02"))
