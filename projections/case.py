"""One request for officers: its state, when the answer is due and why, the possible next steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain.entry import Recorded
from domain.law.irregularities import Finding
from domain.law.terms import terms_on
from domain.request.answer import Closing
from domain.request.appeal import Appeal
from domain.request.consultation import Consultation
from domain.request.deadline import DeadlineStep
from domain.request.draft import Draft, DraftStage, DraftStep
from domain.request.judging import possible_next
from domain.request.personal_data import Erasure
from domain.request.stages import Stage
from domain.request.state import DisclosureRequest
from projections import history
from projections.history import HistoryLine
from projections.provisional import AWAITS_NOTICE, PROVISIONAL, mark


class Irregular(msgspec.Struct, frozen=True):
    """An irregularity or a question as every entry point shows it: code, entry, article, the sentence and the figures in
    it."""

    code: str
    version: int
    article: str
    text: str
    figures: dict[str, str]

    @classmethod
    def of(cls, found: Finding) -> Irregular:
        return cls(found.code, found.version, found.article, found.text, found.figures)


class TermStep(msgspec.Struct, frozen=True):
    """One step of the clock in words, and the last day to answer after it."""

    on: date
    text: str
    due_on: date | None

    @classmethod
    def of(cls, step: DeadlineStep) -> TermStep:
        return cls(step.on, step.text, step.due_on)


class Term(msgspec.Struct, frozen=True):
    """The term to answer: see domain.request.deadline.Deadline."""

    started_on: date
    due_on: date | None
    original_due_on: date
    provisional: bool
    suspended: int
    taken: int | None
    steps: tuple[TermStep, ...]


class DraftShown(msgspec.Struct, frozen=True):
    """A draft as it was last drafted, each of its steps and what it waits for: review, approval or redrafting."""

    draft: str
    kind: str
    stage: DraftStage
    awaits: str | None
    outcome: str | None
    legal_basis: str | None
    document_no: str | None
    workdays: int | None
    steps: tuple[DraftStep, ...]

    @classmethod
    def of(cls, draft: Draft) -> DraftShown:
        return cls(
            draft=draft.draft,
            kind=draft.kind,
            stage=draft.stage,
            awaits=draft.awaits,
            outcome=draft.outcome,
            legal_basis=draft.legal_basis,
            document_no=draft.document_no,
            workdays=draft.workdays,
            steps=draft.steps,
        )


class Case(msgspec.Struct, frozen=True):
    """A request and its history. version: entries read, amendments included. possible: types of what can come next.
    conclusion: was it late, when is it due, or why does no term run.

    term, received_on, applicant_kind and subject are None of an annulled request.
    """

    reference: str
    version: int
    stage: Stage
    annulled: bool
    received_on: date | None
    applicant_kind: str | None
    subject: str | None
    unit: str | None
    officer: str | None
    possible: tuple[str, ...]
    conclusion: str
    term: Term | None
    closing: Closing | None
    respond_by: date | None
    pay_by: date | None
    redo_by: date | None
    drafts: tuple[DraftShown, ...]
    consultations: tuple[Consultation, ...]
    appeals: tuple[Appeal, ...]
    irregularities: tuple[Irregular, ...]
    questions: tuple[Irregular, ...]
    restricted: bool
    erasures: tuple[Erasure, ...]
    history: tuple[HistoryLine, ...]


def case(request: DisclosureRequest, entries: Sequence[Recorded]) -> Case:
    """entries: all of the request's, in the order recorded."""
    received = request.received
    return Case(
        reference=request.reference,
        version=request.version,
        stage=request.stage,
        annulled=request.annulled,
        received_on=received.on if received else None,
        applicant_kind=received.applicant_kind if received else None,
        subject=received.subject if received else None,
        unit=request.unit,
        officer=request.officer,
        possible=possible_next(request),
        conclusion=conclusion(request),
        term=term(request),
        closing=request.closing,
        respond_by=request.respond_by,
        pay_by=request.pay_by,
        redo_by=request.redo_by,
        drafts=tuple(map(DraftShown.of, request.drafts)),
        consultations=request.consultations,
        appeals=request.appeals,
        irregularities=tuple(map(Irregular.of, request.irregularities)),
        questions=tuple(map(Irregular.of, request.questions)),
        restricted=request.restricted,
        erasures=request.erasures,
        history=tuple(history.lines(entries)),
    )


def term(request: DisclosureRequest) -> Term | None:
    """None of an annulled request."""
    found = request.deadline
    if found is None:
        return None
    return Term(
        started_on=found.started_on,
        due_on=found.due_on,
        original_due_on=found.original_due_on,
        provisional=found.provisional,
        suspended=found.suspended,
        taken=found.taken,
        steps=tuple(map(TermStep.of, found.steps)),
    )


_TIMELINESS = {
    "on_time": "期限内办结",
    "late": "逾期办结",
    "service_unproven": "已答复，尚未登记送达",
    "provisional": f"{PROVISIONAL}，{AWAITS_NOTICE}",
}


def conclusion(request: DisclosureRequest) -> str:
    """Status and timeliness apart: was it late, or when is it due, or why does no term run."""
    if request.annulled:
        return f"{request.reference}已作废，没有期限。"
    deadline, closing = request.deadline, request.closing
    sentences = []
    if closing is not None and deadline is not None:
        due = f"期限{closing.due_on}" if closing.due_on else "当时不计期限"
        sentences.append(
            f"{closing.on}办结，{due}，所用{closing.taken}个工作日：{_TIMELINESS[closing.timeliness]}。"
        )
        if closing.served_on:
            sentences.append(f"最早可证明的送达日为{closing.served_on}。")
        if closing.original_timeliness != closing.timeliness:
            sentences.append(
                f"按最初期限{closing.original_due_on}：{_TIMELINESS[closing.original_timeliness]}。"
            )
    due_on = deadline.due_on if deadline else None
    # A notice after the last day to answer, or a second one, does not suspend the term.
    runs_on = f"；告知未停止期限，仍须最迟于{due_on}答复" if due_on else ""
    if request.stage == "awaiting_supplement":
        article = terms_on(request.received.on).article_for("第三十条") if request.received else "第三十条"
        sentences.append(
            f"正等待申请人补正（至{request.respond_by}）{runs_on or f'，不计期限（{article}）'}。"
        )
    elif request.stage == "awaiting_payment":
        waits = runs_on or "，不计期限（国办函〔2020〕109号）"
        sentences.append(f"正等待申请人缴费（至{request.pay_by}）{waits}。")
    elif request.redo_by is not None:
        sentences.append(f"重新处理中，最迟于{due_on}答复。")
    elif closing is None and deadline is not None:
        sentences.append(f"在办，最迟于{due_on}{mark(deadline)}答复。")
    sentences += [f"与规定不符：{irregularity.text}。" for irregularity in request.irregularities]
    sentences += [f"提示：{question.text}。" for question in request.questions]
    return "\n".join(sentences)
