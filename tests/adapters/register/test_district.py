"""Reading a district's registers together: the cost of one more unit, and what a unit or its former superior cannot do."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from adapters.postgres.queries import SQL
from adapters.register.register import Register
from api.today import today
from domain.authority.events import Registered, Reorganised, SuperiorSet
from domain.authority.refusals import NotTheSuperior, OrderUnknown, PassedOn
from domain.authority.supervision_events import (
    ReturnAccepted,
    ReturnHandedIn,
    ReturnPrepared,
    ReturnRequested,
    SupervisionAnswered,
    SupervisionOrdered,
)
from domain.entry import Event
from domain.report import official_form
from domain.values import Period
from tests.adapters.recordings import day, line
from tests.api.officers import appoint, appoint_first
from tests.builders import received
from tests.conftest import DatabaseServer

YEAR = Period.year(2020)
ON = date(2020, 12, 31)
SINCE = day("2020-01-01")


async def open_office(register: Register, code: str, superior: str | None = None) -> None:
    await register.record(
        code, line("office", Registered(SINCE, code, f"{code}局", "department", SINCE)), actor="t"
    )
    if superior is not None:
        above = SuperiorSet(SINCE, superior, "disclosure_supervisor", SINCE)
        await register.record(code, line("above", above), actor="t")
    await register.record(code, line("r", received("2020-03-02")), actor="t")


async def record_in_town(register: Register, event: Event, actor: str) -> int:
    """The version of the entry."""
    one = line(f"{actor}-{await register.position('town')}", event)
    return (await register.record("town", one, actor=actor)).version


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every SQL statement sent by connections made from now on, in order."""
    statements: list[str] = []

    create_pool = asyncpg.create_pool

    def listening(*where: Any, init: Any, **how: Any) -> Any:
        async def begun(connection: Any) -> None:
            await init(connection)
            connection.add_query_logger(lambda query: statements.append(query.query))

        return create_pool(*where, init=begun, **how)

    monkeypatch.setattr(asyncpg, "create_pool", listening)
    return statements


async def test_one_more_unit_costs_the_same_few_statements_however_many_there_are(
    sent: list[str], server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Tables, overview and work list of a district: linear in its units, not in their requests."""
    register = await Register.open(server.runtime(database), tmp_path / "keys")
    form = official_form.in_force(YEAR)
    district = register.district("county")

    async def costs() -> dict[str, int]:
        found = {}
        for name, ask in (
            ("tables", lambda: district.tables(YEAR, form, ON)),
            ("standing", lambda: district.standing(YEAR, ON)),
            ("work_list", lambda: district.work_list(ON, 5)),
        ):
            await ask()  # fills the caches of law and directory
            sent.clear()
            await ask()
            await asyncio.sleep(0)  # the library tells of a statement in the next turn of the loop
            found[name] = len(sent)
        return found

    try:
        await open_office(register, "county")
        await open_office(register, "one", "county")
        one = await costs()
        for code in ("two", "three"):
            await open_office(register, code, "county")
        for number in range(20):
            await register.record("three", line(f"r{number}", received("2020-04-02")), actor="t")
        three = await costs()
    finally:
        await register.close()
    each = {name: (three[name] - one[name]) / 2 for name in one}
    assert all(one.values())
    assert each["tables"] <= 6, each
    assert each["standing"] <= 12, each
    assert each["work_list"] <= 5, each
    assert all(cost == int(cost) for cost in each.values())


async def test_an_order_is_answered_once_though_two_answer_at_once(register: Register) -> None:
    for code in ("county", "town"):
        await open_office(register, code, "county" if code == "town" else None)
    await appoint_first(register, "county")
    await appoint(register, "county", "li", "handler")
    order = SupervisionOrdered(today(), "overdue", today(), "1号")
    version = (await register.record("town", line("o", order), actor="county/li")).version
    answers = [
        register.record(
            "town", line(f"a{nth}", SupervisionAnswered(today(), version, "done", f"{nth}号")), actor="t"
        )
        for nth in range(3)
    ]
    replies = await asyncio.gather(*answers, return_exceptions=True)
    assert sorted(type(each).__name__ for each in replies) == ["OrderUnknown", "OrderUnknown", "Reply"]
    (answered,) = [
        each for each in await register.district("town").matters(today()) if each.version == version
    ]
    assert answered.waits_for is None
    with pytest.raises(OrderUnknown):
        await register.record(
            "town", line("late", SupervisionAnswered(today(), version, "done", "9号")), actor="t"
        )


async def test_a_superior_that_lost_its_unit_orders_nothing_and_lists_nothing_of_it(
    register: Register,
) -> None:
    for code in ("county", "city", "town"):
        await open_office(register, code, "county" if code == "town" else None)
    assert [each.code for each in await register.district("county").work_list(ON, 5)] == ["town"]
    moved = SuperiorSet(today(), "city", "disclosure_supervisor", day("2020-06-01"))
    await register.record("town", line("moved", moved), actor="t")
    order = SupervisionOrdered(today(), "overdue", today(), "1号")
    with pytest.raises(NotTheSuperior):
        await register.record("town", line("o", order), actor="county/li")
    assert await register.district("county").work_list(ON, 5) == []
    assert [each.code for each in await register.district("city").work_list(ON, 5)] == ["town"]
    # The structure as of spring still includes the unit.
    assert await register.district("county").units(date(2020, 5, 1)) == ["county", "town"]


async def test_what_a_former_superior_left_open_passes_to_the_next(register: Register) -> None:
    """What was settled with the former one stays with the unit, which sees both, each with who ordered it."""
    for code in ("county", "city", "town"):
        await open_office(register, code, "county" if code == "town" else None)
    for code in ("county", "city"):
        await appoint_first(register, code)
        await appoint(register, code, "li", "handler")

    recorded = partial(record_in_town, register)
    before, quarter = today() - timedelta(days=1), (day("2020-04-01"), day("2020-06-30"))
    settled = await recorded(SupervisionOrdered(before, "overdue", before, "1号"), "county/li")
    await recorded(SupervisionAnswered(before, settled, "done", "答1号"), "t")
    first = ReturnRequested(before, "一季度", day("2020-01-01"), day("2020-03-31"), before)
    accepted = await recorded(first, "county/li")
    await recorded(ReturnPrepared(before, accepted), "t")
    await recorded(ReturnHandedIn(before, accepted), "t")
    await recorded(ReturnAccepted(before, accepted), "county/li")
    waiting = await recorded(SupervisionOrdered(today(), "overdue", today(), "2号"), "county/li")
    returned = await recorded(ReturnRequested(today(), "二季度", *quarter, today()), "county/li")
    await recorded(SuperiorSet(today(), "city", "disclosure_supervisor", today()), "t")
    own = await recorded(SupervisionOrdered(today(), "other", today(), "3号"), "city/li")

    async def listed(code: str) -> dict[int, str]:
        found = await register.district(code).matters(today())
        return {each.version: each.by for each in found if each.code == "town"}

    assert await listed("county") == {}
    assert await listed("city") == {waiting: "county", returned: "county", own: "city"}
    assert await register.district("city").handed_in("一季度", today()) == []
    assert await listed("town") == {
        settled: "county",
        accepted: "county",
        waiting: "county",
        returned: "county",
        own: "city",
    }
    assert [each.code for each in await register.district("city").handed_in("二季度", today())] == ["town"]

    await recorded(ReturnPrepared(today(), returned), "t")
    await recorded(ReturnHandedIn(today(), returned), "t")
    await recorded(ReturnAccepted(today(), returned), "city/li")
    assert await listed("city") == {waiting: "county", returned: "county", own: "city"}
    (found,) = await register.district("city").handed_in("二季度", today())
    assert found.tables is not None


async def test_an_assessment_counts_nothing_that_was_settled_with_a_former_superior(
    register: Register,
) -> None:
    """An order answered late and a return handed in late stay with the unit; what is still open counts."""
    for code in ("county", "city", "town"):
        await open_office(register, code, "county" if code == "town" else None)
    await appoint_first(register, "county")
    await appoint(register, "county", "li", "handler")

    recorded = partial(record_in_town, register)
    last, late = today() - timedelta(days=3), today() - timedelta(days=2)
    settled = await recorded(SupervisionOrdered(last, "overdue", last, "1号"), "county/li")
    await recorded(SupervisionAnswered(late, settled, "done", "答1号"), "t")
    await recorded(SupervisionOrdered(last, "overdue", last, "2号"), "county/li")
    first = ReturnRequested(last, "一季度", day("2020-01-01"), day("2020-03-31"), last)
    accepted = await recorded(first, "county/li")
    await recorded(ReturnPrepared(late, accepted), "t")
    await recorded(ReturnHandedIn(late, accepted), "t")
    await recorded(ReturnAccepted(late, accepted), "county/li")
    second = ReturnRequested(last, "二季度", day("2020-04-01"), day("2020-06-30"), last)
    await recorded(second, "county/li")
    (of_county,) = await register.district("county").cases(last.year, today())
    assert of_county.cases["late_matters"] == ("1号", "2号")
    assert of_county.cases["late_returns"] == ("一季度", "二季度")

    await recorded(SuperiorSet(today(), "city", "disclosure_supervisor", today()), "t")
    (of_city,) = await register.district("city").cases(last.year, today())
    assert of_city.cases["late_matters"] == ("2号",)
    assert of_city.cases["late_returns"] == ("二季度",)


async def test_one_that_is_split_names_all_who_receive_instead(register: Register) -> None:
    await open_office(register, "old")
    for code in ("one", "two"):
        split = Reorganised(today(), "split", code, day("2020-07-01"), "1号")
        await register.record("old", line(f"to-{code}", split), actor="t")
    with pytest.raises(PassedOn, match="one、two"):
        await register.record("old", line("late", received("2020-07-01")), actor="t")
    await register.record("old", line("before", received("2020-06-30")), actor="t")


async def test_two_that_name_each_other_as_superior_end_in_no_circle(register: Register) -> None:
    await open_office(register, "one", "two")
    await open_office(register, "two", "one")
    for code, other in (("one", "two"), ("two", "one")):
        assert await register.district(code).units(ON) == [code, other]


async def test_many_who_come_at_once_read_the_authorities_once(
    sent: list[str], server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """The first pages after a start query who has units; the first page of an office without a report to check queries nothing."""
    first = await Register.open(server.runtime(database), tmp_path / "keys")
    await open_office(first, "town")
    for nth in range(4):
        await open_office(first, f"bureau-{nth}", "town")
    await first.close()
    register = await Register.open(server.runtime(database), tmp_path / "keys")
    streams = SQL["select_stream"]
    sent.clear()
    async with register.reports("town", checked=False):
        await asyncio.sleep(0)
    assert sent.count(streams) == 1  # its own
    found = await asyncio.gather(*(register.supervises("town", today()) for _ in range(8)))
    assert found == [True] * 8
    assert sent.count(streams) == 5
    assert not await register.supervises("bureau-0", today())
    assert sent.count(streams) == 5
    await open_office(register, "village", "bureau-0")
    assert await register.units_of("bureau-0", today()) == ["village"]
    assert await register.supervises("bureau-0", today())
    await register.close()


async def test_a_digest_of_an_office_without_units_does_not_ask_who_has_some(
    sent: list[str], server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """One query serves consecutive callers; for the superior office each unit's register is read."""
    register = await Register.open(server.runtime(database), tmp_path / "keys")
    await open_office(register, "county")
    for nth in range(3):
        await open_office(register, f"bureau-{nth}", "county")
        await appoint_first(register, f"bureau-{nth}")
    await register.digests.on("bureau-0", today())
    sent.clear()
    for nth in range(1, 3):
        await register.digests.on(f"bureau-{nth}", today())
    await asyncio.sleep(0)
    assert sent.count(SQL["poll"]) == sent.count(SQL["authorities"]) == 0
    assert sent.count(SQL["open_on"]) == 0
    await appoint_first(register, "county")
    await register.digests.on("county", today())
    await asyncio.sleep(0)
    assert sent.count(SQL["open_on"]) == 3
    await register.close()
