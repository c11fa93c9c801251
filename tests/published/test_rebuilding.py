"""Each published report in this folder is rebuilt from recorded events and compared cell by cell.

Cells published blank, and cells named in the file's own list of violations, are left out: no history can add up to them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from api.demo import year as demo
from domain.report import official_form
from domain.values import Period
from projections.annual_tables import AnnualTables

FOLDER = Path(__file__).parent
REPORTS = sorted(path.stem for path in FOLDER.glob("*.json"))


def published(name: str) -> dict[str, Any]:
    return msgspec.json.decode((FOLDER / f"{name}.json").read_bytes())


def figures(name: str) -> demo.Figures:
    return msgspec.convert(published(name), demo.Figures)


async def record(register: Register, code: str, lines: list[demo.Line]) -> None:
    recordings = [convert(msgspec.to_builtins(line)) for line in lines]
    replies = await register.record_all(code, recordings, actor="tests")
    assert [reply.irregularities for reply in replies if reply.irregularities] == []


def assert_equal(tables: AnnualTables, report: dict[str, Any]) -> None:
    """Cell by cell, but for blanks and cells named by a violation."""
    named = {
        (fault.get("row", "total"), fault.get("column", "total"))
        for fault in report["violations"]
        if fault["table"] == "requests"
    }
    for row, cells in report["requests_table"].items():
        for column, cell in zip(report["columns"], cells, strict=True):
            if cell is not None and ((row, column) not in named or (row, column) == ("total", "total")):
                index = tables.columns.index(column)
                assert tables.requests_table[row][index] == cell, (row, column)
    faulty_routes = {fault["route"] for fault in report["violations"] if fault["table"] == "appeals"}
    for route, results in report["appeals_table"].items():
        for result, count in results.items():
            if count is not None and not (result == "total" and route in faulty_routes):
                assert tables.appeals_table[route][result] == count, (route, result)


@pytest.mark.parametrize("name", REPORTS)
async def test_a_published_report_is_rebuilt_from_events(register: Register, name: str) -> None:
    """Requests recorded from the report's figures give the tables of the report."""
    report, expected = published(name), figures(name)
    await record(register, "office", [demo.registration(expected, "office"), *demo.recordings(expected)[0]])

    # 洪泽 2023 was published in the layout of 2019 and is compared in it.
    form = official_form.load(report.get("layout_printed", report["format"]))
    async with register.view("office") as view:
        tables = await view.tables(Period.year(expected.year), form)

    assert_equal(tables, report)
    assert tables.discrepancies == []
    assert tables.authority == report["authority"]


async def test_what_2023_carries_out_is_what_2024_carries_in(register: Register) -> None:
    """宿迁 2024's carried-in requests and appeals are those open at the end of 2023."""
    before, after = figures("2023_suqian_city"), figures("2024_suqian_city")
    lines, left = demo.recordings(before)
    await record(register, "suqian", [demo.registration(before, "suqian"), *lines])
    await record(register, "suqian", demo.recordings(after, left)[0])

    form = official_form.load("2021")
    async with register.view("suqian") as view:
        tables = {year: await view.tables(Period.year(year), form) for year in (2023, 2024)}

    assert_equal(tables[2023], published("2023_suqian_city"))
    assert_equal(tables[2024], published("2024_suqian_city"))
    assert tables[2024].requests_table["carried_in"] == tables[2023].requests_table["carried_out"]
