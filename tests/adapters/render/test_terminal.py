"""Tables in a terminal: complete at any width, and no word or code broken if it fits."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from adapters.render import terminal
from adapters.render.wrapping import fitted, wrap
from domain.law.outcomes import RESULTS
from domain.report import official_form
from domain.request.appeal_events import ROUTES
from projections.annual_tables import AnnualTables, Discrepancy

REFUSAL = "chen在2026-11-29不是本机关的在任人员，不能登记。请由系统管理员先行任用。［not_an_officer］"
LONG = [
    ("2020-0001", "与规定不符", "extension_without_notice、same_answer_after_revocation", 12),
    ("2020-0002", REFUSAL, "late_answer", None),
    ("2020-0003", "字" * 300, "", 3),
]


def drawn(what: object, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 140])
def test_a_list_keeps_its_right_border(width: int) -> None:
    """Every line of the table is as wide as the first and ends with a border, within the width."""
    _, *lines = drawn(terminal.listing("标题", ("登记号", "内容", "代码", "件数"), LONG), width)
    assert {cell_len(line) for line in lines} == {cell_len(lines[0])}
    assert cell_len(lines[0]) <= width
    assert {line[-1] for line in lines} <= set("┐│┤┘")
    text = "".join("".join(line.split("│")[2].split()) for line in lines if line.startswith("│"))
    assert text == "内容与规定不符" + REFUSAL.replace(" ", "") + "字" * 300


@pytest.mark.parametrize("width", [80, 100])
def test_no_code_is_broken(width: int) -> None:
    """On one line, as it has to be typed."""
    text = "\n".join(drawn(terminal.listing("标题", ("登记号", "内容", "代码", "件数"), LONG), width))
    for code in (
        "2020-0001",
        "extension_without_notice",
        "same_answer_after_revocation",
        "［not_an_officer］",
    ):
        assert code in text


@pytest.mark.parametrize("width", [70, 80, 100])
def test_the_annual_tables_keep_their_right_border(width: int) -> None:
    """In an ordinary terminal of 80 columns as well."""
    form = official_form.load("2021")
    tables = AnnualTables(
        authority="某机关", authority_code="huadu", format="2021", position=1, columns=[column.code for column in form.requests.columns],
        requests_table={row.code: [9999] * 7 for row in form.requests.rows},
        appeals_table={route: {**dict.fromkeys(RESULTS, 12), "total": 48} for route in ROUTES},
        discrepancies=[],
    )  # fmt: skip
    wrong = Discrepancy("balance", "requests", 12345, 1, 12344, row="total", column="total")
    for what in (
        terminal.requests_table(tables, form),
        terminal.appeals_table(tables, form),
        terminal.discrepancies([wrong], form),
    ):
        lines = [line for line in drawn(what, width) if line[:1] in set("┌│├└")]
        assert {cell_len(line) for line in lines} == {cell_len(lines[0])}
        assert cell_len(lines[0]) <= width
        assert {line[-1] for line in lines} <= set("┐│┤┘")


def test_lines_neither_begin_with_a_comma_nor_end_with_a_bracket() -> None:
    assert wrap("答复期限，（第三十三条）届满", 8) == ["答复期", "限，（第", "三十三", "条）届满"]


def test_the_widest_columns_shrink_first() -> None:
    """A column of codes keeps the width of its longest word while another column can be wrapped."""
    assert fitted([["2020-0001"], ["late_answer"], ["字" * 100]], 40) == [9, 11, 20]
    assert fitted([["a" * 30], ["b" * 30]], 20) == [10, 10]
    assert fitted([["a"], ["甲"]], 20) == [1, 2]
