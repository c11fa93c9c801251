"""Searching requests by subject or by a number on a paper: of a document, case, archive or parcel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from domain.entry import Event, Recorded, type_of
from domain.request import events
from domain.request.appeal_events import Appealed
from domain.request.file_events import DocumentFiled, ErasureRequested, HandedOver

_LABELS: dict[type[Event], tuple[str, ...]] = {
    events.Received: ("subject",),
    events.AnswerDrafted: ("document_no",),
    events.Answered: ("document_no",),
    events.Served: ("tracking_no",),
    Appealed: ("case_no", "tribunal"),
    events.Archived: ("archive_no",),
    HandedOver: ("transfer_no",),
    ErasureRequested: ("appraisal_no",),
    DocumentFiled: ("document",),
}
TOPICS = (*map(type_of, _LABELS), type_of(events.EntryAmended))
"""Types of events with searchable fields; amendments through their replacement."""
FIELDS = tuple(sorted({field for fields in _LABELS.values() for field in fields}))
"""The fields of all of them."""


BRACKETS, AS = "[]［］【】()（）", "〔〕" * 5
"""Substitutes that people type for 〔〕, which few keyboards have."""
_READ_AS = str.maketrans(BRACKETS, AS)


def folded(text: str) -> str:
    """With every bracket as the one of document numbers."""
    return text.translate(_READ_AS)


def ways_of_typing(text: str) -> list[str]:
    """As it is typed, then in half width, without blanks and in capitals, as numbers are written on papers: ｅｍｓ 987."""
    half = normalize("NFKC", text)
    bare = "".join(half.split())
    return [each for each in dict.fromkeys((text, half, bare, bare.upper())) if len(each) > 1]


def longest_part(text: str) -> str:
    """Of a text the longest part between brackets, which occurs in whatever contains the text, with any brackets."""
    return max(re.split("[〔〕]", folded(text)), key=len)


def says(entries: Iterable[Recorded], text: str) -> bool:
    """Whether a number in one of the entries, as amended, holds the text."""
    wanted = folded(text)
    return any(
        wanted in folded(getattr(entry.event, field) or "")
        for entry in entries
        for field in _LABELS.get(type(entry.event), ())
    )
