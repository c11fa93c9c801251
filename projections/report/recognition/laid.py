"""The layout of a file: its texts and tables in order, and notes on what could not be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from domain.report import numerals
from projections.report.recognition.labels import Match, shown

Number = TypeVar("Number")


class Place(msgspec.Struct, frozen=True):
    """One row and column of a table, with the text of the cell that covers it. Places of one cell share its number."""

    text: str
    cell: int


FEW = 3
"""Up to this many places with two different values are reported one by one."""

Row = Sequence[Place]
Table = tuple[tuple[Place, ...], ...]


class Laid(msgspec.Struct, frozen=True):
    """The texts and tables of a file in reading order. A table is its rows, with merged cells repeated.

    remarks: Chinese sentences on how it was read, such as that hidden text was left out. lost: on what could not be read.
    has_pictures: there are pictures, which may show tables. elsewhere: where the tables may be if not here, in Chinese.
    """

    items: tuple[str | Table, ...]
    remarks: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    has_pictures: bool = False
    elsewhere: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        return [item for item in self.items if isinstance(item, str)]

    def spread(self, most: int) -> Laid:
        """The layout with the texts of short rows repeated before their table, since spreadsheets have title and headings
        in rows. most: maximum texts of such a row; it has no figures.
        """
        items: list[str | Table] = []
        for item in self.items:
            if not isinstance(item, str):
                rows = [list(dict.fromkeys(filter(None, map(str.strip, texts_of(row))))) for row in item]
                items += [
                    text
                    for texts in rows
                    if len(texts) <= most and not any(map(is_figure, texts))
                    for text in texts
                ]
            items.append(item)
        return msgspec.structs.replace(self, items=tuple(items))

    @property
    def tables(self) -> list[Table]:
        return [item for item in self.items if not isinstance(item, str)]


class Notes:
    """Notes made while a file is read. unread, assumed: Chinese sentences. cells: unread (table, row, column)."""

    def __init__(self) -> None:
        self.unread: list[str] = []
        self.assumed: list[str] = []
        self.cells: list[tuple[str, str, str]] = []
        self._twice: dict[str, list[str]] = {}

    def assume(self, table: str, typed: str, match: Match) -> None:
        """Note a match that was an assumption. typed: the label in the file."""
        reading = match.assumption(typed)
        if reading is not None and f"{table}：{reading}" not in self.assumed:
            self.assumed.append(f"{table}：{reading}")

    def add_unread(self, text: str, *cell: str) -> None:
        """Note what could not be read. cell: codes of table, row and column, if known."""
        if text not in self.unread:
            self.unread.append(text)
        if len(cell) == 3:
            self.cells.append((cell[0], cell[1], cell[2]))

    def add_difference(self, table: str, place: str, *cell: str) -> None:
        """Note a place that occurs twice with different values; see `report_differences`."""
        places = self._twice.setdefault(table, [])
        if place not in places:
            places.append(place)
        if len(cell) == 3:
            self.cells.append((cell[0], cell[1], cell[2]))

    def report_differences(self) -> None:
        """Add the noted differences to `unread`: place by place, or one sentence per table if there are many."""
        for table, places in self._twice.items():
            if len(places) <= FEW:
                for place in places:
                    self.add_unread(f"{table}{place}出现两次，数字不同")
            else:
                self.add_unread(
                    f"{table}有{len(places)}处出现两次而数字不同（{places[0]}等），"
                    "文件中有两张这样的表格或两行数字，请只留本年度的"
                )
        self._twice.clear()

    def figure(self, parse: Callable[[str], Number], text: str, where: str, *cell: str) -> Number | None:
        """The number in a cell's text; None with a note if it is none. parse: raises ValueError. where: names the cell."""
        try:
            return parse(text)
        except ValueError:
            self.add_unread(f"{where}：“{shown(text)}”不是件数", *cell)
            return None


def texts_of(row: Row) -> list[str]:
    """The text of each cell in the row, once per cell."""
    return [place.text for index, place in enumerate(row) if index == 0 or place.cell != row[index - 1].cell]


def is_figure(text: str) -> bool:
    """Whether a cell holds a number."""
    try:
        return numerals.number(text) is not None
    except ValueError:
        return False


def has_digits(text: str) -> bool:
    return re.search(r"\d", numerals.plain(text)) is not None
