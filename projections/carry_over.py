"""结转: how the open requests of one period become those of the next, by applicant kind.

opening + new = closed + closing, and each closing is the next opening: not checked, but so by construction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from domain.report.official_form import TOTAL
from domain.request.events import APPLICANT_KINDS
from domain.values import Period
from projections.tally import Tally

Step = Literal["month", "quarter", "half", "year"]
_MONTHS: dict[Step, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class Carried(msgspec.Struct, frozen=True):
    """One period: four counts by applicant kind, `total` among them."""

    period: str
    first: date
    last: date
    opening: dict[str, int]
    new: dict[str, int]
    closed: dict[str, int]
    closing: dict[str, int]


def periods(whole: Period, step: Step) -> Iterator[Period]:
    """The calendar's months, quarters, halves or years that the period touches, cut to it at both ends."""
    months = _MONTHS[step]
    start = whole.first.replace(month=(whole.first.month - 1) // months * months + 1, day=1)
    while start <= whole.last:
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        following = date(year, month + 1, 1)
        yield Period(max(start, whole.first), min(following - timedelta(days=1), whole.last))
        start = following


def carried(period: Period, tally: Tally) -> Carried:
    closed: dict[str, int] = dict.fromkeys(APPLICANT_KINDS, 0)
    for by_kind in tally.closed.values():
        for kind, count in by_kind.items():
            closed[kind] += count
    return Carried(
        period=str(period),
        first=period.first,
        last=period.last,
        opening=_with_total(tally.carried_in),
        new=_with_total(tally.new),
        closed=_with_total(closed),
        closing=_with_total(tally.carried_out),
    )


def _with_total(counts: dict[str, int]) -> dict[str, int]:
    return {**counts, TOTAL: sum(counts.values())}


HEADINGS = ("期间", "期初在办", "新收", "办结", "期末在办")


def cells(found: Carried, kind: str = TOTAL) -> tuple[str, int, int, int, int]:
    """One line of a table, under HEADINGS."""
    return found.period, found.opening[kind], found.new[kind], found.closed[kind], found.closing[kind]
