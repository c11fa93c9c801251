"""The content of a spreadsheet, independent of its file format: sheets of rows of texts."""

from __future__ import annotations

from datetime import date

import msgspec

from projections.typed_days import SINCE_1900


class Sheet(msgspec.Struct, frozen=True):
    """number: from 1 among all sheets of the file. rows: from the first, merged cells repeated; days in ISO."""

    number: int
    name: str
    rows: tuple[tuple[str, ...], ...]


class Book(msgspec.Struct, frozen=True):
    """digest: SHA-256 of the file in hex. remarks: what was left out or taken as it is written, in words.

    day_zero: of its serial numbers of days.
    """

    digest: str
    sheets: tuple[Sheet, ...]
    remarks: tuple[str, ...] = ()
    day_zero: date = SINCE_1900


def letter(column: int) -> str:
    """Of a column counted from 0: A, B … AA."""
    text = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        text, column = chr(65 + rest) + text, column - 1
    return text
