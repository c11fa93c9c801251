"""Reasons for a clearly excessive number or frequency: required, given, and the answer deferred (Art. 35)."""

from __future__ import annotations

from domain.entry import Recorded
from domain.request import events
from domain.request.deadline import DeadlineClock
from domain.request.findings import Findings
from domain.request.refusals import ExplanationNotRequired
from domain.values import Sealed


class Explanation:
    """Mutable, private to a replay. required: whether reasons were ever required. awaited: required and not yet given."""

    def __init__(self, findings: Findings) -> None:
        self.awaited = self.required = False
        self._accepted = False
        self._findings = findings

    def require(self) -> None:
        self.awaited = self.required = True

    def receive(self, entry: Recorded, event: events.Explained) -> None:
        if not self.awaited:
            raise self._findings.refusal(ExplanationNotRequired, entry.originator_version, event)
        self.awaited, self._accepted = False, event.accepted

    def defer(self, entry: Recorded, event: events.Deferred[Sealed], clock: DeadlineClock) -> None:
        if not self._accepted:
            self._findings.find("deferred_without_explanation", entry.originator_version, on=event.on)
        clock.defer(event.on, event.until)
