"""The statutory tables as a workbook, one A4 sheet each, without formulas or links."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from adapters.render.printable import cleaned, inert_cell
from adapters.render.sheet import begun
from projections.report.document import AnnualDocument, Cell, Grid

_SHEETS = {"proactive": "主动公开", "requests": "申请", "appeals": "复议诉讼"}
_FIGURE = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_CHARACTERS = {"proactive": 80, "requests": 104, "appeals": 110}
"""Width of each table in characters of the default font."""


def render(document: AnnualDocument) -> bytes:
    """Three sheets with title, caption and table. A figure is stored as a number if a spreadsheet then shows the same text."""
    document = cleaned(document)
    file = io.BytesIO()
    book = begun(file)
    day = document.issued_on
    book.set_properties(
        {
            "title": document.title,
            "author": document.authority,
            "created": datetime(day.year, day.month, day.day, tzinfo=UTC)
            if day
            else datetime(document.year, 12, 31, tzinfo=UTC),
        }
    )
    styles = {
        kind: _style(book, kind)
        for kind in ("corner", "caption", "header", "label", "number", "active", "plain", "title")
    }
    for grid in document.grids():
        _sheet(book, grid, document.title, styles)
    book.close()
    return file.getvalue()


def _sheet(book: Workbook, grid: Grid, title: str, styles: dict[str, Format]) -> None:
    sheet = book.add_worksheet(_SHEETS[grid.name])
    sheet.set_paper(9)
    sheet.set_margins(left=0.7, right=0.7, top=0.75, bottom=0.75)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    if grid.name == "appeals":
        sheet.set_landscape()
    for column, width in enumerate(grid.widths):
        sheet.set_column(column, column, width * _CHARACTERS[grid.name])
    sheet.merge_range(0, 0, 0, grid.columns - 1, "", styles["title"])
    sheet.write_string(0, 0, title, styles["title"])
    sheet.merge_range(1, 0, 1, grid.columns - 1, "", styles["plain"])
    sheet.write_string(1, 0, grid.caption, styles["plain"])
    for cell in grid.cells:
        _write(sheet, cell, styles)
    for row in range(grid.rows):
        sheet.set_row(2 + row, _height(grid, row))
    if grid.header_rows:
        sheet.repeat_rows(2, 1 + grid.header_rows)


def _write(sheet: Worksheet, cell: Cell, styles: dict[str, Format]) -> None:
    row, style = cell.row + 2, styles[cell.kind]
    if cell.spans:
        sheet.merge_range(row, cell.column, row + cell.rowspan - 1, cell.column + cell.colspan - 1, "", style)
    number = _number(cell.text) if cell.kind == "number" else None
    if number is not None:
        sheet.write_number(row, cell.column, number, style)
    elif cell.text:
        active = inert_cell(cell.text) != cell.text
        sheet.write_string(row, cell.column, cell.text, styles["active"] if active else style)
    else:
        sheet.write_blank(row, cell.column, None, style)


def _number(text: str) -> int | float | None:
    """The figure if a spreadsheet shows exactly this text for it, else None."""
    if not _FIGURE.fullmatch(text) or len(text) > 15:
        return None
    number = float(text) if "." in text else int(text)
    return number if str(number) == text else None


def _height(grid: Grid, row: int) -> float:
    """Height in points for the lines of the row's texts; a cell that spans rows counts with its share."""
    lines = 1
    for cell in grid.cells:
        if cell.row <= row < cell.row + cell.rowspan:
            width = sum(grid.widths[cell.column : cell.column + cell.colspan]) * _CHARACTERS[grid.name]
            lines = max(lines, ceil(ceil(_width(cell.text) / (width - 1)) / cell.rowspan))
    return 6 + 15 * lines


def _width(text: str) -> float:
    """Width in characters of the default font; a Chinese character takes slightly more than two."""
    return sum(2.1 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def _style(book: Workbook, kind: str) -> Format:
    """The format of a kind of cell. quote_prefix: what a user types into the cell stays text."""
    style: dict[str, Any] = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True}
    if kind == "title":
        style |= {"font_name": "方正小标宋简体", "font_size": 16, "align": "center"}
    else:
        style |= {"align": "left" if kind == "label" else "center"}
    if kind not in ("title", "plain"):
        style |= {"border": 1}
    if kind == "active":
        style |= {"quote_prefix": True}
    return book.add_format(style)
