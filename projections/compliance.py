"""办理情况 of a period: what was closed in time, how long it took, what was irregular.

Measures of requests closed in the period count the first closing alone; a re-answer is outside the rates.
Measures at the period's end are read from the requests as they were that day, not as they are now. Every
count is a list of requests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from math import ceil
from typing import NamedTuple

import msgspec

from domain.request.answer import Timeliness
from domain.request.state import DisclosureRequest
from domain.values import Period
from projections.register import RequestRow

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
    """Requests closed in a period that are alike in all that their handling is counted by, as in their rows.

    references, taken: of each of them, in no order.
    """

    closed_by: str | None
    timeliness: Timeliness | None
    original_timeliness: Timeliness | None
    extended: bool
    suspended: bool
    supplemented: bool
    irregularities: Sequence[str]
    unit: str | None
    references: Sequence[str] = ()
    taken: Sequence[int] = ()


def handled(rows: Iterable[RequestRow], period: Period) -> list[Handled]:
    """Group folded rows as the register's query does."""
    groups: defaultdict[Handled, list[RequestRow]] = defaultdict(list)
    for row in rows:
        if row.closed_on and period.first <= row.closed_on <= period.last:
            alike = Handled(
                row.closed_by, row.timeliness, row.original_timeliness,
                row.extended, row.suspended > 0, row.supplemented, row.irregularities, row.unit,
            )  # fmt: skip
            groups[alike].append(row)
    return [
        alike._replace(references=[row.reference for row in group], taken=[row.taken or 0 for row in group])
        for alike, group in groups.items()
    ]


class AtEnd(NamedTuple):
    """A request open or reopened at the end of a period, as it was that day."""

    reference: str
    unit: str
    open: bool
    redo: bool
    past_due: bool


def at_end(request: DisclosureRequest, last: date) -> AtEnd | None:
    """request: as it was on the last day. None if it was settled or annulled."""
    if (
        request.annulled
        or request.received is None
        or (request.closing is not None and request.redo_by is None)
    ):
        return None
    return AtEnd(
        request.reference,
        request.unit or "",
        request.closing is None,
        request.redo_by is not None,
        _is_past_due(request, last),
    )


def compliance(period: Period, closed: Sequence[Handled], ended: Sequence[AtEnd]) -> Compliance:
    """closed: the register's, any order. ended: see `at_end`."""
    references = _sorted(chain.from_iterable(each.references for each in closed))
    place = {reference: nth for nth, reference in enumerate(references)}

    def those(chosen: Callable[[Handled], object], among: Iterable[Handled] = closed) -> References:
        found = chain.from_iterable(each.references for each in among if chosen(each))
        return tuple(sorted(found, key=place.__getitem__))

    def irregular(code: str) -> References:
        return those(lambda each: code in each.irregularities)

    on_time = those(lambda each: each.timeliness == "on_time")
    original = those(lambda each: each.original_timeliness == "on_time")
    codes = sorted({code for each in closed for code in each.irregularities})
    return Compliance(
        first=str(period.first),
        last=str(period.last),
        closed=references,
        on_time=on_time,
        late=those(lambda each: each.timeliness == "late"),
        service_unproven=those(lambda each: each.timeliness == "service_unproven"),
        provisional=those(lambda each: each.timeliness == "provisional"),
        rate=len(on_time) / len(references) if references else None,
        original_on_time=original,
        original_late=those(lambda each: each.original_timeliness == "late"),
        original_rate=len(original) / len(references) if references else None,
        answered=those(lambda each: each.closed_by == "answered"),
        withdrawn=those(lambda each: each.closed_by == "withdrawn"),
        lapsed=those(lambda each: each.closed_by == "lapsed"),
        taken=_percentiles([days for each in closed if each.closed_by == "answered" for days in each.taken]),
        extended=those(lambda each: each.extended),
        suspended=those(lambda each: each.suspended),
        supplemented=those(lambda each: each.supplemented),
        irregularities={code: irregular(code) for code in codes},
        open=_sorted(each.reference for each in ended if each.open),
        overdue=_sorted(each.reference for each in ended if each.open and each.past_due),
        redo_due=_sorted(each.reference for each in ended if each.redo and each.past_due),
        units=tuple(_units(closed, [each for each in ended if each.open], those)),
    )


def _is_past_due(request: DisclosureRequest, last: date) -> bool:
    """By the term that runs at the end: after a restart or a deferral it is no longer that of the decision."""
    due_on = request.deadline.due_on if request.deadline else None
    awaits_notice = request.deadline is not None and request.deadline.awaits_notice
    return due_on is not None and due_on < last and not awaits_notice


def _units(
    closed: Iterable[Handled], open_: Iterable[AtEnd], those: Callable[..., References]
) -> Iterator[Unit]:
    """Each group is looked at by its own unit alone, however many units there are."""
    groups: defaultdict[str, list[Handled]] = defaultdict(list)
    open_of: defaultdict[str, list[str]] = defaultdict(list)
    for each in closed:
        groups[each.unit or ""].append(each)
    for ended in open_:
        open_of[ended.unit].append(ended.reference)
    for unit in sorted({*groups, *open_of}):
        own = groups[unit]
        yield Unit(
            unit=unit,
            closed=those(lambda _: True, own),
            on_time=those(lambda each: each.timeliness == "on_time", own),
            late=those(lambda each: each.timeliness == "late", own),
            service_unproven=those(lambda each: each.timeliness == "service_unproven", own),
            open=_sorted(open_of[unit]),
        )


def _percentiles(days: list[int]) -> tuple[int, int] | None:
    if not days:
        return None
    ranked = sorted(days)
    return ranked[ceil(0.5 * len(ranked)) - 1], ranked[ceil(0.9 * len(ranked)) - 1]


def _sorted(references: Iterable[str]) -> References:
    """As `register.order` has it, without reading ten thousand references for it."""
    return tuple(sorted(references, key=lambda each: each[:5] + each[5:].zfill(10)))
