"""The annual report as a Word document in the typography of official documents: see `word`.

Charts are left out; the HTML page and the PDF have them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from adapters.render import word
from adapters.render.printable import cleaned, inert_cell, title_lines
from adapters.render.word import WIDTH, package, paragraph
from projections.report.document import (
    AnnualDocument,
    Cell,
    Chart,
    Grid,
    Paragraph,
    Section,
    Subheading,
    Table,
)


def render(document: AnnualDocument) -> bytes:
    """A document without macros, links or external parts."""
    document = cleaned(document)
    body = [paragraph("\n".join(title_lines(document)), "Title")]
    body += [paragraph(each.text) for each in document.preface]
    for section in document.sections:
        body += _section(section)
    body += [paragraph(note) for note in document.notes]
    if document.issued_on:
        day = document.issued_on
        body.append(paragraph("", "Signature"))
        body.append(paragraph(document.authority, "Signature", keep=True))
        body.append(paragraph(f"{day.year}年{day.month}月{day.day}日", "Signature"))
    on = document.issued_on or date(document.year, 12, 31)
    return package("".join(body), title=document.title, author=document.authority, on=on)


def _section(section: Section) -> Iterator[str]:
    yield paragraph(section.heading, "Heading1")
    for block in section.blocks:
        match block:
            case Paragraph(text):
                yield paragraph(text)
            case Subheading(text):
                yield paragraph(text, "Heading2")
            case Table(grid):
                yield _table(grid)
                yield paragraph("", "AfterTable")
            case Chart():
                pass


def _table(grid: Grid) -> str:
    """A table. Its rows are kept on one page; if it is longer, its header rows are repeated."""
    edges = [round(WIDTH * sum(grid.widths[:column])) for column in range(grid.columns + 1)]
    widths = [right - left for left, right in pairwise(edges)]
    rows = "".join(_row(grid, line, number, edges) for number, line in enumerate(grid.matrix()))
    margins = '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
    return word.table(widths, rows, grid.caption, line=4, margins=margins)


def _row(grid: Grid, line: list[Cell], row: int, edges: list[int]) -> str:
    header = "<w:tblHeader/>" if row < grid.header_rows else ""
    cells = "".join(
        _cell(cell, row, edges, keep=row < grid.rows - 1)
        for column, cell in enumerate(line)
        if cell.column == column
    )
    return word.row(cells, header)


def _cell(cell: Cell, row: int, edges: list[int], *, keep: bool) -> str:
    """The part of a cell in one row. Of a cell that spans rows the first part has the text."""
    width = edges[cell.column + cell.colspan] - edges[cell.column]
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = ""
    if cell.rowspan > 1:
        merge = '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
    text = inert_cell(cell.text) if row == cell.row else ""
    style = "TableLabel" if cell.kind == "label" else "TableText"
    return word.cell(text, style, width, span + merge, keep=keep)
