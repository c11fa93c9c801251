"""办理情况 of a period: what was closed in time, how long it took, what was irregular.

Measures of requests closed in the period count the first closing alone; a re-answer is outside the rates.
Measures at the period's end are read from the requests as they stood that day, not as they stand now. Every
count is a list of requests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import ceil
from typing import NamedTuple

import msgspec

from domain.request.answer import Timeliness
from domain.request.state import DisclosureRequest
from domain.values import Period
from projections.register import RequestRow, order

References = tuple[str, ...]


class Unit(msgspec.Struct, frozen=True):
    """A unit's share: requests closed in the period, of them on time, late, service unproven, by the unit last
    assigned; open at its end, by the unit that had them that day.
    """

    unit: str
    closed: References
    on_time: References
    late: References
    service_unproven: References
    open: References


class Compliance(msgspec.Struct, frozen=True):
    """rate: on time over closed, None of an empty period. original: the same against the first term from receipt.

    taken: working days of answered requests, (median, 90th percentile) by nearest rank; None of none.
    irregularities: of the whole history of requests closed in the period, by code. open, overdue, redo_due: at its end.
    """

    first: str
    last: str
    closed: References
    on_time: References
    late: References
    service_unproven: References
    provisional: References
    rate: float | None
    original_on_time: References
    original_late: References
    original_rate: float | None
    answered: References
    withdrawn: References
    lapsed: References
    taken: tuple[int, int] | None
    extended: References
    suspended: References
    supplemented: References
    irregularities: dict[str, References]
    open: References
    overdue: References
    redo_due: References
    units: tuple[Unit, ...]


class Handled(NamedTuple):
    """Of a request in the register what its handling is counted by; as in its row."""

    reference: str
    closed_on: date | None
    closed_by: str | None
    timeliness: Timeliness | None
    original_timeliness: Timeliness | None
    taken: int | None
    extended: bool
    suspended: int
    supplemented: bool
    irregularities: Sequence[str]
    unit: str | None


class AtEnd(NamedTuple):
    """A request open or reopened at the end of a period, as it stood that day."""

    reference: str
    unit: str
    open: bool
    redo: bool
    past_due: bool


def at_end(request: DisclosureRequest, last: date) -> AtEnd | None:
    """request: as it stood on the last day. None if it was settled."""
    if request.closing is not None and request.redo_by is None:
        return None
    return AtEnd(
        request.reference,
        request.unit or "",
        request.closing is None,
        request.redo_by is not None,
        _is_past_due(request, last),
    )


def compliance(period: Period, rows: Iterable[Handled | RequestRow], ended: Sequence[AtEnd]) -> Compliance:
    """rows: the register's, any order. ended: see `at_end`."""
    ordered = sorted(rows, key=_place)
    closed = [row for row in ordered if row.closed_on and period.first <= row.closed_on <= period.last]
    open_ = {each.reference: each.unit for each in ended if each.open}

    def those(
        chosen: Callable[[Handled | RequestRow], object], among: Sequence[Handled | RequestRow] = closed
    ) -> References:
        return tuple(row.reference for row in among if chosen(row))

    on_time = those(lambda row: row.timeliness == "on_time")
    original = those(lambda row: row.original_timeliness == "on_time")
    codes = sorted({code for row in closed for code in row.irregularities})
    return Compliance(
        first=str(period.first),
        last=str(period.last),
        closed=those(lambda _: True),
        on_time=on_time,
        late=those(lambda row: row.timeliness == "late"),
        service_unproven=those(lambda row: row.timeliness == "service_unproven"),
        provisional=those(lambda row: row.timeliness == "provisional"),
        rate=len(on_time) / len(closed) if closed else None,
        original_on_time=original,
        original_late=those(lambda row: row.original_timeliness == "late"),
        original_rate=len(original) / len(closed) if closed else None,
        answered=those(lambda row: row.closed_by == "answered"),
        withdrawn=those(lambda row: row.closed_by == "withdrawn"),
        lapsed=those(lambda row: row.closed_by == "lapsed"),
        taken=_percentiles([row.taken or 0 for row in closed if row.closed_by == "answered"]),
        extended=those(lambda row: row.extended),
        suspended=those(lambda row: row.suspended),
        supplemented=those(lambda row: row.supplemented),
        irregularities={
            code: tuple(row.reference for row in closed if code in row.irregularities) for code in codes
        },
        open=those(lambda row: row.reference in open_, ordered),
        overdue=_sorted(each.reference for each in ended if each.open and each.past_due),
        redo_due=_sorted(each.reference for each in ended if each.redo and each.past_due),
        units=_units(closed, [(open_[row.reference], row) for row in ordered if row.reference in open_]),
    )


def _is_past_due(request: DisclosureRequest, last: date) -> bool:
    """By the term that runs at the end: after a restart or a deferral it is no longer that of the decision."""
    due_on = request.deadline.due_on if request.deadline else None
    awaits_notice = request.deadline is not None and request.deadline.awaits_notice
    return due_on is not None and due_on < last and not awaits_notice


def _units(
    closed: Iterable[Handled | RequestRow], open_: Iterable[tuple[str, Handled | RequestRow]]
) -> tuple[Unit, ...]:
    """open_: with the unit that had each. Each row is looked at once, however many units there are."""
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in closed:
        own = found[row.unit or ""]
        own["closed"].append(row.reference)
        own[row.timeliness or ""].append(row.reference)
    for unit, row in open_:
        found[unit]["open"].append(row.reference)
    return tuple(
        Unit(
            unit=unit,
            closed=tuple(own["closed"]),
            on_time=tuple(own["on_time"]),
            late=tuple(own["late"]),
            service_unproven=tuple(own["service_unproven"]),
            open=tuple(own["open"]),
        )
        for unit, own in sorted(found.items())
    )


def _percentiles(days: list[int]) -> tuple[int, int] | None:
    if not days:
        return None
    ranked = sorted(days)
    return ranked[ceil(0.5 * len(ranked)) - 1], ranked[ceil(0.9 * len(ranked)) - 1]


def _place(row: Handled | RequestRow) -> str:
    """As `order` has it, without reading ten thousand references for it."""
    return row.reference[:5] + row.reference[5:].zfill(10)


def _sorted(references: Iterable[str]) -> References:
    return tuple(sorted(references, key=order))
