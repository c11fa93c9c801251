"""Lays out tables of any file format as rows of places; a merged cell is repeated in every place it covers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from adapters.report_files.office_zip import ReportFileFault
from projections.report.recognition.laid import Place, Table

MOST_PLACES = 20_000
"""Maximum cells in all tables of a file; an annual report has about 600."""
MOST_SPAN = 1_000
EVEN = 40
"""Maximum columns to which rows are padded; the widest table of a report has 17, and a stray note may be far off."""
MOST_DEPTH = 50
"""Maximum depth of nested tables."""

Item = str | Table

_RAISED = str.maketrans("0123456789()+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻", "[]〔〕【】")


def raised(text: str) -> str:
    """A superscript or subscript, such as a footnote mark, with its digits replaced, so that no figure is read."""
    return text.translate(_RAISED)


ILLEGIBLE = "▯"
"""Replaces an unreadable character, so that no figure is read."""
SMALLEST = 3.0
"""Points: smaller text counts as invisible."""
WHITE = 250
"""Text with red, green and blue of at least this, of 255, counts as invisible on white."""


def faint(text: str) -> str:
    """A text that may be invisible, with its digits replaced, so that no figure is read."""
    return re.sub(r"\d", ILLEGIBLE, text)


class Unread(str):
    """A description of what a cell has instead of text, such as a picture; used if the cell has no text."""

    __slots__ = ()


class Link(str):
    """A text that consists of links: a menu, unless it is in a table."""

    __slots__ = ()


@dataclass
class Cell:
    """A cell of the file. column: from 0; None for the next free one. continues: it continues the cell above."""

    content: list[str | Grid] = field(default_factory=list)
    rowspan: int = 1
    colspan: int = 1
    column: int | None = None
    continues: bool = False

    @property
    def text(self) -> str:
        """All its text, with that of nested tables."""
        return "\n".join(
            each if isinstance(each, str) else each.text
            for each in self.content
            if not isinstance(each, Unread)
        )

    @property
    def tables(self) -> list[Grid]:
        """Nested tables with more than one cell, or that contain such a table; others count as text."""
        return [each for each in self.content if isinstance(each, Grid) and each.is_table]

    @property
    def own_text(self) -> str:
        """Its text without that of `tables`."""
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
    _ended: int = 0

    def end_rows(self) -> None:
        """End a group of rows, such as thead or tbody: no cell extends beyond its last row."""
        for left, row in enumerate(reversed(self.rows[self._ended :]), 1):
            for cell in row:
                cell.rowspan = min(cell.rowspan, left)
        self._ended = len(self.rows)

    @property
    def text(self) -> str:
        return "\n".join(cell.text for row in self.rows for cell in row)

    @property
    def is_table(self) -> bool:
        """Whether it has more than one cell, or contains a table that has."""
        cells = [cell for row in self.rows for cell in row]
        return len(cells) > 1 or any(cell.tables for cell in cells)

    @property
    def is_frame(self) -> bool:
        """Whether it only serves to place other tables on a page."""
        own = sum(bool(cell.text.strip()) for row in self.rows for cell in row if not cell.tables)
        inner = [grid for row in self.rows for cell in row for grid in cell.tables]
        return bool(inner) and own < max(12, sum(len(row) for grid in inner for row in grid.rows))


class Sheet:
    """A table being laid out row by row; cells that span rows push those of the next rows to the right."""

    def __init__(self, budget: list[int]) -> None:
        """budget: one number, the places that the file's tables may still cover; shared by them and reduced here."""
        self._places: list[dict[int, Place]] = []
        self._row = self._last = -1
        self._free = 0
        self._budget = budget
        self._numbers = count()

    def row(self, index: int | None = None) -> None:
        """Begin the next row, or the one with this index."""
        self._row = self._row + 1 if index is None else index
        self._last = max(self._last, self._row)
        self._free = 0
        self._grow(self._row)

    def put(self, text: str, rowspan: int = 1, colspan: int = 1, column: int | None = None) -> None:
        """Put a cell into the next free column, or the given one. Raises ReportFileFault when the budget is used up."""
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
        """Whether the row above has a cell in this column."""
        return self._row > 0 and column in self._places[self._row - 1]

    def repeat(self, column: int, colspan: int) -> None:
        """Extend the cell of the row above to these columns of this row."""
        self._spend(colspan)
        above = self._places[self._row - 1][column]
        for each in range(column, column + colspan):
            self._places[self._row].setdefault(each, above)

    def laid(self, *, even: bool = False) -> Table:
        """All rows; each place without a cell is a blank cell of its own.

        even: pad all rows that are not empty to the widest, up to EVEN columns.
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
        self._budget[0] -= places
        if self._budget[0] < 0:
            raise ReportFileFault("too_large", "文件中的表格过大")


def lay(grid: Grid, budget: list[int]) -> Iterator[Item]:
    """The table and then those nested in it; of a frame, the content of its cells. budget: see `Sheet`."""
    if grid.is_frame:
        for cell in (cell for row in grid.rows for cell in row):
            yield from lay_content(cell.content, budget)
        return
    sheet = Sheet(budget)
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
        yield from lay(each, budget)


def lay_content(content: list[str | Grid], budget: list[int]) -> Iterator[Item]:
    """The texts and tables of a page, or of a cell of a frame, in order. Menus are left out."""
    for each in content:
        if isinstance(each, (Link, Unread)):
            continue
        if isinstance(each, str):
            yield from filter(None, map(str.strip, each.split("\n")))
        else:
            yield from lay(each, budget)
