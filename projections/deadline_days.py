"""The computation of a due date: every day of the term, whether it counts, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from domain.law.calendar import Calendar
from domain.request.deadline import Deadline
from domain.request.state import DisclosureRequest


class Day(msgspec.Struct, frozen=True):
    """counted: which day of the term it is; None if it does not count. notice: the one that names the day."""

    day: date
    counted: int | None
    reason: str
    notice: str | None


HEADINGS = ("日期", "星期", "第几日", "原因", "放假通知")


def cells(day: Day) -> tuple[object, ...]:
    """One line of a trace, under HEADINGS."""
    return day.day, "一二三四五六日"[day.day.weekday()], day.counted, day.reason, day.notice


def trace(request: DisclosureRequest, calendar: Calendar) -> Iterator[Day]:
    """From day zero of the running term to the last day to answer; where none runs, to the last step.

    The count ends where a supplement or a payment is awaited, and where Art. 35 or a reopening set a date.
    """
    deadline = request.deadline
    if deadline is None:
        return
    last = deadline.due_on or deadline.step_fields[-1][0]
    stops = _stops(deadline)
    yield Day(deadline.started_on, None, "起算之日，不计入", None)
    day, counted = deadline.started_on, 0
    while day < last:
        day += timedelta(days=1)
        kind = calendar.kind(day)
        stopped = next((reason for since, reason in reversed(stops) if since < day), None)
        if not kind.working:
            yield Day(day, None, kind.reason, kind.notice)
        elif stopped:
            yield Day(day, None, stopped, kind.notice)
        elif consulted := _consulted(deadline, day):
            yield Day(day, None, f"征求意见“{consulted}”，不计期限", kind.notice)
        else:
            counted += 1
            yield Day(day, counted, kind.reason, kind.notice)


def _stops(deadline: Deadline) -> list[tuple[date, str]]:
    """After which days of the running term no working days count, and why, in the order of law."""
    found: list[tuple[date, str]] = []
    closed_on = None
    for step in deadline.steps:
        match step.kind:
            case "supplemented" | "fee_paid":
                found.clear()
            case "supplement_required":
                found.append((step.on, "等待补正，不计期限"))
            case "fee_charged":
                found.append((step.on, "等待缴费，不计期限"))
            case "deferred":
                found.append((step.on, f"延迟至{step.figures['until']}答复，不按工作日计算"))
            case "closed":
                closed_on = step.on
            case "reopened":
                if closed_on is not None:
                    found.append((closed_on, "已办结"))
                until = step.figures["until"]
                found.append((step.on, f"重新处理，最迟于{until}答复，不按工作日计算"))
    return found


def _consulted(deadline: Deadline, day: date) -> str | None:
    pauses = deadline.pauses
    return next((pause.consultation for pause in pauses if pause.after < day <= pause.until), None)
