"""The register of documents, for searching and export, and counted for the report's proactive table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from domain.report.documents import Document
from domain.report.official_form import ReportFormat
from domain.values import Period
from projections.choice_labels import CHOICES

_ROWS = {"regulation": "regulations", "normative": "normative_documents"}
"""Row of the proactive table, by kind of document."""


def cells(found: Iterable[Document], form: ReportFormat, year: int) -> dict[str, dict[str, str]]:
    """By row and column what the documents of a kind come to in the year; no row for a kind that has none."""
    by_row: dict[str, list[Document]] = {}
    for each in found:
        if each.kind in _ROWS and each.made_on.year <= year:
            by_row.setdefault(_ROWS[each.kind], []).append(each)
    columns = {row.code: block.columns for block in form.proactive for row in block.rows}
    return {
        row: {column: _COUNTED[column](own, year) for column in columns[row] if column in _COUNTED}
        for row, own in by_row.items()
        if row in columns
    }


def _made(found: Sequence[Document], year: int) -> str:
    amended = sum(on.year == year for each in found for on, _ in each.amended)
    count = sum(each.made_on.year == year for each in found) + amended
    return f"{count}（其中修订{amended}件）" if amended else str(count)


def _ended(found: Sequence[Document], year: int) -> str:
    ended = [each for each in found if each.ended_on is not None and each.ended_on.year == year]
    expired = sum(each.has_expired for each in ended)
    return f"{len(ended)}（含自然失效{expired}件）" if expired else str(len(ended))


def _newly_public(found: Sequence[Document], year: int) -> str:
    days = (each.first_public_on for each in found)
    return str(sum(day is not None and day.year == year for day in days))


def _in_force(found: Sequence[Document], year: int) -> str:
    return str(sum(each.is_in_force(Period.year(year).last) for each in found))


def _public(found: Sequence[Document], year: int) -> str:
    last = Period.year(year).last
    return str(sum(each.is_in_force(last) and each.is_public(last) for each in found))


_COUNTED = {
    "本年制发件数": _made,
    "本年新制作数量": _made,
    "本年新公开数量": _newly_public,
    "对外公开总数量": _public,
    "本年废止件数": _ended,
    "现行有效件数": _in_force,
}
"""By the column as printed."""


class DocumentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Every condition that is set must hold. words: part of number, name or department."""

    words: str = ""
    kind: str | None = None
    disclosure: str | None = None
    in_force: bool | None = None


class DocumentShown(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it is on a day."""

    document_no: str
    name: str
    kind: str
    made_on: date
    department: str | None
    disclosure: str
    basis: str
    public_on: date | None
    amended: tuple[str, ...]
    valid_until: date | None
    ended_on: date | None
    in_force: bool
    year: int
    version: int


def listed(found: Mapping[str, Document], wanted: DocumentFilter, on: date) -> list[DocumentShown]:
    """Made by the day, the latest first."""
    shown = [_shown(each, on) for each in found.values() if each.made_on <= on]
    kept = [each for each in shown if _matches(each, wanted)]
    return sorted(kept, key=lambda each: (each.made_on, each.document_no), reverse=True)


def _shown(document: Document, on: date) -> DocumentShown:
    attribute = document.attribute_on(on)
    return DocumentShown(
        document_no=document.document_no,
        name=document.name,
        kind=document.kind,
        made_on=document.made_on,
        department=document.department,
        disclosure=attribute.disclosure,
        basis=attribute.basis,
        public_on=attribute.public_on,
        amended=tuple(number for day, number in document.amended if day <= on),
        valid_until=document.valid_until,
        ended_on=document.ended_on,
        in_force=document.is_in_force(on),
        year=document.made_on.year,
        version=document.version,
    )


def _matches(document: DocumentShown, wanted: DocumentFilter) -> bool:
    text = f"{document.document_no}\n{document.name}\n{document.department or ''}"
    return (
        wanted.words in text
        and wanted.kind in (None, document.kind)
        and wanted.disclosure in (None, document.disclosure)
        and wanted.in_force in (None, document.in_force)
    )


HEADINGS = (
    "文号",
    "标题",
    "类别",
    "制发",
    "制发科室",
    "公开属性",
    "依据",
    "公开日期",
    "修订",
    "有效至",
    "效力",
)


def lines(found: Iterable[DocumentShown]) -> list[list[object]]:
    """Under HEADINGS."""
    return [
        [
            each.document_no, each.name, CHOICES["document_made.kind"][each.kind], each.made_on, each.department,
            CHOICES["disclosure"][each.disclosure], each.basis, each.public_on, "、".join(each.amended), each.valid_until,
            "现行有效" if each.in_force else f"{each.ended_on}起失效",
        ]
        for each in found
    ]  # fmt: skip
