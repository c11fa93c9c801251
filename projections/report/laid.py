"""A file as a reader of it sees it: texts and tables in order, and notes of what could not be read in them."""

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


Row = Sequence[Place]
Table = tuple[tuple[Place, ...], ...]


class Laid(msgspec.Struct, frozen=True):
    """A file's texts and tables in the order they stand in; a table is its rows, merged cells repeated.

    remarks: what a reader of the file should know, such as that a part of it is hidden. lost: what could not be read.
    """

    items: tuple[str | Table, ...]
    remarks: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        return [item for item in self.items if isinstance(item, str)]

    @property
    def tables(self) -> list[Table]:
        return [item for item in self.items if not isinstance(item, str)]


class Notes:
    """What is reported of a reading: cells and rows that could not be read, and what was assumed."""

    def __init__(self) -> None:
        self.unread: list[str] = []
        self.assumed: list[str] = []
        self.cells: list[tuple[str, str, str]] = []

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
