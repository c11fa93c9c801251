"""The annual report as a document model (title, sections, paragraphs, tables, charts), the input of all renderers.

A table is a grid of cells with their spans, so all formats show the same merges and labels. Texts are ready to print:
a blank cell is an empty text, and a number has only the separators that it was entered with.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

Kind = Literal["corner", "caption", "header", "label", "number"]
"""corner: above the row labels. header: above columns. caption: above a block of rows. label: left of rows. number: a value."""


class GridFault(ValueError):
    """The cells of a grid overlap, leave a gap, or extend beyond it."""


class Cell(msgspec.Struct, frozen=True, tag="cell", omit_defaults=True):
    """A cell: its top left row and column, from 0, and the number of rows and columns it spans."""

    row: int
    column: int
    text: str
    kind: Kind = "number"
    rowspan: int = 1
    colspan: int = 1

    @property
    def spans(self) -> bool:
        return self.rowspan > 1 or self.colspan > 1


class Grid(msgspec.Struct, frozen=True, tag="grid"):
    """A table. widths: shares of the table's width, one per column. cells: ordered by row, then column.

    header_rows: rows at the top that are repeated on each page. header_columns: columns at the left with labels.
    """

    name: str
    caption: str
    rows: int
    columns: int
    header_rows: int
    header_columns: int
    widths: tuple[float, ...]
    cells: tuple[Cell, ...]

    def check(self) -> None:
        """Raises GridFault unless the cells cover every place exactly once, in order."""
        self.matrix()
        if len(self.widths) != self.columns:
            raise GridFault(f"{self.name}: {self.columns} columns, {len(self.widths)} widths")
        if [(cell.row, cell.column) for cell in self.cells] != sorted(
            (cell.row, cell.column) for cell in self.cells
        ):
            raise GridFault(f"{self.name}: cells out of order")

    def matrix(self) -> list[list[Cell]]:
        """The cell that covers each place, by row and column. Raises GridFault if a place has none or several."""
        covered: dict[tuple[int, int], Cell] = {}
        for cell in self.cells:
            for place in places(cell):
                if place in covered:
                    raise GridFault(f"{self.name}: {place} is covered twice")
                if not (0 <= place[0] < self.rows and 0 <= place[1] < self.columns):
                    raise GridFault(f"{self.name}: {place} lies outside")
                covered[place] = cell
        missing = [
            place
            for place in ((row, column) for row in range(self.rows) for column in range(self.columns))
            if place not in covered
        ]
        if missing:
            raise GridFault(f"{self.name}: nothing covers {missing[0]}")
        return [[covered[row, column] for column in range(self.columns)] for row in range(self.rows)]


def places(cell: Cell) -> list[tuple[int, int]]:
    """Row and column of every place that a cell covers."""
    return [
        (row, column)
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    ]


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    text: str


class Subheading(msgspec.Struct, frozen=True, tag="subheading"):
    """A heading inside a section, such as （一）主动公开."""

    text: str


class Table(msgspec.Struct, frozen=True, tag="table"):
    grid: Grid


class Series(msgspec.Struct, frozen=True):
    """A data series. values: one per category of the chart, not negative."""

    name: str
    values: tuple[int, ...]


class Chart(msgspec.Struct, frozen=True, tag="chart"):
    """kind: horizontal bars, for long labels, or vertical columns. unit: of the values, such as 件."""

    title: str
    kind: Literal["bars", "columns"]
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]


Block = Paragraph | Subheading | Table | Chart


class Section(msgspec.Struct, frozen=True):
    """heading: with its number, such as 一、总体情况."""

    heading: str
    blocks: tuple[Block, ...] = ()


class AnnualDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report. format: name of the form. preface: paragraphs before section one. charts: on a page at the end.

    issued_on: printed below the last section. It is also the date in the metadata of every file, so that the same report
    gives the same bytes.
    """

    title: str
    authority: str
    year: int
    format: str
    sections: tuple[Section, ...]
    issued_on: date | None = None
    preface: tuple[Paragraph, ...] = ()
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()

    def grids(self) -> list[Grid]:
        """The tables in order."""
        return [
            block.grid for section in self.sections for block in section.blocks if isinstance(block, Table)
        ]
