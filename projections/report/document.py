"""The annual report as a document model (title, sections, paragraphs, tables, charts), the input of all renderers.

A table is a grid of cells with their spans, so each format shows the same merges and labels. Texts are ready
to print: a blank cell is an empty text, a number has no separators but those it was entered with.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

Kind = Literal["corner", "caption", "header", "label", "number"]
"""corner, header: over the columns. caption: over a block of rows. label: before the rows. number: a value."""


class GridFault(ValueError):
    """The cells of a grid overlap, leave a gap, or reach beyond it."""


class Cell(msgspec.Struct, frozen=True, tag="cell", omit_defaults=True):
    """One cell by its top left place, counted from 0, and the rows and columns it spans."""

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
    """One table. widths: the columns' shares of the page's width. cells: by row, then column.

    header_rows: how many rows at the top repeat where a table goes over a page. header_columns: how many
    columns at the left hold labels.
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
        """The cell that covers each place. Raises GridFault where it is none or more than one."""
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
    """Every place a cell covers."""
    return [
        (row, column)
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    ]


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    text: str


class Subheading(msgspec.Struct, frozen=True, tag="subheading"):
    """A heading below a section's own, such as （一）主动公开."""

    text: str


class Table(msgspec.Struct, frozen=True, tag="table"):
    grid: Grid


class Series(msgspec.Struct, frozen=True):
    """One row of bars. values: one for each category of its chart, never negative."""

    name: str
    values: tuple[int, ...]


class Chart(msgspec.Struct, frozen=True, tag="chart"):
    """Bars (lying, for long labels) or columns (standing). unit: what is counted, such as 件."""

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
    """The whole report. format: the form's name. charts: a page of their own after the last section.

    preface: paragraphs before the first section. issued_on: printed below the last section, and the date of
    the document in every file, so that the same report gives the same bytes.
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
