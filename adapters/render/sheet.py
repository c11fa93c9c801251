"""Workbooks with one sheet for each table: frozen headings, fitted columns, A4 landscape."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from adapters.render.printable import inert_cell

_WIDEST = 44
"""Maximum width of a column in characters; longer texts are wrapped."""

MOST = 20_000
"""Maximum rows of a workbook; for more use CSV."""


class Sheet(NamedTuple):
    """A sheet of a workbook. printed: the header of each page."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[object]]
    printed: str = ""


def render(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *, printed: str = ""
) -> bytes:
    """A workbook of one sheet."""
    return workbook([Sheet(title, headings, rows, printed)])


def begun(file: io.BytesIO) -> Workbook:
    """A new workbook that treats texts neither as formulas nor as links."""
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    return Workbook(file, options)


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """XLSX. int and Decimal become numbers, None an empty cell, dates ISO 8601 texts."""
    file = io.BytesIO()
    book = begun(file)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for each in sheets:
        _add(book, each, head, wrapped)
    book.close()
    return file.getvalue()


def _add(book: Workbook, shown: Sheet, head: Format, wrapped: Format) -> None:
    sheet = book.add_worksheet(shown.title[:31])
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if shown.printed:
        sheet.set_header(f"&C{shown.printed[:120].replace('&', '&&')}")
    sheet.set_footer("&C第&P页，共&N页")
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    widths = [width_of(heading) for heading in shown.headings]
    for column, heading in enumerate(shown.headings):
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(shown.rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int | Decimal):
                sheet.write_number(number, column, value)
            elif value is not None:
                text = inert_cell(value.isoformat() if isinstance(value, date) else str(value))
                sheet.write_string(number, column, text, wrapped if width_of(text) > _WIDEST else None)
                widths[column] = max(widths[column], width_of(text))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, _WIDEST))


def width_of(text: str) -> int:
    """Width in characters of the default font; a Chinese character counts as 2."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
