"""The layout of a file: texts and tables in order, and notes of what could not be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from domain.report import numerals
from projections.report.labels import Match, shown

Number = TypeVar("Number")


class Place(msgspec.Struct, frozen=True):
    """One place of a table with the text of the cell that covers it. Places of one cell share its number."""

    text: str
    cell: int


FEW = 3
"""Places that stand twice and are told one by one."""

Row = Sequence[Place]
Table = tuple[tuple[Place, ...], ...]


class Laid(msgspec.Struct, frozen=True):
    """A file's texts and tables in the order they stand in; a table is its rows, merged cells repeated.

    remarks: what a reader of the file should know, such as that a part of it is hidden. lost: what could not be read.
    has_pictures: which may show what is nowhere else. elsewhere: where the tables may be if they are not here, in words.
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
        """With the words of each row that has no more texts than that, and no figures, before its table as well: a
        spreadsheet, and a page made of one, has its title and headings in its rows.
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
    """Notes of reading a file: unread cells and rows, and assumptions."""

    def __init__(self) -> None:
        self.unread: list[str] = []
        self.assumed: list[str] = []
        self.cells: list[tuple[str, str, str]] = []
        self._twice: dict[str, list[str]] = {}

    def assume(self, table: str, typed: str, match: Match) -> None:
        reading = match.assumption(typed)
        if reading is not None and f"{table}：{reading}" not in self.assumed:
            self.assumed.append(f"{table}：{reading}")

    def lose(self, text: str, *cell: str) -> None:
        """cell: table, row and column by their codes, where they are known."""
        if text not in self.unread:
            self.unread.append(text)
        if len(cell) == 3:
            self.cells.append((cell[0], cell[1], cell[2]))

    def differ(self, table: str, place: str, *cell: str) -> None:
        """Of a place that stands twice and says two things."""
        places = self._twice.setdefault(table, [])
        if place not in places:
            places.append(place)
        if len(cell) == 3:
            self.cells.append((cell[0], cell[1], cell[2]))

    def settle(self) -> None:
        """Tells of what stands twice: place by place, or in one sentence where it is a table."""
        for table, places in self._twice.items():
            if len(places) <= FEW:
                for place in places:
                    self.lose(f"{table}{place}出现两次，数字不同")
            else:
                self.lose(
                    f"{table}有{len(places)}处出现两次而数字不同（{places[0]}等），"
                    "文件中有两张这样的表格或两行数字，请只留本年度的"
                )
        self._twice.clear()

    def figure(self, parse: Callable[[str], Number], text: str, where: str, *cell: str) -> Number | None:
        """What the text of a cell says, or None with a note."""
        try:
            return parse(text)
        except ValueError:
            self.lose(f"{where}：“{shown(text)}”不是件数", *cell)
            return None


def texts_of(row: Row) -> list[str]:
    """Of each cell in the row once."""
    return [place.text for index, place in enumerate(row) if index == 0 or place.cell != row[index - 1].cell]


def is_figure(text: str) -> bool:
    """Whether a cell holds a number."""
    try:
        return numerals.number(text) is not None
    except ValueError:
        return False


def has_digits(text: str) -> bool:
    return re.search(r"\d", numerals.plain(text)) is not None
