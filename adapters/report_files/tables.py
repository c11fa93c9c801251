"""Lays out tables of any format as a grid; a merged cell is repeated in every place it covers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from adapters.report_files.office_zip import ReportFileFault
from projections.report.laid import Place, Table

MOST_PLACES = 20_000
"""Maximum cells in all tables of a file; an annual report has about 600."""
MOST_SPAN = 1_000
EVEN = 40
"""Columns to which rows are made even; the widest table of a report has 17, and a stray note may stand far off."""
MOST_DEPTH = 50
"""Maximum depth of nested tables."""

Item = str | Table

_RAISED = str.maketrans("0123456789()+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻", "[]〔〕【】")


def raised(text: str) -> str:
    """A superscript, such as a footnote's number, with its digits replaced, so that they are not read as a figure."""
    return text.translate(_RAISED)


ILLEGIBLE = "▯"
"""Replaces an unreadable character, so that no figure is read."""
SMALLEST = 3.0
"""Points: smaller text is not meant to be seen."""
WHITE = 250
"""Of 255 in each colour: what is paler is perhaps not seen."""


def faint(text: str) -> str:
    """A text that may be invisible, with its digits replaced, so that no figure is read."""
    return re.sub(r"\d", ILLEGIBLE, text)


class Unread(str):
    """What stands in a cell and is no text, such as a picture; it counts where the cell has nothing else."""

    __slots__ = ()


class Link(str):
    """A text with only links: a menu, unless in a cell of a table."""

    __slots__ = ()


@dataclass
class Cell:
    """A cell of the file. continues: it continues the cell above."""

    content: list[str | Grid] = field(default_factory=list)
    rowspan: int = 1
    colspan: int = 1
    column: int | None = None
    continues: bool = False

    @property
    def text(self) -> str:
        """Its lines; a table of one cell within is text."""
        return "\n".join(
            each if isinstance(each, str) else each.text
            for each in self.content
            if not isinstance(each, Unread)
        )

    @property
    def tables(self) -> list[Grid]:
        """Those within it that have more than one cell, or stand around such a one."""
        return [each for each in self.content if isinstance(each, Grid) and each.is_table]

    @property
    def own_text(self) -> str:
        """Its text without that of the tables within."""
        texts = [
            each if isinstance(each, str) else each.text
            for each in self.content
            if not isinstance(each, Unread) and (isinstance(each, str) or not each.is_table)
        ]
        unread = [each for each in self.content if isinstance(each, Unread)]
        return "\n".join(texts if any(map(str.strip, texts)) else (*texts, *unread[:1]))


@dataclass
class Grid:
    """A table of the file: rows of cells."""

    rows: list[list[Cell]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(cell.text for row in self.rows for cell in row)

    @property
    def is_table(self) -> bool:
        """Whether it has more than one cell, or stands around a table that has."""
        cells = [cell for row in self.rows for cell in row]
        return len(cells) > 1 or any(cell.tables for cell in cells)

    @property
    def is_frame(self) -> bool:
        """Whether it is only used for layout of other tables."""
        own = sum(bool(cell.text.strip()) for row in self.rows for cell in row if not cell.tables)
        inner = [grid for row in self.rows for cell in row for grid in cell.tables]
        return bool(inner) and own < max(12, sum(len(row) for grid in inner for row in grid.rows))


class Sheet:
    """A table being laid: cells are put row by row and pushed right by those that reach down from above."""

    def __init__(self, left: list[int]) -> None:
        """left: how many places the file may still cover, shared by its tables."""
        self._places: list[dict[int, Place]] = []
        self._row = self._last = -1
        self._free = 0
        self._left = left
        self._numbers = count()

    def row(self, index: int | None = None) -> None:
        """Begin the next row, or the given one."""
        self._row = self._row + 1 if index is None else index
        self._last = max(self._last, self._row)
        self._free = 0
        self._grow(self._row)

    def put(self, text: str, rowspan: int = 1, colspan: int = 1, column: int | None = None) -> None:
        """Put a cell into the next free column, or the given one."""
        if self._row < 0:
            self.row()
        if column is None:
            while self._free in self._places[self._row]:
                self._free += 1
            column = self._free
        self._spend(rowspan * colspan)
        place = Place(text, next(self._numbers))
        for row in range(self._row, self._row + rowspan):
            self._grow(row)
            for each in range(column, column + colspan):
                self._places[row].setdefault(each, place)

    def reaches_down(self, column: int) -> bool:
        """Whether a cell of the row above stands over the column."""
        return self._row > 0 and column in self._places[self._row - 1]

    def repeat(self, column: int, colspan: int) -> None:
        """The cell of the row above covers these columns of this row as well."""
        self._spend(colspan)
        above = self._places[self._row - 1][column]
        for each in range(column, column + colspan):
            self._places[self._row].setdefault(each, above)

    def laid(self, *, even: bool = False) -> Table:
        """Every row; places that nothing covers are blank cells of their own. even: all that are not empty as wide as
        the widest, up to EVEN columns.
        """
        rows = self._places[: self._last + 1]
        widths = [max(row, default=-1) + 1 for row in rows]
        if even:
            widest = min(max(widths, default=0), EVEN)
            widths = [max(width, widest) if width else 0 for width in widths]
        self._spend(sum(widths) - sum(map(len, rows)))
        return tuple(
            tuple(row.get(column) or Place("", next(self._numbers)) for column in range(width))
            for row, width in zip(rows, widths, strict=True)
        )

    def _grow(self, row: int) -> None:
        if row >= MOST_PLACES:
            raise ReportFileFault("too_large", "文件中的表格过长")
        while len(self._places) <= row:
            self._places.append({})

    def _spend(self, places: int) -> None:
        self._left[0] -= places
        if self._left[0] < 0:
            raise ReportFileFault("too_large", "文件中的表格过大")


def lay(grid: Grid, left: list[int]) -> Iterator[Item]:
    """The table, or what stands in it where it is a frame around other tables."""
    if grid.is_frame:
        for cell in (cell for row in grid.rows for cell in row):
            yield from lay_content(cell.content, left)
        return
    sheet = Sheet(left)
    inner: list[Grid] = []
    for row in grid.rows:
        sheet.row()
        for cell in row:
            inner += cell.tables
            if cell.continues and cell.column is not None and sheet.reaches_down(cell.column):
                sheet.repeat(cell.column, cell.colspan)
            else:
                sheet.put(cell.own_text, cell.rowspan, cell.colspan, cell.column)
    yield sheet.laid()
    for each in inner:
        yield from lay(each, left)


def lay_content(content: list[str | Grid], left: list[int]) -> Iterator[Item]:
    """Texts and tables in order, as they stand on a page or in the cell of a frame."""
    for each in content:
        if isinstance(each, (Link, Unread)):
            continue
        if isinstance(each, str):
            yield from filter(None, map(str.strip, each.split("\n")))
        else:
            yield from lay(each, left)
