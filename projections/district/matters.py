"""The matters of supervision (orders and returns) and their state: one work list for superior and unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from domain.authority.authority import Authority
from domain.authority.supervision import RETURN_STAGES, Order, Return
from domain.law.calendar import Calendar
from domain.values import Period
from projections.annual_tables import AnnualTables
from projections.choice_labels import CHOICES
from projections.district.tables import RegisterTables
from projections.report.content import Content

_NEXT = {
    "asked": "return_prepared",
    "in_work": "return_handed_in",
    "handed_in": "return_accepted",
    "sent_back": "return_prepared",
}


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """An order or a requested return. version: of its entry in the unit's own log. by: code of the superior that ordered
    or requested it, which may be a former one. waits_for: who has the next step; None where it is done. next: the
    event that is the next step. workdays_left: None where nothing is left to do for the unit.
    """

    code: str
    unit: str
    kind: Literal["order", "return"]
    version: int
    by: str
    name: str
    stage: str
    respond_by: date
    workdays_left: int | None
    waits_for: Literal["unit", "superior"] | None
    next: str | None
    document_no: str | None = None
    reference: str | None = None
    reason: str | None = None

    @property
    def is_open(self) -> bool:
        return self.waits_for is not None


def concerns_superior(authority: Authority, matter: Order | Return, on: date) -> bool:
    """Whether it is for the superior of the day: its own, and what a former one had left open when it took over. The rest
    is between the unit and the former superior.
    """
    superior = authority.superior_in_force(on)
    ended_on = matter.answered_on if isinstance(matter, Order) else matter.accepted_on
    if superior is None:
        return False
    return matter.by == superior.code or ended_on is None or ended_on >= superior.in_force_from


def matters(
    authority: Authority, calendar: Calendar, on: date, *, for_superior: bool = False
) -> list[Matter]:
    """The orders and returns of one unit as they were on the day: what was open first, by its last day. for_superior:
    only what concerns the superior of the day.
    """
    supervision = authority.supervision
    name = authority.name_on(on)

    def is_wanted(matter: Order | Return) -> bool:
        return matter.on <= on and (not for_superior or concerns_superior(authority, matter, on))

    found = [
        *(
            _of_order(each, authority.code, name, calendar, on)
            for each in filter(is_wanted, supervision.orders)
        ),
        *(
            _of_return(each, authority.code, name, calendar, on)
            for each in filter(is_wanted, supervision.returns)
        ),
    ]
    return sorted(found, key=lambda each: (not each.is_open, each.respond_by, each.version))


def _of_order(order: Order, code: str, unit: str, calendar: Calendar, on: date) -> Matter:
    waits = order.answered_on is None or order.answered_on > on
    result = (
        "待答复" if waits or order.result is None else CHOICES["supervision_answered.result"][order.result]
    )
    return Matter(
        code=code,
        unit=unit,
        kind="order",
        version=order.version,
        by=order.by,
        name=CHOICES["supervision_ordered.matter"][order.matter],
        stage=result,
        respond_by=order.respond_by,
        workdays_left=calendar.left(on, order.respond_by) if waits else None,
        waits_for="unit" if waits else None,
        next="supervision_answered" if waits else None,
        document_no=order.document_no,
        reference=order.reference,
    )


def _of_return(requested: Return, code: str, unit: str, calendar: Calendar, on: date) -> Matter:
    waits_for: Literal["unit", "superior"] | None = "unit"
    stage = requested.stage
    if requested.handed_in_on is not None and requested.handed_in_on > on:
        stage = "asked"
    elif stage in ("handed_in", "accepted"):
        waits_for = "superior" if stage == "handed_in" else None
    return Matter(
        code=code,
        unit=unit,
        kind="return",
        version=requested.version,
        by=requested.by,
        name=requested.name,
        stage=RETURN_STAGES[stage],
        respond_by=requested.respond_by,
        workdays_left=calendar.left(on, requested.respond_by) if waits_for == "unit" else None,
        waits_for=waits_for,
        next=_NEXT.get(stage),
        reason=requested.reason,
    )


HEADINGS = (
    "单位",
    "类别",
    "名称",
    "第几条",
    "状态",
    "期限",
    "余工作日",
    "由谁办理",
    "文号",
    "登记号",
    "理由",
    "要求机关代码",
)
_KINDS = {"order": "督办", "return": "报送"}
_WHO = {"unit": "该单位", "superior": "上级机关", None: ""}


def lines(found: Iterable[Matter]) -> list[list[object]]:
    """Under HEADINGS."""
    return [
        [
            each.unit, _KINDS[each.kind], each.name, each.version, each.stage, each.respond_by, each.workdays_left,
            _WHO[each.waits_for], each.document_no, each.reference, each.reason,
            each.by,
        ]
        for each in found
    ]  # fmt: skip


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """One unit's return of a name. tables: as the register had them at its hand-in; None before it. restated: cells in
    which the register says otherwise now. report: the annual report that came with it, as it was then.
    """

    code: str
    unit: str
    asked: Return
    tables: AnnualTables | None = None
    restated: tuple[str, ...] = ()
    report: Content | None = None


def to_add_up(found: Iterable[HandedIn]) -> list[RegisterTables]:
    """What was handed in, as figures of a district; what was not with its stage for a reason."""
    return [
        RegisterTables(
            each.code,
            each.unit,
            each.tables,
            "" if each.tables else RETURN_STAGES[each.asked.stage],
            proactive_table=each.report.proactive_table if each.report else None,
        )
        for each in found
    ]


def period_of(found: Iterable[HandedIn]) -> Period | None:
    """The period that all of them were asked for; None where they differ or there are none."""
    periods = {each.asked.period for each in found}
    return periods.pop() if len(periods) == 1 else None
