"""Every published report in every format, read back by readers that share nothing with the renderers."""

from __future__ import annotations

import io
from itertools import count
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from lxml import html as lxml_html

from adapters.render import docx as render_docx
from adapters.render import html as render_html
from adapters.render import pdf as render_pdf
from adapters.render import xlsx as render_xlsx
from projections.report.document import AnnualDocument, Paragraph, Subheading, Table
from tests.adapters.render.reports import NAMES, document, matrix, merges

RENDERERS = [render_html, render_xlsx, render_docx, render_pdf]
Table_ = tuple[list[list[str]], set[tuple[int, int, int, int]]]


def expected(name: str) -> list[Table_]:
    return [(matrix(grid), merges(grid)) for grid in document(name).grids()]


def spans_of(places: list[list[Any]]) -> set[tuple[int, int, int, int]]:
    """Merged cells from the object at each place: equal objects are one cell."""
    found: dict[Any, list[tuple[int, int]]] = {}
    for row, line in enumerate(places):
        for column, thing in enumerate(line):
            found.setdefault(thing, []).append((row, column))
    spans = set()
    for at in found.values():
        rows, columns = {row for row, _ in at}, {column for _, column in at}
        assert len(at) == len(rows) * len(columns)
        if len(at) > 1:
            spans.add((min(rows), min(columns), len(rows), len(columns)))
    return spans


@pytest.mark.parametrize("name", NAMES)
def test_xlsx(name: str) -> None:
    """openpyxl finds three sheets, a title and a caption above each table, and no formula or link."""
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx.render(document(name))))

    found = []
    for sheet, grid in zip(book.worksheets, document(name).grids(), strict=True):
        assert sheet.cell(1, 1).value == document(name).title
        assert sheet.cell(2, 1).value == grid.caption
        ranges = [area.bounds for area in sheet.merged_cells.ranges]
        spans = {
            (top - 3, left - 1, bottom - top + 1, right - left + 1) for left, top, right, bottom in ranges
        }
        spans = {span for span in spans if span[0] >= 0}
        first = {
            (row + i, column + j): (row, column)
            for row, column, rows, columns in spans
            for i in range(rows)
            for j in range(columns)
        }
        cells = [
            [
                sheet.cell(at[0] + 3, at[1] + 1).value
                for at in (first.get((row, column), (row, column)) for column in range(grid.columns))
            ]
            for row in range(grid.rows)
        ]
        assert sheet.max_row == grid.rows + 2
        assert not any(cell.data_type == "f" or cell.hyperlink for line in sheet.iter_rows() for cell in line)
        found.append(([["" if value is None else str(value) for value in line] for line in cells], spans))
    assert found == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_docx(name: str) -> None:
    """python-docx finds the same cells and merges, and every paragraph in order."""
    read = docx.Document(io.BytesIO(render_docx.render(document(name))))

    found = []
    for table in read.tables:
        rows = [row.cells for row in table.rows]
        texts = [[cell.text for cell in row] for row in rows]
        found.append((texts, spans_of([[cell._tc for cell in row] for row in rows])))
    assert found == expected(name)
    texts = [paragraph.text.replace("\n", "") for paragraph in read.paragraphs if paragraph.text]
    made = document(name)
    assert texts == [made.title, *texts_of(made), made.authority, signed(made)]


@pytest.mark.parametrize("name", NAMES)
def test_html(name: str) -> None:
    """lxml lays the tables out by their rowspan and colspan and finds the same."""
    page = lxml_html.document_fromstring(render_html.render(document(name)).decode())

    found = []
    for table in page.iter("table"):
        places: dict[tuple[int, int], Any] = {}
        for row, line in enumerate(table.iter("tr")):
            for cell in line:
                column = next(place for place in count() if (row, place) not in places)
                for i in range(int(cell.get("rowspan", 1))):
                    for j in range(int(cell.get("colspan", 1))):
                        assert (row + i, column + j) not in places
                        places[row + i, column + j] = cell
        rows, columns = max(row for row, _ in places) + 1, max(column for _, column in places) + 1
        assert len(places) == rows * columns
        laid = [[places[row, column] for column in range(columns)] for row in range(rows)]
        found.append(([[cell.text_content() for cell in line] for line in laid], spans_of(laid)))
    assert found == expected(name)
    made = document(name)
    assert [each.text_content() for each in page.xpath("//h1|//h2|//h3|//p[not(@class)]")] == [
        made.title,
        *texts_of(made),
        "附：图表",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_pdf(name: str) -> None:
    """pypdf finds every text in order, a table's cells in the order of its rows.

    Cells over several rows are drawn after the others: they are looked for within their own table.
    """
    made = document(name)
    text = squeezed("".join(page.extract_text() for page in pages(name)))
    ends = [text.index(squeezed(section.heading)) for section in made.sections[1:]] + [len(text)]

    at = in_order(text, 0, [made.title, *(each.text for each in made.preface)])
    for section, end in zip(made.sections, ends, strict=True):
        at = in_order(text, at, [section.heading])
        for block in section.blocks:
            if isinstance(block, Table):
                cells = [cell for cell in block.grid.cells if cell.text]
                assert all(squeezed(cell.text) in text[at:end] for cell in cells if cell.rowspan > 1)
                at = in_order(text, at, [cell.text for cell in cells if cell.rowspan == 1])
            elif isinstance(block, Paragraph | Subheading):
                at = in_order(text, at, [block.text])
        assert at <= end
    in_order(text, at, [made.authority, signed(made), "附：图表", *(chart.title for chart in made.charts)])


def in_order(text: str, at: int, texts: list[str]) -> int:
    """The end of the last of these texts, each found after the previous one."""
    for each in texts:
        found = text.find(squeezed(each), at)
        assert found >= 0, each
        at = found + len(squeezed(each))
    return at


@pytest.mark.parametrize("name", NAMES)
def test_no_table_is_divided(name: str) -> None:
    """One page holds a table's heading and every one of its labels and numbers."""
    made = document(name)
    texts = [squeezed(page.extract_text()) for page in pages(name)]

    for section in made.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                cells = "".join(squeezed(cell.text) for cell in block.grid.cells[-block.grid.columns :])
                whole = [
                    text
                    for text in texts
                    if section.heading in text and cells in text and block.grid.cells[0].text in text
                ]
                assert len(whole) == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda renderer: renderer.__name__.rpartition(".")[2])
def test_the_same_report_is_the_same_bytes(renderer: Any, name: str) -> None:
    """Rendering another document in between changes nothing."""
    first = renderer.render(document(name))
    renderer.render(document(NAMES[0], title="另一份报告"))

    assert renderer.render(document(name)) == first


def pages(name: str) -> list[Any]:
    return list(pypdf.PdfReader(io.BytesIO(render_pdf.render(document(name)))).pages)


def signed(made: AnnualDocument) -> str:
    assert made.issued_on is not None
    return f"{made.issued_on.year}年{made.issued_on.month}月{made.issued_on.day}日"


def texts_of(made: AnnualDocument) -> list[str]:
    texts = [each.text for each in made.preface]
    for section in made.sections:
        texts.append(section.heading)
        texts += [block.text for block in section.blocks if isinstance(block, Paragraph | Subheading)]
    return texts


def squeezed(text: str) -> str:
    return "".join(text.split())
