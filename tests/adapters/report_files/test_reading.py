"""Reports read from files: ours, other offices' layouts, and malicious files."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import msgspec
import openpyxl
import pytest

from adapters.render import docx as render_docx
from adapters.render import html as render_html
from adapters.render import xlsx as render_xlsx
from adapters.report_files import office_zip, reader
from adapters.report_files.page import lay_html
from adapters.report_files.reader import ReportFileFault
from domain.report import numerals
from projections.report.imported import TypedReport
from tests.adapters.render.reports import (
    FOLDER,
    HONGZE,
    NAMES,
    SEED,
    SHANGHAI,
    SUQIAN,
    TEXT,
    document,
    matrix,
    published,
)

RENDERERS: dict[str, Callable[..., bytes]] = {
    "html": render_html.render,
    "xlsx": render_xlsx.render,
    "docx": render_docx.render,
}


def typed_report(name: str) -> TypedReport:
    return reader.read((FOLDER / f"{name}.json").read_bytes(), "report.json")


@pytest.mark.parametrize("name", NAMES)
def test_a_published_report_is_read_from_json(name: str) -> None:
    """Cells as the file has them, blanks as None."""
    report, read = published(name), typed_report(name)

    assert read.requests_table == report["requests_table"]
    assert read.appeals_table == report["appeals_table"]
    assert read.proactive_table == {
        row: [None if cell is None else str(cell) for cell in cells]
        for row, cells in report["proactive_table"].items()
    }
    assert (read.authority, read.year, read.format) == (report["authority"], report["year"], report["format"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ending", RENDERERS)
def test_a_report_of_ours_is_read_back(ending: str, name: str) -> None:
    """The three tables, title, year, format and every section's text, from each format."""
    made, expected = document(name), typed_report(name)
    read = reader.read(RENDERERS[ending](made), f"年度报告.{ending}")

    assert read.columns == expected.columns
    assert read.requests_table == expected.requests_table
    assert read.appeals_table == expected.appeals_table
    assert read.proactive_table == expected.proactive_table
    assert (read.authority, read.year, read.format) == (expected.authority, expected.year, expected.format)
    assert read.layouts == expected.layouts
    assert read.unread == ()
    if ending != "xlsx":
        assert [section.heading for section in read.sections] == [
            section.heading for section in made.sections
        ]
        assert [section.text for section in read.sections[1:]] == ["", "", "", TEXT, "无其他需要报告的事项。"]
        assert read.sections[0].paragraphs[:2] == ("（一）主动公开", TEXT * 2)


def test_a_report_that_mixes_two_forms_says_so() -> None:
    """洪泽 2023 prints 2021's proactive table beside 2019's requests table."""
    assert typed_report(HONGZE).layouts == {"requests": "2019", "proactive": "2021"}
    assert typed_report(SEED).layouts == {"requests": "2019", "proactive": "2019"}


# As 上海市政府办公厅 printed its report of 2019: no th, blank cells for zero, 采购总金额 without its unit,
# numbers with a unit, a heading in other words. 杭州 leaves header cells blank instead of merging them.
OTHER_HTML = """<html><head><meta charset="gb2312"><title>政府网站</title><style>td{{}}</style>
<body><table><tr><td><div>网站导航<a href="x">首页</a></div>
<p>测试市人民政府２０２５年政府信息公开工作年度报告</p><p>发布日期：2026-01-31
<p>　　一、总体情况</p><p>全年收到申请14069件。</p>
<p>二、主动公开政府信息情况</p>
<table><tr><td colspan=5><p>第二十条第(一)项</p></td></tr>
<tr><td>信息内容</td><td>本年<br>制发件数</td><td colspan=2>本年<br>废止件数</td><td>现行有效件数</td></tr>
<tr><td>规&nbsp;章</td><td>3</td><td colspan=2>/</td><td>74</td></tr>
<tr><td>行政规范性文件</td><td>22（其中修订16件）</td><td colspan=2>&nbsp;</td><td>4,185</td></tr>
<tr><td colspan=5>第二十条第（五）项</td></tr>
<tr><td>信息内容</td><td colspan=4>本年处理决定数量</td></tr>
<tr><td>行政许可</td><td colspan=4>11398889</td></tr>
<tr><td colspan=5>第二十条第（八）项</td></tr>
<tr><td>信息内容</td><td colspan=4>本年收费金额(单位:万元)</td></tr>
<tr><td>行政事业性收费</td><td colspan=4>-3.50</td></tr></table>
<p>三、收到和处理政府信息公开申请情况</p>
<table><tr><td colspan=3 rowspan=3>(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)</td>
<td colspan=7>申请人情况</td></tr>
<tr><td>自然人</td><td colspan=5>法人或其他组织</td><td>总计</td></tr>
<tr><td></td><td>商业<br>企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td><td></td></tr>
<tr><td colspan=3>一、本年新收政府信息公开申请数量</td><td>13,612</td><td>２５２</td><td>-</td><td>/</td><td></td><td>3件</td><td>14069</td></tr>
<tr><td rowspan=5>三、本年度办理结果</td><td colspan=2>（二）部分公开（区分处理的，只计这一情形，不计其它情形）</td><td>1</td><td>2</td><td>3</td><td>4</td><td>5</td><td>6</td><td>21</td></tr>
<tr><td>（三）不予公开</td><td>2.其他法律行政止公开</td><td>30</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>30</td></tr>
<tr><td>（四）无法提供</td><td>2.没有现成信息需另行制作</td><td>7</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>7</td></tr>
<tr><td>（六）其他处理</td><td>3.其他</td><td>9</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>九件</td></tr>
<tr><td colspan=2>其他自设事项</td><td>8</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>8</td></tr></table>
<p>四、因政府信息公开工作被申请行政复议、提起行政诉讼情况</p>
<table><tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr>
<tr><td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td><td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr>
<tr><td></td><td></td><td></td><td></td><td></td><td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td><td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td></tr>
<tr><td>376</td><td>97</td><td>196</td><td>121</td><td>790</td><td>16</td><td>1</td><td>12</td><td>27</td><td>56</td><td>74</td><td>1</td><td>30</td><td></td><td>156</td></tr></table>
<p>五、政府信息公开工作存在的主要问题及改进情况</p><p>一是需要加强。</p>
<p>六、其他需要报告的事项</p><p>收取信息处理费400元。</p><p>附件：一览表</p><p>不属于第六部分</p>
<script>document.write("<table>")</script></td></tr></table>"""


def test_another_office_s_page_is_read() -> None:
    """A frame around everything, GB18030, blanks, marks, units, a misprint, an extra row, headings in other words."""
    read = reader.read(OTHER_HTML.encode("gb18030"), "A.HTM")

    assert (read.authority, read.year, read.format) == ("测试市人民政府", 2025, "2021")
    assert read.proactive_table == {
        "regulations": ["3", None, "74"],
        "normative_documents": ["22（其中修订16件）", None, "4,185"],
        "licensing": ["11398889"],
        "fees": ["-3.50"],
    }
    assert read.requests_table == {
        "new": [13612, 252, None, None, None, 3, 14069],
        "granted_in_part": [1, 2, 3, 4, 5, 6, 21],
        "refused.prohibited_by_law": [30, 0, 0, 0, 0, 0, 30],
        "unable.must_be_created": [7, 0, 0, 0, 0, 0, 7],
        "other.unspecified": [9, 0, 0, 0, 0, 0, None],
    }
    assert read.appeals_table == {
        "reconsideration": {"upheld": 376, "corrected": 97, "other": 196, "pending": 121, "total": 790},
        "litigation_direct": {"upheld": 16, "corrected": 1, "other": 12, "pending": 27, "total": 56},
        "litigation_after_reconsideration": {
            "upheld": 74,
            "corrected": 1,
            "other": 30,
            "pending": None,
            "total": 156,
        },
    }
    assert read.unread == (
        "申请表“3.其他”行：“九件”不是件数",
        "申请表的“其他自设事项”行不属于年报格式",
    )
    assert [(section.heading[:1], section.text) for section in read.sections] == [
        ("一", "全年收到申请14069件。"),
        ("二", ""),
        ("三", ""),
        ("四", ""),
        ("五", "一是需要加强。"),
        ("六", "收取信息处理费400元。"),
    ]


def test_a_workbook_made_by_another_program_is_read() -> None:
    """All tables on one sheet below each other, figures as figures and as texts, written by openpyxl."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2024年宿迁市人民政府政府信息公开工作年度报告"])
    for grid in document(SUQIAN).grids():
        top = sheet.max_row + 2
        for cell in grid.cells:
            value: Any = int(cell.text) if cell.text.isdigit() else cell.text or None
            sheet.cell(top + cell.row, 1 + cell.column, value)
            if cell.spans:
                sheet.merge_cells(
                    start_row=top + cell.row,
                    start_column=1 + cell.column,
                    end_row=top + cell.row + cell.rowspan - 1,
                    end_column=cell.column + cell.colspan,
                )
    file = io.BytesIO()
    book.save(file)
    read, expected = reader.read(file.getvalue(), "年报.xlsx"), typed_report(SUQIAN)

    assert read.requests_table == expected.requests_table
    assert read.appeals_table == expected.appeals_table
    assert read.proactive_table == expected.proactive_table
    assert (read.authority, read.year, read.unread) == ("宿迁市人民政府", 2024, ())


def test_a_document_made_by_another_program_is_read() -> None:
    """Tables merged by python-docx, the requests table broken in two without its header."""
    made = docx.Document()
    made.add_heading("上海市人民政府办公厅2019年政府信息公开工作年度报告", 0)
    for grid in document(SHANGHAI).grids():
        cut = grid.rows if grid.name != "requests" else 12
        for first, end in ((0, cut), (cut, grid.rows)):
            if first == end:
                continue
            table = made.add_table(end - first, grid.columns)
            rows = [row.cells for row in table.rows]
            for cell in grid.cells:
                top, bottom = max(cell.row, first), min(cell.row + cell.rowspan, end)
                if top < bottom:
                    merged = rows[top - first][cell.column].merge(
                        rows[bottom - 1 - first][cell.column + cell.colspan - 1]
                    )
                    merged.text = cell.text
            made.add_paragraph("")
    file = io.BytesIO()
    made.save(file)
    read, expected = reader.read(file.getvalue(), "年报.docx"), typed_report(SHANGHAI)

    assert read.requests_table == expected.requests_table
    assert read.appeals_table == expected.appeals_table
    assert read.proactive_table == expected.proactive_table
    assert read.unread == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("１２", 12), ("1,234", 1234), ("12件", 12), ("-417", -417), ("－3", -3), ("22（其中修订16件）", 22)]
    + [(blank, None) for blank in ("", " ", "\u3000", "/", "-", "—", "--", "－")],
)  # fmt: skip
def test_a_cell_is_a_number_or_a_blank(text: str, number: int | None) -> None:
    """Units and remarks after the number are ignored; a mark for nothing is a blank, never zero."""
    assert numerals.count(text) == number


@pytest.mark.parametrize("text", ["1.5", "九", "x1", "1" * 40])
def test_a_figure_that_is_no_whole_number_is_reported(text: str) -> None:
    """A count of requests is a whole number."""
    with pytest.raises(ValueError, match=text):
        numerals.count(text)


# --- malicious files ---


def zipped(parts: dict[str, bytes | str], **options: Any) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, **options) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def word(body: str, before: str = "", **parts: str) -> bytes:
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>'
    return zipped({"word/document.xml": text, **parts})


ENTITIES = "<!DOCTYPE x [" + '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(97 + i)} "{f"&{chr(96 + i)};" * 10}">' for i in range(1, 10)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "entities within entities": ("a.docx", word("<w:p>&j;</w:p>", ENTITIES), "forbidden_xml"),
    "a file from outside": ("a.docx", word("<w:p>&a;</w:p>", OUTSIDE), "forbidden_xml"),
    "a declaration alone": ("a.docx", word("", "<!DOCTYPE x>"), "forbidden_xml"),
    "a zip bomb": ("a.docx", zipped({"word/document.xml": b" " * 30_000_000}), "too_large"),
    "a bomb in a workbook": ("a.xlsx", zipped({"xl/workbook.xml": "<a/>", "xl/sharedStrings.xml": b"<" * 30_000_000}), "too_large"),
    "too many parts": ("a.docx", zipped({f"{i}": b"" for i in range(3_000)}), "too_large"),
    "macros": ("a.docx", word("", **{"word/vbaProject.bin": "x"}), "macros"),
    "macros by name": ("a.docm", word(""), "macros"),
    "an old or encrypted file": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_or_encrypted"),
    "another kind of file": ("a.docx", b"%PDF-1.7", "damaged"),
    "an empty workbook called a document": ("a.docx", zipped({"xl/workbook.xml": "<a/>"}), "no_tables"),
    "half a file": ("a.docx", word("<w:p/>" * 500)[:150], "damaged"),
    "XML that is none": ("a.docx", zipped({"word/document.xml": "<w"}), "damaged"),
    "a program": ("a.exe", b"MZ", "unknown_kind"),
    "no ending": ("report", b"", "unknown_kind"),
    "a path as name": ("../../etc/passwd", b"", "unknown_kind"),
    "too many bytes": ("a.html", b" " * (reader.MOST_BYTES + 1), "too_large"),
    "an empty page": ("a.html", b"", "no_tables"),
    "no letters": ("a.html", b"\xff" * 100, "damaged"),
    "a span over everything": ("a.html", b"<table><tr>" + b"<td rowspan=999 colspan=999>" * 90, "too_large"),
    "tables in tables": ("a.html", b"<table><tr><td>" * 20_000, "damaged"),
    "a long table": ("a.docx", word("<w:tbl>" + "<w:tr><w:tc/></w:tr>" * 60_000 + "</w:tbl>"), "too_large"),
    "a long row": ("a.html", b"<table><tr>" + b"<td>" * 60_000, "too_large"),
    "JSON that is none": ("a.json", b"{", "damaged"),
    "JSON too deep": ("a.json", b"[" * 100_000, "damaged"),
    "JSON of another shape": ("a.json", b'{"requests_table": {"new": ["x"]}}', "damaged"),
    "JSON with a number too large": ("a.json", b'{"columns": [], "appeals_table": {}, "requests_table": {"new": [1e400]}}', "damaged"),
    "JSON of rows without end": ("a.json", b'{"columns": ["total"], "appeals_table": {}, "requests_table": {%s}}' % b",".join(b'"r%d": [1]' % n for n in range(5_000)), "too_large"),
    "a form of its own": ("a.json", b'{"columns": [], "appeals_table": {}, "requests_table": {}, "format": "1999"}', "damaged"),
    "a cell far away": ("a.xlsx", b"", "too_large"),
}  # fmt: skip


def far_away() -> bytes:
    """Cells in the last column that a sheet may have."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["XFD1"], sheet["XFD2"] = 1, 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_malicious_file_is_refused(kind: str) -> None:
    """With a code and a sentence in Chinese."""
    name, data, code = HOSTILE[kind]

    with pytest.raises(ReportFileFault) as refused:
        reader.read(far_away() if kind == "a cell far away" else data, name)

    assert refused.value.code == code
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(refused.value))


def test_a_size_stated_in_the_archive_directory_is_not_trusted() -> None:
    """A part that its directory states too small is read no further than the limit."""
    data = bytearray(zipped({"word/document.xml": b" " * 30_000_000}))
    size = (30_000_000).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")

    with pytest.raises(ReportFileFault) as refused:
        reader.read(bytes(data), "a.docx")

    assert refused.value.code in ("too_large", "damaged")
    assert office_zip.MOST_PART_BYTES < 30_000_000


@pytest.mark.parametrize("text", ["收到" * 50_000 + "5件", "收到1件。" * 70_000])
def test_an_endless_text_is_reported_and_not_judged(text: str) -> None:
    """Checking it would take hours: a very long sentence, or far more text than a report has."""
    page = render_html.render(document(SUQIAN)).decode()
    read = reader.read(page.replace("无其他需要报告的事项。", text).encode(), "a.html")
    assert any("过长，没有核对" in each for each in read.unread)
    assert sum(len(section.text) for section in read.sections) < 3_000


def calls(work: Callable[[], object]) -> int:
    """Function calls during the work: a measure of cost that is the same on every machine."""
    count = [0]

    def seen(_: object, event: str, __: object) -> None:
        count[0] += event == "call"

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count[0]


def test_labels_that_are_all_unknown_cost_no_more_than_their_number() -> None:
    """Twice as many unknown rows are at most twice the work."""
    head = "<table><tr>" + "".join(f"<td>{label}</td>" for label in ("", "商业企业", "科研机构")) + "</tr>"

    def read(count: int) -> None:
        rows = "".join(
            f"<tr><td>其他法律行政法规及第{i}号公告</td><td>1</td><td>2</td></tr>" for i in range(count)
        )
        with pytest.raises(ReportFileFault, match="没有找到"):
            reader.read(f"{head}{rows}</table>".encode(), "a.html")

    read(1_000)  # fills the caches of labels, so that both runs start alike
    assert calls(lambda: read(1_000)) < 2.2 * calls(lambda: read(500))


@pytest.mark.parametrize("name", [SEED, SUQIAN])
def test_every_grid_lays_out_as_it_is(name: str) -> None:
    """A rendered table is laid out again as the matrix of its grid."""
    laid = lay_html(render_html.render(document(name)))
    tables = [
        [[place.text for place in row] for row in item] for item in laid.items if not isinstance(item, str)
    ]

    assert tables == [matrix(grid) for grid in document(name).grids()]


def test_a_typed_report_is_json_again() -> None:
    """A report that was read can be stored as JSON, and read again with its sections."""
    read = reader.read(render_docx.render(document(SUQIAN)), "a.docx")

    again = reader.read(msgspec.json.encode(read), "a.json")

    assert again == read
