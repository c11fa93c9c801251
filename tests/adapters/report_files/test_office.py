"""Office files and pages are read as a person sees them, with hidden, deleted, numbered and renamed content."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from adapters.render import docx as render_docx
from adapters.render import html as render_html
from adapters.report_files import reader
from adapters.report_files.office_zip import ReportFileFault
from projections.report.imported import TypedReport
from tests.adapters.render.reports import FOLDER, SUQIAN, document


def expected_report() -> TypedReport:
    return reader.read((FOLDER / f"{SUQIAN}.json").read_bytes(), "a.json")


def same(read: TypedReport) -> bool:
    own = expected_report()
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
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
RUN = re.compile(r"(<w:t[^>]*>)1431(</w:t>)")
"""宿迁 2024 granted 1431 (its table)."""


@pytest.mark.parametrize(
    "twice",
    [
        '<w:r><w:rPr><w:vanish/></w:rPr><w:t>9</w:t></w:r>',
        '<w:moveFrom w:id="1" w:author="x"><w:r><w:t>9</w:t></w:r></w:moveFrom>',
        '<w:del w:id="1" w:author="x"><w:r><w:delText>9</w:delText></w:r></w:del>',
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>9</w:t></w:r>',
        '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>9</w:t></w:r>',
        '<w:r><w:rPr><w:strike/></w:rPr><w:t>9</w:t></w:r>',
        '<w:r><w:rPr><w:dstrike w:val="true"/></w:rPr><w:t>9</w:t></w:r>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>9</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
        '</w:p></w:tc><w:tc><w:tcPr><w:cellDel w:id="1" w:author="x"/></w:tcPr><w:p><w:r><w:t>9</w:t></w:r>',
    ],
    ids=["hidden", "moved", "deleted", "raised", "mark of a note", "struck", "struck twice", "code of a field", "deleted cell"],
)  # fmt: skip
def test_a_digit_that_is_not_printed_is_not_read(twice: str) -> None:
    """Hidden, moved, deleted, struck through, a field code or a footnote mark: 1431 stays 1431."""
    data = edited(WORD, "word/document.xml", lambda text: re.sub(r"(<w:r>(?:(?!</w:r>).)*<w:t[^>]*>1431</w:t></w:r>)", rf"\1{twice}", text))  # fmt: skip
    with ZipFile(io.BytesIO(data)) as archive:
        assert twice in archive.read("word/document.xml").decode()
    assert same(reader.read(data, "a.docx"))


@pytest.mark.parametrize(
    "run",
    [
        '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>9</w:t></w:r>',
        '<w:r><w:rPr><w:color w:val="FDFDFD"/></w:rPr><w:t>9</w:t></w:r>',
        '<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>9</w:t></w:r>',
        '<w:r><w:sym w:font="Symbol" w:char="F039"/></w:r>',
        '<w:r><w:rPr><w:color w:val="auto" w:themeColor="background1"/></w:rPr><w:t>9</w:t></w:r>',
        '<w:bdo w:val="rtl"><w:r><w:t>9</w:t></w:r></w:bdo>',
        f'<m:oMath xmlns:m="{MATH}"><m:sSup><m:e><m:r><m:t>9</m:t></m:r></m:e></m:sSup></m:oMath>',
    ],
    ids=[
        "white",
        "nearly white",
        "tiny",
        "of a symbol font",
        "white by its theme",
        "in reverse",
        "in a formula",
    ],
)
def test_a_digit_that_may_not_be_seen_makes_its_figure_illegible(run: str) -> None:
    """White text may be on white or on a dark background: the cell is reported, the others are read."""
    data = edited(WORD, "word/document.xml", lambda text: re.sub(r"(<w:r>(?:(?!</w:r>).)*<w:t[^>]*>1431</w:t></w:r>)", rf"{run}\1", text))  # fmt: skip
    read = reader.read(data, "a.docx")
    assert read.requests_table["granted"] == [*expected_report().requests_table["granted"][:-1], None]
    assert read.unread_cells == (("requests", "granted", "total"),)


DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
FLOATING = f"""<w:r><w:drawing><wp:anchor xmlns:wp="{DRAWING}/wordprocessingDrawing" behindDoc="0"><wp:wrapNone/>
<a:graphic xmlns:a="{DRAWING}/main"><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="rId99"/>
</a:graphic></wp:anchor></w:drawing></w:r>"""
DOTS = {
    "jpg": b"\xff\xd8\xff\xe0",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06",
}
"""Beginnings of a picture that hides what is under it and of one that may be clear, as a seal."""


def with_picture(data: bytes, kind: str) -> bytes:
    relation = f'<Relationship Id="rId99" Type="{DRAWING}/image" Target="media/a.{kind}"/></Relationships>'
    data = edited(data, "word/_rels/document.xml.rels", lambda text: text.replace("</Relationships>", relation))  # fmt: skip
    file = io.BytesIO(data)
    with ZipFile(file, "a") as archive:
        archive.writestr(f"word/media/a.{kind}", DOTS[kind])
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "picture", "is_seen"),
    [
        ("jpg", FLOATING, False), ("png", FLOATING, True), ("jpg", FLOATING.replace('Doc="0"', 'Doc="1"'), True),
        ("jpg", FLOATING.replace("wrapNone", "wrapSquare"), True), ("jpg", FLOATING.replace("wp:anchor", "wp:inline"), True),
    ],
    ids=["over it", "clear", "behind it", "beside it", "in the line"],
)  # fmt: skip
def test_a_figure_under_a_floating_picture_is_unread(kind: str, picture: str, is_seen: bool) -> None:
    """Only one through which nothing is seen hides it; of one that floats elsewhere the report's reader is warned."""
    put = edited(WORD, "word/document.xml", lambda text: RUN.sub(rf"\g<0></w:r>{picture}<w:r>", text))
    read = reader.read(with_picture(put, kind), "a.docx")
    assert (read.requests_table["granted"][-1] == 1431) is is_seen
    assert any("图片遮住的1431" in each for each in read.unread) is not is_seen
    outside = edited(WORD, "word/document.xml", lambda text: text.replace("<w:p>", f"<w:p>{picture}", 1))
    read = reader.read(with_picture(outside, kind), "a.docx")
    assert same(read)
    assert any("浮于文字上方的图片" in each for each in read.assumed) is not is_seen


def test_a_row_without_height_is_not_read() -> None:
    """As a hidden one; the height of a row that grows with its text says nothing."""

    def with_height(rule: str) -> TypedReport:
        height = f'<w:trHeight w:val="2" w:hRule="{rule}"/>'
        pattern = r"<w:tr>(<w:trPr>)?((?:(?!<w:tr>).)*?>1431<)"
        made = edited(WORD, "word/document.xml", lambda text: re.sub(pattern, lambda match: f"<w:tr><w:trPr>{height}{'' if match[1] else '</w:trPr>'}{match[2]}", text, flags=re.S))  # fmt: skip
        return reader.read(made, "a.docx")

    assert same(with_height("atLeast"))
    assert "granted" not in with_height("exact").requests_table


@pytest.mark.parametrize(
    "sign", ['<w:sym w:font="Wingdings" w:char="F076"/>', "<w:t>◆ </w:t>", "<w:t>\uf06c</w:t>"]
)
def test_a_sign_before_a_heading_hides_no_section(sign: str) -> None:
    """A bullet that was typed by hand."""
    sign = f"<w:r>{sign}</w:r>"
    data = edited(WORD, "word/document.xml", lambda text: re.sub(r"(<w:r>(?:(?!</w:r>).)*<w:t[^>]*>[一二三四五六]、)", rf"{sign}\1", text))  # fmt: skip
    headings = [section.heading for section in reader.read(WORD, "a.docx").sections]
    assert [section.heading for section in reader.read(data, "a.docx").sections] == headings


def moved(data: bytes, old: str, new: str) -> bytes:
    """The file with a part renamed, also where others refer to it."""
    file = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as archive, ZipFile(file, "w", ZIP_DEFLATED) as made:
        for name in archive.namelist():
            text = archive.read(name)
            named = name.endswith(".rels") or name == "[Content_Types].xml"
            made.writestr(name.replace(old, new), text.replace(old.encode(), new.encode()) if named else text)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [moved(WORD, "document.xml", "document2.xml"), moved(WORD, "styles.xml", "styles2.xml"), moved(WORD, "word/", "Word/")],
    ids=["another main part", "other styles", "another case"],
)  # fmt: skip
def test_parts_are_found_where_the_file_says_they_are(data: bytes) -> None:
    """With the names that the web edition of a word processor uses."""
    assert same(reader.read(data, "a.docx"))


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        ('<w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml"/></w:pict>', "图片"),
        ('<w:fldChar w:fldCharType="begin"/><w:instrText>=SUM(LEFT)</w:instrText><w:fldChar w:fldCharType="end"/>', "公式没有算出的值"),
    ],
)  # fmt: skip
def test_content_of_a_cell_that_is_no_text_is_reported(instead: str, expected: str) -> None:
    """A picture of a figure, or a field that was never calculated, is not a blank cell."""
    data = edited(WORD, "word/document.xml", lambda text: RUN.sub(lambda _: instead, text))
    read = reader.read(data, "a.docx")
    assert read.requests_table["granted"] == [*expected_report().requests_table["granted"][:-1], None]
    assert read.unread_cells == (("requests", "granted", "total"),)
    assert any(f"“{expected}”不是件数" in each for each in read.unread)


def test_tables_that_are_pictures_are_reported() -> None:
    """If all tables are pictures, and if one is."""
    page = PAGE.decode()
    for tables in (page, page[page.index("</table>") :]):
        shown = re.sub("<table.*?</table>", "<img src=a.png>", tables, flags=re.S) if tables is page else page.replace(page[page.index("<table") : page.index("</table>")], "<img src=a.png>")  # fmt: skip
        try:
            expected = reader.read(shown.encode(), "a.html").unread
        except ReportFileFault as fault:
            expected = (str(fault),)
        assert any("图片中的表格不能读取" in each for each in expected)


@pytest.mark.parametrize(
    ("instead", "advice"),
    [
        ('<p>附件：<a href="/files/年报.docx?id=1">年报</a></p>', "请下载后核对该文件"), ('<iframe src="b.pdf"></iframe>', "请核对该文件"),
        ('<object data="b.pdf"></object>', "请核对该文件"), ("<div id=app></div><script src=a.js></script>", "在浏览器中打开后另存"),
    ],
)  # fmt: skip
def test_a_page_without_tables_says_where_they_may_be(instead: str, advice: str) -> None:
    """In a file that it links to, in a frame, or drawn by a program."""
    with pytest.raises(ReportFileFault, match=advice):
        reader.read(re.sub("<table.*?</table>", instead, PAGE.decode(), flags=re.S).encode(), "a.html")


def test_a_document_that_embeds_its_text_says_what_to_do() -> None:
    data = edited(WORD, "word/document.xml", lambda text: re.sub("<w:tbl>.*</w:tbl>", "<w:altChunk/>", text, flags=re.S))  # fmt: skip
    with pytest.raises(ReportFileFault, match="用Word或WPS打开后另存为docx"):
        reader.read(data, "a.docx")


def test_one_of_two_alternate_contents_is_read() -> None:
    """A choice and its fallback have the same text; that of a supported drawing is read once."""
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = rf'<mc:AlternateContent {mc}><mc:Choice Requires="wps"><w:t>1431</w:t></mc:Choice><mc:Fallback><w:t>1431</w:t></mc:Fallback></mc:AlternateContent>'
    data = edited(WORD, "word/document.xml", lambda text: RUN.sub(both, text))
    assert same(reader.read(data, "a.docx"))


def test_numbers_that_word_gives_to_headings_are_read() -> None:
    """The headings of the report, with their numbers replaced by a list style."""
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
    return reader.read(saved(change), "a.xlsx")


@pytest.mark.parametrize("merge", ["B3:C3", "B3:B4"])
def test_what_a_merge_covers_is_not_read(merge: str) -> None:
    """Its first cell is not even in the file, as some programs leave it: the figure of the second was read."""

    def cover(_: Any, sheet: Any) -> None:
        sheet["B3"], sheet["C3"] = None, 7

    data = edited(saved(cover), "xl/worksheets/sheet1.xml", lambda text: text.replace("</sheetData>", f'</sheetData><mergeCells count="1"><mergeCell ref="{merge}"/></mergeCells>'))  # fmt: skip
    read = reader.read(data, "a.xlsx")
    below = [None if merge == "B3:B4" else 1, 0, 0, 0, 0, 0, 1]
    assert (read.requests_table["new"][:2], read.requests_table["carried_out"]) == ([None, 7 if merge == "B3:B4" else None], below)  # fmt: skip
    assert any("没有读" in each for each in read.assumed)


def saved(change: Callable[[Any, Any], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["示例市水务局2022年政府信息公开工作年度报告"])
    sheet.append(["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"])
    sheet.append(["一、本年新收政府信息公开申请数量", 5, 0, 0, 0, 0, 0, 5])
    sheet.append(["四、结转下年度继续办理", 1, 0, 0, 0, 0, 0, 1])
    change(book, sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (5, "yyyy-mm-dd", "日期5"), (5, '[$-804]m"月"d"日"', "日期5"), (0.05, "0%", "5%"), (5000, "#,##0,", "以千计的5000"),
        (5, '"无"', "无"), (5, '0"万"', "5万"), (5, "0‰", "5‰"), (5, '"1"0', "“1”5"), (0.5, "[h]:mm", "时间0.5"), (True, "General", "TRUE"), (date(2023, 1, 5), "yyyy/m/d", "日期44931"),
    ],
)  # fmt: skip
def test_what_a_workbook_shows_as_something_else_is_no_figure(value: object, code: str, message: str) -> None:
    """1-5 that a workbook has turned into a date is not 44931 requests."""

    def change(_: Any, sheet: Any) -> None:
        sheet["B3"] = value
        sheet["B3"].number_format = code

    read = workbook(change)
    assert (read.requests_table["new"][0], read.requests_table["new"][1:]) == (None, [0, 0, 0, 0, 0, 5])
    assert any(f"“{message}”不是件数" in each for each in read.unread)


@pytest.mark.parametrize(
    "code",
    [
        "0",
        "#,##0_ ",
        '0"件"',
        "[Red]0;-0;;@",
        "00000",
        '_ * #,##0_ ;_ * "-"_ ;_ @_ ',
        '[=0]"—";0',
        '[<0]"负";[>=1]0;"零"',
        "G/通用格式",
    ],
)
def test_a_figure_in_any_format_is_read(code: str) -> None:
    def change(_: Any, sheet: Any) -> None:
        for column in "BCDEFGH":
            sheet[f"{column}3"].number_format = code

    assert workbook(change).requests_table["new"] == [5, 0, 0, 0, 0, 0, 5]


def test_a_note_far_below_and_beside_the_table_hides_nothing() -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet.cell(2000, 60, "经办人")

    assert workbook(change).requests_table["new"] == [5, 0, 0, 0, 0, 0, 5]


def test_a_figure_that_is_crossed_out_in_a_workbook_is_named() -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet["H3"].font = Font(strike=True)

    read = workbook(change)
    assert read.requests_table["new"][-1] is None
    assert any("划去的5" in each for each in read.unread)


@pytest.mark.parametrize("font", [Font(color="FFFFFFFF"), Font(color="FFFDFDFD"), Font(color=Color(theme=0)), Font(sz=1)], ids=["white", "nearly white", "as the window", "tiny"])  # fmt: skip
def test_a_figure_that_may_not_be_seen_in_a_workbook_is_named(font: Font) -> None:
    """White on white; on a dark background it is read."""

    def change(_: Any, sheet: Any) -> None:
        sheet["H3"].font = font

    def on_dark(_: Any, sheet: Any) -> None:
        sheet["H3"].font, sheet["H3"].fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF003366")

    assert workbook(change).unread_cells == (("requests", "new", "total"),)
    assert workbook(on_dark).requests_table["new"] == [5, 0, 0, 0, 0, 0, 5]


def test_a_picture_in_a_cell_as_wps_keeps_it_is_named() -> None:
    """WPS stores a formula that names the picture."""

    def change(_: Any, sheet: Any) -> None:
        sheet["H3"] = '=_xlfn.DISPIMG("ID_8A2F",1)'

    def kept(sheet: str) -> str:
        value = '</f><v>=DISPIMG("ID_8A2F",1)</v></c>'
        return re.sub(r'(<c r="H3")([^>]*>.*?)</f>.*?</c>', rf'\1 t="str"\2{value}', sheet)

    data = edited(saved(change), "xl/worksheets/sheet1.xml", kept)
    assert any("“图片”不是件数" in each for each in reader.read(data, "a.xlsx").unread)


def test_cells_without_a_reference_follow_one_another() -> None:
    """As some programs write them; cell references may be in lower case too."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["项目", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"])
    sheet.append(["一、本年新收政府信息公开申请数量", 1, 2, 3, 4, 5, 6, 21])
    file = io.BytesIO()
    book.save(file)
    for pattern, place in (
        (r'<(c|row) r="\w+"', r"<\1"),
        (r'<c r="(\w)(\d)"', lambda match: f'<c r="{match[1].lower()}{match[2]}"'),
    ):
        made = edited(file.getvalue(), "xl/worksheets/sheet1.xml", lambda text, old=pattern, new=place: re.sub(old, new, text))  # type: ignore[misc] # fmt: skip
        assert reader.read(made, "a.xlsx").requests_table["new"] == [1, 2, 3, 4, 5, 6, 21]


def test_hidden_rows_and_columns_are_not_read_and_reported() -> None:
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
    assert any("隐藏的行、列或数字没有读" in each for each in read.assumed)


def test_a_hidden_sheet_is_not_read_and_reported() -> None:
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


@pytest.mark.parametrize("name", ["a.html", "a.shtml", "a.jsp", "a.aspx", "a.xls", "a.doc", "A.HTM", "a.docx", "a.pdf", "a.txt", "年报", "a.html "])  # fmt: skip
def test_a_page_under_any_name_is_read(name: str) -> None:
    assert same(reader.read(PAGE, name))


@pytest.mark.parametrize("name", ["a.doc", "a.xlsx", "a.pdf", "a.html", "a.docx(1)", "a"])
def test_a_document_under_any_name_is_read(name: str) -> None:
    assert same(reader.read(WORD, name))


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


def test_every_page_of_a_saved_web_archive_is_read() -> None:
    """A workbook saved as one web page: a frame set first, then a page for each sheet."""
    tables = PAGE.decode().split("<h2>")
    parts = ["<html><frameset></frameset></html>", *(f"<html><h2>{each}" for each in tables[1:])]
    parts[0] = parts[0].replace("</html>", tables[0])
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
    own = "--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    data = head + "".join(f"{own}{part}\r\n" for part in parts) + "--x--\r\n"
    assert same(reader.read(data.encode(), "a.mht"))


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
    ("style", "typed"),
    [
        ("", "<del>9</del>1431"), ("", "1431<s>9</s>"), ("", '<span style="text-decoration:line-through">9</span>1431'),
        ("", '<span style="font-size:0px">9</span>1431'), ("", '<b style="opacity: 0">9</b>1431'), ("", "1431<rt>9</rt>"),
        ("", '1431<span style="vertical-align:super">9</span>'), ("", "1431<sup>9"), ("", "1431㉑"),
        (".h{color:red} .x, .h { display : none }", "<span class='a h'>9</span>1431"), ("#q{visibility:hidden}", "1431<i id=q>9</i>"),
        ("@media print{.h{display:none}}", "<span class=h>1431</span>"), (".h{display:none} .h.on{display:inline}", "<i class='h on'>1431</i>"),
        ("", '<input value="1431">'), ("", '<input type=hidden value=9>1431'), ("", "<textarea>1431</textarea>"),
        ("", "<select><option>9<option selected>1431</select>"), ("", "<select><option>1431</option><option>9</option></select>"),
        (".s{vertical-align:super}", "1431<span class=s>9</span>"), ("td span{vertical-align:super}", "1431<span>9</span>"),
        ("th span,table td > .n{display:none}", "1431<span class=n>9</span>"), ("u{display:none}", "1431<u>9</u>"), ("h1 span{display:none}", "<span>1431</span>"),
        ("", '<div style="font-size:0">9<b style="font-size:9pt">1431</b></div>'), (".t{background:#036;color:#fff}", "<span class=t>1431</span>"),
        ("td{color:#fff;background:#036} p{color:#333}", "<p>1431</p>"), ("", '<b style="opacity:.0">9</b>1431'),
        (".z{transform: scaleX(0)}", "<i class=z>9</i>1431"), ("", "<dialog>9</dialog>1431"), ("", "<noframes>9</noframes>1431"),
        ("", "<datalist><option>9</datalist>1431"), ("", "<video>9</video>1431"),
    ],
)  # fmt: skip
def test_a_page_is_read_as_it_is_seen(style: str, typed: str) -> None:
    """Struck through, of size 0, hidden by a style sheet, superscript; and the value of a form field."""
    page = (
        PAGE.decode().replace("<td>1431</td>", f"<td>{typed}</td>").replace("</style>", f"{style}</style>", 1)
    )
    assert typed in page
    assert same(reader.read(page.encode(), "a.html"))


@pytest.mark.parametrize(
    ("style", "typed"),
    [
        ("", '<span style="color:#FFF">9</span>1431'), (".w{color:rgba(0,0,0,0)}", "<i class=w>9</i>1431"), ("", "<font color=white>9</font>1431"),
        ("td i{font-size:1px}", "<i>9</i>1431"), ("", '<i style="font-size:2.5pt">9</i>1431'), ("", '<b style="position:absolute;left:-9999px">9</b>1431'),
        (".sr{width:1px;clip:rect(0,0,0,0)}", "<i class=sr>9</i>1431"), ("", '<i class="d-none d-md-inline">1431</i><i class=d-md-none>1431</i>'),
        (".n{width:0;overflow:hidden}", "<i class=n>9</i>1431"), ("", '<div style="display:flex;flex-direction:row-reverse"><i>31</i><i>14</i></div>'),
        ("", "<bdo dir=rtl>1341</bdo>"), ("", "<sup>1431</sup>"), ("", "⑨"),
    ],
)  # fmt: skip
def test_a_digit_of_a_page_that_may_not_be_seen_makes_its_figure_illegible(style: str, typed: str) -> None:
    """White, tiny, off the page, reversed; and a cell with only a superscript digit, which may be the figure."""
    page = PAGE.decode().replace("<td>1431</td>", f"<td>{typed}</td>").replace("</style>", f"{style}</style>", 1)  # fmt: skip
    read = reader.read(page.encode(), "a.html")
    assert read.requests_table["granted"] == [*expected_report().requests_table["granted"][:-1], None]
    assert read.unread_cells == (("requests", "granted", "total"),)


def test_an_article_of_wechat_is_read() -> None:
    """It is hidden until a script has run, and its paragraphs are sections."""
    start = '<div class="rich_media_content" id="js_content" style="visibility: hidden; opacity: 0;">'
    page = PAGE.decode().replace("<body>", f"<body>{start}").replace("</body>", "</div></body>")
    page = re.sub("<td>(.*?)</td>", r"<td><section><p><span leaf>\1</span></p></section></td>", page)
    assert same(reader.read(page.encode(), "a.html"))


@pytest.mark.parametrize(
    "torn", ["<![if !supportEmptyParas]>", "<![endif]>", "<![CDAT", "<![CDATA[x]]>", "<!x", "<!-- x", "<![["]
)
def test_conditions_of_word_processors_are_skipped(torn: str) -> None:
    """Conditional comments as Word writes them into pages, also malformed ones."""
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
    ("name", "data", "message"),
    [
        ("a.doc", OLD, "另存为docx"), ("a.xls", OLD, "另存为xlsx"), ("a.wps", OLD, "另存为docx"), ("a.et", OLD, "另存为xlsx"),
        ("a.docx", OLD + "EncryptedPackage".encode("utf-16-le"), "密码"), ("a.ofd", b"PK", "导出为pdf"), ("a.zip", b"PK", "解压"),
        ("a.docx", OLD + "WordDocument".encode("utf-16-le"), "旧版Word"), ("a.xlsx", OLD + "Workbook".encode("utf-16-le"), "旧版Excel"),
        ("a.doc", b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument"), ("a.docx", b"{\\rtf1", "RTF"),
        ("a.docx", b"\x89PNG\r\n", "图片"), ("a.docx", b"Rar!\x1a", "解压"), ("a.docx", b"", "空的"), ("a.xlsx", b" \n", "空的"),
        ("a.jpg", b"\xff\xd8", "docx"), ("a.csv", b"x", "xlsx"), ("a.xlsb", b"PK", "xlsx"), ("a.rtf", b"{\\rtf", "docx"),
    ],
)  # fmt: skip
def test_an_unreadable_file_has_a_message_with_what_to_do(name: str, data: bytes, message: str) -> None:
    with pytest.raises(ReportFileFault, match=message):
        reader.read(data, name)
