"""What happens to the authority's documents (Art. 13–20): each lies in the stream of the report of its year, whose table counts it.

A document is named by its number in all of them, whatever year they lie in.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from domain.entry import Event
from domain.values import Label

DocumentKind = Literal["regulation", "normative", "other"]
Disclosure = Literal["proactive", "on_request", "withheld"]


class DocumentMade(Event, frozen=True, tag="document_made"):
    """制发: a document of the authority with its attribute of disclosure and the basis of that; `on` is its day. No state secret.

    public_on: the day it was made public, of one disclosed proactively. valid_until: last day, of one that expires by itself.
    """

    title = "登记文件"
    document_no: Label
    name: Label
    kind: DocumentKind
    disclosure: Disclosure
    basis: Label
    public_on: date | None = None
    valid_until: date | None = None
    department: Label | None = None


class DisclosureSet(Event, frozen=True, tag="disclosure_set"):
    """变更公开属性 from this day on, and on what basis. public_on: as of a document made."""

    title = "变更文件公开属性"
    document_no: Label
    disclosure: Disclosure
    basis: Label
    public_on: date | None = None


class DocumentAmended(Event, frozen=True, tag="document_amended"):
    """修订: amending_no is the number of the document that does it. valid_until: the new one; absent, the former one stays."""

    title = "修订文件"
    document_no: Label
    amending_no: Label
    valid_until: date | None = None


class DocumentEnded(Event, frozen=True, tag="document_ended"):
    """废止或宣布失效 from this day on. One with a valid_until that has passed has expired without it."""

    title = "废止文件"
    document_no: Label
    cause: Literal["abolished", "replaced", "declared_expired"]
    basis: Label


DOCUMENT_EVENTS: tuple[type[Event], ...] = (DocumentMade, DisclosureSet, DocumentAmended, DocumentEnded)
