"""文件目录: the documents of an authority, from the entries of all its years.

Whether what an entry names is there is judged when it is recorded, beside the other years, and never in a replay of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec
from msgspec.structs import replace

from domain.entry import Event
from domain.law.refusals import DatesReversed
from domain.report.document_events import DisclosureSet, DocumentAmended, DocumentEnded, DocumentMade
from domain.report.refusals import DocumentListed, DocumentNotListed, DocumentOver, NotProactive
from domain.report.state import AnnualReport

MOST = 2_000
"""Entries of documents in one year's stream."""


class Attribute(msgspec.Struct, frozen=True):
    """Of disclosure, from a day on."""

    on: date
    disclosure: str
    basis: str
    public_on: date | None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """attributes: as they followed each other. amended: day and number of each amendment. version: of the entry that made it, in
    its year's stream.
    """

    document_no: str
    name: str
    kind: str
    made_on: date
    department: str | None
    version: int
    attributes: tuple[Attribute, ...]
    amended: tuple[tuple[date, str], ...] = ()
    valid_until: date | None = None
    abolished_on: date | None = None

    @property
    def ended_on(self) -> date | None:
        """The first day on which it is no longer in force."""
        expired = self.valid_until + timedelta(days=1) if self.valid_until else None
        days = [day for day in (self.abolished_on, expired) if day is not None]
        return min(days, default=None)

    @property
    def has_expired(self) -> bool:
        """That it ended, or will, by its own term."""
        return self.valid_until is not None and self.ended_on != self.abolished_on

    def is_in_force(self, on: date) -> bool:
        return self.made_on <= on and (self.ended_on is None or on < self.ended_on)

    def attribute_on(self, day: date) -> Attribute:
        """In force on the day; the first one before it was made."""
        passed = [each for each in self.attributes if each.on <= day]
        return passed[-1] if passed else self.attributes[0]

    def is_public(self, day: date) -> bool:
        found = self.attribute_on(day)
        return found.disclosure == "proactive" and found.public_on is not None and found.public_on <= day

    @property
    def first_public_on(self) -> date | None:
        days = [each.public_on for each in self.attributes if each.public_on is not None]
        return min(days, default=None)


def documents(reports: Iterable[AnnualReport]) -> dict[str, Document]:
    """By number, in the order made; what names a document that is not there, since its entry was annulled, says nothing."""
    recorded = [each for report in reports for each in report.documents]
    found: dict[str, Document] = {}
    for each in sorted(recorded, key=lambda each: (each.event.on, each.position)):
        _follow(found, each.event, each.version)
    return found


def _follow(found: dict[str, Document], event: Event, version: int) -> None:
    match event:
        case DocumentMade():
            attribute = Attribute(event.on, event.disclosure, event.basis, event.public_on)
            found.setdefault(
                event.document_no,
                Document(
                    document_no=event.document_no,
                    name=event.name,
                    kind=event.kind,
                    made_on=event.on,
                    department=event.department,
                    version=version,
                    attributes=(attribute,),
                    valid_until=event.valid_until,
                ),
            )
        case DisclosureSet() if event.document_no in found:
            known = found[event.document_no]
            attribute = Attribute(event.on, event.disclosure, event.basis, event.public_on)
            found[event.document_no] = replace(known, attributes=(*known.attributes, attribute))
        case DocumentAmended() if event.document_no in found:
            known = found[event.document_no]
            found[event.document_no] = replace(
                known,
                amended=(*known.amended, (event.on, event.amending_no)),
                valid_until=event.valid_until or known.valid_until,
            )
        case DocumentEnded() if event.document_no in found:
            known = found[event.document_no]
            found[event.document_no] = replace(known, abolished_on=known.abolished_on or event.on)
        case _:
            return


def check_document(known: dict[str, Document], event: Event, version: int) -> None:
    """Raises DocumentListed, DocumentNotListed, DocumentOver, NotProactive or DatesReversed. known: of all years before it."""
    if isinstance(event, DocumentMade | DisclosureSet) and event.public_on is not None:
        if event.disclosure != "proactive":
            raise NotProactive(version, document_no=event.document_no)
        if isinstance(event, DocumentMade) and event.public_on < event.on:
            raise DatesReversed(
                version, field="public_on", day=event.public_on, than="制发之日", limit=event.on
            )
    if (
        isinstance(event, DocumentMade | DocumentAmended)
        and event.valid_until is not None
        and event.valid_until < event.on
    ):
        raise DatesReversed(
            version, field="valid_until", day=event.valid_until, than="该事项之日", limit=event.on
        )
    if isinstance(event, DocumentMade):
        if event.document_no in known:
            raise DocumentListed(version, document_no=event.document_no, on=known[event.document_no].made_on)
        return
    if not isinstance(event, DisclosureSet | DocumentAmended | DocumentEnded):
        return
    document = known.get(event.document_no)
    if document is None:
        raise DocumentNotListed(version, document_no=event.document_no)
    if event.on < document.made_on:
        raise DatesReversed(version, field="on", day=event.on, than="制发之日", limit=document.made_on)
    if (
        not isinstance(event, DisclosureSet)
        and document.ended_on is not None
        and document.ended_on <= event.on
    ):
        raise DocumentOver(version, document_no=event.document_no, on=document.ended_on)
