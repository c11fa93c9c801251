"""Texts that could run as a formula or code, or break a file, in a cell, a title and a paragraph, in every format."""

from __future__ import annotations

import io
import json
from typing import Any
from xml.dom import minidom
from zipfile import ZipFile

import docx
import openpyxl
import pypdf
import pytest
from lxml import html as lxml_html

from adapters.render import docx as render_docx
from adapters.render import html as render_html
from adapters.render import pdf as render_pdf
from adapters.render import xlsx as render_xlsx
from adapters.render.printable import inert_cell, printable
from domain.report import official_form
from projections.report import grid
from projections.report.document import AnnualDocument, Paragraph, Section, Table
from tests.adapters.render.reports import SUQIAN, document, published

FORMULAS = [
    '=HYPERLINK("http://x.example","点击")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "＝1+1",
    "＋1",
    "－1＋2",
    "＠x",
]
FIGURES = ["-417", "+4", "-", "3.50", "22（其中修订16件）"]
BREAKING = ["<script>alert(1)</script>", "]]>&amp;<w:p/>", "#set page(width: 1pt)", "$x$ #read(\"a\") *b*", "{{7*7}}", "a\x00b\x0bc\ud800d\u202ee", "_x0041_", "\t=1"]  # fmt: skip


def document_with(text: str) -> AnnualDocument:
    """One text in a cell, a paragraph and the title."""
    report = published(SUQIAN)
    table = {**report["proactive_table"], "fees": [text]}
    form = official_form.load("2021")
    return document(
        SUQIAN,
        title=text,
        charts=(),
        sections=(
            Section("二、主动公开政府信息情况", (Table(grid.proactive(form, table)), Paragraph(text))),
        ),
    )


@pytest.mark.parametrize("text", [*FORMULAS, *BREAKING])
def test_no_text_is_a_formula_or_link_in_xlsx(text: str) -> None:
    """The workbook's XML has no formula, and contains the text unchanged."""
    made = render_xlsx.render(document_with(text))

    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    cell = sheet.cell(16, 2)
    assert cell.data_type == "s"
    assert cell.value == printable(text)
    assert sheet.cell(1, 1).value == printable(text)
    with ZipFile(io.BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.startswith("xl/")}
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts.values())
    if text in FORMULAS:
        assert cell.quotePrefix


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_inert_if_a_table_is_pasted_into_a_spreadsheet(text: str) -> None:
    """HTML and DOCX tables may be pasted into spreadsheets: such a text gets an apostrophe in front."""
    page = lxml_html.document_fromstring(render_html.render(document_with(text)).decode())
    table = docx.Document(io.BytesIO(render_docx.render(document_with(text)))).tables[0]

    assert [cell.text_content() for cell in page.iter("td")][-1] == f"'{text}"
    assert table.rows[-1].cells[-1].text == f"'{text}"


@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_stays_as_it_is(text: str) -> None:
    """A negative change, a plus, the mark for nothing and a remark are printed unchanged."""
    page = lxml_html.document_fromstring(render_html.render(document_with(text)).decode())
    table = docx.Document(io.BytesIO(render_docx.render(document_with(text)))).tables[0]

    assert inert_cell(text) == text
    assert [cell.text_content() for cell in page.iter("td")][-1] == text
    assert table.rows[-1].cells[-1].text == text
    assert str(openpyxl.load_workbook(io.BytesIO(render_xlsx.render(document_with(text)))).worksheets[0].cell(16, 2).value) == text  # fmt: skip


@pytest.mark.parametrize("text", [*FORMULAS, *BREAKING])
def test_no_text_breaks_a_file(text: str) -> None:
    """Every part is well-formed and every text is one text: none becomes markup, macro or field code."""
    shown = printable(text)

    page = lxml_html.document_fromstring(render_html.render(document_with(text)).decode())
    assert not list(page.iter("script"))
    assert page.xpath("//h1")[0].text_content() == shown
    made = render_docx.render(document_with(text))
    with ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            minidom.parseString(archive.read(name))
    assert shown in [paragraph.text for paragraph in docx.Document(io.BytesIO(made)).paragraphs]
    if "\ufffd" not in shown:
        pages = pypdf.PdfReader(io.BytesIO(render_pdf.render(document_with(text)))).pages
        assert "".join(shown.split()) in "".join("".join(each.extract_text() for each in pages).split())
        assert float(pages[0].mediabox.width) == pytest.approx(595.28, abs=0.1)


def test_a_page_loads_nothing_external() -> None:
    """No link, script, frame or address in it but the namespace of its drawings."""
    page = render_html.render(document(SUQIAN)).decode()

    read: Any = lxml_html.document_fromstring(page)
    assert read.get("lang") == "zh-CN"
    assert not [
        each
        for name in ("script", "link", "img", "iframe", "object", "a", "form")
        for each in read.iter(name)
    ]
    assert page.replace("http://www.w3.org/2000/svg", "").count("://") == 0
    assert "url(" not in page
    assert "@import" not in page


def test_every_header_has_a_scope() -> None:
    """Cells of head and labels are th with a scope, numbers are td; the requests table's header is a thead."""
    read = lxml_html.document_fromstring(render_html.render(document(SUQIAN)).decode())

    requests = read.get_element_by_id("requests")
    assert {each.get("scope") for each in requests.iter("th")} == {"col", "colgroup", "row", "rowgroup"}
    assert len(requests.xpath("thead/tr")) == 3
    assert len(requests.xpath("tbody//td")) == 175
    assert [each.text_content() for each in requests.xpath("caption")] == ["收到和处理政府信息公开申请情况"]


def test_the_figures_of_a_chart_are_given_in_words() -> None:
    """宿迁 2024: 予以公开 1431, 不予公开 2+1+4+17+21+11+23+13 = 92, 其他处理 77+38+354 = 469."""
    read = lxml_html.document_fromstring(render_html.render(document(SUQIAN)).decode())

    told_ = [each.get("aria-label") for each in read.iter("svg")]
    assert told_[0] == (
        "本年度办理结果，单位：件。件数：予以公开1431，部分公开471，不予公开92，无法提供941，不予处理117，其他处理469。"
    )
    assert len(told_) == 2


def test_hostile_texts_stay_distinct_in_json() -> None:
    """Characters that a file cannot hold are replaced, in all formats alike."""
    assert json.dumps(printable("a\x00b\x0bc\ud800d\u202ee")) == '"a\\ufffdb c\\ufffdd\\ufffde"'
