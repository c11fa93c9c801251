"""Restricts what a caller may see (`Sight`): the authority's own officers see everything, its superior the state only.
A service account that hands in has a sight of its own, see `handed_in`.

A superior sees neither drafts nor the remarks on them, nor an annual report before it is published. All that a view
hands out about single entries goes through a sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from domain.entry import Event, Recorded
from domain.law.terms import Law
from domain.report import annual_report
from domain.report.events import ReportEntered, ReportPublished
from domain.request import events
from domain.request.judging import replay
from domain.request.state import DisclosureRequest
from domain.values import is_request
from projections import case as cases
from projections import history as sentences
from projections import timeline
from projections.case import Case, Irregular
from projections.history import HistoryLine, Names
from projections.rejudgement import LawBook
from projections.request_stage import RequestStage, request_stage
from projections.timeline import Replayed
from projections.work_list import Duty

DRAFTING = (events.AnswerDrafted, events.ExtensionDrafted, events.DraftReviewed, events.DraftApproved)
"""Internal steps, before anything is sent."""

_DUTIES = frozenset({"to_review", "to_approve", "returned", "answer_to_send", "extension_to_send"})


class Sight:
    """Of an office's own officers: all of it. histories: of each stream an entry is of, in the order recorded.

    by_stream: what is shown of an entry depends on the others of its stream. outlines: of an entry its type and day
    alone.
    """

    by_stream = False
    outlines = False

    def stage(self, history: Sequence[Recorded], law: Law) -> RequestStage:
        """How far a request is. Raises RequestUnknown of one that is not shown."""
        return request_stage(replay(history, law))

    def entries(
        self, found: Sequence[Recorded], histories: Mapping[str, Sequence[Recorded]]
    ) -> list[Recorded]:
        """The entries that the sight admits, as it shows them."""
        del histories
        return list(found)

    def lines(self, history: Sequence[Recorded]) -> list[HistoryLine]:
        return sentences.lines(history)

    def case(self, history: Sequence[Recorded], law: Law) -> Case:
        return cases.case(replay(history, law), history)

    def replayed(self, now: DisclosureRequest, known: Sequence[Recorded], book: LawBook) -> Replayed:
        return timeline.replayed(now, known, book)

    def duties(self, found: Iterable[Duty]) -> list[Duty]:
        return list(found)


class ByName(Sight):
    """Of an office's own officers on a page: what is known by a name by that instead of by its code."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def entries(
        self, found: Sequence[Recorded], histories: Mapping[str, Sequence[Recorded]]
    ) -> list[Recorded]:
        del histories
        return [replace(each, event=sentences.by_name(each.event, self._names)) for each in found]

    def lines(self, history: Sequence[Recorded]) -> list[HistoryLine]:
        return super().lines(self.entries(history, {}))

    def case(self, history: Sequence[Recorded], law: Law) -> Case:
        return replace(super().case(history, law), history=tuple(self.lines(history)))


class Supervision(Sight):
    """Of the superior's officers."""

    by_stream = True

    def entries(
        self, found: Sequence[Recorded], histories: Mapping[str, Sequence[Recorded]]
    ) -> list[Recorded]:
        hidden = {stream: within_office(history) for stream, history in histories.items()}
        return [
            _without_draft(each)
            for each in found
            if each.originator_version not in hidden.get(each.originator_id, ())
        ]

    def lines(self, history: Sequence[Recorded]) -> list[HistoryLine]:
        hidden = within_office(history)
        lines = sentences.lines([_without_draft(each) for each in history])
        return [line for line in lines if line.version not in hidden]

    def case(self, history: Sequence[Recorded], law: Law) -> Case:
        """Possible next steps are internal, too."""
        request = replay(history, law)
        found = tuple(
            replace(each, figures={**each.figures, "draft": "–"}) if "draft" in each.figures else each
            for each in request.irregularities
        )
        whole, hidden = cases.case(request, history), within_office(history)
        return replace(
            whole,
            drafts=(),
            possible=(),
            irregularities=tuple(map(Irregular.of, found)),
            questions=tuple(each for each in whole.questions if each.version not in hidden),
            history=tuple(self.lines(history)),
        )

    def replayed(self, now: DisclosureRequest, known: Sequence[Recorded], book: LawBook) -> Replayed:
        whole = super().replayed(now, known, book)
        shown = {line.version: line for line in self.lines(known)}
        steps = [
            replace(step, line=shown[step.line.version]) for step in whole.steps if step.line.version in shown
        ]
        return replace(whole, steps=steps)

    def duties(self, found: Iterable[Duty]) -> list[Duty]:
        """Without duties about a draft."""
        return [duty for duty in found if duty.duty not in _DUTIES]


OFFICE, SUPERIOR = Sight(), Supervision()


def within_office(history: Sequence[Recorded]) -> frozenset[int]:
    """Versions of the entries of one stream that are of a draft, with the amendments of one; of a report all but its
    publications."""
    if history and annual_report.year_in(history[0].originator_id) is not None:
        return frozenset(
            each.originator_version
            for each in history
            if not isinstance(each.event, ReportPublished | ReportEntered)
        )
    found: set[int] = set()
    for entry in history:
        event = entry.event
        amends = isinstance(event, events.EntryAmended) and (
            event.version in found or isinstance(event.replacement, DRAFTING)
        )
        if amends or isinstance(event, DRAFTING):
            found.add(entry.originator_version)
    return frozenset(found)


def _without_draft(entry: Recorded) -> Recorded:
    """What went out is shown without the name of the draft that it was."""
    if not is_request(entry.originator_id):
        return entry
    event = _unnamed(entry.event)
    if isinstance(event, events.EntryAmended) and event.replacement is not None:
        event = replace(event, replacement=_unnamed(event.replacement))
    return entry if event is entry.event else replace(entry, event=event)


def _unnamed(event: Event) -> Event:
    named = isinstance(event, events.Answered | events.Extended) and event.draft is not None
    return replace(event, draft=None) if named else event
