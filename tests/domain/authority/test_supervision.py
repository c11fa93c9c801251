"""Orders and requests of a superior: orders and replies, returns from their request to acceptance."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from domain.authority.events import SuperiorSet
from domain.authority.refusals import (
    NoPower,
    NotTheSuperior,
    OrderUnknown,
    PeriodNotOver,
    PreparedByOneself,
    RegisterNotComplete,
    ReturnExists,
    ReturnStep,
    ReturnUnknown,
)
from domain.authority.supervision_events import (
    ReturnAccepted,
    ReturnHandedIn,
    ReturnPrepared,
    ReturnRequested,
    ReturnSentBack,
    SupervisionAnswered,
    SupervisionOrdered,
)
from domain.law.calendar import national_calendar
from domain.law.refusals import DatesReversed
from projections.district.matters import matters
from tests.domain.authority.test_powers import DAY, Office, county, staffed

LATER, END = date(2026, 4, 20), date(2026, 4, 30)
ORDER = SupervisionOrdered(DAY, "overdue", date(2026, 3, 9), "县督〔2026〕1号", "2026-0001")
QUARTER = ReturnRequested(DAY, "一季度", DAY, date(2026, 3, 31), END)


def below() -> Office:
    """An office with officers, complete since 2 March 2026, below the county `county`."""
    return staffed().record(SuperiorSet(DAY, "county", "lower_government", DAY), "sys")


def return_requested(event: ReturnRequested = QUARTER) -> tuple[Office, int]:
    office = below().record(event, "county/wang", superior=county("statistician"))
    return office, office.now.version


@pytest.mark.parametrize("role", ["handler", "approver", "statistician"])
def test_an_order_comes_from_the_superior_and_is_answered_once(role: str) -> None:
    office = below()
    for actor in ("li", "zhao", "city/wang", "taizhang"):
        office.refused(NotTheSuperior, ORDER, actor, superior=county())
    message = office.refused(NotTheSuperior, ORDER, "county/wang", superior=county("reviewer"))
    assert "“督办”" in message
    assert "统计员" in message
    office.record(ORDER, "county/wang", superior=county(role))  # type: ignore[arg-type]
    order = office.now.version
    answer = SupervisionAnswered(DAY, order, "done", "镇〔2026〕1号")
    office.refused(NoPower, answer, "tong")
    office.refused(DatesReversed, SupervisionAnswered(date(2026, 3, 1), order, "done", "1号"), "li", on=DAY)
    office.refused(OrderUnknown, SupervisionAnswered(DAY, 1, "done", "1号"), "li")
    office.record(answer, "li")
    office.refused(OrderUnknown, answer, "li")
    (known,) = office.now.supervision.orders
    assert (known.by, known.answered_on, known.result) == ("county", DAY, "done")


def test_no_term_ends_before_its_first_day() -> None:
    """It may end on that day."""
    office = below()
    order, request = replace(ORDER, respond_by=date(2026, 3, 1)), replace(QUARTER, on=LATER, respond_by=DAY)
    office.refused(DatesReversed, order, "county/wang", on=LATER, superior=county())
    office.refused(DatesReversed, request, "county/wang", on=LATER, superior=county())
    office.record(replace(ORDER, respond_by=DAY), "county/wang", superior=county())


def test_a_return_is_prepared_approved_by_another_and_accepted() -> None:
    """If sent back, it is prepared again; each step only in its stage; the position is that of the last submission."""
    office, version = return_requested()
    prepare, hand_in = ReturnPrepared(LATER, version), ReturnHandedIn(LATER, version)
    office.refused(ReturnStep, hand_in, "zhao")
    office.refused(ReturnStep, ReturnAccepted(LATER, version), "county/wang", superior=county())
    office.refused(NoPower, prepare, "li")
    office.record(prepare, "tong")
    office.refused(NoPower, hand_in, "tong")
    office.record(hand_in, "zhao")
    first = office.now.supervision.requested(version)
    assert first is not None
    assert (first.stage, first.position) == ("handed_in", office.history[-1].position)
    back = ReturnSentBack(LATER, version, "有漏登")
    office.refused(NotTheSuperior, back, "zhao")
    office.record(back, "county/wang", superior=county())
    returned = office.now.supervision.requested(version)
    assert returned is not None
    assert (returned.stage, returned.reason) == ("sent_back", "有漏登")
    office.record(prepare, "tong").record(hand_in, "zhao")
    office.record(ReturnAccepted(LATER, version), "county/wang", superior=county())
    office.refused(ReturnStep, prepare, "tong")
    known = office.now.supervision.requested(version)
    assert known is not None
    assert (known.stage, known.position, known.reason) == ("accepted", office.history[-2].position, None)


def test_the_preparer_may_not_approve_a_return() -> None:
    """Nor under another id of the same person."""
    office, version = return_requested()
    office.appoint("both", "tong").empower("both", "approver")
    office.record(ReturnPrepared(LATER, version), "tong")
    office.refused(PreparedByOneself, ReturnHandedIn(LATER, version), "both")


def test_returns_that_cannot_be_requested_or_prepared() -> None:
    """A repeated name, a term before its day, a reversed period, one not over, or before the register is complete."""
    office, version = return_requested()
    above = {"superior": county()}
    office.refused(ReturnExists, QUARTER, "county/wang", **above)
    early = ReturnRequested(DAY, "早", DAY, END, date(2026, 3, 1))
    office.refused(DatesReversed, early, "county/wang", **above)
    reversed_ = ReturnRequested(DAY, "反", END, DAY, END)
    office.refused(DatesReversed, reversed_, "county/wang", **above)
    below().record(ReturnRequested(DAY, "当日", DAY, END, DAY), "county/wang", **above)  # type: ignore[arg-type]
    office.refused(PeriodNotOver, ReturnPrepared(date(2026, 3, 31), version), "tong")
    office.refused(ReturnUnknown, ReturnPrepared(LATER, 1), "tong")
    office.record(
        ReturnRequested(DAY, "全年", date(2026, 1, 1), date(2026, 3, 31), END), "county/wang", **above
    )  # type: ignore[arg-type]
    office.refused(RegisterNotComplete, ReturnPrepared(LATER, office.now.version), "tong")


@pytest.mark.parametrize(
    "period", [(date(2026, 1, 1), date(2026, 6, 30)), (date(2025, 1, 1), date(2025, 12, 31))]
)
def test_an_annual_report_is_returned_with_the_figures_of_its_whole_year(period: tuple[date, date]) -> None:
    """Not with those of half of it, nor of another year."""
    with pytest.raises(ValueError, match="统计期限应为1月1日至12月31日"):
        ReturnRequested(DAY, "全年", *period, END, report_year=2026)


def test_open_matters_on_an_earlier_day() -> None:
    """Ordered on 2 March, replied a week later, submitted on 20 April: on 4 March both are open, on 1 March neither."""
    office, version = return_requested()
    office.record(ORDER, "county/wang", superior=county())
    office.record(SupervisionAnswered(date(2026, 3, 9), office.now.version, "done", "1号"), "li")
    office.record(ReturnPrepared(LATER, version), "tong").record(ReturnHandedIn(LATER, version), "zhao")

    def waiting(on: date) -> list[tuple[str, str]]:
        return [(e.kind, e.stage) for e in matters(office.now, national_calendar(), on) if e.is_open]

    assert waiting(date(2026, 3, 4)) == [("order", "待答复"), ("return", "待报送")]
    assert waiting(date(2026, 3, 9)) == [("return", "待报送")]
    assert waiting(date(2026, 3, 1)) == []


def test_both_sides_have_the_same_work_list() -> None:
    """From Monday 2 March: four working days to Friday's... the ninth is five away; a return handed in waits for the superior."""
    office, version = return_requested()
    office.record(ORDER, "county/wang", superior=county())
    order = office.now.version

    def listed(on: date) -> list[tuple[int, str, int | None, str | None, str | None]]:
        found = matters(office.now, national_calendar(), on)
        return [(each.version, each.stage, each.workdays_left, each.waits_for, each.next) for each in found]

    assert listed(DAY) == [
        (order, "待答复", 5, "unit", "supervision_answered"),
        (version, "待报送", 42, "unit", "return_prepared"),
    ]
    assert listed(date(2026, 3, 11))[0][2] == -2
    office.record(SupervisionAnswered(DAY, order, "under_way", "1号"), "li")
    office.record(ReturnPrepared(LATER, version), "tong").record(ReturnHandedIn(LATER, version), "zhao")
    assert listed(LATER) == [
        (version, "已报送，待审查", None, "superior", "return_accepted"),
        (order, "正在办理", None, None, None),
    ]
