"""What an annual report says: its tables and texts as printed, whoever made it and in whatever file it came."""

from __future__ import annotations

import hashlib

import msgspec

from domain import report_format
from domain.report_events import Appeals, Cells
from domain.report_format import ReportFormat
from projections.annual_tables import Tables

Proactive = dict[str, list[str | None]]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Tables by the codes of a form, texts by section (`report_events.SECTIONS`), citations resolved.

    proactive_table: cells as printed, None where blank. It may be missing from a report typed elsewhere.
    """

    year: int | None
    format: str
    columns: list[str]
    requests_table: Cells
    appeals_table: Appeals
    proactive_table: Proactive = {}
    texts: dict[str, str] = {}
    authority: str = ""

    @property
    def form(self) -> ReportFormat:
        return report_format.load(self.format)

    @property
    def tables(self) -> Tables:
        return Tables(self.columns, self.requests_table, self.appeals_table)

    @property
    def digest(self) -> str:
        """Hex SHA-256 over its JSON with sorted names: equal of two reports that say the same."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()
