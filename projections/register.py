"""台账: one row per request, and the spells of its appeals.

A row holds what lists and statistics need and no personal data. No value in it depends on today: what is
overdue on a day is asked of `due_on`, never stored.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date

import msgspec

from domain.law.outcomes import DISPOSITIONS, Result
from domain.request.answer import Timeliness
from domain.request.appeal_events import Route
from domain.request.parties import ApplicantKind
from domain.request.stages import Stage
from domain.request.state import DisclosureRequest
from domain.values import Reference


class RequestRow(msgspec.Struct, frozen=True):
    """A request in the register. Dates of law; taken and suspended in working days.

    closed_on, outcome, timeliness, extended, supplemented, consulted: of the first closing, which alone counts;
    irregularities: of the whole history. due_on: while open the last
    day to answer (None while a supplement or payment is awaited), once closed the one it was judged by.
    redo_by: of a reopening not yet answered. version: entries read, amendments included. position: log
    position of the last of them. law_digest: the law by which the dates came out.
    """

    reference: str
    version: int
    position: int
    law_digest: str
    stage: Stage
    received_on: date
    applicant_kind: ApplicantKind
    started_on: date
    original_due_on: date
    provisional: bool
    extended: bool
    supplemented: bool
    consulted: bool
    reopened: bool
    suspended: int
    irregularities: tuple[str, ...]
    due_on: date | None = None
    closed_on: date | None = None
    closed_by: str | None = None
    outcome: str | None = None
    timeliness: Timeliness | None = None
    original_timeliness: Timeliness | None = None
    taken: int | None = None
    served_on: date | None = None
    respond_by: date | None = None
    pay_by: date | None = None
    redo_by: date | None = None
    unit: str | None = None
    officer: str | None = None
    split_from: str | None = None
    subject: str | None = None

    @property
    def answer_by(self) -> date | None:
        """The present last day to answer: of a reopening that is not answered yet, else due_on."""
        return self.redo_by if self.closed_on and self.redo_by else self.due_on

    def awaits_notice(self, covered: Container[int]) -> bool:
        """Whether due_on rests on a year whose holiday notice is not out: it is 暂定, and nothing is late by it.

        covered: years with a notice. The register's own queries say the same.
        """
        if self.due_on is None or not (self.provisional or self.timeliness == "provisional"):
            return False
        return any(year not in covered for year in range(self.started_on.year, self.due_on.year + 1))


class AppealSpell(msgspec.Struct, frozen=True):
    """A time during which an appeal had one result: first pending, then what each decision in effect made it.

    from_on is inside, to_on (None: open) is not. decided_on: the day the first decision took effect.
    """

    reference: str
    appeal: str
    route: Route
    begun_on: date
    decided_on: date | None
    result: Result
    from_on: date
    to_on: date | None


def request_row(request: DisclosureRequest, *, position: int, law_digest: str) -> RequestRow | None:
    """The request's row; None if it is annulled."""
    received, deadline, closing = request.received, request.deadline, request.closing
    if received is None or deadline is None:
        return None
    return RequestRow(
        reference=request.reference,
        version=request.version,
        position=position,
        law_digest=law_digest,
        stage=request.stage,
        received_on=received.on,
        applicant_kind=received.applicant_kind,
        started_on=deadline.started_on,
        original_due_on=deadline.original_due_on,
        provisional=deadline.provisional,
        extended=closing.extended if closing else request.extended,
        supplemented=closing.supplemented if closing else request.supplemented,
        consulted=closing.consulted if closing else request.consulted,
        reopened=request.reopened,
        suspended=closing.suspended if closing else deadline.suspended,
        irregularities=tuple(sorted({irregularity.code for irregularity in request.irregularities})),
        due_on=closing.due_on if closing else deadline.due_on,
        closed_on=closing.on if closing else None,
        closed_by=closing.kind if closing else None,
        outcome=closing.outcome if closing else None,
        timeliness=closing.timeliness if closing else None,
        original_timeliness=closing.original_timeliness if closing else None,
        taken=closing.taken if closing else None,
        served_on=closing.served_on if closing else None,
        respond_by=request.respond_by,
        pay_by=request.pay_by,
        redo_by=request.redo_by,
        unit=request.unit,
        officer=request.officer,
        split_from=received.split_from,
        subject=received.subject,
    )


def appeal_spells(request: DisclosureRequest) -> tuple[AppealSpell, ...]:
    """The appeal_spells of all appeals of the request; a spell of no length is left out."""
    found: list[AppealSpell] = []
    for appeal in request.appeals:
        results: list[tuple[date, Result]] = [(appeal.on, "pending")]
        for decision in appeal.effective():
            assert decision.effective_on is not None  # noqa: S101 - effective() has no other
            results.append((decision.effective_on, DISPOSITIONS[decision.disposition].result))
        ends = [start for start, _ in results[1:]]
        for (start, result), end in zip(results, [*ends, None], strict=True):
            if start != end:
                found.append(
                    AppealSpell(
                        reference=request.reference,
                        appeal=appeal.appeal,
                        route=appeal.route,
                        begun_on=appeal.on,
                        decided_on=ends[0] if ends else None,
                        result=result,
                        from_on=start,
                        to_on=end,
                    )
                )
    return tuple(found)


def order(reference: str) -> Reference:
    """Sort key: references are ordered as two integers."""
    return Reference.parse(reference)
