"""Checks an approval against the letter that it releases: a draft without what the law requires is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from adapters.register.recording.unit_of_work import UnitOfWork
from domain.authority.authority import Authority
from domain.entry import Event, Recorded
from domain.letters import letter
from domain.letters.facts import Matter
from domain.letters.letter import Letter
from domain.request import events
from domain.request.amendment import amended
from domain.request.personal_data import texts_in
from domain.request.state import DisclosureRequest
from domain.values import Sealed


def approval_in(event: Event) -> events.DraftApproved[Any] | None:
    """The approval in the event, or in the replacement of an amendment; None if it is not an approval that passes."""
    content = events.resulting(event)
    return content if isinstance(content, events.DraftApproved) and content.passed else None


def check_letter(
    work: UnitOfWork, request: DisclosureRequest, history: Sequence[Recorded], event: Event
) -> None:
    """Raises LetterIncomplete, if the authority has set its letter details. history: including the event's entry."""
    approval = approval_in(event)
    if approval is None or work.authority is None:
        return
    sealed = [value for entry in history for _, value in texts_in(entry.event)]
    composed = of_draft(work.authority, request, history, approval.draft, work.clear(sealed))
    if composed is not None:
        composed.check()


def of_draft(
    authority: Authority,
    request: DisclosureRequest,
    history: Sequence[Recorded],
    draft: str,
    opened: Mapping[str, Any],
) -> Letter | None:
    """The letter of the draft; None if the authority has not set its letter details.

    history: in order; the letter has the date of its last entry.
    """
    entries = amended(history) or []
    drafted = [
        entry for entry in entries if isinstance(entry.event, letter.DRAFTS) and entry.event.draft == draft
    ]
    on = max((entry.event.on for entry in entries), default=None)
    details = authority.letter_details_on(on) if on else None
    if not drafted or details is None or on is None:
        return None
    matter = Matter(authority, request, entries, drafted[-1], opened, on, details)
    return letter.compose(letter.kinds_of(matter)[0], matter)


def decoded(opened: Mapping[str, bytes]) -> dict[str, Any]:
    """The decrypted values by id."""
    return {id_: msgspec.json.decode(value) for id_, value in opened.items()}


def sealed_of(history: Sequence[Recorded]) -> list[Sealed]:
    """The sealed values that letters of the request may need."""
    return [value for entry in history for field, value in texts_in(entry.event) if field != "opinion"]
