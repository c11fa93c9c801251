"""The supplement of a request: required once, and received (Art. 30)."""

from __future__ import annotations

from datetime import date

from domain.entry import Recorded
from domain.law.terms import Law
from domain.request import events
from domain.request.deadline import DeadlineClock
from domain.request.findings import Findings
from domain.values import Sealed


class Supplement:
    """Mutable, private to a replay. respond_by: last day, as the notice says. received: whether a supplement has come."""

    def __init__(self, law: Law, findings: Findings) -> None:
        self.respond_by = date.min
        self.received = False
        self._notices = 0
        self._calendar = law.calendar
        self._findings = findings

    @property
    def required(self) -> bool:
        """Whether a notice was ever given to the applicant."""
        return self._notices > 0

    def require(
        self,
        entry: Recorded,
        event: events.SupplementRequired[Sealed],
        clock: DeadlineClock,
        handled_from: date,
    ) -> None:
        """handled_from: the day from which the term for the notice counts."""
        version = entry.originator_version
        self._notices += 1
        workdays = clock.terms.supplement_notice
        if self._notices > 1:
            self._findings.find("second_supplement_notice", version, on=event.on)
        elif workdays is not None:
            limit = self._calendar.after(handled_from, workdays)
            if self._calendar.has_passed(limit, event.on, handled_from):
                self._findings.find(
                    "late_supplement_notice", version, on=event.on, workdays=workdays, limit=limit
                )
        self.respond_by = event.respond_by
        clock.wait(event.on, "supplement_required", counts=self._notices == 1)

    def receive(self, entry: Recorded, event: events.Supplemented[Sealed], clock: DeadlineClock) -> None:
        limit = self._calendar.next_working(self.respond_by)
        if self._calendar.has_passed(limit, event.on, self.respond_by):
            self._findings.find("supplement_after_term", entry.originator_version, on=event.on, limit=limit)
        clock.restart(event.on, "supplemented")
        self.received = True
