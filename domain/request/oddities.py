"""What is asked about a receipt, an answer and an appeal: odd, and perhaps right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from domain.field_labels import CHANNELS
from domain.law import outcomes
from domain.law.legal_basis import is_of_other_outcome, offered
from domain.law.questions import CONFIRMED_WITHIN, RECONSIDERATION_FIRST
from domain.request import events
from domain.request.appeal_events import AppealDecided, Appealed, Route
from domain.request.findings import Findings
from domain.values import Sealed

if TYPE_CHECKING:
    from domain.request.answer import Answer

# Art. 31: by hand the day handed in, by post that signed for, by ordinary mail that confirmed, online or by fax that
# confirmed by both, if the system says nothing else (guiding case 26).
_BASES = {
    "in_person": ("handed_in", "taken_down"),
    "post": ("signed_for", "same_day_confirmed"),
    "online": ("confirmed_by_both", "system_confirmed"),
    "fax": ("confirmed_by_both",),
    "email": ("confirmed_by_both", "system_confirmed"),
}
_BASIS = {
    "handed_in": "当面提交",
    "signed_for": "签收",
    "confirmed_by_both": "双方确认",
    "system_confirmed": "系统确认",
    "taken_down": "口头申请的记录",
    "same_day_confirmed": "当日确认",
}
_INSTANCES = {"second": "二审", "retrial": "再审"}

_RECONSIDERED_FIRST = ("refused.", "granted_in_part")
_OTHERWISE = "refused.administrative_query"
"""Of Art. 36(7), not of 14 to 16."""


def ask_about_receipt(version: int, event: events.Received[Sealed, Sealed], findings: Findings) -> None:
    if event.receipt_basis in _BASIS and event.receipt_basis not in _BASES[event.channel]:
        findings.ask(
            "receipt_basis_of_other_channel",
            version,
            channel=CHANNELS[event.channel],
            basis=_BASIS[event.receipt_basis],
        )
    if event.submitted_on is not None and event.channel in ("online", "fax", "email"):
        days = (event.on - event.submitted_on).days
        if days > CONFIRMED_WITHIN:
            findings.ask("confirmed_late", version, submitted_on=event.submitted_on, on=event.on, days=days)


def ask_about_basis(
    version: int,
    event: events.Answered[Sealed] | events.AnswerDrafted[Sealed],
    received_on: date,
    findings: Findings,
) -> None:
    """Of the whole and of each part."""
    stated = [
        (event.outcome, event.legal_basis),
        *((each.outcome, each.legal_basis) for each in event.parts or ()),
    ]
    for outcome, legal_basis in stated:
        if is_of_other_outcome(legal_basis, outcome, received_on):
            findings.ask(
                "basis_of_other_outcome",
                version,
                outcome=outcomes.label(outcome),
                legal_basis=legal_basis,
                expected=offered(outcome, received_on),
            )


def ask_about_suit(
    version: int,
    event: Appealed,
    answers: Sequence[Answer],
    routes_before: Iterable[Route],
    findings: Findings,
) -> None:
    """routes_before: of the appeals begun before it."""
    if event.route == "litigation_direct" and event.ground == "answer" and answers:
        outcome = answers[-1].outcome
        of_refusal = outcome.startswith(_RECONSIDERED_FIRST) and outcome != _OTHERWISE
        if of_refusal and event.on >= RECONSIDERATION_FIRST:
            basis, since = answers[-1].legal_basis, RECONSIDERATION_FIRST
            findings.ask("direct_suit", version, on=event.on, legal_basis=basis, since=since)
    if event.route == "litigation_after_reconsideration" and "reconsideration" not in routes_before:
        findings.ask("suit_without_reconsideration", version, on=event.on)


def ask_about_instance(version: int, event: AppealDecided, route: Route, findings: Findings) -> None:
    if route == "reconsideration" and event.instance in _INSTANCES:
        findings.ask(
            "instance_of_other_route", version, appeal=event.appeal, instance=_INSTANCES[event.instance]
        )
