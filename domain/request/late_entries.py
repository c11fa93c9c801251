"""Entries that change the figures of a year whose report is already published.

An entry does so if it was recorded after the publication and changes what the year counts of the request: new or
carried in, closed and how or carried out, its appeals and their results. A step entered late that moves no number
does not. What is imported from an earlier register was true when the report was published, and so is no late entry.
Only log positions and the entries' own dates decide, so every later replay finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.entry import Event, Recorded
from domain.law import outcomes
from domain.law.irregularities import Irregularity, found
from domain.request.appeal import Appeal
from domain.request.events import EntryAmended, is_imported
from domain.values import Period

if TYPE_CHECKING:
    from domain.request.state import DisclosureRequest

Counted = tuple[Any, ...] | None


def recorded_late(
    history: Sequence[Recorded],
    published: Mapping[int, int],
    replay: Callable[[Sequence[Recorded]], DisclosureRequest],
) -> list[Irregularity]:
    """published_period for each entry of one request by which a published year counts otherwise.

    published: by year the position of its first publication. replay: of a beginning of this history.
    """
    late: dict[int, list[int]] = {}
    for year, position in sorted(published.items()):
        last = date(year, 12, 31)
        for index, entry in enumerate(history):
            if (
                entry.position > position
                and not is_imported(entry.event)
                and _reaches(entry.event, history, last)
            ):
                period = Period.year(year)
                before = _counted(replay(history[:index]), period) if index else None
                if before != _counted(replay(history[: index + 1]), period):
                    late.setdefault(index, []).append(year)
    return [
        found(
            "published_period",
            history[index].originator_version,
            on=_day(history[index].event, history),
            year="、".join(map(str, years)),
            position=published[years[0]],
        )
        for index, years in sorted(late.items())
    ]


def _reaches(event: Event, history: Sequence[Recorded], last: date) -> bool:
    """Whether one of the entry's dates lies in that year or before: an entry of a later year changes nothing in it."""
    return any(day <= last for day in _days(event, history))


def _days(event: Event, history: Sequence[Recorded]) -> list[date]:
    """The dates of the event; of an amendment those of every version of the amended entry.

    A decision takes effect on its own day or later.
    """
    if not isinstance(event, EntryAmended):
        return [event.on]
    amendments = [each.event for each in history if isinstance(each.event, EntryAmended)]
    versions: list[Event | None] = [
        each.event for each in history if each.originator_version == event.version
    ]
    versions += [each.replacement for each in amendments if each.version == event.version]
    return [each.on for each in versions if each is not None]


def _day(event: Event, history: Sequence[Recorded]) -> date:
    """The day of the event; of an amendment the earliest day of the entry it amends."""
    return min(_days(event, history), default=event.on)


def _counted(request: DisclosureRequest, period: Period) -> Counted:
    """What the year's tables count of the request; equal means that no cell differs."""
    appeals = tuple(
        (
            appeal.appeal,
            appeal.route,
            outcomes.DISPOSITIONS[disposition].result
            if (disposition := appeal.disposition_on(period.last))
            else "pending",
        )
        for appeal in request.appeals
        if appeal.on <= period.last and not _was_decided_before(appeal, period)
    )
    received, closing = request.received, request.closing
    if received is None or received.on > period.last:
        return appeals
    closed = closing if closing is not None and closing.on <= period.last else None
    if closed is not None and closed.on < period.first:
        return appeals
    return (
        received.applicant_kind,
        received.on >= period.first,
        closed.outcome if closed else None,
        *appeals,
    )


def _was_decided_before(appeal: Appeal, period: Period) -> bool:
    first = next((each.effective_on for each in appeal.effective()), None)
    return first is not None and first < period.first
