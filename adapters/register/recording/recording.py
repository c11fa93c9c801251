"""A recording, as sent through any entry point, and the reply.

A recording stores one event. Its id is the idempotency key: with the same body it gets the stored reply again, with
another body it is refused.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from domain.authority.events import AUTHORITY_STREAM, OF_AUTHORITY, AuthorityEventBody
from domain.entry import Event
from domain.law.refusals import Malformed
from domain.report import annual_report
from domain.report.document_events import DOCUMENT_EVENTS
from domain.report.events import REPORT_EVENTS, ReportEventBody
from domain.request.events import EventBody, Received, resulting
from domain.request.stages import Stage
from domain.request.subject import check_subject
from domain.values import Label, Reference, Value, check_words

IdempotencyKey = Annotated[str, Meta(min_length=1, max_length=100)]

Kind = Literal["request", "authority", "report"]
_KINDS: dict[type[Event], Kind] = {
    **dict.fromkeys(OF_AUTHORITY, "authority"),
    **dict.fromkeys(REPORT_EVENTS, "report"),
}

Stream = Annotated[str, Meta(pattern=rf"^({AUTHORITY_STREAM}|{annual_report.STREAM_PATTERN})\Z")]


class Recording(Value, frozen=True, kw_only=True):
    """One line of a file, or one call of the API.

    stream: `authority` or `report/2020`, if not of a request. reference: the request; for `received` absent, `#` and
    its own id, or an existing number. In any reference `#id` means the request that the recording with that id
    received. acknowledged: exactly the codes of the irregularities that the event adds.
    """

    id: IdempotencyKey
    reference: Annotated[str, Meta(min_length=1, max_length=101)] | None = None
    stream: Stream | None = None
    on_behalf_of: Label | None = None
    acknowledged: Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(max_length=100)] = ()
    event: EventBody | AuthorityEventBody | ReportEventBody

    @property
    def kind(self) -> Kind:
        """The kind of stream of the event."""
        return _KINDS.get(type(self.event), "request")

    @property
    def brings_reference(self) -> bool:
        """Whether a receipt has an existing number."""
        return isinstance(self.event, Received) and self.reference not in (None, f"#{self.id}")


class Reply(msgspec.Struct, frozen=True):
    """Computed from what is stored, so that the same id gets the same reply, except `repeated`. reference: None for the
    authority.

    leaf: hash of the entry in the Merkle tree, as `suite:hex`; None in a preview. note: on an erasure. questions: codes
    of possible mistakes.

    The state of a request after this entry: stage; due_on, None if no term runs, and whether it is provisional;
    possible: types of events that can come next and that the caller may record, perhaps on a condition; document_no: of
    its paper.
    """

    id: str
    reference: str | None
    version: int
    position: int
    irregularities: tuple[str, ...]
    leaf: str | None = None
    note: str | UnsetType = UNSET
    questions: tuple[str, ...] | UnsetType = UNSET
    stage: Stage | UnsetType = UNSET
    due_on: date | UnsetType | None = UNSET
    provisional: bool | UnsetType = UNSET
    possible: tuple[str, ...] | UnsetType = UNSET
    document_no: str | UnsetType = UNSET
    repeated: bool = False


REFERENCES = ("split_from", "earlier_reference")
"""Fields of events that name another request."""


def streams_named(recording: Recording) -> list[str]:
    """The streams of the references; malformed ones are left out, since judging refuses them."""
    if recording.kind == "authority":
        return [AUTHORITY_STREAM]
    if recording.kind == "report":
        if isinstance(recording.event, DOCUMENT_EVENTS):
            return list(annual_report.STREAMS)  # a document may be of any year
        return [recording.stream] if recording.stream else []
    found = []
    for reference in (recording.reference, *_references_in(recording.event)):
        try:
            found.append(Reference.parse(reference or "").stream)
        except ValueError:
            continue
    return found


def ids_named(recording: Recording) -> list[str]:
    """The ids of recordings that `#id` refers to, and its own."""
    named = (recording.reference, *_references_in(recording.event))
    return [recording.id, *(reference[1:] for reference in named if reference and reference.startswith("#"))]


def _references_in(event: Event) -> list[str]:
    content = resulting(event)
    values = (getattr(content, field, None) for field in REFERENCES)
    return [value for value in values if isinstance(value, str)]


def check_body(recording: Recording) -> None:
    """Raises Malformed for a blank text, or for a subject that has a person's name."""
    try:
        check_words(recording.event, "event")
        check_subject(recording.event)
    except ValueError as blank:
        # Both begin with the path of the field.
        field, _, problem = str(blank).partition("：")
        raise Malformed(field=f"{field}：", problem=problem) from None
