"""Supervision of units, by example: expected figures are counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from domain.law.calendar import national_calendar
from domain.report import annual_report
from projections.district.standing import Entered, Handled, OpenRequest, UnitRead, lines, standing, together
from tests.report_builders import made

ON = date(2020, 6, 15)
"""A Monday."""


def read(**changes: Any) -> UnitRead:
    values = {
        "code": "jia",
        "unit": "甲局",
        "kind": "department",
        "calendar": national_calendar(),
        "open": [],
        "handled": [],
        "appeals": {},
        "corrected": [],
        "entered": [],
        "unfiled": 0,
        "last_recorded_at": datetime(2020, 6, 12, 4, tzinfo=UTC),
        "report": annual_report.replay([], 2019),
    }
    return UnitRead(**values | changes)


def open_request(reference: str, due_on: date | None) -> OpenRequest:
    return OpenRequest(reference, date(2020, 5, 20), due_on)


def test_due_requests_are_counted_on_the_given_day() -> None:
    """Friday's is overdue, today's and next Friday's (four working days) are soon, next Monday's and a waiting one are not."""
    due = [date(2020, 6, 12), ON, date(2020, 6, 19), date(2020, 6, 23), None]
    found = standing(read(open=[open_request(f"2020-000{n}", day) for n, day in enumerate(due, 1)]), ON)
    assert (found.open, found.overdue, found.due_soon) == (5, ["2020-0001"], ["2020-0002", "2020-0003"])
    assert standing(read(open=[open_request("2020-0004", due[3])]), ON, within=6).due_soon == ["2020-0004"]


def test_a_provisional_term_is_never_overdue() -> None:
    open_ = OpenRequest("2098-0001", date(2098, 1, 6), date(2098, 2, 6))
    assert standing(read(open=[open_]), date(2098, 3, 1)).overdue == []


def test_a_rate_is_given_from_thirty_cases_on() -> None:
    """29 closed: no rate. One more: 27 of 30 on time. Of 30 ended appeals 6 were corrected; a pending one does not count."""
    few = standing(
        read(handled=[Handled("answered", "on_time", 10, 26), Handled("answered", "late", 25, 3)]), ON
    )
    assert (few.closed, few.on_time, few.late, few.rate, few.median) == (29, 26, 3, None, 10)
    many = standing(
        read(
            handled=[Handled("answered", "on_time", 10, 27), Handled("answered", "late", 25, 3)],
            appeals={"upheld": 24, "corrected": 6, "pending": 5},
        ),
        ON,
    )
    assert (many.rate, many.ended, many.corrected_rate) == (0.9, 30, 0.2)
    assert standing(read(appeals={"upheld": 23, "corrected": 6}), ON).corrected_rate is None


def test_an_answer_on_the_day_of_receipt_took_no_working_day() -> None:
    """The median of three is the second: 0 days, also if the row has none."""
    handled = [Handled("answered", "on_time", 0, 1), Handled("answered", "on_time", None, 1)]
    found = standing(read(handled=[*handled, Handled("answered", "on_time", 9, 1)]), ON)
    assert found.median == 0


def test_rates_and_median_of_the_district_are_of_all_cases() -> None:
    """20 of 20 on time in 5 days, 10 of 20 in 15: 30 of 40, and the 20th of 40 took 5. Withdrawn requests have no days."""
    one = read(handled=[Handled("answered", "on_time", 5, 20)])
    two = read(
        code="yi",
        handled=[
            Handled("answered", "on_time", 15, 10),
            Handled("answered", "late", 15, 9),
            Handled("withdrawn", "late", 0, 1),
        ],
    )
    found = together([one, two], ON, date(2020, 1, 1), ON)
    assert (found.closed, found.on_time, found.late, found.rate, found.median) == (40, 30, 10, 0.75, 5)
    assert [unit.rate for unit in found.units] == [None, None]
    assert [line[:8] for line in lines(found)] == [
        ["合计", 0, 0, 0, 40, 30, 10, "75.0%"],
        ["甲局", 0, 0, 0, 20, 20, 0, "–"],
        ["甲局", 0, 0, 0, 20, 10, 10, "–"],
    ]


def test_a_receipt_entered_more_than_five_working_days_later_is_named() -> None:
    """From Monday 1 June: the next Monday is the fifth working day, Tuesday the sixth."""
    entered = [
        Entered("2020-0001", date(2020, 6, 1), date(2020, 6, 8)),
        Entered("2020-0002", date(2020, 6, 1), date(2020, 6, 9)),
    ]
    assert standing(read(entered=entered), ON).late_entries == ["2020-0002"]


def test_the_report_is_late_from_the_day_after_its_last_day() -> None:
    """A department's by 31 January, a government's by 31 March."""
    for kind, day, late in (
        ("department", date(2020, 1, 31), False),
        ("department", date(2020, 2, 1), True),
        ("government", date(2020, 3, 31), False),
        ("government", date(2020, 4, 1), True),
    ):
        assert standing(read(kind=kind), day).report_late is late
    assert made().stage == "open"
