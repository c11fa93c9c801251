"""复议 and 诉讼 against the handling of a request (Art. 51)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from domain.entry import Event, Recorded
from domain.law import outcomes
from domain.request.appeal_events import AppealDecided, Appealed, CorrectionAnalysed, Reopened, Route
from domain.request.appeal_refusals import (
    AppealExists,
    AppealNotNamed,
    AppealUnknown,
    CaseExists,
    NotDecided,
    NothingToAppeal,
    NotOrderedToPerform,
)
from domain.request.findings import Findings, check_code
from domain.request.oddities import ask_about_instance, ask_about_suit
from domain.values import Sealed, plain

if TYPE_CHECKING:
    from domain.request.answer import Answer


class Decision(msgspec.Struct, frozen=True):
    """A decision in an appeal. effective_on None: not yet in effect."""

    on: date
    instance: str
    disposition: str
    effective_on: date | None


class Appeal(msgspec.Struct, frozen=True):
    """A reconsideration or a suit, with its decisions in the order of law."""

    appeal: str
    route: Route
    ground: str
    on: date
    tribunal: str
    case_no: str
    follows: str | None
    decisions: tuple[Decision, ...] = ()
    causes: tuple[str, ...] | None = None

    def disposition_on(self, day: date) -> str | None:
        """Of the last decision in effect by the day; None while the appeal is pending then."""
        effective = [each for each in self.effective() if each.effective_on and each.effective_on <= day]
        return effective[-1].disposition if effective else None

    def is_corrected(self, day: date) -> bool:
        """Whether the result in effect on the day is a correction."""
        disposition = outcomes.DISPOSITIONS.get(self.disposition_on(day) or "")
        return disposition is not None and disposition.result == "corrected"

    def is_settled(self, day: date) -> bool:
        """Whether nothing more is to come of it by the day: the last decision is in effect, and sent it nowhere else."""
        decided = [decision for decision in self.decisions if decision.on <= day]
        if not decided or decided[-1].effective_on is None or decided[-1].effective_on > day:
            return False
        return decided[-1].disposition != "transferred"

    def effective(self) -> list[Decision]:
        """Decisions in effect at some time, by the day they took effect."""
        decided = [decision for decision in self.decisions if decision.effective_on is not None]
        return sorted(decided, key=lambda decision: (decision.effective_on, decision.on))


class Appeals:
    """Those of one request, by name. Mutable, private to a replay."""

    def __init__(self, findings: Findings) -> None:
        self.by_name: dict[str, Appeal] = {}
        self._findings = findings

    def begin(self, entry: Recorded, event: Appealed, answers: Sequence[Answer]) -> None:
        version = entry.originator_version
        if event.appeal in self.by_name:
            raise self._findings.refusal(AppealExists, version, event, of_order=False, appeal=event.appeal)
        if event.follows is not None:
            self.known(version, event, event.follows)
        if event.ground == "answer" and not answers:
            raise self._findings.refusal(NothingToAppeal, version, event)
        self._check_case(version, event)
        before = [each.route for each in self.by_name.values()]
        ask_about_suit(version, event, answers, before, self._findings)
        self.by_name[event.appeal] = Appeal(
            event.appeal,
            event.route,
            event.ground,
            event.on,
            event.tribunal,
            event.case_no,
            event.follows,
        )

    def decide(self, entry: Recorded, event: AppealDecided) -> None:
        version = entry.originator_version
        check_code(version, "disposition", event.disposition, outcomes.DISPOSITIONS)
        appeal = self.known(version, event, event.appeal)
        ask_about_instance(version, event, appeal.route, self._findings)
        decision = Decision(event.on, event.instance, event.disposition, event.effective_on)
        self._change(appeal, decisions=(*appeal.decisions, decision))

    def analyse(self, entry: Recorded, event: CorrectionAnalysed[Sealed]) -> None:
        version = entry.originator_version
        appeal = self.known(version, event, event.appeal)
        if not appeal.decisions:
            raise self._findings.refusal(NotDecided, version, event, appeal=event.appeal)
        self._change(appeal, causes=event.causes)

    def reopen(self, entry: Recorded, event: Reopened, *, closed: bool) -> None:
        """Whether the appeal named, if any, is ground to reopen. closed: the request was closed by then."""
        version = entry.originator_version
        if event.appeal is None and event.cause == "appeal":
            raise self._findings.refusal(AppealNotNamed, version, event)
        appeal = self.known(version, event, event.appeal) if event.appeal is not None else None
        if not closed and (appeal is None or appeal.disposition_on(event.on) != "ordered_to_perform"):
            raise self._findings.refusal(NotOrderedToPerform, version, event)
        if event.cause == "appeal" and appeal is not None and not appeal.decisions:
            self._findings.find("reopened_before_decision", version, on=event.on, appeal=event.appeal)

    def known(self, version: int, event: Event, name: str) -> Appeal:
        """Raises AppealUnknown."""
        appeal = self.by_name.get(name)
        if appeal is None:
            raise self._findings.refusal(AppealUnknown, version, event, appeal=name)
        return appeal

    def _check_case(self, version: int, event: Appealed) -> None:
        case = plain(event.tribunal), plain(event.case_no)
        for each in self.by_name.values():
            if (plain(each.tribunal), plain(each.case_no)) == case:
                facts = {"appeal": each.appeal, "tribunal": each.tribunal, "case_no": each.case_no}
                self._findings.object_to(CaseExists, version, event, **facts)

    def _change(self, appeal: Appeal, **changes: object) -> None:
        self.by_name[appeal.appeal] = msgspec.structs.replace(appeal, **changes)
