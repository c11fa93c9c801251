"""The course of a request: what each event does, and which cannot be.

What each event does is one method; the stages in which it is possible are in `stages`, what it does to the clock in `deadline`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, ClassVar, Literal, cast

from domain.entry import Event, Recorded, type_of
from domain.law import outcomes
from domain.law.refusals import DatesReversed, Refusal, WrongStream
from domain.law.terms import Law, terms_on
from domain.request import events
from domain.request.answer import Answer, Closing, check_outcomes, check_steps, number_of
from domain.request.appeal import Appeals
from domain.request.appeal_events import AppealDecided, Appealed, CorrectionAnalysed, Reopened
from domain.request.consultation import Consultations
from domain.request.dates import check_dates
from domain.request.deadline import DeadlineClock
from domain.request.draft import Drafts
from domain.request.events import Fact, is_imported
from domain.request.explanation import Explanation
from domain.request.fee import Fee
from domain.request.file_events import OF_PERSONAL_DATA, DocumentFiled, HandedOver
from domain.request.findings import Findings, check_reference
from domain.request.oddities import ask_about_basis, ask_about_receipt
from domain.request.paper import Papers
from domain.request.personal_data import PersonalData
from domain.request.refusals import (
    AlreadyAnswered,
    AlreadyArchived,
    AlreadyClosed,
    AlreadyHandedOver,
    AlreadyReceived,
    AwaitingPayment,
    AwaitingSupplement,
    DocumentExists,
    NoFeeCharged,
    NoSupplementRequired,
    NotArchived,
    NotClosed,
    NothingToServe,
    NotReceived,
    ReceiptNotImported,
    SplitFromItself,
    TermNotOver,
)
from domain.request.stages import Stage, leads_to
from domain.request.supplement import Supplement
from domain.values import Sealed

Closes = events.Answered[Sealed] | events.Withdrawn | events.Lapsed


class Course:
    """Follows the amended entries of one request. Mutable, private to a replay."""

    received: events.Received[Sealed, Sealed]
    clock: DeadlineClock

    def __init__(self, reference: str, law: Law, history: Sequence[Recorded]) -> None:
        """history: all entries in the order recorded, by which it is known who recorded and who amended a step."""
        self.reference = reference
        self.law = law
        self.stage: Stage = "none"
        self.closing: Closing | None = None
        self.answers: list[Answer] = []
        self.findings = Findings(reference)
        self.supplement = Supplement(law, self.findings)
        self.consultations = Consultations(law, self.findings)
        self.explanation = Explanation(self.findings)
        self.appeals = Appeals(self.findings)
        self.fee = Fee(law, self.findings)
        self.papers = Papers()
        self.drafts = Drafts(history, law, self.findings)
        self.assigned: events.Assigned | None = None
        self.redo_by: date | None = None
        self.archived_on: date | None = None
        self.handed_over_on: date | None = None
        self.reopened = False
        self._redo_appeal: str | None = None
        self._handled_from = date.min
        self.closed_as: tuple[date, str, str] = (date.min, "", "")
        self.personal_data = PersonalData(reference, self.findings)
        self._documents: set[str] = set()

    def follow(self, entry: Recorded) -> None:
        """Raises the Refusal of the rule by which the entry cannot be."""
        version, event = entry.originator_version, cast("Fact", entry.event)
        try:
            next_stage = leads_to(self.stage, type_of(event))
        except KeyError:
            raise WrongStream(version, type=event.title) from None
        if next_stage is None:
            raise _impossible(self, version, event)
        on, today = event.on, entry.recorded_on
        check_dates(version, event, today, self.findings.last_on and self.received.on)
        if self.stage != "none" and self.received.provenance is None and is_imported(event):
            self.findings.object_to(ReceiptNotImported, version, event)
        self._EFFECTS[type(event)](self, entry, event)
        self.papers.follow(entry, self.consultations)
        if self.fee.is_paid or type(event) is not events.FeePaid:
            self.stage = next_stage
        self.findings.last_on = on

    # -- what each event does --

    def _receive(self, entry: Recorded, event: events.Received[Sealed, Sealed]) -> None:
        version = entry.originator_version
        if event.submitted_on is not None and event.submitted_on > event.on:
            raise DatesReversed(
                version, field="on", day=event.on, than="申请人提交之日", limit=event.submitted_on
            )
        check_reference(version, "split_from", event.split_from)
        if event.split_from == self.reference:
            raise SplitFromItself(version, split_from=event.split_from, on=event.on)
        self.received = event
        # Only a message that arrives by itself can arrive on a day off; what a person takes in is dated by them.
        rolls = (event.channel == "email" or event.receipt_basis == "system_confirmed") and (
            self.law.policy("roll_receipt", event.on) == "on"
        )
        self.findings.terms = terms_on(event.on)
        ask_about_receipt(version, event, self.findings)
        self.clock = DeadlineClock(self.law, self.findings.terms, event.on, rolls=rolls)
        self._handled_from = self.clock.started_on

    def _assign(self, _: Recorded, event: events.Assigned) -> None:
        self.assigned = event

    def _require_supplement(self, entry: Recorded, event: events.SupplementRequired[Sealed]) -> None:
        self.supplement.require(entry, event, self.clock, self._handled_from)

    def _supplement(self, entry: Recorded, event: events.Supplemented[Sealed]) -> None:
        self.supplement.receive(entry, event, self.clock)

    def _extend(self, entry: Recorded, event: events.Extended[Sealed]) -> None:
        self.drafts.extended(entry, event)
        version = entry.originator_version
        notified_on, longest = event.notified_on or event.on, self.clock.terms.extension
        if self.clock.extended:
            self.findings.find("second_extension", version, on=event.on)
        if event.workdays > longest:
            self.findings.find("extension_too_long", version, workdays=event.workdays, limit=longest)
        if self.clock.is_past(notified_on):
            self.findings.find("extension_after_due", version, on=notified_on, limit=self.clock.due_on)
        if event.notified_on is None and event.provenance is None:
            self.findings.find("extension_without_notice", version, on=event.on)
        if self.stage != "in_hand":
            self.findings.find("extension_while_waiting", version, on=event.on)
        self.clock.extend(notified_on, event.workdays)

    def _open_consultation(self, entry: Recorded, event: events.ConsultationOpened[Sealed]) -> None:
        self.consultations.open(entry, event, self.clock)

    def _close_consultation(self, entry: Recorded, event: events.ConsultationClosed[Sealed]) -> None:
        self.consultations.close(entry, event, self.clock)

    def _require_explanation(self, _: Recorded, __: events.ExplanationRequired[Sealed]) -> None:
        self.explanation.require()

    def _explain(self, entry: Recorded, event: events.Explained) -> None:
        self.explanation.receive(entry, event)

    def _defer(self, entry: Recorded, event: events.Deferred[Sealed]) -> None:
        self.explanation.defer(entry, event, self.clock)

    def _charge(self, entry: Recorded, event: events.FeeCharged) -> None:
        self.fee.charge(entry, event, self.clock)

    def _pay(self, entry: Recorded, event: events.FeePaid) -> None:
        self.fee.pay(entry, event, self.clock)

    def _draft_answer(self, entry: Recorded, event: events.AnswerDrafted[Sealed]) -> None:
        check_outcomes(entry.originator_version, event, self.findings)
        ask_about_basis(entry.originator_version, event, self.received.on, self.findings)
        self.drafts.drafted(entry, self.received.on)

    def _draft_extension(self, entry: Recorded, _: events.ExtensionDrafted[Sealed]) -> None:
        self.drafts.drafted(entry, self.received.on)

    def _review(self, entry: Recorded, _: events.DraftReviewed[Sealed]) -> None:
        self.drafts.reviewed(entry)

    def _approve(self, entry: Recorded, _: events.DraftApproved[Sealed]) -> None:
        self.drafts.approved(entry)

    def _answer(self, entry: Recorded, event: events.Answered[Sealed]) -> None:
        version = entry.originator_version
        check_outcomes(version, event, self.findings)
        self.drafts.answered(entry, event, self.received.on)
        check_reference(version, "earlier_reference", event.earlier_reference)
        check_steps(version, event, self.findings, self.supplement.required, self.explanation.required)
        ask_about_basis(version, event, self.received.on, self.findings)
        self.consultations.answered(version, event.on)
        self._close(event, "answered", event.outcome)
        due_on = self.clock.due_on
        if self.clock.is_past(event.on):
            if event.provenance is None or event.provenance.stated_timeliness == "late":
                self.findings.find("late_answer", version, on=event.on, limit=due_on)
            else:
                self.findings.ask("imported_past_term", version, on=event.on, limit=due_on)
        self.answers.append(
            Answer(
                version=version,
                on=event.on,
                outcome=event.outcome,
                legal_basis=event.legal_basis,
                document_no=number_of(version, event),
                due_on=due_on,
                awaits_notice=self.clock.awaits_notice,
                appeal=self._redo_appeal,
                earlier_reference=event.earlier_reference,
                provenance=event.provenance,
            )
        )

    def _serve(self, entry: Recorded, event: events.Served) -> None:
        version, named = entry.originator_version, event.paper
        of_answer = [nth for nth, each in enumerate(self.answers) if named in (None, each.version)]
        if not of_answer and named not in self.papers.by_version:
            raise self.findings.refusal(NothingToServe, version, event)
        if event.method == "courier" and event.provenance is None:
            self.findings.find("posted_otherwise", version, on=event.on)
        if of_answer:
            self.answers[of_answer[-1]] = self.answers[of_answer[-1]].with_serving(version, event)

    def _withdraw(self, _: Recorded, event: events.Withdrawn) -> None:
        self._close(event, "withdrawn", outcomes.WITHDRAWN)

    def _lapse(self, entry: Recorded, event: events.Lapsed) -> None:
        awaited = self.stage == "awaiting_supplement"
        term = self.supplement.respond_by if awaited else self.fee.pay_by
        if awaited != (event.cause == "supplement"):
            rule = NoFeeCharged if awaited else NoSupplementRequired
            raise self.findings.refusal(rule, entry.originator_version, event)
        if event.on <= term:
            raise self.findings.refusal(TermNotOver, entry.originator_version, event, term=term)
        last = self.law.calendar.next_working(term)  # 民法典 Art. 203: not on a day off
        if event.on <= last:
            self.findings.object_to(TermNotOver, entry.originator_version, event, term=last)
        self._close(event, "lapsed", outcomes.LAPSED[event.cause])

    def _close(self, event: Closes, kind: Literal["answered", "withdrawn", "lapsed"], outcome: str) -> None:
        on = event.on
        self.clock.close(on)
        self.drafts.close()
        self.closed_as = on, kind, outcome
        self.redo_by = None
        if self.closing is not None:
            return  # the first closing counts
        taken, suspended = self.clock.days()
        self.closing = Closing(
            on=on,
            kind=kind,
            outcome=outcome,
            due_on=self.clock.due_on,
            original_due_on=self.clock.original_due_on,
            awaits_notice=self.clock.awaits_notice,
            original_awaits_notice=self.law.calendar.provisional(
                self.received.on, self.clock.original_due_on
            ),
            taken=taken,
            suspended=suspended,
            extended=self.clock.extended,
            supplemented=self.supplement.received,
            consulted=bool(self.consultations.by_name),
            provenance=None if isinstance(event, events.Lapsed) else event.provenance,
        )

    def _appeal(self, entry: Recorded, event: Appealed) -> None:
        self.appeals.begin(entry, event, self.answers)

    def _decide_appeal(self, entry: Recorded, event: AppealDecided) -> None:
        self.appeals.decide(entry, event)

    def _analyse(self, entry: Recorded, event: CorrectionAnalysed[Sealed]) -> None:
        self.appeals.analyse(entry, event)

    def _reopen(self, entry: Recorded, event: Reopened) -> None:
        closed = self.stage in ("closed", "archived")
        self.appeals.reopen(entry, event, closed=closed)
        if closed:
            self._handled_from = event.on
        self.clock.reopen(event.on, event.redo_by)
        self.redo_by, self._redo_appeal = self.clock.set_due_on, event.appeal
        self.archived_on = self.handed_over_on = None
        self.reopened = True

    def _archive(self, entry: Recorded, event: events.Archived) -> None:
        if self.answers and not self.answers[-1].servings:
            self.findings.find("archived_unserved", entry.originator_version, on=event.on)
        self.archived_on = event.on
        self.personal_data.archived(event)

    def _hand_over(self, entry: Recorded, event: HandedOver) -> None:
        if self.handed_over_on is not None:
            raise self.findings.refusal(
                AlreadyHandedOver, entry.originator_version, event, handed_over_on=self.handed_over_on
            )
        self.handed_over_on = event.on

    def _file(self, entry: Recorded, event: DocumentFiled[Sealed]) -> None:
        if event.document in self._documents:
            raise self.findings.refusal(
                DocumentExists, entry.originator_version, event, document=event.document
            )
        self._documents.add(event.document)

    def _of_personal_data(self, entry: Recorded, event: Fact) -> None:
        self.personal_data.follow(entry.originator_version, event)

    _EFFECTS: ClassVar[dict[type[Event], Callable[[Course, Recorded, Any], None]]] = {
        events.Received: _receive,
        events.Assigned: _assign,
        events.SupplementRequired: _require_supplement,
        events.Supplemented: _supplement,
        events.Extended: _extend,
        events.ConsultationOpened: _open_consultation,
        events.ConsultationClosed: _close_consultation,
        events.ExplanationRequired: _require_explanation,
        events.Explained: _explain,
        events.Deferred: _defer,
        events.FeeCharged: _charge,
        events.FeePaid: _pay,
        events.AnswerDrafted: _draft_answer,
        events.ExtensionDrafted: _draft_extension,
        events.DraftReviewed: _review,
        events.DraftApproved: _approve,
        events.Answered: _answer,
        events.Served: _serve,
        events.Withdrawn: _withdraw,
        events.Lapsed: _lapse,
        Appealed: _appeal,
        AppealDecided: _decide_appeal,
        CorrectionAnalysed: _analyse,
        Reopened: _reopen,
        events.Archived: _archive,
        HandedOver: _hand_over,
        DocumentFiled: _file,
        **dict.fromkeys(OF_PERSONAL_DATA, _of_personal_data),
    }
    """By type, which costs the same for the last of them as for the first."""


def _impossible(course: Course, version: int, event: Fact) -> Refusal:
    """What is refused for the stage that the request is in."""
    refuse = course.findings.refusal
    match course.stage, event:
        case "none", _:
            return refuse(NotReceived, version, event)
        case _, events.Received():
            return refuse(AlreadyReceived, version, event, of_order=False, received_on=course.received.on)
        case "archived", _:
            return refuse(AlreadyArchived, version, event, archived_on=course.archived_on)
        case "closed", HandedOver():
            return refuse(NotArchived, version, event)
        case "closed", _:
            closed_on, kind, outcome = course.closed_as
            rule = AlreadyAnswered if kind == "answered" else AlreadyClosed
            words = outcomes.label(outcome)
            return refuse(rule, version, event, closed_on=closed_on, outcome=words)
        case _, events.Archived() | HandedOver():
            return refuse(NotClosed, version, event)
        case _, events.FeePaid() | events.Lapsed(cause="fee"):
            return refuse(NoFeeCharged, version, event)
        case _, events.Supplemented() | events.Lapsed():
            return refuse(NoSupplementRequired, version, event)
        case "awaiting_supplement", _:
            return refuse(AwaitingSupplement, version, event, respond_by=course.supplement.respond_by)
        case _:
            return refuse(AwaitingPayment, version, event, pay_by=course.fee.pay_by)
