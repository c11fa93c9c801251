"""The official typography (GB/T 9704) in DOCX, and what archives require of a PDF."""

from __future__ import annotations

import io
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from adapters.refusals import NotPrintable
from adapters.render import docx as render_docx
from adapters.render import pdf as render_pdf
from domain.report import official_form
from projections.report import grid as report_grid
from projections.report.document import Paragraph, Section, Table
from tests.adapters.render.reports import SEED, SUQIAN, TEXT, document, published


def read_docx(**changes: Any) -> Any:
    return docx.Document(io.BytesIO(render_docx.render(document(SEED, **changes))))


def read_pdf(name: str = SEED, **changes: Any) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(render_pdf.render(document(name, **changes))))


def test_the_page_is_that_of_official_documents() -> None:
    """A4 with margins of 37, 35, 28 and 26 mm."""
    section = read_docx().sections[0]

    assert (section.page_width.mm, section.page_height.mm) == (
        pytest.approx(210, abs=0.1),
        pytest.approx(297, abs=0.1),
    )
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]


@pytest.mark.parametrize(
    ("style", "font", "points"),
    [
        ("Title", "方正小标宋简体", 22),
        ("Normal", "仿宋_GB2312", 16),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
    ],
)
def test_each_kind_of_text_has_its_font(style: str, font: str, points: int) -> None:
    """Title 小标宋 二号, text 仿宋 三号, first level 黑体, second 楷体; body lines of 28.95 points."""
    found = read_docx().styles[style]

    assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert found.font.size.pt == points
    if style != "Title":
        assert found.paragraph_format.line_spacing.pt == 28.95


def test_every_font_that_may_be_missing_has_a_fallback() -> None:
    """Word and WPS use the alternative font if the first is not installed."""
    package = read_docx().part.package
    table = next(
        part for part in package.iter_parts() if str(part.partname) == "/word/fontTable.xml"
    ).blob.decode()

    for font, other in {"方正小标宋简体": "宋体", "仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体"}.items():
        assert f'w:name="{font}"><w:altName w:val="{other}"/>' in table


def test_pages_are_numbered_at_the_outer_edge() -> None:
    """— 1 — right on odd pages, left on even ones."""
    read = read_docx()
    section = read.sections[0]

    assert read.settings.odd_and_even_pages_header_footer is True
    for footer, edge in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        assert "PAGE" in paragraph._p.xml
        assert paragraph._p.pPr.jc.get(qn("w:val")) == edge


def test_header_rows_repeat_and_no_row_is_divided() -> None:
    """Three header rows of the requests table repeat; every row but the last keeps with the next."""
    requests = read_docx().tables[1]

    headers = [row for row in requests.rows if row._tr.xpath("w:trPr/w:tblHeader")]
    assert len(headers) == 3
    assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in requests.rows)
    keeping = [bool(row._tr.xpath(".//w:keepNext")) for row in requests.rows]
    assert keeping == [True] * (len(keeping) - 1) + [False]


def test_the_pdf_says_that_it_is_pdf_a_2b() -> None:
    """By its metadata, with the document's own date, title and authority, and not encrypted."""
    read = read_pdf()

    metadata = read.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    assert read.metadata is not None
    assert read.metadata.title == "广州市花都区人民政府办公室2020年政府信息公开工作年度报告"
    assert read.metadata.author == "广州市花都区人民政府办公室"
    assert read.metadata.creation_date_raw is not None
    assert read.metadata.creation_date_raw.startswith("D:20210129")
    assert read.root_object["/OutputIntents"]
    assert read.root_object["/Lang"] == "zh-CN"
    assert bool(read.root_object["/MarkInfo"]["/Marked"])


def test_every_font_of_the_pdf_is_embedded_and_chinese() -> None:
    """Only Noto Serif SC and Noto Sans SC, both embedded."""
    names, files = set(), []
    for page in read_pdf().pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            names.add(descendant["/BaseFont"].partition("+")[2].partition("-Regular")[0])
            files.append("/FontFile3" in descendant["/FontDescriptor"].get_object())

    assert names == {"NotoSerifSC", "NotoSansSC"}
    assert all(files)


def test_the_charts_are_on_a_separate_page() -> None:
    """The last one, without any text of the report."""
    pages = [page.extract_text() for page in read_pdf().pages]

    assert "附：图表" in "".join(pages[-1].split())
    assert "六、其他需要报告的事项" not in pages[-1]


def test_a_character_that_no_font_has_is_refused() -> None:
    """A character without a glyph is refused instead of printed as an empty box."""
    with pytest.raises(NotPrintable, match="没有“𪚥”字"):
        read_pdf(preface=(Paragraph("𪚥字不在字体中"),))


def test_a_missing_font_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the font package no other font is used."""
    monkeypatch.setattr(render_pdf, "FONTS", "no_such_fonts")
    render_pdf._compiler.cache_clear()
    try:
        with pytest.raises(render_pdf.FontMissing, match="no_such_fonts"):
            read_pdf()
    finally:
        render_pdf._compiler.cache_clear()


def test_a_table_longer_than_a_page_continues_on_the_next() -> None:
    """Nothing is cut off: with long remarks in every cell, all of them are printed."""
    report = published(SUQIAN)
    remark = "其中修订若干件，" * 40
    table = {row: [f"{remark}{row}" for _ in cells] for row, cells in report["proactive_table"].items()}
    grid = report_grid.proactive(official_form.load("2021"), table)
    pages = read_pdf(sections=(Section("二、主动公开政府信息情况", (Table(grid),)),)).pages

    assert len(pages) > 2
    assert "".join(page.extract_text() for page in pages).count("修") == 40 * sum(map(len, table.values()))


@pytest.mark.parametrize("paragraphs", range(0, 36, 3))
def test_no_table_is_divided_wherever_it_begins(paragraphs: int) -> None:
    """With any text before it, heading, first label and last row of the requests table are on one page."""
    before = Section("一、总体情况", (Paragraph(TEXT),) * paragraphs)
    sections = document(SUQIAN).sections
    pages = [
        "".join(page.extract_text().split())
        for page in read_pdf(SUQIAN, sections=(before, *sections[1:])).pages
    ]

    for heading, last in (
        ("二、主动公开政府信息情况", "72701.2578"),
        ("三、收到和处理政府信息公开申请情况", "四、结转下年度继续办理118"),
        ("四、政府信息公开行政复议、行政诉讼情况", "8818283617070"),
    ):
        assert [heading in page and last in page for page in pages].count(True) == 1
