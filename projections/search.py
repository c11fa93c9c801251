"""Looking for a request by a number that stands on a paper: of a document, a case, an archive, the post."""

from __future__ import annotations

from collections.abc import Iterable

from domain.entry import Event, Recorded, type_of
from domain.request import events

_LABELS: dict[type[Event], tuple[str, ...]] = {
    events.AnswerDrafted: ("document_no",),
    events.Answered: ("document_no",),
    events.Served: ("tracking_no",),
    events.Appealed: ("case_no", "tribunal"),
    events.Archived: ("archive_no",),
    events.ErasureRequested: ("appraisal_no",),
    events.DocumentFiled: ("document",),
}
NUMBERS = tuple(type_of(kind) for kind in _LABELS)
"""Types of the entries that bear one."""


def says(entries: Iterable[Recorded], text: str) -> bool:
    """Whether a number in one of the entries, as amended, holds the text."""
    return any(
        text in (getattr(entry.event, field) or "")
        for entry in entries
        for field in _LABELS.get(type(entry.event), ())
    )
