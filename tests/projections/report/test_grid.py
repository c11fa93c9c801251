"""The statutory tables as grids: merges and labels of the official form, transcribed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from domain.report import official_form
from projections.report import grid as report_grid
from projections.report.document import Cell, Grid, GridFault
from tests.adapters.render.reports import NAMES, SEED, SUQIAN, grids, published

FORMS = [official_form.load(name) for name in official_form.NAMES]


def spans(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.column, c.rowspan, c.colspan, c.text) for c in grid.cells if c.spans]


CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
HEADER = [
    (0, 0, 3, 3, CORNER),
    (0, 3, 1, 7, "申请人情况"),
    (1, 3, 2, 1, "自然人"),
    (1, 4, 1, 5, "法人或其他组织"),
    (1, 9, 2, 1, "总计"),
    (3, 0, 1, 3, "一、本年新收政府信息公开申请数量"),
    (4, 0, 1, 3, "二、上年结转政府信息公开申请数量"),
]
OUTCOMES = [
    (5, 1, 1, 2, "（一）予以公开"),
    (6, 1, 1, 2, "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    (7, 1, 8, 1, "（三）不予公开"),
    (15, 1, 3, 1, "（四）无法提供"),
    (18, 1, 5, 1, "（五）不予处理"),
]


def test_the_requests_table_of_2019_merges_as_the_form_does() -> None:
    """Counted on the trial form (国办公开办函〔2019〕60号): 三 spans the 20 rows from （一） to （七）."""
    grid = grids(published(SEED))[1]

    assert spans(grid) == [
        *HEADER,
        (5, 0, 20, 1, "三、本年度办理结果"),
        *OUTCOMES,
        (23, 1, 1, 2, "（六）其他处理"),
        (24, 1, 1, 2, "（七）总计"),
        (25, 0, 1, 3, "四、结转下年度继续办理"),
    ]
    assert (grid.rows, grid.columns, grid.header_rows, grid.header_columns) == (26, 10, 3, 3)


def test_the_requests_table_of_2021_has_three_rows_of_other_outcomes() -> None:
    """Counted on the form (国办公开办函〔2021〕30号): 三 spans 22 rows, 25 rows of 7 numbers."""
    grid = grids(published(SUQIAN))[1]

    assert spans(grid) == [
        *HEADER,
        (5, 0, 22, 1, "三、本年度办理结果"),
        *OUTCOMES,
        (23, 1, 3, 1, "（六）其他处理"),
        (26, 1, 1, 2, "（七）总计"),
        (27, 0, 1, 3, "四、结转下年度继续办理"),
    ]
    assert sum(cell.kind == "number" for cell in grid.cells) == 175


def test_the_proactive_table_of_2019_has_blocks_of_three_and_of_two_columns() -> None:
    """As 上海市政府办公厅 printed it for 2019: five columns, the middle one of three merged from two."""
    grid = grids(published(SEED))[0]

    assert spans(grid)[:4] == [
        (0, 0, 1, 5, "第二十条第（一）项"),
        (1, 2, 1, 2, "本年新公开数量"),
        (2, 2, 1, 2, "0"),
        (3, 2, 1, 2, "5"),
    ]
    assert spans(grid)[-5:] == [
        (15, 0, 1, 5, "第二十条第（九）项"),
        (16, 1, 1, 2, "采购项目数量"),
        (16, 3, 1, 2, "采购总金额（元）"),
        (17, 1, 1, 2, "7"),
        (17, 3, 1, 2, "1690366"),
    ]
    assert (grid.rows, grid.columns) == (18, 5)


def test_the_proactive_table_of_2021_has_blocks_of_three_and_of_one_column() -> None:
    """As the form prints it: four columns, a single number over three of them."""
    grid = grids(published(SUQIAN))[0]

    assert spans(grid) == [
        (0, 0, 1, 4, "第二十条第（一）项"),
        (4, 0, 1, 4, "第二十条第（五）项"),
        (5, 1, 1, 3, "本年处理决定数量"),
        (6, 1, 1, 3, "1573179"),
        (7, 0, 1, 4, "第二十条第（六）项"),
        (8, 1, 1, 3, "本年处理决定数量"),
        (9, 1, 1, 3, "2676474"),
        (10, 1, 1, 3, "29351"),
        (11, 0, 1, 4, "第二十条第（八）项"),
        (12, 1, 1, 3, "本年收费金额（单位：万元）"),
        (13, 1, 1, 3, "72701.2578"),
    ]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_appeals_table_is_one_line_of_fifteen_numbers(form: official_form.ReportFormat) -> None:
    """The results of 行政复议 span two rows, beside the two kinds of suit, as 上海市政府办公厅 printed it."""
    grid = report_grid.appeals(form, published(SUQIAN)["appeals_table"])

    assert spans(grid) == [
        (0, 0, 1, 5, "行政复议"),
        (0, 5, 1, 10, "行政诉讼"),
        *[
            (1, i, 2, 1, label)
            for i, label in enumerate(("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
        ],
        (1, 5, 1, 5, "未经复议直接起诉"),
        (1, 10, 1, 5, "复议后起诉"),
    ]
    numbers = [cell.text for cell in grid.cells if cell.kind == "number"]
    assert numbers == ["88", "18", "28", "36", "170", "7", "0", "11", "7", "25", "33", "0", "6", "13", "52"]


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_stays_blank_and_nothing_is_left_out(name: str) -> None:
    """Every number of a published report is in its grid, in order; blanks are empty texts."""
    report = published(name)
    proactive, requests, appeals = grids(report)

    def numbers(grid: Grid) -> list[str]:
        return [cell.text for cell in grid.cells if cell.kind == "number"]

    def rows_of(rows: dict[str, list[Any]]) -> list[str]:
        return ["" if cell is None else str(cell) for cells in rows.values() for cell in cells]

    assert numbers(requests) == rows_of(report["requests_table"])
    assert numbers(proactive) == rows_of(report["proactive_table"])
    results = {route: list(cells.values()) for route, cells in report["appeals_table"].items()}
    assert numbers(appeals) == rows_of(results)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ([Cell(0, 0, "a")], "nothing covers"),
        ([Cell(0, 0, "a", colspan=2), Cell(0, 1, "b")], "covered twice"),
        ([Cell(0, 0, "a"), Cell(0, 1, "b", colspan=2)], "outside"),
        ([Cell(0, 1, "b"), Cell(0, 0, "a")], "out of order"),
    ],
)
def test_a_grid_covers_every_place_once(cells: list[Cell], fault: str) -> None:
    """A grid with a gap or an overlap is refused."""
    grid = Grid("t", "t", 1, 2, 0, 0, (0.5, 0.5), tuple(cells))

    with pytest.raises(GridFault, match=fault):
        grid.check()


def test_a_row_that_the_values_lack_raises() -> None:
    """A table is never printed with a row missing."""
    table = published(SEED)["requests_table"]

    with pytest.raises(KeyError, match=r"other\.supplement_lapsed"):
        report_grid.requests(official_form.load("2021"), table)
