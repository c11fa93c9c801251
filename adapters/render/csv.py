"""CSV for spreadsheet programs: UTF-8 with a byte order mark, and no cell that they would run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Any

from adapters.render.printable import inert


def write(file: IO[str], headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write row by row. None is an empty cell; numbers stay numbers."""
    file.write(head(headings))
    for row in rows:
        file.write(line(row))


def head(headings: Sequence[str]) -> str:
    """The byte order mark and the line of headings."""
    return f"\ufeff{line(headings)}"


def line(row: Sequence[Any]) -> str:
    """A row as CSV, with its line end."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerow([_cell(value) for value in row])
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, int | float):
        return value
    return inert(str(value))
