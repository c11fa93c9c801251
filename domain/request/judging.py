"""The state of a disclosure request, folded from its history as amended.

`replay` folds a history; `admit` says what one more event would add. Both raise a Refusal for what cannot
be and carry as irregularities what was unlawful but real. Entries lie in the order of law: by `on`, then in
the order recorded. What is possible depends on recorded dates and stages alone, never on calendar or policy, so
no later notice can make a history unreadable.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from domain.entry import Event, Recorded
from domain.law.irregularities import Irregularity, added
from domain.law.objections import refuse_added
from domain.law.questions import Question
from domain.law.refusals import BeforeReceipt, Refusal
from domain.law.terms import Law
from domain.request import answer, events, late_entries, numbering
from domain.request.amendment import amended, before_annulment, of_annulled, reference_of
from domain.request.appeal import Appeal
from domain.request.bounds import check_length, check_named
from domain.request.course import Course
from domain.request.file_events import ErasureRequested, PersonalDataErased
from domain.request.findings import Findings
from domain.request.personal_data import PersonalData
from domain.request.refusals import NotReceived, StillOpen, UnderAppeal
from domain.request.stages import possible_in
from domain.request.state import Admission, DisclosureRequest
from domain.values import LAST_POSITION, SHANGHAI


def replay(history: Sequence[Recorded], law: Law, *, until: date | None = None) -> DisclosureRequest:
    """Fold one request's stream, in the order recorded, into its state under the law.

    until: leaves out the events of later days: the request at the end of that day, which is not before its receipt.
    Raises a Refusal whose version names the entry that cannot be.
    """
    reference, entries = reference_of(history), amended(history)
    if entries is None:
        return _annulled(history, law)
    if until is not None:
        entries = [entry for entry in entries if entry.event.on <= until]
    if not entries:
        raise NotReceived(reference=reference, event="期限")
    if entries[0].originator_version != 1:
        _refuse_before_receipt(entries)
    course = Course(reference, law, history)
    try:
        for entry in entries:
            course.follow(entry)
    except Refusal as refusal:
        refusal.article = course.findings.terms.article_for(refusal.article)
        raise
    return DisclosureRequest(
        reference=reference,
        version=len(history),
        stage=course.stage,
        received=course.received,
        deadline=course.clock.deadline(),
        closing=course.closing and answer.judged(course.closing, course.answers),
        answers=tuple(course.answers),
        drafts=tuple(course.drafts.by_name.values()),
        consultations=tuple(course.consultations.by_name.values()),
        papers=tuple(course.papers.by_version.values()),
        appeals=tuple(course.appeals.by_name.values()),
        irregularities=(
            *course.findings.irregularities,
            *answer.judged_answers(course.answers, course.appeals.by_name),
            *numbering.jumped(history),
            *(_recorded_late(history, law) if until is None else ()),
        ),
        unit=course.assigned.unit if course.assigned else None,
        officer=course.assigned.officer if course.assigned else None,
        respond_by=course.supplement.respond_by if course.stage == "awaiting_supplement" else None,
        pay_by=course.fee.pay_by if course.stage == "awaiting_payment" else None,
        redo_by=course.redo_by,
        handed_over_on=course.handed_over_on,
        extended=course.clock.extended,
        supplemented=course.supplement.received,
        consulted=bool(course.consultations.by_name),
        reopened=course.reopened,
        explanation_required=course.explanation.awaited,
        restricted=course.personal_data.restricted,
        erasures=course.personal_data.erasures,
        objections=tuple(course.findings.objections),
        questions=tuple(course.findings.questions),
    )


def _annulled(history: Sequence[Recorded], law: Law) -> DisclosureRequest:
    """Of a request whose receipt is annulled: only what happens to its personal data."""
    reference = reference_of(history)
    data = PersonalData(reference, Findings(reference))
    for entry in of_annulled(history):
        data.follow(entry.originator_version, entry.event)
    return DisclosureRequest(
        reference,
        len(history),
        stage="none",
        received=None,
        deadline=None,
        annulled=True,
        restricted=data.restricted,
        erasures=data.erasures,
        irregularities=tuple(_recorded_late(history, law)),
    )


def _recorded_late(history: Sequence[Recorded], law: Law) -> list[Irregularity]:
    """What was recorded into a year whose report was published by then."""
    if not law.published or history[-1].position <= min(law.published.values()):
        return []
    # Each beginning of the history is only counted, so no report is taken as published in it.
    unpublished = law.publishing({})
    return late_entries.recorded_late(
        history, law.published, lambda beginning: replay(beginning, unpublished)
    )


def possible_next(request: DisclosureRequest) -> tuple[str, ...]:
    """Types of the events that can happen to the request next, after all that is recorded of it.

    A forgotten step that belongs between earlier ones may be possible besides: its own date decides.
    """
    settled = request.stage in ("closed", "archived") and contested(request, date.max) is None
    erasable = request.annulled or settled
    of_data = {
        "erasure_requested": erasable,
        "personal_data_erased": erasable and any(each.erased_on is None for each in request.erasures),
        "restriction_lifted": request.restricted,
    }
    if request.annulled:
        kept = ("personal_data_restricted", *(each for each in of_data if of_data[each]))
        return (*kept, "entry_amended")
    has_mark = {
        **of_data,
        "consultation_closed": any(each.closed_on is None for each in request.consultations),
        "explained": request.explanation_required,
        "draft_reviewed": any(draft.stage == "drafted" for draft in request.drafts),
        "draft_approved": any(draft.stage in ("drafted", "reviewed") for draft in request.drafts),
        "handed_over": request.handed_over_on is None,
        "appeal_decided": bool(request.appeals),
        "correction_analysed": any(appeal.decisions for appeal in request.appeals),
        "reopened": request.stage in ("closed", "archived")
        or any(appeal.disposition_on(date.max) == "ordered_to_perform" for appeal in request.appeals),
    }
    return (
        *(each for each in possible_in(request.stage) if has_mark.get(each, True)),
        "entry_amended",
    )


def _refuse_before_receipt(entries: Sequence[Recorded]) -> None:
    """The first step lies before the receipt, if there is one; else the course refuses it."""
    receipts = (entry.event for entry in entries if entry.originator_version == 1)
    early, receipt = entries[0], next(receipts, None)
    if isinstance(receipt, events.Received):
        raise BeforeReceipt(early.originator_version, field="on", day=early.event.on, received_on=receipt.on)


def admit(
    history: Sequence[Recorded],
    event: Event,
    law: Law,
    today: date,
    *,
    stream: str = "",
    actor: str = "",
    on_behalf_of: str | None = None,
    position: int | None = None,
    before: DisclosureRequest | None = None,
    again: bool = False,
    jump: bool = False,
) -> Admission:
    """What the event adds to the history if recorded today. Raises a Refusal if it cannot be.

    stream: of a request that has no history yet. actor, on_behalf_of: who records it. position: where the event lies
    in the log; absent, after all that is there. before: the request as replayed from this history under this law,
    if it is there already; spares a replay. again: it was recorded before what is objected to now was a rule. jump: of a
    receipt, its number lies far from the last one.
    """
    if not again:
        check_length(history)
    latest = Recorded(
        originator_id=history[0].originator_id if history else stream,
        originator_version=len(history) + 1,
        event=event,
        recorded_at=datetime.combine(today, time(12), SHANGHAI),
        actor=actor,
        on_behalf_of=on_behalf_of,
        position=LAST_POSITION if position is None else position,
        acknowledged=(numbering.CODE,) if jump else (),
    )
    try:
        after = replay([*history, latest], law)
        if before is None and history and (after.irregularities or after.objections or after.questions):
            before = replay(history, law)
        if not again:
            check_named(event, after)
            refuse_added(event, before.objections if before else (), after.objections)
    except Refusal as refusal:
        if refusal.version not in (None, latest.originator_version):
            refusal.because = f"因此项登记，第{refusal.version}条登记将不能成立："
            if isinstance(refusal, BeforeReceipt):
                refusal.hint = f"请先更正第{refusal.version}条登记的日期，再更正收到日期。"
        raise
    _refuse_while_needed(history, latest, after, law)
    return Admission(
        after,
        added(before.irregularities if before else (), after.irregularities),
        added(before.questions if before else (), after.questions),
    )


def questions_of_last(history: Sequence[Recorded], law: Law) -> tuple[Question, ...]:
    """The questions that the last entry raised."""
    after = replay(history, law).questions
    return added(replay(history[:-1], law).questions if after and history[:-1] else (), after)


def _refuse_while_needed(
    history: Sequence[Recorded], latest: Recorded, after: DisclosureRequest, law: Law
) -> None:
    """Erasure is requested of a request that was closed on that day and carried out on one closed now; never under appeal.

    Judged when recorded and never in a later replay: an erasure cannot be taken back, so no fact entered late is
    refused because of it.
    """
    event, version = latest.event, latest.originator_version
    if not isinstance(event, ErasureRequested | PersonalDataErased):
        return
    if after.annulled:
        state = replay(before_annulment(history), law)
    else:
        state, is_request = after, isinstance(event, ErasureRequested)
        then = replay([*history, latest], law, until=event.on) if is_request else after
        if then.stage not in ("closed", "archived"):
            raise StillOpen(version, reference=after.reference, on=event.on, event=event.title)
    for day in (event.on, latest.recorded_on):
        if (appeal := contested(state, day)) is not None:
            raise UnderAppeal(
                version, reference=after.reference, appeal=appeal.appeal, day=day, event=event.title
            )


def contested(request: DisclosureRequest, day: date) -> Appeal | None:
    """The first appeal begun by the day that is not settled then, or whose order to perform was not followed yet."""
    for appeal in request.appeals:
        if appeal.on <= day and not appeal.is_settled(day):
            return appeal
        if appeal.disposition_on(day) == "ordered_to_perform" and not request.reopened:
            return appeal
    return None


def irregularities_to_judge(event: Event, admission: Admission) -> tuple[Irregularity, ...]:
    """The irregularities of an event: those it adds, and of an amendment also those that the amended entry has already."""
    if not isinstance(event, events.EntryAmended):
        return admission.irregularities
    kept = (each for each in admission.request.irregularities if each.version == event.version)
    return tuple({each.key: each for each in (*admission.irregularities, *kept)}.values())
