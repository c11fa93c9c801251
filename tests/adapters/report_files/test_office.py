"""What an office file hides, deletes, numbers or names otherwise, as a reader of it sees it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pytest

from adapters.render import docx as render_docx
from adapters.render import html as render_html
from adapters.report_files import reader
from adapters.report_files.office_zip import ReportFileFault
from projections.report.imported import TypedReport
from tests.adapters.render.reports import FOLDER, SUQIAN, document


def told() -> TypedReport:
    return reader.read((FOLDER / f"{SUQIAN}.json").read_bytes(), "a.json")


def same(read: TypedReport) -> bool:
    own = told()
    return (read.requests_table, read.appeals_table, read.proactive_table) == (
        own.requests_table, own.appeals_table, own.proactive_table,
    )  # fmt: skip


def edited(data: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    file = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, edit(text.decode()).encode() if name == part else text)
    return file.getvalue()


PAGE = render_html.render(document(SUQIAN))
WORD = render_docx.render(document(SUQIAN))
RUN = re.compile(r"(<w:t[^>]*>)1431(</w:t>)")
"""宿迁 2024 granted 1431 (its table)."""


@pytest.mark.parametrize(
    "twice",
    [
        '<w:r><w:rPr><w:vanish/></w:rPr><w:t>9</w:t></w:r>',
        '<w:moveFrom w:id="1" w:author="x"><w:r><w:t>9</w:t></w:r></w:moveFrom>',
        '<w:del w:id="1" w:author="x"><w:r><w:delText>9</w:delText></w:r></w:del>',
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>9</w:t></w:r>',
    ],
    ids=["hidden", "moved", "deleted", "raised"],
)  # fmt: skip
def test_a_digit_that_is_not_printed_is_not_read(twice: str) -> None:
    """Hidden, moved away, deleted, or the mark of a note: 1431 stays 1431."""
    data = edited(WORD, "word/document.xml", lambda text: re.sub(r"(<w:r>(?:(?!</w:r>).)*<w:t[^>]*>1431</w:t></w:r>)", rf"\1{twice}", text))  # fmt: skip
    with ZipFile(io.BytesIO(data)) as archive:
        assert twice in archive.read("word/document.xml").decode()
    assert same(reader.read(data, "a.docx"))


def test_one_of_two_tellings_is_read() -> None:
    """A choice and its fallback say the same; text of a drawing that is understood is taken once."""
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = rf'<mc:AlternateContent {mc}><mc:Choice Requires="wps"><w:t>1431</w:t></mc:Choice><mc:Fallback><w:t>1431</w:t></mc:Fallback></mc:AlternateContent>'
    data = edited(WORD, "word/document.xml", lambda text: RUN.sub(both, text))
    assert same(reader.read(data, "a.docx"))


def test_numbers_that_word_gives_to_headings_are_read() -> None:
    """The headings of the report, their numbers taken out and given by the style of a list."""
    made = docx.Document()
    made.add_paragraph("示例市水务局2022年政府信息公开工作年度报告")
    for heading, text in (
        ("总体情况", "甲"),
        ("主动公开政府信息情况", "乙"),
        ("存在的主要问题及改进情况", "丙"),
    ):
        made.add_paragraph(heading, style="List Number")
        made.add_paragraph(text)
    table = made.add_table(2, 8)
    for column, text in enumerate(
        ("", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    ):
        table.cell(0, column).text = text
        table.cell(1, column).text = text and "1"
    table.cell(1, 0).text = "一、本年新收政府信息公开申请数量"
    file = io.BytesIO()
    made.save(file)
    read = reader.read(file.getvalue(), "a.docx")
    assert [(each.heading[0], each.text) for each in read.sections] == [
        ("一", "甲"),
        ("二", "乙"),
        ("五", "丙"),
    ]


def workbook(change: Callable[[Any, Any], None]) -> TypedReport:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["示例市水务局2022年政府信息公开工作年度报告"])
    sheet.append(["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"])
    sheet.append(["一、本年新收政府信息公开申请数量", 5, 0, 0, 0, 0, 0, 5])
    sheet.append(["四、结转下年度继续办理", 1, 0, 0, 0, 0, 0, 1])
    change(book, sheet)
    file = io.BytesIO()
    book.save(file)
    return reader.read(file.getvalue(), "a.xlsx")


def test_hidden_rows_and_columns_are_not_read_and_that_is_said() -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet.insert_rows(3)
        sheet.cell(3, 1, "一、本年新收政府信息公开申请数量")
        sheet.cell(3, 2, 99)
        sheet.row_dimensions[3].hidden = True
        sheet.insert_cols(2)
        sheet.cell(4, 2, 77)
        sheet.column_dimensions["B"].hidden = True

    read = workbook(change)
    assert read.requests_table["new"] == [5, 0, 0, 0, 0, 0, 5]
    assert any("隐藏的行或列没有读" in each for each in read.assumed)


def test_a_hidden_sheet_is_not_read_and_that_is_said() -> None:
    def change(book: Any, sheet: Any) -> None:
        copy = book.copy_worksheet(sheet)
        copy["B3"] = 99
        copy.title, copy.sheet_state = "底稿", "hidden"

    read = workbook(change)
    assert read.requests_table["new"] == [5, 0, 0, 0, 0, 0, 5]
    assert any("隐藏的工作表“底稿”没有读" in each for each in read.assumed)


def test_a_formula_that_was_never_calculated_is_unread() -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet["H3"] = "=SUM(B3:G3)"

    read = workbook(change)
    assert read.requests_table["new"][-1] is None
    assert any("公式" in each for each in read.unread)


@pytest.mark.parametrize("name", ["a.html", "a.shtml", "a.jsp", "a.aspx", "a.xls", "a.doc", "A.HTM"])
def test_a_page_under_any_name_is_read(name: str) -> None:
    assert same(reader.read(PAGE, name))


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "gb2312"), ("gb18030", "utf-8"), ("gb18030", "gb2312"), ("utf-16", "utf-8")],
)
def test_a_page_is_decoded_by_what_it_is(encoding: str, declared: str) -> None:
    page = re.sub("charset=[^>]*", f"charset={declared}", PAGE.decode())
    assert same(reader.read(page.encode(encoding), "a.html"))


def test_a_saved_web_archive_is_read() -> None:
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    data = head.encode() + PAGE + b"\r\n--x--\r\n"
    assert same(reader.read(data, "a.mhtml"))
    assert same(reader.read(data, "a.doc"))


def test_hidden_parts_and_menus_of_a_page_are_not_read() -> None:
    menu = '<ul><li><a href="x">示例市2019年政府信息公开工作年度报告</a></li></ul>'
    hidden = (
        '<table style="display:none"><tr><td>一、本年新收政府信息公开申请数量</td><td>9</td></tr></table>'
    )
    page = PAGE.decode().replace("<body>", f"<body>{menu}{hidden}", 1)
    read = reader.read(page.encode(), "a.html")
    assert same(read)
    assert (read.authority, read.year) == ("宿迁市人民政府", 2024)


@pytest.mark.parametrize(
    "torn", ["<![if !supportEmptyParas]>", "<![endif]>", "<![CDAT", "<![CDATA[x]]>", "<!x", "<!-- x", "<![["]
)
def test_conditions_of_word_processors_are_skipped(torn: str) -> None:
    """As Word writes them into its pages, and as a torn page has them."""
    assert same(
        reader.read(
            (
                torn + PAGE.decode().replace("<body>", f"<body>{torn}<p></p>", 1)
                if ">" in torn
                else PAGE.decode() + torn
            ).encode(),
            "a.html",
        )
    )


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.doc", OLD, "另存为docx"), ("a.xls", OLD, "另存为xlsx"), ("a.wps", OLD, "另存为docx"), ("a.et", OLD, "另存为xlsx"),
        ("a.docx", OLD + "EncryptedPackage".encode("utf-16-le"), "密码"), ("a.ofd", b"PK", "导出为pdf"), ("a.zip", b"PK", "解压"),
        ("a.jpg", b"\xff\xd8", "docx"), ("a.csv", b"x", "xlsx"), ("a.xlsb", b"PK", "xlsx"), ("a.rtf", b"{\\rtf", "docx"),
    ],
)  # fmt: skip
def test_of_a_file_that_is_not_read_is_said_what_to_do(name: str, data: bytes, told: str) -> None:
    with pytest.raises(ReportFileFault, match=told):
        reader.read(data, name)
