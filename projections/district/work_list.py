"""办理监督: the superior's work list of its units' requests that are overdue, due soon, or waiting for the superior.

What the superior has already done about it is shown with it, so that nothing is ordered twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from domain.authority.assessment import Contest
from domain.law.calendar import Calendar
from projections.district.matters import Matter
from projections.district.standing import SOON, OpenRequest

WARNINGS: dict[str, tuple[str, str]] = {
    "return_to_review": ("已报送，应审查", "第四十七条"),
    "contest_to_decide": ("对考核提出申辩，应裁定", "第四十六条"),
    "order_unanswered": ("督办逾期未答复", "第四十七条"),
    "return_late": ("逾期未报送", "第四十七条"),
    "overdue": ("申请已逾期，应督办", "第三十三条、第四十七条"),
    "due_soon": ("申请期限将至，可提醒", "第三十三条"),
}
"""Codes of warnings in the order of urgency, with words and article."""


class UnitQuery(NamedTuple):
    """What is read of one unit's register. contests: those of the superior's assessments that wait for its decision."""

    code: str
    unit: str
    calendar: Calendar
    open: Sequence[OpenRequest]
    matters: Sequence[Matter]
    contests: Sequence[Contest] = ()


class UnitWarning(msgspec.Struct, frozen=True, kw_only=True):
    """reference: of the request. version: of the order, return or contest in the unit's own log. due_on, workdays_left: None where
    no term runs. ordered: 督办 about it is open.
    """

    code: str
    unit: str
    warning: str
    reference: str | None = None
    version: int | None = None
    name: str = ""
    due_on: date | None
    workdays_left: int | None
    ordered: bool = False

    @property
    def text(self) -> str:
        return WARNINGS[self.warning][0]

    @property
    def article(self) -> str:
        return WARNINGS[self.warning][1]


def work_list(units: Iterable[UnitQuery], on: date, within: int = SOON) -> list[UnitWarning]:
    """within: working days ahead that count as soon. Most urgent first, then by the last day."""
    urgency = list(WARNINGS)
    found = [
        each
        for unit in units
        for each in (*_of_requests(unit, on, within), *_of_matters(unit, on), *_of_contests(unit))
    ]
    return sorted(
        found,
        key=lambda each: (
            urgency.index(each.warning),
            each.due_on or date.min,
            each.code,
            each.reference or each.name,
        ),
    )


def _of_requests(unit: UnitQuery, on: date, within: int) -> Iterable[UnitWarning]:
    calendar = unit.calendar
    ordered = {each.reference for each in unit.matters if each.kind == "order" and each.is_open}
    for each in unit.open:
        if each.due_on is None:
            continue
        if calendar.has_passed(each.due_on, on, each.started_on):
            code = "overdue"
        elif each.due_on >= on and calendar.between(on, each.due_on) <= within:
            code = "due_soon"
        else:
            continue
        yield UnitWarning(
            code=unit.code,
            unit=unit.unit,
            warning=code,
            reference=each.reference,
            due_on=each.due_on,
            workdays_left=calendar.left(on, each.due_on),
            ordered=each.reference in ordered,
        )


def _of_matters(unit: UnitQuery, on: date) -> Iterable[UnitWarning]:
    for each in unit.matters:
        late = each.waits_for == "unit" and each.respond_by < on
        if each.waits_for == "superior":
            code = "return_to_review"
        elif late:
            code = "order_unanswered" if each.kind == "order" else "return_late"
        else:
            continue
        yield UnitWarning(
            code=unit.code,
            unit=unit.unit,
            warning=code,
            reference=each.reference,
            version=each.version,
            name=each.name,
            due_on=each.respond_by,
            workdays_left=unit.calendar.left(on, each.respond_by),
        )


def _of_contests(unit: UnitQuery) -> Iterable[UnitWarning]:
    """No term is set for the decision."""
    for each in unit.contests:
        yield UnitWarning(
            code=unit.code, unit=unit.unit, warning="contest_to_decide", version=each.version, name=each.assessment,
            due_on=None, workdays_left=None,
        )  # fmt: skip


HEADINGS = ("单位", "待办", "登记号", "名称", "期限", "余工作日", "已督办", "条款")


def lines(found: Iterable[UnitWarning]) -> list[list[object]]:
    """Under HEADINGS."""
    return [
        [
            each.unit, each.text, each.reference, each.name, each.due_on, each.workdays_left,
            "已督办" if each.ordered else "", each.article,
        ]
        for each in found
    ]  # fmt: skip
