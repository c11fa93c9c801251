"""Blank cells of 花都's report of 2020, cut out by hand: each is named once, as row, as column or by itself."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from projections.report import blanks
from projections.report.content import Content
from projections.report.finding import ReportFinding
from tests.projections.report.test_checks import SEED, report

WHOLE = report(SEED)
COLUMNS = WHOLE.columns
NATURAL, TOTAL = COLUMNS[0], COLUMNS[-1]
ROWS = list(WHOLE.requests_table)


def without(cells: Iterable[tuple[str, str]]) -> Content:
    """The report with zeros in its own four blanks, and these cells of the table of requests blank."""
    table = {
        row: [each or 0 for each in values] for row, values in copy.deepcopy(WHOLE.requests_table).items()
    }
    for row, column in cells:
        table[row][COLUMNS.index(column)] = None  # type: ignore[call-overload]
    return replace(WHOLE, requests_table=table)


def found(
    cells: Iterable[tuple[str, str]], unread: Iterable[tuple[str, str, str]] = ()
) -> list[ReportFinding]:
    return list(blanks.find(without(cells), {}, frozenset(unread)))


ROW = [("granted", column) for column in COLUMNS]
COLUMN = [(row, NATURAL) for row in ROWS]
EVERY = [(row, column) for row in ROWS for column in COLUMNS]


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ([], []),
        ([("granted", NATURAL)], ["blank:granted:natural_person"]),
        (COLUMN[:3], ["blank:carried_in:natural_person", "blank:granted:natural_person", "blank:new:natural_person"]),
        (COLUMN[:4], ["blank:*:natural_person"]),
        (COLUMN, ["blank:*:natural_person"]),
        (ROW, ["blank:granted"]),
        ([*ROW, *COLUMN], ["blank:granted", "blank:*:natural_person"]),
        ([*ROW, ("new", TOTAL)], ["blank:granted", "blank:new:total"]),
        (EVERY, ["blank:requests"]),
    ],
)  # fmt: skip
def test_a_blank_is_named_once(cells: list[tuple[str, str]], names: list[str]) -> None:
    assert [each.name for each in found(cells)] == names


def test_a_column_says_how_many_of_its_cells_are_blank_unless_all_are() -> None:
    """Those of a blank row are not counted again."""
    assert [each.text for each in found(COLUMN[:4])] == ["申请表“自然人”列有4格没有数字"]
    assert [each.text for each in found([*ROW, *COLUMN])][1:] == ["申请表“自然人”列没有数字"]
    assert [each.text for each in found(COLUMN)] == ["申请表“自然人”列没有数字"]


def test_what_could_not_be_read_is_no_blank() -> None:
    assert found(ROW, [("requests", row, column) for row, column in ROW]) == []
    assert [each.name for each in found(ROW, [("requests", *ROW[0])])][:1] == [
        "blank:granted:commercial_enterprise"
    ]


@pytest.mark.parametrize(
    ("row", "cells", "names"),
    [
        ("fees", [None, None], ["blank:fees"]), ("fees", [" ", "0"], ["blank:fees:上一年项目数量"]),
        ("fees", ["约5", "0"], []),
        ("penalties", [None, "0", None], ["blank:penalties:上一年项目数量", "blank:penalties:处理决定数量"]),
        ("penalties", [None] * 3, ["blank:penalties"]),
    ],
)  # fmt: skip
def test_a_row_of_the_proactive_table_is_blank_as_a_whole(
    row: str, cells: list[str | None], names: list[str]
) -> None:
    """Of another's report; of one made here each cell is named, for each is entered by itself."""
    content = replace(without([]), proactive_table=WHOLE.proactive_table | {row: cells})
    assert [each.name for each in blanks.find(content, {}, frozenset())] == names
    columns = next(
        block.columns for block in content.form.proactive if row in [line.code for line in block.rows]
    )
    own = [
        f"blank:{row}:{column}"
        for column, cell in zip(columns, cells, strict=True)
        if not (cell or "").strip()
    ]
    assert [each.name for each in blanks.find(content, {}, frozenset(), is_own=True)] == own
