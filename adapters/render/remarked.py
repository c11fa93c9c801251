"""The imported spreadsheet with a column of remarks, to be returned."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from adapters.render.printable import inert_cell, printable
from adapters.render.sheet import begun
from projections.importing.book import Sheet

_HEADING = "导入说明"
_LONGEST = 32_000
"""Maximum characters of a cell."""


def render(sheets: Sequence[Sheet], remarks: Mapping[tuple[int, int], str]) -> bytes:
    """XLSX without formulas or links. remarks: by number of sheet and row, both from 1; printed in a last column."""
    file = io.BytesIO()
    book = begun(file)
    marked = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF2CC"})
    names: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_name(sheet, names))
        last = max((len(row) for row in sheet.rows), default=0)
        page.set_column(last, last, 60)
        page.write_string(0, last, _HEADING, marked)
        for number, row in enumerate(sheet.rows):
            for column, text in enumerate(row):
                if text:
                    page.write_string(number, column, inert_cell(_fitting(text)))
            if remark := remarks.get((sheet.number, number + 1)):
                page.write_string(number, last, inert_cell(_fitting(remark)), marked)
    book.close()
    return file.getvalue()


def _fitting(text: str) -> str:
    return printable(text)[:_LONGEST]


def _name(sheet: Sheet, taken: set[str]) -> str:
    """A valid, unique sheet name: at most 31 characters, none of []:*?/\\."""
    name = "".join(each for each in printable(sheet.name) if each not in "[]:*?/\\'")[:31].strip()
    if not name or name.casefold() in taken:
        name = f"{name[:24]}（{sheet.number}）"
    taken.add(name.casefold())
    return name
