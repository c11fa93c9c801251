"""The year of a reform over New Year: who reports on it, and which figures of the predecessor's register the report has."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any, Literal

import pytest

from adapters.refusals import RecordedAlone
from adapters.register.reading.reports import Reports
from adapters.register.register import Refused, Register
from domain.authority.events import Registered, Reorganised
from domain.report.events import Pinned
from domain.report.refusals import NotTakenOver, YearNotOver
from tests.adapters.recordings import day, line
from tests.adapters.register.test_reports import of_report
from tests.builders import answered, received, served

OLD, NEW, OTHER = "zhaoshang", "fagai", "jiaoyu"
REFORM = "2020-06-01"


async def office(register: Register, code: str, *receipts: tuple[str, str | None]) -> None:
    """receipts: received on, and answered and served on, if it was."""
    since = day("2018-01-01")
    await register.record(
        code, line("office", Registered(since, code, f"{code}局", "department", since)), actor="t"
    )
    for nth, (on, closed) in enumerate(receipts, 1):
        reply = await register.record(code, line(f"r{nth}", received(on)), actor="t")
        if closed is not None:
            await register.record(code, line(f"a{nth}", answered(closed), reply.reference), actor="t")
            await register.record(code, line(f"s{nth}", served(closed), reply.reference), actor="t")


async def reformed(
    register: Register,
    report_by: Literal["own", "successor"] | None,
    *,
    reform: Literal["merged", "split", "dissolved", "function_moved"] = "merged",
    on: str = REFORM,
    successor: str = NEW,
) -> None:
    event = Reorganised(day("2020-05-20"), reform, successor, day(on), "1号", report_by)
    await register.record(OLD, line(f"reform-{successor}", event), actor="t")


async def record(register: Register, code: str, id_: str, type_: str, on: str, **fields: Any) -> None:
    year, actor = fields.pop("year", 2020), fields.pop("actor", "甲")
    await register.record(code, of_report(id_, type_, on, year=year, **fields), actor=actor)


async def take_over(
    register: Register, *, id_: str = "taken", on: str = "2021-01-05", year: int = 2020
) -> None:
    await record(register, NEW, id_, "figures_taken_over", on, predecessor=OLD, year=year)


async def publish(register: Register, code: str, year: int = 2020) -> Pinned:
    month = f"{year + 1}-01"
    await record(register, code, f"c{year}", "report_compiled", f"{month}-06", year=year)
    await record(register, code, f"s{year}", "report_submitted", f"{month}-07", year=year)
    await record(register, code, f"ok{year}", "report_approved", f"{month}-08", year=year, actor="乙")
    await record(register, code, f"p{year}", "report_published", f"{month}-11", year=year)
    async with register.reports(code) as reports:
        pinned = (await reports.publication(year)).pinned
    assert pinned is not None
    return pinned


async def lacking(reports: AbstractAsyncContextManager[Reports], year: int = 2020) -> list[str]:
    async with reports as found:
        return [each.name for each in (await found.report(year)).findings if each.check == "not_taken_over"]


async def moved(register: Register) -> list[str]:
    """Of each predecessor whose register says otherwise than what was taken over, in which cells."""
    async with register.reports(NEW) as found:
        return [each.text for each in (await found.report(2020)).findings if each.check == "taken_over_moved"]


async def both(register: Register) -> None:
    """Of 2020: the old one two, of which one is open at New Year; its successor three, all closed."""
    await office(register, OLD, ("2020-03-02", "2020-03-20"), ("2020-05-29", None))
    await office(
        register,
        NEW,
        ("2020-02-03", "2020-02-20"),
        ("2020-07-01", "2020-07-20"),
        ("2020-08-03", "2020-08-20"),
    )


async def test_the_successor_s_report_tells_of_both_registers_and_its_proof_holds(register: Register) -> None:
    await both(register)
    await reformed(register, "successor")
    assert await lacking(register.reports(NEW)) == [f"not_taken_over:{OLD}"]
    await record(
        register,
        OLD,
        "f",
        "figure_entered",
        "2021-01-04",
        row="fees",
        column="本年增/减",
        value="2",
        source="财务科",
    )
    await record(
        register,
        NEW,
        "f",
        "figure_entered",
        "2021-01-04",
        row="fees",
        column="本年增/减",
        value="3",
        source="财务科",
    )
    text = "收到{requests.new.total}件，期限内办结{handling.on_time}件。"
    await record(
        register, NEW, "n", "narrative_written", "2021-01-04", section="overview.on_request", text=text
    )
    await take_over(register)
    assert await lacking(register.reports(NEW)) == []
    pinned = await publish(register, NEW)
    assert pinned.requests_table["new"][-1] == 5
    assert pinned.requests_table["total"][-1] == 4
    assert pinned.requests_table["carried_out"][-1] == 1
    assert pinned.proactive_table["fees"] == [None, "5"]
    assert pinned.cited == {"requests.new.total": "5", "handling.on_time": "4"}
    async with register.reports(NEW) as reports:
        assert (await reports.edition(2020)).texts["overview.on_request"] == "收到5件，期限内办结4件。"
        assert (await reports.document(2020)).title
    async with register.view(
        NEW
    ) as view:  # the register's own table stays its own: each cell opens to its requests
        assert (await view.tally((await view.report_state(2020)).period)).new["natural_person"] == 3
    assert await register.comparisons.restatement(NEW, 2020) == []
    assert (await register.proofs.verify(NEW)).counts == {}


async def test_what_the_old_register_closes_next_year_is_carried_in_by_the_successor(
    register: Register,
) -> None:
    """The open one of New Year is carried out in the report of 2020 and in by that of 2021, as one."""
    await both(register)
    await reformed(register, "successor")
    await take_over(register)
    await publish(register, NEW)
    await register.record(OLD, line("a2", answered("2021-01-11"), "2020-0002", "late_answer"), actor="t")
    assert await lacking(register.reports(NEW), 2021) == [f"not_taken_over:{OLD}"]
    await take_over(register, id_="again", on="2022-01-04", year=2021)
    async with register.reports(NEW) as reports:
        report = await reports.report(2021)
    assert report.content.requests_table["carried_in"][-1] == 1
    assert report.content.requests_table["total"][-1] == 1
    assert not [each for each in report.findings if each.check in ("carry", "not_taken_over")]


async def test_one_that_reports_itself_is_taken_over_by_nobody(register: Register) -> None:
    await both(register)
    await reformed(register, "own")
    assert await lacking(register.reports(NEW)) == []
    with pytest.raises(NotTakenOver):
        await take_over(register)
    assert (await publish(register, NEW)).requests_table["new"][-1] == 3
    assert (await publish(register, OLD)).requests_table["new"][-1] == 2


async def test_figures_corrected_meanwhile_are_taken_over_again_and_sent_to_review_again(
    register: Register,
) -> None:
    await both(register)
    await reformed(register, "successor")
    await take_over(register)
    await record(register, NEW, "c", "report_compiled", "2021-01-06")
    await record(register, NEW, "s", "report_submitted", "2021-01-07")
    assert await moved(register) == []
    await register.record(OLD, line("s2", served("2020-03-23"), "2020-0001"), actor="t")
    assert await moved(register) == []  # its log has grown, and counts the same
    await register.record(OLD, line("r9", received("2020-05-30"), None), actor="t")
    (message,) = await moved(register)
    assert "“自然人”原为2，现为3" in message
    assert f"（{OLD}）" in message
    await take_over(register, id_="again", on="2021-01-08")
    assert await moved(register) == []
    async with register.reports(NEW) as reports:
        report = await reports.report(2020)
    assert report.state.stage == "compiled"
    assert report.content.requests_table["new"][-1] == 6


@pytest.mark.parametrize("reform", ["split", "dissolved"])
async def test_of_a_split_or_dissolved_one_the_first_successor_reports_and_no_second(
    register: Register, reform: Literal["split", "dissolved"]
) -> None:
    await both(register)
    await office(register, OTHER)
    await reformed(register, "successor", reform=reform)
    if reform == "split":
        await reformed(register, "successor", reform=reform, successor=OTHER)
    assert await lacking(register.reports(OTHER)) == []
    with pytest.raises(NotTakenOver):
        await record(register, OTHER, "t", "figures_taken_over", "2021-01-05", predecessor=OLD)
    await take_over(register)


async def test_one_that_only_gave_a_function_away_reports_on(register: Register) -> None:
    await both(register)
    await reformed(register, "successor", reform="function_moved")
    assert await lacking(register.reports(NEW)) == []
    with pytest.raises(NotTakenOver):
        await take_over(register)


async def test_a_reform_on_new_year_s_day_leaves_the_old_year_too_unless_it_is_published(
    register: Register,
) -> None:
    await both(register)
    await reformed(register, "successor", on="2021-01-01")
    assert await lacking(register.reports(NEW)) == [f"not_taken_over:{OLD}"]
    await publish(register, OLD)  # it had published before anybody took its figures
    assert await lacking(register.reports(NEW)) == []
    with pytest.raises(NotTakenOver):
        await take_over(register)


async def test_figures_that_cannot_be_taken_over_are_refused_and_change_nothing(register: Register) -> None:
    await both(register)
    await reformed(register, "successor")
    position = await register.position(NEW)
    with pytest.raises(NotTakenOver):
        await record(register, NEW, "x", "figures_taken_over", "2021-01-05", predecessor="nobody")
    with pytest.raises(YearNotOver):
        await take_over(register, on="2020-12-31")
    with pytest.raises(NotTakenOver, match="2017"):
        await take_over(register, on="2018-01-05", year=2017)
    several = [of_report(f"t{n}", "figures_taken_over", "2021-01-05", predecessor=OLD) for n in (1, 2)]
    with pytest.raises(Refused) as refused:
        await register.record_all(NEW, several, actor="甲")
    assert isinstance(refused.value.problems[0].refusal, RecordedAlone)
    assert await register.position(NEW) == position
