"""Why the answer is due when it is: every day of a request's term, counted or not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from domain.request import DisclosureRequest
from domain.workdays import Calendar


class Day(NamedTuple):
    """counted: which day of the term it is; None if it does not count. notice: the one that names the day."""

    day: date
    counted: int | None
    reason: str
    notice: str | None


def trace(request: DisclosureRequest, calendar: Calendar) -> Iterator[Day]:
    """From day zero of the running term to the last day to answer, or to the close or the wait before it."""
    deadline = request.deadline
    if deadline is None:
        return
    last = deadline.due_on or (request.closing.on if request.closing else deadline.started_on)
    yield Day(deadline.started_on, None, "起算之日，不计入", None)
    day, counted = deadline.started_on, 0
    while day < last:
        day += timedelta(days=1)
        kind = calendar.kind(day)
        if not kind.working:
            yield Day(day, None, kind.reason, kind.notice)
        elif consulted := _consulted(request, day):
            yield Day(day, None, f"征求意见“{consulted}”，不计期限", kind.notice)
        else:
            counted += 1
            yield Day(day, counted, kind.reason, kind.notice)


def _consulted(request: DisclosureRequest, day: date) -> str | None:
    pauses = request.deadline.pauses if request.deadline else ()
    return next((pause.consultation for pause in pauses if pause.after < day <= pause.until), None)
