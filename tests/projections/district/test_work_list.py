"""办理监督 as a work list, by example: what is late, due soon, and waits for the superior."""

from __future__ import annotations

from datetime import date

from domain.law.calendar import national_calendar
from projections.district.matters import Matter
from projections.district.standing import OpenRequest
from projections.district.work_list import UnitQuery, lines, work_list

MONDAY = date(2020, 6, 15)
CALENDAR = national_calendar()


def open_request(reference: str, due_on: date | None) -> OpenRequest:
    return OpenRequest(reference, date(2020, 5, 20), due_on)


def matter(kind: str, waits_for: str | None, respond_by: date, reference: str | None = None) -> Matter:
    return Matter(
        code="jia",
        unit="甲局",
        kind=kind,  # type: ignore[arg-type]
        version=7,
        by="county",
        name="一季度",
        stage="",
        respond_by=respond_by,
        workdays_left=None,
        waits_for=waits_for,  # type: ignore[arg-type]
        next=None,
        reference=reference,
    )


def test_late_and_soon_requests_of_all_units_are_ordered_by_urgency() -> None:
    """Last Friday's is late, this Friday's soon; the Tuesday after next and a request waiting for its applicant are neither."""
    jia = [open_request("2020-0001", date(2020, 6, 19)), open_request("2020-0002", date(2020, 6, 30))]
    yi = [open_request("2020-0007", date(2020, 6, 12)), open_request("2020-0008", None)]
    units = [UnitQuery("jia", "甲局", CALENDAR, jia, ()), UnitQuery("yi", "乙局", CALENDAR, yi, ())]
    found = work_list(units, MONDAY)
    assert [(each.code, each.warning, each.reference, each.workdays_left) for each in found] == [
        ("yi", "overdue", "2020-0007", -1),
        ("jia", "due_soon", "2020-0001", 4),
    ]


def test_a_request_with_an_order_is_marked() -> None:
    """While the order is open; after the reply another may be ordered."""
    late = [open_request("2020-0007", date(2020, 6, 12))]
    for waits_for, ordered in (("unit", True), (None, False)):
        order = matter("order", waits_for, date(2020, 6, 30), "2020-0007")
        (found,) = work_list([UnitQuery("jia", "甲局", CALENDAR, late, [order])], MONDAY)
        assert found.ordered == ordered


def test_orders_and_returns_are_late_after_their_day_and_reviewed_at_once() -> None:
    matters = [
        matter("order", "unit", date(2020, 6, 12)),
        matter("order", "unit", MONDAY),
        matter("return", "unit", date(2020, 6, 12)),
        matter("return", "superior", date(2020, 6, 30)),
        matter("return", None, date(2020, 6, 1)),
    ]
    found = work_list([UnitQuery("jia", "甲局", CALENDAR, [], matters)], MONDAY)
    assert [each.warning for each in found] == ["return_to_review", "order_unanswered", "return_late"]
    assert lines(found)[0][:2] == ["甲局", "已报送，应审查"]


def test_a_provisional_term_is_never_late() -> None:
    unit = UnitQuery(
        "jia", "甲局", CALENDAR, [OpenRequest("2098-0001", date(2098, 1, 6), date(2098, 2, 6))], ()
    )
    assert work_list([unit], date(2098, 3, 1)) == []
