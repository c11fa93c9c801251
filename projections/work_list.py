"""待办: what officers must do next, with the article and the days left.

State and timeliness are kept apart: an entry says what is due and, where no term runs, why. It is read from
the requests as they were that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
from msgspec.structs import replace

from domain.authority.assessment import Assessment, Contest
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.supervision import Supervision
from domain.law.calendar import Calendar
from domain.request.deadline import Deadline
from domain.request.state import DisclosureRequest
from projections.choice_labels import CHOICES
from projections.provisional import PROVISIONAL, why
from projections.register import order

DUTIES: dict[str, tuple[str, str]] = {
    "order_waiting": ("上级机关督办，应答复", "第四十七条"),
    "return_to_prepare": ("上级机关要求报送，应编制", "第四十七条"),
    "return_to_approve": ("报送已编制，待批准", "第四十七条"),
    "assessment_to_check": ("上级机关考核，有异议的应在期限内申辩", "第四十六条"),
    "overdue": ("已逾期，应立即答复", "第三十三条"),
    "redo_overdue": ("重新处理已逾期，应立即答复", "行政复议法第七十七条；行政诉讼法第九十六条"),
    "redo": ("重新处理，应按决定期限答复", "行政复议法第七十七条；行政诉讼法第九十六条"),
    "due_soon": ("期限将至，应答复", "第三十三条"),
    "to_review": ("待审核", "第四十五条"),
    "to_approve": ("待批准", "第三十三条、第四十五条"),
    "returned": ("退回待改", "第四十五条"),
    "answer_to_send": ("答复已批准，应发出", "第三十三条、第四十五条"),
    "extension_to_send": ("延期已批准，应告知申请人", "第三十三条"),
    "erasure_requested": ("个人信息已提请销毁，由另一人执行，或者撤销提请", "个人信息保护法第四十七条"),
    "supplement_over": ("补正期限已过，可不再处理", "第三十条"),
    "fee_over": ("缴费期限已过，可不再处理", "国办函〔2020〕109号"),
    "awaiting_supplement": ("等待补正", "第三十条"),
    "awaiting_payment": ("等待缴费", "国办函〔2020〕109号"),
    "consultation_over": ("征求意见期限已过，应决定是否公开", "第三十二条、第三十四条"),
    "unserved": ("已答复，尚未登记送达", "国办公开办函〔2016〕235号"),
    "appeal_pending": ("复议或诉讼尚未审结", "第五十一条"),
    "unanalysed": ("复议或诉讼结果纠正，尚未登记纠错分析", "第四十七条"),
    "provisional": (f"期限{PROVISIONAL}", "第三十三条"),
}
"""Codes of duties in the order of urgency, with words and article."""

TO_ARCHIVE = "unarchived"
"""Duties that are not shown in the work list."""

_URGENCY = {code: nth for nth, code in enumerate(DUTIES)}

_TO_SEND = {"answer": "answer_to_send", "extension": "extension_to_send"}
_OF_A_DRAFT = {"review": "to_review", "approval": "to_approve", "redrafting": "returned"}


_OF_A_RETURN = {
    "asked": "return_to_prepare",
    "sent_back": "return_to_prepare",
    "in_work": "return_to_approve",
}
_MATTERS = CHOICES["supervision_ordered.matter"]


class Duty(msgspec.Struct, frozen=True):
    """One thing to do. reference: of the request; of what the superior asks of no request the stream it lies in.
    due_on: the day it is measured by; workdays_left: working days after the list's day up to due_on, negative by the
    working days past it, None where no term runs. awaits_notice: due_on is the last day to answer and rests on a year
    whose holiday notice is not out, so that nothing is late by it. extended: its term was, so that it cannot be again.
    """

    reference: str
    duty: str
    due_on: date | None
    workdays_left: int | None
    unit: str | None
    note: str = ""
    subject: str | None = None
    officer: str | None = None
    awaits_notice: bool = False
    extended: bool = False

    @property
    def text(self) -> str:
        return DUTIES[self.duty][0]

    @property
    def article(self) -> str:
        return DUTIES[self.duty][1]


class DutyShown(msgspec.Struct, frozen=True):
    """A duty with its words and article, as data for every entry point."""

    reference: str
    duty: str
    due_on: date | None
    workdays_left: int | None
    unit: str | None
    note: str
    text: str
    article: str
    subject: str | None

    @classmethod
    def of(cls, duty: Duty) -> DutyShown:
        return cls(
            duty.reference,
            duty.duty,
            duty.due_on,
            duty.workdays_left,
            duty.unit,
            duty.note,
            duty.text,
            duty.article,
            duty.subject,
        )


HEADINGS = ("登记号", "申请事项", "待办", "期限", "余工作日", "承办单位", "条款", "备注")


def cells(duty: Duty) -> tuple[object, ...]:
    """One line of a work list, under HEADINGS."""
    reference = None if duty.reference == AUTHORITY_STREAM else duty.reference
    return (
        reference, duty.subject, duty.text, duty.due_on, duty.workdays_left, duty.unit, duty.article, duty.note,
    )  # fmt: skip


def work_list(requests: Iterable[DisclosureRequest], on: date, calendar: Calendar, within: int) -> list[Duty]:
    """requests: as they were on the day. within: working days ahead that count as soon. Most urgent first."""
    return by_urgency(duty for request in requests for duty in duties_of(request, on, calendar, within))


def by_urgency(duties: Iterable[Duty]) -> list[Duty]:
    """The most urgent first."""
    return sorted(
        duties,
        key=lambda duty: (
            _URGENCY[duty.duty],
            duty.due_on or date.max,
            order(duty.reference),
            duty.note,
        ),
    )


def outline(duty: Duty) -> Duty:
    """What is shown of it to an officer who sees no single cases."""
    return replace(duty, subject=None, unit=None, officer=None)


def duties_of(request: DisclosureRequest, on: date, calendar: Calendar, within: int) -> tuple[Duty, ...]:
    """Of one request, as it was on the day."""
    return tuple(_duties(request, on, calendar, within))


def asked_by_superior(supervision: Supervision, on: date, calendar: Calendar) -> list[Duty]:
    """Orders to be answered and returns to be handed in, as requested by the day; the first due first."""

    def duty(code: str, respond_by: date, note: str, reference: str | None = None) -> Duty:
        left = calendar.left(on, respond_by)
        return Duty(reference or AUTHORITY_STREAM, code, respond_by, left, None, note)

    orders = [
        duty("order_waiting", each.respond_by, f"{_MATTERS[each.matter]}，{each.document_no}", each.reference)
        for each in supervision.orders
        if each.on <= on and (each.answered_on is None or each.answered_on > on)
    ]
    returns = [
        duty(_OF_A_RETURN[each.stage], each.respond_by, f"{each.name}，{each.reason or each.period}")
        for each in supervision.returns
        if each.on <= on and each.stage in _OF_A_RETURN
    ]
    return sorted((*orders, *returns), key=lambda each: (each.due_on or date.max, each.note))


def assessments_to_check(
    announced: Iterable[Assessment], contests: Iterable[Contest], on: date, calendar: Calendar
) -> list[Duty]:
    """Assessments of the superior's that can be contested on the day, the first due first."""
    contested = {each.assessment for each in contests}
    found = [
        Duty(
            AUTHORITY_STREAM, "assessment_to_check", each.contest_by, calendar.left(on, each.contest_by), None,
            f"{each.name}{'，已提出申辩' if each.name in contested else ''}",
        )
        for each in announced
        if each.on <= on <= each.contest_by
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.due_on or date.max, each.note))


def to_archive(
    reference: str, served_on: date | None, unit: str | None, officer: str | None, subject: str | None
) -> Duty:
    """Of a request that is closed and, if it was answered, served: only its archiving is left, nothing about it is
    urgent."""
    return Duty(reference, TO_ARCHIVE, served_on, None, unit, subject=subject, officer=officer)


_Due = tuple[str, date | None, str]
"""Code of a duty, the day it is due on and a note."""


def _duties(request: DisclosureRequest, on: date, calendar: Calendar, within: int) -> Iterator[Duty]:
    deadline = request.deadline
    subject = request.received.subject if request.received else None
    for code, due_on, note in _of_request(request, on, calendar, within):
        left = calendar.left(on, due_on) if due_on is not None else None
        awaits = deadline is not None and deadline.awaits_notice and due_on == deadline.due_on
        yield Duty(
            request.reference, code, due_on, left, request.unit, note, subject, request.officer, awaits,
            request.extended,
        )  # fmt: skip


def _of_request(request: DisclosureRequest, on: date, calendar: Calendar, within: int) -> Iterator[_Due]:
    for erasure in request.erasures:
        if erasure.erased_on is None:
            yield "erasure_requested", None, erasure.appraisal_no
    if request.annulled or request.deadline is None:
        return
    yield from _of_applicant(request, request.deadline, on, calendar)
    if request.stage not in ("closed", "archived"):
        yield from _of_term(request.deadline, on, calendar, within, redo=request.redo_by is not None)
    for draft in request.drafts:
        if draft.awaits is not None:
            yield _OF_A_DRAFT[draft.awaits], request.deadline.due_on, draft.draft
        elif draft.stage == "approved":
            yield _TO_SEND[draft.kind], request.deadline.due_on, draft.draft
    if request.stage not in ("closed", "archived"):
        yield from _of_consultations(request, on, calendar)
    yield from _after_the_answer(request, on)


def _of_applicant(
    request: DisclosureRequest, deadline: Deadline, on: date, calendar: Calendar
) -> Iterator[_Due]:
    """What the applicant is to do. A term set for them that ends on a day off ends on the next working day (民法典 Art. 203)."""
    # A notice after the last day to answer, or a second one, does not suspend the term, which keeps running.
    waits = "不计期限" if deadline.due_on is None else "告知未停止期限，仍应按期答复"
    if request.stage == "awaiting_supplement" and request.respond_by is not None:
        ends_on = calendar.next_working(request.respond_by)
        yield "supplement_over" if ends_on < on else "awaiting_supplement", ends_on, waits
    if request.stage == "awaiting_payment" and request.pay_by is not None:
        ends_on = calendar.next_working(request.pay_by)
        yield "fee_over" if ends_on < on else "awaiting_payment", ends_on, waits


def _of_term(deadline: Deadline, on: date, calendar: Calendar, within: int, *, redo: bool) -> Iterator[_Due]:
    """The answer, while its term runs."""
    due_on = deadline.due_on
    if due_on is None:
        return
    if due_on < on:
        # A provisional date is never late, see below.
        if not deadline.awaits_notice:
            yield "redo_overdue" if redo else "overdue", due_on, ""
    elif redo:
        yield "redo", due_on, ""
    elif calendar.between(on, due_on) <= within:
        yield "due_soon", due_on, PROVISIONAL if deadline.provisional else ""
    if deadline.provisional:
        yield "provisional", due_on, why(deadline)


def _of_consultations(request: DisclosureRequest, on: date, calendar: Calendar) -> Iterator[_Due]:
    for consultation in request.consultations:
        ends_on = calendar.next_working(consultation.respond_by)
        if consultation.closed_on is None and ends_on < on:
            yield "consultation_over", ends_on, consultation.consultation


def _after_the_answer(request: DisclosureRequest, on: date) -> Iterator[_Due]:
    """Its service and the appeals."""
    if request.stage == "closed" and request.answers:
        last = request.answers[-1]
        # An imported answer without a service cannot be served any more.
        if last.served is None and last.provenance is None:
            yield "unserved", last.due_on, last.document_no
    for appeal in request.appeals:
        if appeal.disposition_on(on) is None:
            yield "appeal_pending", None, appeal.appeal
        elif appeal.causes is None and appeal.is_corrected(on):
            yield "unanalysed", None, appeal.appeal
