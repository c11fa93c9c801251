"""What the superior asks of the authority: matters to be dealt with (督办) and figures to be handed in (报送).

Orders, requests and decisions are the superior's entries, the only ones beside a waiver that come from outside; answers
are the authority's own. The figures of a return are those of the register at the log position of its hand-in, so nothing
is copied and none can change: what the register says otherwise later is a restatement.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypeVar

import msgspec
from msgspec.structs import replace

from domain.authority.refusals import (
    OrderUnknown,
    PeriodNotOver,
    RegisterNotComplete,
    ReturnExists,
    ReturnStep,
    ReturnUnknown,
)
from domain.authority.supervision_events import (
    ReturnAccepted,
    ReturnHandedIn,
    ReturnPrepared,
    ReturnRequested,
    ReturnSentBack,
    SupervisionAnswered,
    SupervisionOrdered,
)
from domain.entry import Event, Recorded, type_of
from domain.law.refusals import DatesReversed
from domain.values import Period

ReturnStage = Literal["asked", "in_work", "handed_in", "sent_back", "accepted"]

RETURN_STAGES: dict[ReturnStage, str] = {
    "asked": "待报送",
    "in_work": "已编制，待批准",
    "handed_in": "已报送，待审查",
    "sent_back": "已退回，待重报",
    "accepted": "已接收",
}

SUPERVISION_EVENTS = (
    SupervisionOrdered,
    SupervisionAnswered,
    ReturnRequested,
    ReturnPrepared,
    ReturnHandedIn,
    ReturnSentBack,
    ReturnAccepted,
)
_STEPS: dict[type[Event], tuple[tuple[ReturnStage, ...], ReturnStage]] = {
    ReturnPrepared: (("asked", "in_work", "sent_back"), "in_work"),
    ReturnHandedIn: (("in_work",), "handed_in"),
    ReturnSentBack: (("handed_in",), "sent_back"),
    ReturnAccepted: (("handed_in",), "accepted"),
}
"""Of each step the stages it is possible in, and the one it leads to."""

POSSIBLE: dict[str, tuple[ReturnStage, ...]] = {type_of(step): stages for step, (stages, _) in _STEPS.items()}
"""The same by the type of the step: what can be recorded of a return in its present stage."""


class Order(msgspec.Struct, frozen=True):
    """A matter ordered. version: of its entry. by: code of the superior. answered_on: None while it waits."""

    version: int
    by: str
    on: date
    matter: str
    respond_by: date
    document_no: str
    reference: str | None
    answered_on: date | None = None
    result: str | None = None


class Return(msgspec.Struct, frozen=True):
    """A requested return. report_year: of the annual report that comes with it. version: of the entry that requested it.

    prepared_by: who made it up, and on whose behalf. position: of the last hand-in in the log, by which its figures
    are known; None before the first. accepted_on: None until it is accepted.
    """

    version: int
    by: str
    on: date
    name: str
    period: Period
    respond_by: date
    stage: ReturnStage = "asked"
    prepared_by: tuple[str, ...] = ()
    handed_in_on: date | None = None
    position: int | None = None
    reason: str | None = None
    report_year: int | None = None
    accepted_on: date | None = None


class Supervision(msgspec.Struct, frozen=True):
    """All orders and returns, in the order recorded."""

    orders: tuple[Order, ...] = ()
    returns: tuple[Return, ...] = ()

    def requested(self, version: int) -> Return | None:
        return next((each for each in self.returns if each.version == version), None)


def follow(known: Supervision, entry: Recorded, complete_since: date) -> Supervision:
    """After one more entry. Raises OrderUnknown, ReturnUnknown, ReturnExists, ReturnStep, PeriodNotOver,
    RegisterNotComplete or DatesReversed.
    """
    version, event = entry.originator_version, entry.event
    by = entry.actor.partition("/")[0]
    match event:
        case SupervisionOrdered():
            _check_term(version, event.on, event.respond_by)
            order = Order(
                version, by, event.on, event.matter, event.respond_by, event.document_no, event.reference
            )
            return replace(known, orders=(*known.orders, order))
        case SupervisionAnswered():
            return replace(known, orders=_answered(known.orders, version, event))
        case ReturnRequested():
            _check_term(version, event.on, event.respond_by)
            if event.last_on < event.first_on:
                raise DatesReversed(
                    version, field="last_on", day=event.last_on, than="期限首日", limit=event.first_on
                )
            if any(each.name == event.name for each in known.returns):
                raise ReturnExists(version, name=event.name)
            period = Period(event.first_on, event.last_on)
            requested = Return(
                version, by, event.on, event.name, period, event.respond_by, report_year=event.report_year
            )
            return replace(known, returns=(*known.returns, requested))
        case ReturnPrepared() | ReturnHandedIn() | ReturnSentBack() | ReturnAccepted():
            return replace(known, returns=_stepped(known, entry, event, complete_since))
        case _:
            return known


def _answered(orders: Sequence[Order], version: int, event: SupervisionAnswered) -> tuple[Order, ...]:
    order = next((each for each in orders if each.version == event.version), None)
    if order is None or order.answered_on is not None:
        raise OrderUnknown(version, order=event.version)
    if event.on < order.on:
        raise DatesReversed(version, field="on", day=event.on, than="督办之日", limit=order.on)
    return _with(orders, order, replace(order, answered_on=event.on, result=event.result))


def _stepped(
    known: Supervision,
    entry: Recorded,
    event: ReturnPrepared | ReturnHandedIn | ReturnSentBack | ReturnAccepted,
    complete_since: date,
) -> tuple[Return, ...]:
    version, found = entry.originator_version, known.requested(event.version)
    if found is None:
        raise ReturnUnknown(version, asked=event.version)
    possible, stage = _STEPS[type(event)]
    if found.stage not in possible:
        raise ReturnStep(version, name=found.name, stage=RETURN_STAGES[found.stage], event=event.title)
    if event.on < found.on:
        raise DatesReversed(version, field="on", day=event.on, than="要求报送之日", limit=found.on)
    if isinstance(event, ReturnPrepared):
        if event.on <= found.period.last:
            raise PeriodNotOver(version, name=found.name, last=found.period.last)
        if found.period.first < complete_since:
            raise RegisterNotComplete(version, first=found.period.first, complete_since=complete_since)
        changed = replace(found, stage=stage, prepared_by=entry.recorded_by)
    elif isinstance(event, ReturnHandedIn):
        changed = replace(found, stage=stage, handed_in_on=event.on, position=entry.position, reason=None)
    else:
        reason = event.reason if isinstance(event, ReturnSentBack) else None
        accepted_on = event.on if isinstance(event, ReturnAccepted) else None
        changed = replace(found, stage=stage, reason=reason, accepted_on=accepted_on)
    return _with(known.returns, found, changed)


def _check_term(version: int, on: date, respond_by: date) -> None:
    if respond_by < on:
        raise DatesReversed(version, field="respond_by", day=respond_by, than="要求之日", limit=on)


_T = TypeVar("_T", Order, Return)


def _with(all_of_them: Sequence[_T], old: _T, new: _T) -> tuple[_T, ...]:
    return tuple(new if each is old else each for each in all_of_them)
