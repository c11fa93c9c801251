"""The answer, its service, and whether the request was closed in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

import msgspec

from domain import events, outcomes
from domain.appeal import Appeal
from domain.irregularities import Irregularity, found

Timeliness = Literal["on_time", "late", "service_unproven"]


class Answer(msgspec.Struct, frozen=True):
    """An answer and how it was served. due_on: last day to answer then; None if no term ran."""

    version: int
    on: date
    outcome: str
    legal_basis: str
    document_no: str
    due_on: date | None
    appeal: str | None
    servings: tuple[tuple[int, events.Served], ...] = ()

    def served(self) -> tuple[int, date] | None:
        """The earliest day of service that is proven, and its entry."""
        proven = [(day, version) for version, event in self.servings if (day := proven_on(event))]
        return (min(proven)[1], min(proven)[0]) if proven else None


class Closing(msgspec.Struct, frozen=True):
    """How the request was first closed. It alone counts: an answer after reopening is linked to it.

    due_on: last day to answer then, None if no term ran. taken, suspended: working days. served_on: the
    earliest proven day of service. original_timeliness: against the first term from receipt.
    """

    on: date
    kind: Literal["answered", "withdrawn", "lapsed"]
    outcome: str
    due_on: date | None
    original_due_on: date
    taken: int
    suspended: int
    timeliness: Timeliness = "on_time"
    original_timeliness: Timeliness = "on_time"
    served_on: date | None = None


def proven_on(served: events.Served) -> date | None:
    """The day that counts (235号): China Post and electronic that of sending, by hand that of signature."""
    match served.method:
        case "china_post" | "electronic":
            return served.on
        case "in_person":
            return served.signed_for_on or served.on
        case _:
            return served.signed_for_on


def late_services(answers: Sequence[Answer]) -> Iterator[Irregularity]:
    """Answers given in time whose earliest proven service was not."""
    for answer in answers:
        served = answer.served()
        if served and answer.due_on is not None and answer.on <= answer.due_on < served[1]:
            yield found("late_service", served[0], on=served[1], limit=answer.due_on)


def same_after_revocation(answers: Sequence[Answer], appeals: Mapping[str, Appeal]) -> Iterator[Irregularity]:
    """行政复议法 Art. 64: the revoked answer given again, unless it was revoked for procedure alone."""
    for before, answer in pairwise(answers):
        appeal = appeals.get(answer.appeal or "")
        if appeal is None or appeal.causes == ("procedure",):
            continue
        revoked = appeal.disposition_on(answer.on) in outcomes.REVOKED
        if revoked and (before.outcome, before.legal_basis) == (answer.outcome, answer.legal_basis):
            yield found(
                "same_answer_after_revocation",
                answer.version,
                on=answer.on,
                outcome=outcomes.label(answer.outcome),
                legal_basis=answer.legal_basis,
            )


def judged(closing: Closing, answers: Sequence[Answer]) -> Closing:
    """The closing with its timeliness: an answer's day and its earliest proven service against the due date."""
    served = answers[0].served() if closing.kind == "answered" else None
    served_on = served[1] if served else None
    proven = served_on if closing.kind == "answered" else closing.on

    def against(due_on: date | None) -> Timeliness:
        if due_on is not None and closing.on > due_on:
            return "late"
        if proven is None:
            return "service_unproven"
        return "late" if due_on is not None and proven > due_on else "on_time"

    return msgspec.structs.replace(
        closing,
        timeliness=against(closing.due_on),
        original_timeliness=against(closing.original_due_on),
        served_on=served_on,
    )
