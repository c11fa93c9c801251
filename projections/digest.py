"""每日待办: each officer's part of the work list, and what is reported to them as a term runs out.

Every duty is somebody's: of the officer it is assigned to, else of the unit's handlers, else of all handlers, else of
their superiors. Annual reports that are to be published are added, and what is to be supervised in the units below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

import msgspec

from domain.authority import powers
from domain.authority.authority import Authority
from domain.authority.escalation import Escalation, escalation_on
from domain.authority.powers import Act
from domain.law.calendar import Calendar
from projections.district.work_list import UnitWarning
from projections.report.summary import ReportDue
from projections.work_list import Duty, outline

_RETURNS: dict[str, tuple[Act, ...]] = {
    "return_to_prepare": ("report", "approve"),
    "return_to_approve": ("approve_report", "approve"),
}
"""Figures for the superior: whose they are, and of the approvers once the last day comes."""

_ESCALATED = frozenset({"overdue", "redo_overdue", "redo", "due_soon", "unserved", "order_waiting"})
"""Duties with a term of the authority's own; waiting for the applicant or an appeal is never late."""


class ReportOwed(msgspec.Struct, frozen=True):
    """A report that is to be published. stage: in words. act: who has it has the next step.

    workdays_left: negative by the working days past due_on; both None of a corrected edition.
    """

    year: int
    stage: str
    due_on: date | None
    workdays_left: int | None
    act: Act


class Digest(msgspec.Struct, frozen=True):
    """Of one officer on a day. escalated: duties of others, reported to this one as their term runs out.

    units: what of the units below is late, soon will be or waits for the superior, of who supervises them.
    """

    officer: str
    on: date
    duties: tuple[Duty, ...] = ()
    escalated: tuple[Duty, ...] = ()
    reports: tuple[ReportOwed, ...] = ()
    units: tuple[UnitWarning, ...] = ()

    def __len__(self) -> int:
        return len(self.duties) + len(self.escalated) + len(self.units) + len(self.reports)


def within(authority: Authority, on: date) -> int:
    """Working days ahead that the work list of a digest looks."""
    return escalation_on(authority, on).handler


def owed(due: ReportDue, on: date, calendar: Calendar) -> ReportOwed:
    """As a digest of the day has it."""
    act: Act = "approve_report" if due.stage == "submitted" else "report"
    left = calendar.left(on, due.due_on) if due.due_on else None
    return ReportOwed(due.year, due.stage_text, due.due_on, left, act)


def digests(
    authority: Authority,
    duties: Sequence[Duty],
    reports: Sequence[ReportOwed],
    on: date,
    units: Sequence[UnitWarning] = (),
) -> dict[str, Digest]:
    """Of every officer in the office on the day, empty ones too. duties, units: the work lists, in their order."""
    office = _Office(authority, on)
    own: dict[str, list[Duty]] = {officer: [] for officer in office.officers}
    escalated: dict[str, list[Duty]] = {officer: [] for officer in office.officers}
    for duty in duties:
        owners = office.owners(duty)
        for officer in owners:
            own[officer].append(office.as_seen(duty, officer))
        for officer in office.reported_to(duty) - owners:
            escalated[officer].append(office.as_seen(duty, officer))
    reporting = [(each, office.who_reports(each)) for each in reports]
    supervising = office.who_may("supervise")
    return {
        each: Digest(
            each,
            on,
            tuple(own[each]),
            tuple(escalated[each]),
            tuple(report for report, officers in reporting if each in officers),
            tuple(units) if each in supervising else (),
        )
        for each in office.officers
    }


def of_officer(
    authority: Authority, officer: str, duties: Iterable[Duty], reports: Iterable[ReportOwed], on: date
) -> tuple[list[Duty], list[ReportOwed]]:
    """The content of this officer's digest: their own duties and those reported to them in one list, in the order of
    `duties`."""
    office = _Office(authority, on)
    theirs = [
        office.as_seen(each, officer)
        for each in duties
        if officer in office.owners(each) or officer in office.reported_to(each)
    ]
    return theirs, [each for each in reports if officer in office.who_reports(each)]


class _Office:
    """Who is in the office on a day, and what they may."""

    def __init__(self, authority: Authority, on: date) -> None:
        present = [each for each in authority.officers if each.in_office(on)]
        self.officers = [each.id for each in present]
        self._acts = {each.id: powers.acts_of(each.roles_on(on)) for each in present}
        self._units = {each.id: each.unit for each in present}
        self._escalation: Escalation = escalation_on(authority, on)
        # Cached: thousands of duties have few different values of these.
        self.who_may = cache(self._who_may)
        self._owners_of = cache(self._owners)

    def _who_may(self, *acts: Act) -> frozenset[str]:
        """The officers with the first of these acts that anybody has."""
        for act in acts:
            if found := frozenset(each for each, held in self._acts.items() if act in held):
                return found
        return frozenset()

    def as_seen(self, duty: Duty, officer: str) -> Duty:
        """An outline for who may act on it, as erase, but sees no single cases."""
        return duty if "read" in self._acts[officer] else outline(duty)

    def owners(self, duty: Duty) -> frozenset[str]:
        """Whose it is."""
        return self._owners_of(duty.duty, duty.officer, duty.unit)

    def _owners(self, duty: str, officer: str | None, unit: str | None) -> frozenset[str]:
        """Whose a duty of this code is, of a request assigned to them."""
        if duty in _RETURNS:
            return self.who_may(*_RETURNS[duty])
        match duty:
            case "to_review":
                return self.who_may("review", "approve")
            case "to_approve":
                return self.who_may("approve")
            case "erasure_requested":
                return self.who_may("approve", "erase")
        if "handle" in self._acts.get(officer or "", ()):
            return frozenset({str(officer)})
        handlers = self.who_may("handle", "review", "approve")
        of_unit = frozenset(each for each in handlers if unit and self._units[each] == unit)
        return of_unit or handlers

    def reported_to(self, duty: Duty) -> frozenset[str]:
        if duty.awaits_notice or duty.workdays_left is None:
            return frozenset()
        if duty.duty in _RETURNS:
            return self._approvers(duty.workdays_left)
        return self._above(duty.workdays_left) if duty.duty in _ESCALATED else frozenset()

    def who_reports(self, report: ReportOwed) -> frozenset[str]:
        return self.who_may(report.act, "approve") | self._approvers(report.workdays_left)

    def _above(self, left: int) -> frozenset[str]:
        """Reviewers (approvers if there are none) once their threshold is reached; approvers once theirs is."""
        reached = _reached(left, self._escalation.reviewer)
        return self._approvers(left) | (self.who_may("review", "approve") if reached else frozenset())

    def _approvers(self, left: int | None) -> frozenset[str]:
        return self.who_may("approve") if _reached(left, self._escalation.approver) else frozenset()


def _reached(left: int | None, figure: int | None) -> bool:
    return left is not None and figure is not None and left <= figure
