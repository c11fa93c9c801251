"""A consultation: who was consulted, until when, and what they replied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from domain.entry import Recorded
from domain.law.terms import Law
from domain.request import events
from domain.request.deadline import DeadlineClock
from domain.request.findings import Findings
from domain.request.refusals import ConsultationExists, ConsultationUnknown
from domain.values import Sealed


class Consultation(msgspec.Struct, frozen=True):
    """Opened and, if it has ended, closed: Art. 32–34."""

    consultation: str
    consultee: str
    opened_on: date
    respond_by: date
    delivered_on: date | None
    closed_on: date | None = None
    reply: str | None = None

    @property
    def reached_on(self) -> date:
        """The day from which its term counts; where no day of delivery was recorded, that of the letter."""
        return self.delivered_on or self.opened_on

    @property
    def is_overruled(self) -> bool:
        return is_overruled(self.consultee, self.reply)


def has_objected(reply: str | None) -> bool:
    """Whether the reply objects, wholly or in part."""
    return reply in ("objected", "partly")


def is_overruled(consultee: str | None, reply: str | None) -> bool:
    """Whether a third party objected: it must be notified of what is disclosed nevertheless (Art. 32)."""
    return consultee == "third_party" and has_objected(reply)


class Consultations:
    """Those of one request, by name. Mutable, private to a replay."""

    def __init__(self, law: Law, findings: Findings) -> None:
        self.by_name: dict[str, Consultation] = {}
        self._calendar = law.calendar
        self._findings = findings

    def open(self, entry: Recorded, event: events.ConsultationOpened[Sealed], clock: DeadlineClock) -> None:
        version, name = entry.originator_version, event.consultation
        if name in self.by_name:
            raise self._findings.refusal(
                ConsultationExists, version, event, of_order=False, consultation=name
            )
        opened = Consultation(name, event.consultee, event.on, event.respond_by, event.delivered_on)
        self.by_name[name] = opened
        for workdays, limit in self._limits(opened):
            if event.respond_by > limit and not self._calendar.provisional(opened.reached_on, limit):
                self._findings.find(
                    "consultation_term_long",
                    version,
                    consultation=name,
                    respond_by=event.respond_by,
                    workdays=workdays,
                    limit=limit,
                )
        clock.suspend(event.on, name, event.respond_by)

    def close(self, entry: Recorded, event: events.ConsultationClosed[Sealed], clock: DeadlineClock) -> None:
        version, name = entry.originator_version, event.consultation
        opened = self.by_name.get(name)
        if opened is None or opened.closed_on is not None:
            raise self._findings.refusal(ConsultationUnknown, version, event, consultation=name)
        self._check_overlong(version, opened, event.on)
        self.by_name[name] = msgspec.structs.replace(opened, closed_on=event.on, reply=event.reply)
        clock.resume(event.on, name)

    def answered(self, version: int, on: date) -> None:
        """An answer is given over what is still open: a consultation ends with it, if not before."""
        for consultation in self.by_name.values():
            if consultation.closed_on is None:
                self._check_overlong(version, consultation, on)

    def _check_overlong(self, version: int, opened: Consultation, on: date) -> None:
        for workdays, limit in self._limits(opened):
            if self._calendar.has_passed(limit, on, opened.reached_on):
                self._findings.find(
                    "consultation_overlong",
                    version,
                    consultation=opened.consultation,
                    on=on,
                    workdays=workdays,
                    limit=limit,
                )

    def _limits(self, opened: Consultation) -> Iterator[tuple[int, date]]:
        """The term of the law of receipt and its last day, if the law sets this consultee one."""
        workdays = self._findings.terms.consultation
        if workdays is not None and opened.consultee in ("third_party", "co_maker"):
            yield workdays, self._calendar.after(opened.reached_on, workdays)
