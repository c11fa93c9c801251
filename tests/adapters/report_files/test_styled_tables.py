"""Pages whose tables are divisions that a style sheet lays out as tables."""

from __future__ import annotations

import pytest

from adapters.report_files import reader
from projections.report.imported import TypedReport
from tests.adapters.report_files.test_tables import APPEALS, REQUESTS, Rows, is_read

SHEET = "<style>.t{display:table}.r{display:table-row}.c{display:table-cell;border:1px solid}</style>"
TITLE = "<h1>示例市水务局2023年政府信息公开工作年度报告</h1>"


def laid(rows: Rows, table: str, row: str, cell: str) -> str:
    """table, row, cell: the opening tag of each."""
    ends = [f"</{tag[1:].split()[0].rstrip('>')}>" for tag in (table, row, cell)]
    lines = "".join(f"{row}{''.join(f'{cell}{text}{ends[2]}' for text in each)}{ends[1]}" for each in rows)
    return f"{table}{lines}{ends[0]}"


def read(page: str) -> TypedReport:
    return reader.read(f"{SHEET}{TITLE}{page}".encode(), "a.html")


@pytest.mark.parametrize(
    "tags",
    [
        ("<div class=t>", "<div class=r>", "<div class=c>"),
        ("<ul class=t>", "<li class=r>", "<span class=c>"),
        ("<div style='display: table'>", "<p style='display:TABLE-ROW;'>", "<span style='display:table-cell !important'>"),
        ("<div style='display:inline-table'>", "<div class=r>", "<div class=c><p>"),
    ],
)  # fmt: skip
def test_divisions_laid_out_as_a_table_are_one(tags: tuple[str, str, str]) -> None:
    page = "<p>下</p>".join(laid(rows, *tags) for rows in (REQUESTS, APPEALS))
    assert is_read(report := read(page)), report.unread


def test_what_only_arranges_the_page_is_no_table() -> None:
    """A frame of one cell, one of a menu and the article, and a layout without cells, around tables and texts."""
    tables = "<p>下</p>".join(laid(rows, "<table>", "<tr>", "<td>") for rows in (REQUESTS, APPEALS))
    body = f"<p>一、总体情况</p><p>甲</p>{tables}<p>六、其他需要报告的事项</p><p>无。</p>"
    plain = read(body)
    assert is_read(plain)
    assert len(plain.sections) == 2
    for around in (
        f"<div class=t><div class=c>{body}</div></div>",
        f"<div class=t><div class=c>首页 年报 指南</div><div class=c>{body}</div></div>",
        f"<div class=t>{body}</div>",
        f"<div class=t><div class=r>{body}</div></div>",
        f"<div class=c>联系我们</div><div class=r>{body}</div>",
    ):
        assert read(around) == plain, around


def test_a_row_of_divisions_within_a_table_is_no_row_of_it() -> None:
    """A figure laid out in a row of its own stands in its cell all the same."""
    rows = [[f"<div class=r><div class=c>{text}</div></div>" for text in row] for row in REQUESTS]
    page = "<p>下</p>".join(laid(each, "<table>", "<tr>", "<td>") for each in (rows, APPEALS))
    assert is_read(read(page))


def test_divisions_left_open_end_with_the_table_around_them() -> None:
    frame = f"<table><tr><td>{laid(REQUESTS, '<div class=t>', '<div class=r>', '<div class=c>').removesuffix('</div>')}</td></tr></table>"
    assert is_read(read(frame + laid(APPEALS, "<table>", "<tr>", "<td>")))
