"""Tables arranged otherwise than the form has them: turned, numbered, cut beside one another, there twice."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest

from adapters.report_files import reader
from projections.report.imported import TypedReport
from tests.adapters.report_files import styles
from tests.adapters.report_files.test_styles import differences

COLUMNS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
NEW, CARRIED = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"
REQUESTS = [
    ["项目", *COLUMNS],
    [NEW, "11", "12", "13", "14", "15", "16", "81"],
    [CARRIED, "1", "0", "0", "0", "0", "0", "1"],
]
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
ROUTES = ("行政复议", "未经复议直接起诉", "复议后起诉")
FIGURES = [["21", "22", "23", "24", "90"], ["31", "32", "33", "34", "130"], ["41", "42", "43", "44", "170"]]
APPEALS = [["", *RESULTS], *([route, *own] for route, own in zip(ROUTES, FIGURES, strict=True))]
LINE = [
    [text for text in ROUTES for _ in RESULTS],
    list(RESULTS) * 3,
    [figure for own in FIGURES for figure in own],
]

Rows = Sequence[Sequence[str]]


def read(*tables: Rows) -> TypedReport:
    page = "".join(
        "<table>" + "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows) + "</table><p>下</p>"
        for rows in tables
    )  # fmt: skip
    return reader.read(f"<h1>示例市水务局2023年政府信息公开工作年度报告</h1>{page}".encode(), "a.html")


def turned(rows: Rows) -> Rows:
    return list(zip(*rows, strict=True))


def is_read(report: TypedReport) -> bool:
    appeals = [list(results.values()) for results in report.appeals_table.values()]
    return (report.requests_table, appeals) == (
        {"new": [11, 12, 13, 14, 15, 16, 81], "carried_in": [1, 0, 0, 0, 0, 0, 1]},
        [[21, 22, 23, 24, 90], [31, 32, 33, 34, 130], [41, 42, 43, 44, 170]],
    )


NUMBERED = [
    [REQUESTS[0][0], "行次", *REQUESTS[0][1:]],
    *([row[0], str(n), *row[1:]] for n, row in enumerate(REQUESTS[1:], 1)),
]


@pytest.mark.parametrize(
    "tables",
    [
        (REQUESTS, APPEALS), (REQUESTS, LINE), (turned(REQUESTS), APPEALS), (REQUESTS, turned(APPEALS)), (turned(REQUESTS), turned(LINE)),
        (NUMBERED, LINE), ([["序号", *REQUESTS[0]], *([str(n), *row] for n, row in enumerate(REQUESTS[1:], 1))], LINE),
        ([REQUESTS[0], ["栏次", *"1234567"], *REQUESTS[1:]], [*LINE[:2], [str(n) for n in range(1, 16)], LINE[2]]),
        (REQUESTS, [[row[0], row[5], *row[1:5]] for row in APPEALS]), (REQUESTS, LINE, LINE), (REQUESTS, REQUESTS, APPEALS),
        ([row[:4] for row in REQUESTS], [[row[0], *row[4:]] for row in REQUESTS], LINE),
        ([*(row[:4] for row in REQUESTS), *([row[0], *row[4:]] for row in REQUESTS)], LINE),
    ],
)  # fmt: skip
def test_tables_arranged_otherwise_are_read(tables: tuple[Rows, ...]) -> None:
    """Rows for columns, serial numbers in a column or a line, the total first, twice the same, in two halves."""
    report = read(*tables)
    assert is_read(report)
    assert [each for each in report.unread if "主动公开" not in each] == []


def test_of_two_lines_of_figures_none_is_taken() -> None:
    """This year's and last year's under one header: nobody knows which is which."""
    report = read(REQUESTS, [*LINE, ["9"] * 15])
    assert {each for results in report.appeals_table.values() for each in results.values()} == {None}
    assert len([cell for cell in report.unread_cells if cell[0] == "appeals"]) == 15


def test_of_two_tables_that_differ_no_figure_that_does_is_taken() -> None:
    other = [*REQUESTS[:2], [CARRIED, "2", "0", "0", "0", "0", "0", "2"]]
    report = read(other, REQUESTS, APPEALS)
    assert report.requests_table == {
        "new": [11, 12, 13, 14, 15, 16, 81],
        "carried_in": [None, 0, 0, 0, 0, 0, None],
    }
    assert report.unread_cells == (
        ("requests", "carried_in", "natural_person"),
        ("requests", "carried_in", "total"),
    )


def test_a_second_half_without_its_header_is_named() -> None:
    """Three columns below a header of seven are not its first three."""
    report = read([row[:5] for row in REQUESTS], [[row[0], *row[5:]] for row in REQUESTS[1:]], LINE)
    assert report.requests_table["new"] == [11, 12, 13, 14, None, None, None]
    assert any("与栏目对不上" in each for each in report.unread)


def test_a_blank_and_a_figure_of_one_cell_are_two_readings() -> None:
    """A row that stands twice, once with a blank: nobody knows which holds."""
    other = [REQUESTS[0], [NEW, "11", "", "13", "14", "15", "16", "81"], REQUESTS[2]]
    for tables in ((other, REQUESTS, APPEALS), (REQUESTS, other, APPEALS)):
        report = read(*tables)
        assert report.requests_table["new"] == [11, None, 13, 14, 15, 16, 81]
        assert report.unread_cells == (("requests", "new", "commercial_enterprise"),)


def test_a_corner_with_a_letter_missing_is_a_corner() -> None:
    """本列数据的勾稽关系 with a slip of typing stands over the labels, and a half below it has its own columns."""
    corner = "（本列数据的勾关系为：第一项加第二项之和，等于第三项加第四项之和）"
    first = [[corner, *REQUESTS[0][1:5]], *(row[:5] for row in REQUESTS[1:])]
    second = [[corner, *REQUESTS[0][5:]], *([row[0], *row[5:]] for row in REQUESTS[1:])]
    assert is_read(read(first, second, LINE))


def test_a_blank_at_the_end_of_a_row_of_a_workbook_is_a_cell() -> None:
    """本年增/减 over two columns that are not merged, and no 处理决定数量: 1541 is not both."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["示例市水务局2023年政府信息公开工作年度报告"])
    sheet.append(["第二十条第（五）项"])
    sheet.append(["信息内容", "上一年项目数量", "本年增/减", "本年增/减", "处理决定数量"])
    sheet.append(["行政许可", 3, 1541, 1541])
    for row in REQUESTS:
        sheet.append(row)
    sheet.cell(40, 5_000, "远处的备注")
    file = io.BytesIO()
    book.save(file)
    report = reader.read(file.getvalue(), "a.xlsx")
    assert report.proactive_table["licensing"] == ["3", "1541", None]
    assert report.requests_table["new"] == [11, 12, 13, 14, 15, 16, 81]


def _page(change: Callable[[str], str]) -> tuple[styles.Style, TypedReport]:
    style = styles.styled(0, "html", is_plain=True)
    style.encoding = style.declared = "utf-8"
    page = styles.written(style).decode()
    return style, reader.read(change(page).encode(), "年报.html")


def test_frames_of_one_cell_within_one_another_are_looked_through() -> None:
    frame = "<table><tr><td><table><tr><td>", "</td></tr></table></td></tr></table>"
    style, found = _page(
        lambda page: page.replace("<body>", "<body>" + frame[0]).replace("</body>", frame[1] + "</body>")
    )
    assert list(differences(style.figures, found)) == []


def test_a_head_that_stands_beside_its_figures_is_told() -> None:
    """Rows without cells, over which merged cells reach: browsers show the head far left of its columns."""
    style, found = _page(lambda page: page.replace("</tr>", "</tr><tr></tr>"))
    assert all(own is None for *_, own in differences(style.figures, found))
    assert found.unread


def test_texts_without_a_heading_that_is_known_are_told() -> None:
    _, found = _page(lambda page: page.replace("</body>", f"<p>{'全年收到申请九万件。' * 80}</p></body>"))
    assert "没有认出六个部分的标题，文字没有核对" in found.unread
    _, found = _page(lambda page: page.replace("</body>", "<p>注：以上数据截至12月31日。</p></body>"))
    assert found.unread == ()
