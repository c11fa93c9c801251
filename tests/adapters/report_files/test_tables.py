"""Tables in another arrangement than the form: transposed, numbered, in halves side by side, repeated."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest

from adapters.report_files import reader
from domain.report.state import number_in
from projections.report import checks
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
def test_tables_in_another_arrangement_are_read(tables: tuple[Rows, ...]) -> None:
    """Transposed, with serial numbers in a column or a row, the total first, repeated, in two halves."""
    report = read(*tables)
    assert is_read(report)
    assert [each for each in report.unread if "主动公开" not in each] == []


@pytest.mark.parametrize(
    ("over", "is_known"),
    [(ROUTES, True), (("行政复议", "行政诉讼"), False), (("行政复议", "复议后起诉", "未经复议直接起诉"), False), (("行政复议", "", "未经复议直接起诉"), False)],
)  # fmt: skip
def test_routes_that_are_not_as_wide_as_their_results_move_no_figure(
    over: tuple[str, ...], is_known: bool
) -> None:
    """The routes are single cells over fifteen results: 22 corrected reconsiderations were read as upheld suits."""
    report = read(REQUESTS, [list(over), *LINE[1:]])
    known = [list(results.values()) for results in report.appeals_table.values()]
    if is_known:
        assert known == [list(map(int, own)) for own in FIGURES]
    else:
        cells = zip(known, FIGURES, strict=False)
        assert all(
            cell in (None, int(text)) for row, own in cells for cell, text in zip(row, own, strict=True)
        )
        assert any("复议诉讼表" in each or "行政诉讼情况" in each for each in report.unread)


def test_of_two_lines_of_figures_none_is_taken() -> None:
    """This year's and last year's under one header cannot be distinguished."""
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
    """Three columns below a header of seven need not be its first three."""
    report = read([row[:5] for row in REQUESTS], [[row[0], *row[5:]] for row in REQUESTS[1:]], LINE)
    assert report.requests_table["new"] == [11, 12, 13, 14, None, None, None]
    assert any("与栏目对不上" in each for each in report.unread)


def test_a_part_before_its_header_is_named() -> None:
    """Pages in the wrong order: the rows are there, so they are not just reported as missing."""
    late = [["（一）予以公开", "1", "0", "0", "0", "0", "0", "1"]]
    report = read(late, REQUESTS, LINE)
    assert "granted" not in report.requests_table
    assert "申请表有一部分排在栏目名称之前，没有读，请按页序排列" in report.unread


def test_a_blank_and_a_figure_of_one_cell_are_two_readings() -> None:
    """A row that occurs twice, once with a blank: it is not known which is right."""
    other = [REQUESTS[0], [NEW, "11", "", "13", "14", "15", "16", "81"], REQUESTS[2]]
    for tables in ((other, REQUESTS, APPEALS), (REQUESTS, other, APPEALS)):
        report = read(*tables)
        assert report.requests_table["new"] == [11, None, 13, 14, 15, 16, 81]
        assert report.unread_cells == (("requests", "new", "commercial_enterprise"),)


def test_a_corner_with_a_letter_missing_is_a_corner() -> None:
    """A misspelt 本列数据的勾稽关系 above the labels is still recognised; the half below it has its own columns."""
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


LOST = "单元格比栏目少，不知道少的是哪一格"
SECRET = "1.属于国家秘密"


@pytest.mark.parametrize(
    ("tables", "cells", "message"),
    [
        (([*REQUESTS[:2], [CARRIED, "1", "0", "0", "0", "0", "1"]], APPEALS), [("requests", "carried_in")] * 7, LOST),
        (([*REQUESTS[:2], [CARRIED, "1", "0", "0", "0", "0", "0", "0", "1"]], APPEALS), [("requests", "carried_in")] * 7, "与栏目对不上"),
        ((REQUESTS, [*LINE[:2], LINE[2][:14]]), [("appeals", route) for route in ("reconsideration", "litigation_direct", "litigation_after_reconsideration") for _ in RESULTS], LOST),
        ((REQUESTS, [*APPEALS[:2], APPEALS[2][:5], APPEALS[3]]), [("appeals", "litigation_direct")] * 5, LOST),
    ],
    ids=["a cell too few", "a cell too many", "in the line of appeals", "in a row of appeals"],
)  # fmt: skip
def test_a_row_with_another_number_of_cells_is_not_read_as_if_it_were_whole(
    tables: tuple[Rows, ...], cells: list[tuple[str, str]], message: str
) -> None:
    """Its figures are one column off from an unknown place: not read, and neither missing nor wrong."""
    report = read(*tables)
    assert [cell[:2] for cell in report.unread_cells] == cells
    assert any(message in each for each in report.unread)
    assert {each.check for each in checks.check_typed(report)} == {"row_missing"}
    assert "上年结转" not in str([each.text for each in checks.check_typed(report)])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<td>12</td><td>13</td>", "<td>12</td><td rowspan=2>13</td>", "“13”所在的单元格占了几栏或几行"),
        ("<td>13</td>", "<td><img src=a.png></td>", "“图片”不是件数"), ("<td>13</td>", "<td>13元</td>", "“13元”不是件数"),
        ("<td>13</td>", "<td>####</td>", "“####”不是件数"), ("<td>13</td>", "<td>&#x202e;31</td>", "不是件数"),
    ],
)  # fmt: skip
def test_a_cell_that_gives_no_figure_is_named(old: str, new: str, message: str) -> None:
    """Over two rows, a picture, money, a number wider than its column, digits in reverse."""
    rows = [
        REQUESTS[0],
        REQUESTS[1],
        [*REQUESTS[2][:3], *REQUESTS[2][4:]] if "rowspan" in new else REQUESTS[2],
    ]
    page = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows)
    report = reader.read(f"<h1>示例市水务局2023年政府信息公开工作年度报告</h1><table>{page.replace(old, new, 1)}</table>".encode(), "a.html")  # fmt: skip
    assert report.requests_table["new"] == [11, 12, None, 14, 15, 16, 81]
    assert ("requests", "new", "research_institution") in report.unread_cells
    assert any(message in each for each in report.unread)


def test_a_picture_that_shows_nothing_is_no_figure() -> None:
    report = read([*REQUESTS[:2], [*REQUESTS[2][:2], "<img src=x width=1>", *REQUESTS[2][3:]]], APPEALS)
    assert report.requests_table["carried_in"] == [1, None, 0, 0, 0, 0, 1]
    assert report.unread_cells == ()


def test_a_year_before_the_results_of_appeals_moves_no_figure() -> None:
    head = [["年度", *line] for line in LINE[:2]]
    assert is_read(read(REQUESTS, [*head, ["2023年", *LINE[2]]]))


def test_rows_whose_labels_are_cut_finer_than_their_header_are_read() -> None:
    """The header is on one page with one column of labels, the rows on the next with three: 1.属于国家秘密 is a label."""
    groups = "三、本年度办理结果", "（三）不予公开"
    rows = [[row[0], "", "", *row[1:]] for row in REQUESTS[1:]]
    report = read(REQUESTS[:1], [*rows, [*groups, SECRET, "2", "0", "0", "0", "0", "0", "2"]], APPEALS)
    assert report.requests_table["refused.state_secret"] == [2, 0, 0, 0, 0, 0, 2]


def test_two_tables_that_differ_are_reported_in_one_sentence() -> None:
    """This year's and last year's: not one remark per row."""
    last = [LINE[0], LINE[1], [str(int(figure) + 1) for figure in LINE[2]]]
    report = read(REQUESTS, LINE, last)
    assert [each for each in report.unread if "出现两次" in each] == [
        "复议诉讼表有15处出现两次而数字不同（“行政复议”的“结果维持”等），文件中有两张这样的表格或两行数字，请只留本年度的"
    ]


PROACTIVE = [
    ["第二十条第（一）项"], ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", "3", "1", "7"],
    ["第二十条第（八）项"], ["信息内容", "本年收费金额（单位：万元）"], ["行政事业性收费", "12.5"],
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "rules", "fees", "message"),
    [
        ("信息内容", "项目", ["3", "1", "7"], "12.5", None), ("信息内容", "", ["3", "1", "7"], "12.5", None),
        ("单位：万元", "单位：元", ["3", "1", "7"], None, "以元计，年报格式的单位是万元"), ("12.5", "125000元", ["3", "1", "7"], None, "以元计"),
        ("12.5", "12.5万元", ["3", "1", "7"], "12.5万元", None), ("万元", "<p>万</p><p>元</p>", ["3", "1", "7"], "12.5", None),
        ("<td>1</td>", "", [None] * 3, "12.5", LOST), ("<td>1</td>", "<td>1元</td>", ["3", None, "7"], "12.5", "不是金额"),
    ],
)  # fmt: skip
def test_of_the_proactive_table_columns_and_units_are_those_of_the_form(
    old: str, new: str, rules: list[str | None], fees: str | None, message: str | None
) -> None:
    page = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in PROACTIVE)
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in REQUESTS)
    report = reader.read(f"<h1>示例市水务局2023年政府信息公开工作年度报告</h1><table>{page.replace(old, new)}</table><p>三</p><table>{rows}</table>".encode(), "a.html")  # fmt: skip
    known = [text if number_in(text) is not None else None for text in report.proactive_table["regulations"]]
    (fee,) = report.proactive_table["fees"]
    assert (known, fee if number_in(fee) is not None else None) == (rules, fees)
    assert [message in each for each in report.unread if "主动公开表" in each] == ([True] if message else [])
    assert not any(each.table == "proactive" and each.row in ("regulations", "fees") for each in checks.check_typed(report))  # fmt: skip


def test_titles_and_headings_in_the_rows_of_a_page_are_found() -> None:
    """A page saved by a spreadsheet: all in one table, the title in two cells."""
    first = [
        ["示例市水务局", "2023年政府信息公开工作年度报告"],
        ["一、总体情况"],
        ["全年收到申请81件。"],
        ["三、收到和处理政府信息公开申请情况"],
    ]
    page = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in [*first, *REQUESTS])
    report = reader.read(f"<table>{page}</table>".encode(), "a.xls")
    assert (report.authority, report.year) == ("示例市水务局", 2023)
    assert [(each.heading[0], each.text) for each in report.sections] == [
        ("一", "全年收到申请81件。"),
        ("三", ""),
    ]
    assert report.requests_table["new"] == [11, 12, 13, 14, 15, 16, 81]


def test_a_report_of_no_known_year_says_so() -> None:
    page = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in REQUESTS)
    report = reader.read(f"<table>{page}</table>".encode(), "附件1.html")
    assert "没有认出报告是哪一年度的，文字中往年的数字没有区分" in report.unread


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


def test_a_head_beside_its_figures_is_reported() -> None:
    """Rows without cells, spanned by merged cells: browsers show the header far left of its columns."""
    style, found = _page(lambda page: page.replace("</tr>", "</tr><tr></tr>"))
    assert all(own is None for *_, own in differences(style.figures, found))
    assert found.unread


def test_texts_without_a_known_heading_are_reported() -> None:
    _, found = _page(lambda page: page.replace("</body>", f"<p>{'全年收到申请九万件。' * 80}</p></body>"))
    assert "没有认出六个部分的标题，文字没有核对" in found.unread
    _, found = _page(lambda page: page.replace("</body>", "<p>注：以上数据截至12月31日。</p></body>"))
    assert found.unread == ()


def unread_columns(report: TypedReport) -> list[str]:
    cells = report.requests_table["new"]
    return [code for code, cell in zip(report.columns, cells, strict=True) if cell is None]


def test_of_two_columns_with_one_name_neither_is_read() -> None:
    """其他 stands over 法律服务机构 as well: 15 was read as the figure of 其他."""
    head = [text.replace("法律服务机构", "其他") for text in REQUESTS[0]]
    report = read([head, *REQUESTS[1:]], APPEALS)
    assert unread_columns(report) == ["legal_service_institution", "other_organisation"]
    assert any("没有找到“其他”列" in each for each in report.unread)


def test_columns_from_a_total_between_applicants_on_are_not_read() -> None:
    """The cell over five organisations spans four, so that 总计 stands over the figures of 其他."""
    page = f"""<table><tr><td rowspan=2></td><td rowspan=2>自然人</td><td colspan=4>法人或其他组织</td><td rowspan=2>总计</td></tr>
<tr>{"".join(f"<td>{each}</td>" for each in COLUMNS[1:6])}</tr>
<tr><td>{"</td><td>".join(REQUESTS[1])}</td></tr></table>"""
    report = reader.read(f"<h1>示例市水务局2023年政府信息公开工作年度报告</h1>{page}".encode(), "a.html")
    assert report.requests_table["new"] == [11, 12, 13, 14, 15, None, None]
    assert any("总计”列在各类申请人之间" in each for each in report.unread)


NESTED = """<table><thead><tr><td colspan=3 rowspan={head}></td>{columns}</tr></thead>
<tbody><tr><td rowspan={group}>三、本年度办理结果</td><td rowspan={group}>（三）不予公开</td><td>1.属于国家秘密</td>{figures}</tr>
<tr><td>2.其他法律行政法规禁止公开</td>{figures}</tr></tbody>
<tbody><tr><td rowspan={last}>三、本年度办理结果</td><td rowspan={last}>（四）无法提供</td><td>1.本机关不掌握相关政府信息</td>{figures}</tr><tr><td>2.没有现成信息需要另行制作</td>{figures}</tr></tbody></table>"""


@pytest.mark.parametrize(("head", "group", "last"), [(1, 2, 2), (2, 2, 2), (9, 2, 2), (1, 9, 0), (0, 0, 0)])
def test_a_cell_reaches_over_no_end_of_its_rows(head: int, group: int, last: int) -> None:
    """A head or a body of rows ends all that reach down in it, as browsers have it; zero means to its end."""
    columns = "".join(f"<td>{each}</td>" for each in COLUMNS)
    figures = "".join(f"<td>{each}</td>" for each in REQUESTS[1][1:])
    page = NESTED.format(head=head, group=group, last=last, columns=columns, figures=figures)
    report = reader.read(page.encode(), "a.html")
    assert report.requests_table == {
        key: [11, 12, 13, 14, 15, 16, 81]
        for key in (
            "refused.state_secret",
            "refused.prohibited_by_law",
            "unable.not_held",
            "unable.must_be_created",
        )
    }


def test_a_group_that_reaches_too_far_hides_no_row_of_the_next() -> None:
    """（三）不予公开 over three rows pushes the label of the second row of （四） before that of its group."""
    columns = "".join(f"<td>{each}</td>" for each in COLUMNS)
    figures = "".join(f"<td>{each}</td>" for each in REQUESTS[1][1:])
    rows = [("（三）不予公开", "1.属于国家秘密", 3), ("", "2.其他法律行政法规禁止公开", 0), ("（四）无法提供", "1.本机关不掌握相关政府信息", 2), ("", "2.没有现成信息需要另行制作", 0)]  # fmt: skip
    lines = "".join(f"<tr>{f'<td rowspan={down}>{group}' if down else ''}<td>{label}</td>{figures}</tr>" for group, label, down in rows)  # fmt: skip
    report = reader.read(f"<table><tr><td colspan=2></td>{columns}</tr>{lines}</table>".encode(), "a.html")
    assert report.requests_table["unable.must_be_created"] == [11, 12, 13, 14, 15, 16, 81]
