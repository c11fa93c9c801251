"""What a superior sees of a subordinate: how matters stand, and neither drafts nor what was said of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from domain.entry import Event, Recorded
from domain.request import events
from projections.case import Case
from projections.timeline import Replayed
from projections.work_list import Duty

DRAFTING = (events.AnswerDrafted, events.ExtensionDrafted, events.DraftReviewed, events.DraftApproved)
"""Steps within the office, before anything goes out."""

_DUTIES = frozenset({"to_review", "to_approve", "returned"})


def is_of_a_draft(event: Event) -> bool:
    """A step of a draft, or an amendment that tells one anew."""
    if isinstance(event, events.EntryAmended):
        return isinstance(event.replacement, DRAFTING)
    return isinstance(event, DRAFTING)


def drafting(history: Iterable[Recorded]) -> frozenset[int]:
    """Versions of the entries of one request that are of a draft, with the amendments that annul one."""
    found: set[int] = set()
    for entry in history:
        event = entry.event
        annuls = isinstance(event, events.EntryAmended) and event.version in found
        if annuls or is_of_a_draft(event):
            found.add(entry.originator_version)
    return frozenset(found)


def case(whole: Case, history: Sequence[Recorded]) -> Case:
    """What can come next is the office's own affair, too."""
    left_out = drafting(history)
    seen = tuple(line for line in whole.history if line.version not in left_out)
    return replace(whole, drafts=(), possible=(), history=seen)


def replayed(whole: Replayed, history: Sequence[Recorded]) -> Replayed:
    left_out = drafting(history)
    return replace(whole, steps=[step for step in whole.steps if step.line.version not in left_out])


def duties(whole: Iterable[Duty]) -> list[Duty]:
    """Without those that are to be done about a draft."""
    return [duty for duty in whole if duty.duty not in _DUTIES]
