"""The content of an annual report: tables and texts as printed, independent of author and file format."""

from __future__ import annotations

import hashlib

import msgspec

from domain.report import official_form
from domain.report.events import Appeals, Cells
from domain.report.official_form import ReportFormat
from projections.annual_tables import Tables
from projections.report.imported import TypedReport

Proactive = dict[str, list[str | None]]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Tables by the codes of a form, texts by section (`domain.report.events.SECTIONS`), citations replaced.

    proactive_table: cells as printed, None if blank; empty if the file lacks the table. In a report from a file section
    one is a single text, `overview`. mixed: (table, form) of tables laid out in another form than the report's.
    """

    year: int | None
    format: str
    columns: list[str]
    requests_table: Cells
    appeals_table: Appeals
    proactive_table: Proactive = {}
    texts: dict[str, str] = {}
    authority: str = ""
    mixed: tuple[tuple[str, str], ...] = ()

    @property
    def form(self) -> ReportFormat:
        return official_form.load(self.format)

    @property
    def tables(self) -> Tables:
        return Tables(self.columns, self.requests_table, self.appeals_table)

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the content as JSON with sorted names; reports with equal content have equal digests."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


_ORDER = {
    "一": "overview",
    "二": "proactive",
    "三": "requests",
    "四": "appeals",
    "五": "problems",
    "六": "other",
}


def content_of(typed: TypedReport) -> Content:
    """The content of a report from a file; a section is recognised by the number of its heading."""
    texts: dict[str, str] = {}
    for section in typed.sections:
        name = _ORDER.get(section.heading.strip()[:1])
        if name is not None and section.text.strip():
            texts[name] = section.text
    return Content(
        year=typed.year,
        format=typed.format,
        columns=typed.columns,
        requests_table=typed.requests_table,
        appeals_table=typed.appeals_table,
        proactive_table=typed.proactive_table,
        texts=texts,
        authority=typed.authority or "",
        mixed=tuple(sorted((t, name) for t, name in typed.layouts.items() if name != typed.format)),
    )
