"""结转: the open requests of one period are carried into the next, for any division of time.

Counts are taken by hand from the seven requests of REGISTER.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from domain.report.official_form import TOTAL
from domain.request.events import APPLICANT_KINDS
from domain.values import Period
from projections.carry_over import Carried, Step, carried, periods
from projections.register import request_row
from projections.tally import groups, tally
from tests.builders import answered, given, received, withdrawn

COMPANY = {"applicant_kind": "commercial_enterprise"}
REGISTER = [
    (received("2019-12-20"), answered("2020-01-10")),
    (received("2019-12-31"), withdrawn("2020-02-29")),
    (received("2020-01-01", **COMPANY), answered("2020-01-31")),
    (received("2020-02-29"),),
    (received("2020-03-31"), answered("2020-03-31")),
    (received("2020-06-30", **COMPANY), answered("2020-07-01")),
    (received("2020-12-31"), answered("2021-01-04")),
]
ROWS = [
    row
    for number, history in enumerate(REGISTER, 1)
    if (
        row := request_row(given(*history, reference=f"2020-{number:04d}").request, position=1, law_digest="")
    )
]
STEPS: tuple[Step, ...] = ("month", "quarter", "half", "year")
WHOLES = [
    Period.year(2020),
    Period(date(2019, 12, 15), date(2020, 2, 29)),
    Period(date(2019, 11, 30), date(2021, 2, 1)),
    Period(date(2020, 2, 29), date(2020, 2, 29)),
    Period(date(2018, 1, 1), date(2022, 12, 31)),
    Period(date(2020, 12, 31), date(2021, 1, 1)),
]


def carry(whole: Period, by: Step) -> list[Carried]:
    return [carried(each, tally(groups(ROWS, each), [])) for each in periods(whole, by)]


def totals(whole: Period, by: Step, kind: str = TOTAL) -> list[tuple[str, int, int, int, int]]:
    return [
        (each.period, each.opening[kind], each.new[kind], each.closed[kind], each.closing[kind])
        for each in carry(whole, by)
    ]


def test_the_quarters_of_a_year() -> None:
    """Requests 1 and 2 come in from 2019; 4 and 7 go out into 2021."""
    assert totals(Period.year(2020), "quarter") == [
        ("2020年第1季度", 2, 3, 4, 1),
        ("2020年第2季度", 1, 1, 0, 2),
        ("2020年第3季度", 2, 0, 1, 1),
        ("2020年第4季度", 1, 1, 0, 2),
    ]


def test_the_halves_and_the_year() -> None:
    """The same five new and five closed, in two parts and in total."""
    assert totals(Period.year(2020), "half") == [("2020年上半年", 2, 4, 4, 2), ("2020年下半年", 2, 1, 1, 2)]
    assert totals(Period.year(2020), "year") == [("2020年度", 2, 5, 5, 2)]


def test_by_applicant_kind() -> None:
    """Two requests of companies, 3 within January and 6 across mid-year; natural persons have the rest."""
    assert totals(Period.year(2020), "half", "commercial_enterprise") == [
        ("2020年上半年", 0, 2, 1, 1),
        ("2020年下半年", 1, 0, 1, 0),
    ]
    assert totals(Period.year(2020), "year", "natural_person") == [("2020年度", 2, 3, 3, 2)]
    assert totals(Period.year(2020), "year", "research_institution") == [("2020年度", 0, 0, 0, 0)]


def test_months_cut_at_the_start_over_new_year_to_a_leap_day() -> None:
    """From mid-December to 29 February: the cut month is named by its days, the whole February is a month."""
    assert totals(Period(date(2019, 12, 15), date(2020, 2, 29)), "month") == [
        ("2019-12-15至2019-12-31", 0, 2, 0, 2),
        ("2020年1月", 2, 1, 2, 1),
        ("2020年2月", 1, 1, 1, 1),
    ]


@pytest.mark.parametrize(
    ("first", "last", "by", "parts"),
    [
        ("2020-02-10", "2020-04-05", "month", ["02-10 02-29", "03-01 03-31", "04-01 04-05"]),
        ("2020-02-10", "2020-04-05", "quarter", ["02-10 03-31", "04-01 04-05"]),
        ("2020-06-30", "2020-07-01", "half", ["06-30 06-30", "07-01 07-01"]),
        ("2020-02-10", "2020-04-05", "half", ["02-10 04-05"]),
        ("2020-02-10", "2020-04-05", "year", ["02-10 04-05"]),
        ("2020-05-05", "2020-05-05", "month", ["05-05 05-05"]),
        ("2020-12-01", "2020-12-31", "month", ["12-01 12-31"]),
        ("2020-10-01", "2020-12-31", "quarter", ["10-01 12-31"]),
        ("2021-01-31", "2021-03-01", "month", ["01-31 01-31", "02-01 02-28", "03-01 03-01"]),
    ],
)
def test_the_calendar_is_cut_at_both_ends(first: str, last: str, by: Step, parts: list[str]) -> None:
    """Months, quarters, halves and years are the calendar's; the given period cuts the first and the last."""
    whole = Period(date.fromisoformat(first), date.fromisoformat(last))

    found = [f"{each.first:%m-%d} {each.last:%m-%d}" for each in periods(whole, by)]

    assert found == parts


def test_years_over_new_year() -> None:
    """From 2019-07-01 to 2021-06-30 are half of 2019, the whole of 2020 and half of 2021."""
    assert totals(Period(date(2019, 7, 1), date(2021, 6, 30)), "year") == [
        ("2019年下半年", 0, 2, 0, 2),
        ("2020年度", 2, 5, 5, 2),
        ("2021年上半年", 2, 0, 1, 1),
    ]


@pytest.mark.parametrize("by", STEPS)
@pytest.mark.parametrize("whole", WHOLES, ids=str)
def test_every_closing_is_the_next_opening_and_the_sums_agree(whole: Period, by: Step) -> None:
    """For each kind and in total: no request is lost or counted twice between two periods or within one."""
    found = carry(whole, by)

    for each in found:
        for kind in (*APPLICANT_KINDS, TOTAL):
            assert each.opening[kind] + each.new[kind] == each.closed[kind] + each.closing[kind]
        for counts in (each.opening, each.new, each.closed, each.closing):
            assert list(counts) == [*APPLICANT_KINDS, TOTAL]
            assert counts[TOTAL] == sum(counts[kind] for kind in APPLICANT_KINDS)
    for before, after in pairwise(found):
        assert before.last + timedelta(days=1) == after.first
        assert before.closing == after.opening
    assert (found[0].first, found[-1].last) == whole


@pytest.mark.parametrize("whole", WHOLES, ids=str)
def test_finer_steps_add_up_to_the_whole(whole: Period) -> None:
    """New and closed of all months, quarters or halves are those of the whole; both ends are the same."""
    one = carried(whole, tally(groups(ROWS, whole), []))

    for by in STEPS:
        found = carry(whole, by)
        assert sum(each.new[TOTAL] for each in found) == one.new[TOTAL]
        assert sum(each.closed[TOTAL] for each in found) == one.closed[TOTAL]
        assert (found[0].opening, found[-1].closing) == (one.opening, one.closing)
