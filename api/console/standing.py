"""The state of a request as symbol and words, and colour in addition. Timeliness of closed ones is another column."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from domain.law.calendar import Calendar
from projections.provisional import PROVISIONAL
from projections.register import RequestRow

SOON = 5
"""Working days ahead that count as soon."""


class Standing(NamedTuple):
    """kind: late, soon, fine or still, by which it is coloured. left: working days, negative past the due date."""

    kind: str
    shape: str
    words: str
    left: int | None = None


_WAITING = {
    "awaiting_supplement": Standing("still", "◇", "不计期限：待补正"),
    "awaiting_payment": Standing("still", "◇", "不计期限：待缴费"),
}


def of_row(row: RequestRow, on: date, calendar: Calendar) -> Standing:
    """The state of a request in the register on a day."""
    due_on = row.answer_by
    if row.stage == "archived":
        return Standing("still", "○", "已归档")
    if row.stage == "closed":
        return Standing("still", "○", "已办结")
    if due_on is None:
        return _WAITING.get(row.stage, Standing("still", "◇", "不计期限"))
    awaits = due_on == row.due_on and row.awaits_notice(calendar.covered)
    return of_term(due_on, on, calendar, provisional=awaits)


def of_term(due_on: date, on: date, calendar: Calendar, *, provisional: bool = False) -> Standing:
    """The state of a running term. provisional: it depends on a year without a holiday notice, so nothing is late by it."""
    if due_on < on and provisional:
        return Standing("still", "◇", f"{PROVISIONAL}，已过{calendar.between(due_on, on)}个工作日")
    if due_on < on:
        left = -calendar.between(due_on, on)
        return Standing("late", "■", f"逾期{-left}个工作日", left)
    left = calendar.between(on, due_on)
    if left == 0:
        return Standing("late", "▲", "今日到期", 0)
    if left <= SOON:
        return Standing("soon", "▲", f"将到期：余{left}个工作日", left)
    return Standing("fine", "●", f"正常：余{left}个工作日", left)


TIMELINESS = {
    "on_time": Standing("fine", "●", "期限内"),
    "late": Standing("late", "■", "逾期"),
    "service_unproven": Standing("soon", "◇", "尚未登记送达"),
    "provisional": Standing("still", "◇", PROVISIONAL),
}
