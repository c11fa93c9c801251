"""What a service account that submits requests may see: of its own requests the steps that an applicant is informed of.

Of such a step it sees what kind it is and its day, and no more: neither who recorded it nor what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from domain.authority.grants import ServiceAccount
from domain.entry import Recorded
from domain.law.terms import Law
from domain.request import events
from domain.request.appeal_events import Reopened
from domain.request.refusals import RequestUnknown
from domain.request.state import DisclosureRequest
from domain.values import is_request, reference_in
from projections.case import Case
from projections.history import HistoryLine
from projections.rejudgement import LawBook
from projections.request_stage import RequestStage
from projections.superior_view import OFFICE, Sight
from projections.timeline import Replayed
from projections.work_list import Duty

STEPS = (
    events.Received, events.SupplementRequired, events.Supplemented, events.Extended, events.ExplanationRequired,
    events.Deferred, events.FeeCharged, events.FeePaid, events.Answered, events.Served, events.Withdrawn,
    events.Lapsed, Reopened, events.Archived,
)  # fmt: skip


@dataclass(frozen=True)
class HandedIn(Sight):
    """service: by which a request was handed in, after the position since; every other one is not there."""

    service: str
    since: int

    by_stream = True
    outlines = True

    def stage(self, history: Sequence[Recorded], law: Law) -> RequestStage:
        if not self._is_own(history):
            raise RequestUnknown(reference=reference_in(history[0].originator_id))
        return super().stage(history, law)

    def _is_own(self, history: Sequence[Recorded]) -> bool:
        if not history or not is_request(history[0].originator_id):
            return False
        return history[0].actor == self.service and history[0].position > self.since

    def entries(
        self, found: Sequence[Recorded], histories: Mapping[str, Sequence[Recorded]]
    ) -> list[Recorded]:
        steps = {stream: _steps(history) for stream, history in histories.items() if self._is_own(history)}
        return [each for each in found if each.originator_version in steps.get(each.originator_id, ())]

    def lines(self, history: Sequence[Recorded]) -> list[HistoryLine]:
        """Empty, since the sentence would contain details."""
        del history
        return []

    def case(self, history: Sequence[Recorded], law: Law) -> Case:
        del law
        raise RequestUnknown(reference=reference_in(history[0].originator_id))

    def replayed(self, now: DisclosureRequest, known: Sequence[Recorded], book: LawBook) -> Replayed:
        del known, book
        raise RequestUnknown(reference=now.reference)

    def duties(self, found: Iterable[Duty]) -> list[Duty]:
        del found
        return []


def sight_of(service: ServiceAccount, acts: Set[str]) -> Sight:
    """What a service account with these acts sees: that it reads the register, or its own requests alone."""
    return OFFICE if "read" in acts else HandedIn(service.id, service.since)


def _steps(history: Sequence[Recorded]) -> frozenset[int]:
    """Versions of the entries that are such a step, or correct one."""
    found: set[int] = set()
    for entry in history:
        event = entry.event
        if isinstance(event, STEPS) or (isinstance(event, events.EntryAmended) and event.version in found):
            found.add(entry.originator_version)
    return frozenset(found)
