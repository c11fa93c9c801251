"""The state of each unit of a district on a day, and its results in the period before, for supervision.

A rate is given from thirty cases on; below that the counts alone say more. Nothing is called late while its term rests
on a year without a notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from math import ceil
from typing import NamedTuple

import msgspec

from domain.law.calendar import Calendar
from domain.report import annual_report
from domain.report.state import AnnualReport

FEWEST = 30
"""Minimum cases for which a rate is given."""

LATE_ENTRY = 5
"""Working days after receipt within which a request should be recorded; a supplement notice must be sent within
seven."""

SOON = 5
"""Working days ahead that count as due soon."""


class OpenRequest(NamedTuple):
    """A request that is open on the day. due_on: None where no term runs."""

    reference: str
    started_on: date
    due_on: date | None


class Handled(NamedTuple):
    """Requests closed in the period, counted by how, how timely, and in how many working days."""

    closed_by: str
    timeliness: str | None
    taken: int | None
    requests: int


class Entered(NamedTuple):
    """A receipt of the period and the day it was recorded, some days after it."""

    reference: str
    on: date
    recorded_on: date


class UnitRead(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of one register. appeals: by result in effect at the period's end. corrected: the requests of those
    corrected. unfiled: closed and served, not archived. report: of the year before the day's; owes_report: that it is
    the unit's to publish.
    """

    code: str
    unit: str
    kind: str
    successor: str | None = None
    calendar: Calendar
    open: Sequence[OpenRequest]
    handled: Sequence[Handled]
    appeals: dict[str, int]
    corrected: Sequence[str]
    entered: Sequence[Entered]
    unfiled: int
    last_recorded_at: datetime | None
    report: AnnualReport
    owes_report: bool = True


class UnitStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One line. rate: on time ÷ closed; corrected_rate: corrected ÷ ended appeals; None of fewer than FEWEST.

    report_late: its last day has passed and it is not published.
    """

    code: str
    unit: str
    successor: str | None
    open: int
    due_soon: list[str]
    overdue: list[str]
    closed: int
    on_time: int
    late: int
    rate: float | None
    median: int | None
    ended: int
    corrected: list[str]
    corrected_rate: float | None
    late_entries: list[str]
    unfiled: int
    last_recorded_at: datetime | None
    report: str
    report_late: bool


class DistrictStanding(msgspec.Struct, frozen=True, kw_only=True):
    """The units in the order requested, and all of them together: what concerns one unit alone is not in it."""

    on: date
    first: date
    last: date
    units: list[UnitStanding]
    open: int
    due_soon: int
    overdue: int
    closed: int
    on_time: int
    late: int
    rate: float | None
    median: int | None
    ended: int
    corrected: int
    corrected_rate: float | None
    late_entries: int
    unfiled: int


def standing(read: UnitRead, on: date, within: int = SOON) -> UnitStanding:
    """within: working days ahead that count as soon."""
    calendar = read.calendar
    due = [(each, each.due_on) for each in read.open if each.due_on is not None]
    overdue = [each.reference for each, last in due if calendar.has_passed(last, on, each.started_on)]
    soon = [each.reference for each, last in due if last >= on and calendar.between(on, last) <= within]
    closed, on_time, late = _counts(read.handled)
    ended = _ended(read.appeals)
    published = read.report.stage == "published"
    due_on = annual_report.due_on(read.report.year, read.kind)
    return UnitStanding(
        code=read.code,
        unit=read.unit,
        successor=read.successor,
        open=len(read.open),
        due_soon=soon,
        overdue=overdue,
        closed=closed,
        on_time=on_time,
        late=late,
        rate=share(on_time, closed),
        median=_median(read.handled),
        ended=ended,
        corrected=sorted(set(read.corrected)),
        corrected_rate=share(read.appeals.get("corrected", 0), ended),
        late_entries=[
            each.reference
            for each in read.entered
            if calendar.between(each.on, each.recorded_on) > LATE_ENTRY
        ],
        unfiled=read.unfiled,
        last_recorded_at=read.last_recorded_at,
        report=read.report.stage,
        report_late=not published and due_on < on and read.owes_report,
    )


def together(
    reads: Sequence[UnitRead], on: date, first: date, last: date, within: int = SOON
) -> DistrictStanding:
    """The median and the rates of all are those of all their cases, not means of the units'."""
    units = [standing(each, on, within) for each in reads]
    handled = [each for read in reads for each in read.handled]
    closed, on_time, late = _counts(handled)
    appeals: Counter[str] = Counter()
    for read in reads:
        appeals.update(read.appeals)
    ended, corrected = _ended(appeals), appeals["corrected"]
    return DistrictStanding(
        on=on,
        first=first,
        last=last,
        units=units,
        open=sum(unit.open for unit in units),
        due_soon=sum(len(unit.due_soon) for unit in units),
        overdue=sum(len(unit.overdue) for unit in units),
        closed=closed,
        on_time=on_time,
        late=late,
        rate=share(on_time, closed),
        median=_median(handled),
        ended=ended,
        corrected=corrected,
        corrected_rate=share(corrected, ended),
        late_entries=sum(len(unit.late_entries) for unit in units),
        unfiled=sum(unit.unfiled for unit in units),
    )


def share(part: int, whole: int) -> float | None:
    """A rate, given from FEWEST cases on."""
    return part / whole if whole >= FEWEST else None


def _counts(handled: Iterable[Handled]) -> tuple[int, int, int]:
    by: Counter[str | None] = Counter()
    for each in handled:
        by[each.timeliness] += each.requests
    return sum(by.values()), by["on_time"], by["late"]


def _ended(appeals: dict[str, int]) -> int:
    return sum(count for result, count in appeals.items() if result != "pending")


def _median(handled: Iterable[Handled]) -> int | None:
    """Working days of answered requests, by nearest rank."""
    days: Counter[int] = Counter()
    for each in handled:
        if each.closed_by == "answered":
            days[each.taken or 0] += each.requests
    rank, seen = ceil(sum(days.values()) / 2), 0
    for taken in sorted(days):
        seen += days[taken]
        if seen >= rank:
            return taken
    return None


HEADINGS = (
    "单位",
    "在办",
    "将到期",
    "逾期",
    "办结",
    "期限内",
    "逾期办结",
    "期限内办结率",
    "工作日中位数",
    "复议诉讼审结",
    "被纠正",
    "纠错率",
    "登记迟于5个工作日",
    "未归档",
    "最近登记",
    "上年年报",
)


def lines(found: DistrictStanding) -> list[list[object]]:
    """Under HEADINGS, the sum first."""
    whole: list[object] = [
        "合计", found.open, found.due_soon, found.overdue, found.closed, found.on_time, found.late,
        _percent(found.rate), found.median, found.ended, found.corrected, _percent(found.corrected_rate),
        found.late_entries, found.unfiled, None, None,
    ]  # fmt: skip
    names = {each.code: each.unit for each in found.units}
    return [whole, *(_line(each, names) for each in found.units)]


def _line(unit: UnitStanding, names: Mapping[str, str]) -> list[object]:
    successor = unit.successor and names.get(unit.successor, unit.successor)
    report = annual_report.STAGES[unit.report] + "，已过公布期限" * unit.report_late
    return [
        unit.unit + (f"（由{successor}承接）" if successor else ""), unit.open, len(unit.due_soon), len(unit.overdue), unit.closed, unit.on_time, unit.late,
        _percent(unit.rate), unit.median, unit.ended, len(unit.corrected), _percent(unit.corrected_rate),
        len(unit.late_entries), unit.unfiled, unit.last_recorded_at and unit.last_recorded_at.date(), report,
    ]  # fmt: skip


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1%}"
