"""办理情况 of a period: what was closed in time, how long it took, what was irregular.

Measures of requests closed in the period count the first closing alone; a re-answer is outside the rates.
Measures at the period's end are read from the requests as they stood that day, not as they stand now. Every
count is a list of requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import ceil

import msgspec

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


def compliance(period: Period, rows: Iterable[RequestRow], at_end: Sequence[DisclosureRequest]) -> Compliance:
    """rows: the register's, any order. at_end: requests open or reopened at the end, as they stood that day."""
    ordered = sorted(rows, key=_place)
    closed = [row for row in ordered if row.closed_on and period.first <= row.closed_on <= period.last]
    open_ = {request.reference: request.unit or "" for request in at_end if request.closing is None}

    def those(chosen: Callable[[RequestRow], object], among: Sequence[RequestRow] = closed) -> References:
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
        overdue=_sorted(
            request.reference
            for request in at_end
            if request.closing is None and _is_past_due(request, period)
        ),
        redo_due=_sorted(
            request.reference
            for request in at_end
            if request.redo_by is not None and _is_past_due(request, period)
        ),
        units=tuple(
            _unit(name, closed, ordered, open_)
            for name in sorted({*open_.values(), *(row.unit or "" for row in closed)})
        ),
    )


def _is_past_due(request: DisclosureRequest, period: Period) -> bool:
    """By the term that runs at the end: after a restart or a deferral it is no longer that of the decision."""
    due_on = request.deadline.due_on if request.deadline else None
    awaits_notice = request.deadline is not None and request.deadline.awaits_notice
    return due_on is not None and due_on < period.last and not awaits_notice


def _unit(
    name: str, closed: Sequence[RequestRow], ordered: Sequence[RequestRow], open_: dict[str, str]
) -> Unit:
    def those(timeliness: str | None) -> References:
        return tuple(
            row.reference
            for row in closed
            if (row.unit or "") == name and timeliness in (None, row.timeliness)
        )

    return Unit(
        unit=name,
        closed=those(None),
        on_time=those("on_time"),
        late=those("late"),
        service_unproven=those("service_unproven"),
        open=tuple(row.reference for row in ordered if open_.get(row.reference) == name),
    )


def _percentiles(days: list[int]) -> tuple[int, int] | None:
    if not days:
        return None
    ranked = sorted(days)
    return ranked[ceil(0.5 * len(ranked)) - 1], ranked[ceil(0.9 * len(ranked)) - 1]


def _place(row: RequestRow) -> tuple[str, int, str]:
    """As `order` has it, without reading ten thousand references for it."""
    return row.reference[:4], len(row.reference), row.reference


def _sorted(references: Iterable[str]) -> References:
    return tuple(sorted(references, key=order))
