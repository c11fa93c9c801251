"""The answer, its service, and whether the request was closed in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Literal

import msgspec

from domain.law import outcomes
from domain.law.irregularities import Irregularity, found
from domain.law.refusals import Malformed
from domain.request import events
from domain.request.appeal import Appeal
from domain.request.findings import Findings, check_code
from domain.request.parties import Provenance
from domain.request.refusals import PartsDiffer
from domain.values import Sealed

Timeliness = Literal["on_time", "late", "service_unproven", "provisional"]
"""provisional: after a last day that rests on a year without notice, and so perhaps not late."""


class Answer(msgspec.Struct, frozen=True):
    """An answer and how it was served. due_on: last day to answer then; None if no term ran. awaits_notice: it rests on
    a year without notice.

    served: the earliest day of service that is proven, and its entry. earlier_reference: the request that it repeats.
    """

    version: int
    on: date
    outcome: str
    legal_basis: str
    document_no: str
    due_on: date | None
    awaits_notice: bool
    appeal: str | None
    provenance: Provenance | None = None
    servings: tuple[tuple[int, events.Served], ...] = ()
    served: tuple[date, int] | None = None
    earlier_reference: str | None = None

    def with_serving(self, version: int, event: events.Served) -> Answer:
        day, served = proven_on(event), self.served
        if day is not None and (served is None or (day, version) < served):
            served = day, version
        return msgspec.structs.replace(self, servings=(*self.servings, (version, event)), served=served)


class Closing(msgspec.Struct, frozen=True):
    """How the request was first closed. It alone counts: an answer after reopening is linked to it.

    due_on: last day to answer then, None if no term ran. awaits_notice, original_awaits_notice: whether it and
    original_due_on rest on a year without notice. taken, suspended: working days. served_on: the earliest proven day
    of service. provenance: of an imported one. extended, supplemented, consulted: by then. original_timeliness:
    against the first term from receipt.
    """

    on: date
    kind: Literal["answered", "withdrawn", "lapsed"]
    outcome: str
    due_on: date | None
    original_due_on: date
    awaits_notice: bool
    original_awaits_notice: bool
    taken: int
    suspended: int
    extended: bool
    supplemented: bool
    consulted: bool
    timeliness: Timeliness = "on_time"
    original_timeliness: Timeliness = "on_time"
    served_on: date | None = None
    provenance: Provenance | None = None


def proven_on(served: events.Served) -> date | None:
    """The day that counts (235号): China Post and electronic that of sending, by hand that of signature."""
    match served.method:
        case "china_post" | "electronic":
            return served.on
        case "in_person":
            return served.signed_for_on or served.on
        case _:
            return served.signed_for_on


def check_outcomes(
    version: int, event: events.Answered[Sealed] | events.AnswerDrafted[Sealed], findings: Findings
) -> None:
    """Codes of the vocabulary, and an outcome that agrees with the parts."""
    check_code(version, "outcome", event.outcome, outcomes.OUTCOMES)
    for part in event.parts or ():
        check_code(version, "parts.outcome", part.outcome, outcomes.OUTCOMES)
    expected = outcomes.of_parts([part.outcome for part in event.parts]) if event.parts else ()
    if expected and not outcomes.agrees(event.outcome, expected):
        words = "或".join(f"“{outcomes.label(each)}”" for each in expected)
        findings.object_to(PartsDiffer, version, event, outcome=outcomes.label(event.outcome), expected=words)


def number_of(version: int, event: events.Answered[Sealed]) -> str:
    """The document number of the answer. Raises Malformed if it has none."""
    if event.document_no is None:
        problem = "缺少这一项：本机关没有设定可顺编的文号"
        raise Malformed(version, field="event.document_no：", problem=problem)
    return event.document_no


def check_steps(
    version: int,
    event: events.Answered[Sealed],
    findings: Findings,
    supplement_required: bool,
    explanation_required: bool,
) -> None:
    """Steps that the law requires before an answer of this outcome (Art. 30, 35).

    An imported answer is not checked: an earlier register need not have the steps.
    """
    if event.provenance is not None:
        return
    given = {event.outcome, *(part.outcome for part in event.parts or ())}
    if outcomes.STILL_UNCLEAR in given and not supplement_required:
        findings.find("unclear_without_notice", version, on=event.on)
    if outcomes.EXCESSIVE in given and not explanation_required and findings.terms.asks_reasons:
        findings.find("excessive_without_explanation", version, on=event.on)


def judged_answers(answers: Sequence[Answer], appeals: Mapping[str, Appeal]) -> list[Irregularity]:
    """Irregularities that only the whole history shows: late service, and a revoked answer given again."""
    irregularities = []
    for answer in answers:
        # Only where the answer itself was in time and its earliest proven service was not.
        due_on, served = answer.due_on, answer.served
        if answer.awaits_notice or answer.provenance is not None:
            continue
        if served is not None and due_on is not None and answer.on <= due_on < served[0]:
            irregularities.append(found("late_service", served[1], on=served[0], limit=due_on))
    for before, answer in pairwise(answers):
        if _same_after_revocation(before, answer, appeals):
            words = outcomes.label(answer.outcome)
            irregularities.append(
                found(
                    "same_answer_after_revocation",
                    answer.version,
                    on=answer.on,
                    outcome=words,
                    legal_basis=answer.legal_basis,
                )
            )
    return irregularities


def _same_after_revocation(before: Answer, answer: Answer, appeals: Mapping[str, Appeal]) -> bool:
    """行政复议法 Art. 64: the revoked answer given again, unless it was revoked for procedure alone."""
    appeal = appeals.get(answer.appeal or "")
    return (
        appeal is not None
        and appeal.causes != ("procedure",)
        and appeal.disposition_on(answer.on) in outcomes.REVOKED
        and (before.outcome, before.legal_basis) == (answer.outcome, answer.legal_basis)
    )


def judged(closing: Closing, answers: Sequence[Answer]) -> Closing:
    """The closing with its timeliness: an answer's day and its earliest proven service against the due date."""
    served_on = None
    if closing.kind == "answered":
        proven = served_on = answers[0].served[0] if answers[0].served else None
    else:
        proven = closing.on
    if (source := closing.provenance) is not None:
        judge = partial(_as_stated, source, proven if closing.kind == "answered" else None)
    else:
        judge = partial(_timeliness, closing.on, proven)
    return msgspec.structs.replace(
        closing,
        timeliness=judge(closing.due_on, closing.awaits_notice),
        original_timeliness=judge(closing.original_due_on, closing.original_awaits_notice),
        served_on=served_on,
    )


def _as_stated(
    source: Provenance, proven: date | None, due_on: date | None, _awaits_notice: bool
) -> Timeliness:
    """Of an imported closing: what its register says; else in time only by a day of service within the term.

    An earlier register may leave out what moved the term, so a day after it proves nothing.
    """
    if source.stated_timeliness is not None:
        return source.stated_timeliness
    return "on_time" if proven is not None and due_on is not None and proven <= due_on else "service_unproven"


def _timeliness(closed_on: date, proven: date | None, due_on: date | None, awaits_notice: bool) -> Timeliness:
    late: Timeliness = "provisional" if awaits_notice else "late"
    if due_on is not None and closed_on > due_on:
        return late
    if proven is None:
        return "service_unproven"
    return late if due_on is not None and proven > due_on else "on_time"
