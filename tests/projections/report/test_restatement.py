"""The cells of 花都's report of 2020 that would differ from it, changed by hand."""

from __future__ import annotations

import copy
from typing import Any

from msgspec.structs import replace

from domain.report.events import Pinned
from projections.annual_tables import Tables
from projections.report import restatement
from projections.report.content import Content
from tests.adapters.render.reports import SEED, published


def tables(seed: dict[str, Any]) -> Tables:
    return Tables(seed["columns"], seed["requests_table"], seed["appeals_table"])


def pinned(seed: dict[str, Any]) -> Pinned:
    proactive = {row: [str(each) for each in cells] for row, cells in seed["proactive_table"].items()}
    return Pinned(
        "2019", 7, seed["columns"], seed["requests_table"], seed["appeals_table"], proactive, "a" * 64
    )


def content(of: Pinned) -> Content:
    return Content(
        year=2020,
        format=of.format,
        columns=of.columns,
        requests_table=of.requests_table,
        appeals_table=of.appeals_table,
        proactive_table=of.proactive_table,
    )


def changed() -> dict[str, Any]:
    """A natural person's request and an upheld reconsideration more, the normative documents in force 44."""
    seed = copy.deepcopy(published(SEED))
    seed["requests_table"]["new"][0] = 94
    seed["appeals_table"]["reconsideration"]["upheld"] = 5
    seed["proactive_table"]["normative_documents"][2] = 44
    return seed


def test_a_report_published_elsewhere_is_compared_cell_by_cell() -> None:
    """Its total has blanks where ours has zeros: no difference. What it lacks is a difference of its figure."""
    seed, ours = published(SEED), changed()
    ours["requests_table"]["total"] = [each or 0 for each in ours["requests_table"]["total"]]
    assert restatement.compared(tables(seed), tables(seed)) == []
    found = restatement.compared(tables(seed), tables(ours))
    assert [(each.table, each.row, each.column, each.published, each.now) for each in found] == [
        ("requests", "new", "natural_person", "93", "94"),
        ("appeals", "reconsideration", "upheld", "4", "5"),
    ]
    assert [restatement.cells(each) for each in found] == [
        ("申请", "一、本年新收政府信息公开申请数量", "自然人", "93", "94", ""),
        ("复议诉讼", "行政复议", "结果维持", "4", "5", ""),
    ]


def test_a_published_report_differs_once_any_cell_does() -> None:
    """Of each of the three tables alone."""
    seed, ours = pinned(published(SEED)), pinned(changed())
    assert not restatement.differs(seed, content(seed))
    for table in ("requests_table", "appeals_table", "proactive_table"):
        assert restatement.differs(seed, replace(content(seed), **{table: getattr(ours, table)})), table
