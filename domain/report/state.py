"""What the history of an annual report adds up to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from domain.entry import Event
from domain.law.irregularities import Irregularity
from domain.report import numerals, official_form
from domain.report.events import Pinned
from domain.values import Period, Sealed

Stage = Literal["open", "compiled", "submitted", "approved", "published"]


def number_in(text: str | None) -> Decimal | None:
    """The number that a cell as printed begins with: 22（其中修订16件）is 22, −417 is negative. None: no number."""
    try:
        return numerals.number(text or "")
    except ValueError:
        return None


class Figure(msgspec.Struct, frozen=True):
    """A cell of the proactive table, by whom and from where. value: as printed; None where it is blank."""

    value: str | None
    source: str
    actor: str
    version: int


class Work(msgspec.Struct, frozen=True):
    """An entry of the year's work. version: of the entry, by which it is annulled."""

    version: int
    kind: str
    on: date
    number: int
    note: str | None
    actor: str


class DocumentEntry(msgspec.Struct, frozen=True):
    """An entry about a document of the authority, that was not annulled."""

    version: int
    position: int
    event: Event
    actor: str


class Written(msgspec.Struct, frozen=True):
    """A text of a section or the reason of a waiver, sealed, and by whom."""

    text: Sealed
    actor: str
    on: date
    version: int


class TakenOver(msgspec.Struct, frozen=True):
    """The figures of an authority that was taken over, as its own report would have had them, and by whom they were entered."""

    pinned: Pinned
    actor: str
    on: date
    version: int


class Publication(msgspec.Struct, frozen=True):
    """One edition as published; edition counts from 1. version, position: of the entry that published it.

    entered: it was published before this register was opened.
    """

    edition: int
    on: date
    version: int
    position: int
    pinned: Pinned | None
    actor: str
    document_no: str | None = None
    entered: bool = False


class AnnualReport(msgspec.Struct, frozen=True):
    """version: entries read. format: name of the form it is made up in. submitted: what is or was to be approved.
    taken_over: by the code of the predecessor. compilers: who compiled and submitted it, officers as recorded; none of
    these persons approves it.
    """

    year: int
    version: int = 0
    stage: Stage = "open"
    format: str = ""
    figures: dict[str, dict[str, Figure]] = {}
    work: tuple[Work, ...] = ()
    documents: tuple[DocumentEntry, ...] = ()
    narratives: dict[str, Written] = {}
    waivers: dict[str, Written] = {}
    taken_over: dict[str, TakenOver] = {}
    submitted: Pinned | None = None
    publications: tuple[Publication, ...] = ()
    irregularities: tuple[Irregularity, ...] = ()
    compilers: frozenset[str] = frozenset()

    @property
    def period(self) -> Period:
        return Period.year(self.year)

    @property
    def published(self) -> Publication | None:
        """The edition in force."""
        return self.publications[-1] if self.publications else None

    @property
    def proactive_table(self) -> dict[str, list[str | None]]:
        """The cells of the form by row, as printed."""
        form = official_form.load(self.format)
        return {
            row.code: [
                figure.value if (figure := self.figures.get(row.code, {}).get(column)) else None
                for column in block.columns
            ]
            for block in form.proactive
            for row in block.rows
        }

    @property
    def work_sums(self) -> dict[str, int]:
        """The year's work by kind; a kind without an entry is 0 nowhere but left out."""
        sums: dict[str, int] = {}
        for each in self.work:
            sums[each.kind] = sums.get(each.kind, 0) + each.number
        return sums


class Admitted(msgspec.Struct, frozen=True):
    """What one more event makes of the report, and the irregularities it adds."""

    report: AnnualReport
    irregularities: tuple[Irregularity, ...]
