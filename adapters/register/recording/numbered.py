"""When an event is judged: checks settings of letters, and assigns document numbers."""

from __future__ import annotations

from typing import Any

import msgspec

from adapters.register.recording.document_numbers import lacks_number
from adapters.register.recording.unit_of_work import UnitOfWork
from domain.authority.authority import Authority
from domain.authority.events import LetterWordingSet
from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.entry import Event
from domain.letters import document_numbers
from domain.letters.letter import check_wording
from domain.request import events


def numbered(work: UnitOfWork, body: Event, stream: str, earlier: Event | None) -> Event:
    """The event with its document number: that of the corrected entry or of the draft, otherwise the next of the
    series.

    Unchanged if the authority has no series for it. earlier: for an amendment, the corrected event. Raises Malformed if
    the year has no more numbers.
    """
    event: Any = events.resulting(body)
    if event is None or not lacks_number(body):
        return body
    number = getattr(earlier, "document_no", None) or _of_draft(work, event, stream)
    entered = work.registered[0].number_series
    request = None if isinstance(body, events.Received) else work.request(stream)
    if number is None and (rule := document_numbers.rule_of(entered, event, request)) is not None:
        number = work.next_document_no(rule, document_numbers.year_of(rule, event, request), stream)
    event = msgspec.structs.replace(event, document_no=number)
    amends = isinstance(body, events.EntryAmended)
    return msgspec.structs.replace(body, replacement=event) if amends else event


def _of_draft(work: UnitOfWork, event: Any, stream: str) -> str | None:
    name = getattr(event, "draft", None)
    drafts = work.request(stream).drafts if name else ()
    return next((each.document_no for each in drafts if each.draft == name), None)


def check_of_letters(authority: Authority | None, event: Event) -> None:
    """Check settings of letters, in an event or in an amendment.

    Raises ParagraphUnknown, WordingRefused, NothingReworded, UnknownCode, Malformed.
    """
    content = getattr(event, "replacement", None) or event
    match content:
        case LetterWordingSet():
            entered = authority.letter_wordings if authority is not None and content is event else None
            check_wording(content, entered)
        case NumberSeriesSet():
            document_numbers.check_series(content)
        case NumberGapExplained():
            document_numbers.check_gap(content, authority.number_series if authority else ())
