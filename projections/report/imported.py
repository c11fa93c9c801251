"""An annual report as anyone typed it: read from a file, ours or another authority's, to be judged.

Nothing in it is taken for right. Rows and columns are those of the file; what the file leaves out is left out.
"""

from __future__ import annotations

import msgspec

from projections.annual_tables import Tables


class TypedSection(msgspec.Struct, frozen=True):
    """A section with its heading as printed and its paragraphs in order; tables are apart."""

    heading: str
    paragraphs: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


class TypedReport(Tables, frozen=True, kw_only=True, omit_defaults=True):
    """The three tables and the texts of one report.

    format: the form it says to be in, else the one of its year, else the one its tables are laid out in.
    layouts: by table (proactive, requests, appeals) the form that its labels are those of; a report may mix
    them. proactive_table: by row code, cells as printed. sections: in order, as far as the file has texts.
    unread: rows, columns and cells that could not be read and tables that are missing, in words; unread_cells:
    those whose place is known, as table, row and column. assumed: what was taken for what, and how surely, in words.
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
