"""Files that hypothesis makes up: whatever is in them, a report or a refusal of ours, and no figure that is not there.

TAIZHANG_FILES says how many of each kind; `make faults` reads ten thousand and as many random styles.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from html import escape
from typing import Any
from zipfile import ZipFile

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.report_files import reader
from adapters.report_files.office_zip import ReportFileFault
from domain.report import numerals, official_form
from domain.report.state import number_in
from projections.report import checks
from projections.report.imported import TypedReport
from tests.adapters.report_files import test_styles

MANY = int(os.environ.get("TAIZHANG_FILES", "0"))
thorough = settings(
    max_examples=MANY or 60, deadline=None, derandomize=not MANY, suppress_health_check=list(HealthCheck)
)

FORM = official_form.load(official_form.NAMES[-1])
LABELS = [
    *(level for row in FORM.requests.rows for level in row.levels),
    *(level for column in FORM.requests.columns for level in column.levels),
    *(level for route in FORM.appeals.routes for level in route.levels),
    *(result.label for result in FORM.appeals.columns),
    *(text for block in FORM.proactive for text in (block.block, *block.columns, *(row.label for row in block.rows))),
    "信息内容", "申请人情况", FORM.requests.corner, "序号", "项目", "2023年度", "一、总体情况",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(LABELS),
    st.integers(0, 3_000).map(str),
    st.sampled_from(
        ["", "-", "1,095", "１２", "6件", "93①", "705.00", "12 34", "5（其中2件）", "一二十", "½", "0x1"]
    ),
    st.text(max_size=12),
)
ROWS = st.lists(st.lists(TEXTS, max_size=17), max_size=30)
HEAD = ["", *(column.levels[-1] for column in FORM.requests.columns)]
RESULTS = [result.label for result in FORM.appeals.columns] * 3


def figures(report: TypedReport) -> Iterator[Any]:
    for cells in report.requests_table.values():
        yield from cells
    for results in report.appeals_table.values():
        yield from results.values()
    for texts in report.proactive_table.values():
        yield from map(number_in, texts)


def check(data: bytes, name: str, texts: set[str]) -> None:
    report, message = None, "读出"
    try:
        report = reader.read(data, name)
    except ReportFileFault as fault:
        message = str(fault)
    assert re.search("[\u4e00-\u9fff]", message)
    if report is None:
        return
    checks.check_typed(report)
    written = set()
    for text in texts:
        try:
            written.add(numerals.number(text))
        except ValueError:
            continue
    assert {each for each in figures(report) if each is not None} <= written


@thorough
@given(ROWS, st.booleans(), st.booleans(), st.data())
def test_pages(rows: list[list[str]], requests: bool, appeals: bool, data: Any) -> None:
    """Rows of anything, below a header of the form or none, merged at random."""
    rows = [*([HEAD] if requests else []), *rows, *([RESULTS] if appeals else [])]
    spans = st.sampled_from(["", "", "", " rowspan=2", " colspan=3", " rowspan=0", " colspan=99", " hidden"])
    table = "".join(
        f"<tr>{''.join(f'<td{data.draw(spans)}>{escape(text)}</td>' for text in row)}" for row in rows
    )
    check(f"<p>示例市水务局2023年政府信息公开工作年度报告<table>{table}".encode("utf-8", "replace"), "a.html", {text for row in rows for text in row})  # fmt: skip


@thorough
@given(ROWS, st.booleans())
def test_workbooks(rows: list[list[str]], requests: bool) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    rows = [
        [re.sub(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", text) for text in row] for row in rows
    ]
    for row in [*([HEAD] if requests else []), *rows]:
        sheet.append([text if not text.startswith("=") else f" {text}" for text in row])
    file = io.BytesIO()
    book.save(file)
    check(file.getvalue(), "a.xlsx", {text for row in rows for text in row})


@thorough
@given(
    st.binary(max_size=400),
    st.sampled_from([".html", ".xlsx", ".docx", ".pdf", ".json", ".mhtml", ".xls", ".doc"]),
)
def test_bytes(data: bytes, ending: str) -> None:
    """Also behind the beginning that the kind has."""
    for head in (
        b"",
        b"PK\x03\x04",
        b"%PDF-1.7\n",
        b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n",
        b"<html>",
    ):
        check(head + data, f"a{ending}", set())


@thorough
@given(st.sampled_from(["word/document.xml", "xl/workbook.xml"]), st.recursive(st.text("一1<&", max_size=3), lambda inner: st.tuples(st.sampled_from(["tbl", "tr", "tc", "p", "r", "t", "sdt", "ins", "fldChar", "gridSpan", "sheet", "row", "c", "v"]), st.lists(inner, max_size=4)), max_leaves=30))  # fmt: skip
def test_parts(name: str, tree: Any) -> None:
    """Elements of either format where none of them belongs."""
    space = "wordprocessingml" if "word" in name else "spreadsheetml"

    def xml(node: Any) -> str:
        return (
            escape(node)
            if isinstance(node, str)
            else f"<x:{node[0]} x:val='2'>{''.join(map(xml, node[1]))}</x:{node[0]}>"
        )

    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr(name, f'<x:document xmlns:x="http://schemas.openxmlformats.org/{space}/2006/main"><x:body>{xml(tree)}</x:body></x:document>')  # fmt: skip
    check(file.getvalue(), "a.docx" if "word" in name else "a.xlsx", set())


def test_many_random_styles() -> None:
    """Each as often as TAIZHANG_FILES says; `test_styles` has a few of them."""
    for seed in range(1_000, 1_000 + MANY):
        test_styles.check(seed)
