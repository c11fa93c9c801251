"""An annual report as read from a file, ours or another authority's, to be checked.

It may be wrong or incomplete. Rows and columns are those of the file; what it lacks is missing here too.
"""

from __future__ import annotations

import msgspec

from projections.annual_tables import Tables


class TypedSection(msgspec.Struct, frozen=True):
    """A section with its heading as printed and its paragraphs in order; tables are not included."""

    heading: str
    paragraphs: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


class TypedReport(Tables, frozen=True, kw_only=True, omit_defaults=True):
    """The three tables and the texts of a report.

    format: the form that the file states, else that of its year, else that of its tables' layout.
    layouts: by table (proactive, requests, appeals), the form whose labels it has; a report may mix forms.
    proactive_table: cells as printed, by row code. sections: in order; empty if the file has no texts.
    unread: Chinese sentences on what could not be read or is missing. unread_cells: the cells among it whose place is
    known, as (table, row, column). assumed: Chinese sentences on how unclear content was read, and how certain that is.
    """

    format: str
    authority: str | None = None
    year: int | None = None
    proactive_table: dict[str, list[str | None]] = msgspec.field(default_factory=dict)
    layouts: dict[str, str] = msgspec.field(default_factory=dict)
    sections: tuple[TypedSection, ...] = ()
    unread: tuple[str, ...] = ()
    unread_cells: tuple[tuple[str, str, str], ...] = ()
    assumed: tuple[str, ...] = ()
