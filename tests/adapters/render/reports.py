"""Published reports as documents, with a text of our own in every section."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from domain.report import official_form
from projections.report import charts
from projections.report import grid as report_grid
from projections.report.document import (
    AnnualDocument,
    Block,
    Chart,
    Grid,
    Paragraph,
    Section,
    Series,
    Subheading,
    Table,
)

FOLDER = Path(__file__).parents[2] / "published"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
SEED, SUQIAN, SHANGHAI, HONGZE = (
    "2020_guangzhou_huadu_office",
    "2024_suqian_city",
    "2019_shanghai_general_office",
    "2023_huaian_hongze",
)

TEXT = "本机关认真执行《中华人民共和国政府信息公开条例》，以公开为常态、不公开为例外，依法办理每一件申请。"
TOPICS = (
    "（一）主动公开",
    "（二）依申请公开",
    "（三）政府信息管理",
    "（四）政府信息公开平台建设",
    "（五）监督保障",
)


def published(name: str) -> dict[str, Any]:
    return msgspec.json.decode((FOLDER / f"{name}.json").read_bytes())


def grids(report: dict[str, Any]) -> tuple[Grid, Grid, Grid]:
    """洪泽 2023 prints its requests table in the layout of 2019 beside a proactive table in that of 2021."""
    form = official_form.load(report["format"])
    printed = official_form.load(report.get("layout_printed", report["format"]))
    return (
        report_grid.proactive(form, report["proactive_table"]),
        report_grid.requests(printed, report["requests_table"]),
        report_grid.appeals(form, report["appeals_table"]),
    )


def document(name: str, **changes: Any) -> AnnualDocument:
    report = published(name)
    form = official_form.load(report["format"])
    printed = official_form.load(report.get("layout_printed", report["format"]))
    proactive, requests, appeals = grids(report)
    overview: list[Block] = []
    for topic in TOPICS:
        overview += [Subheading(topic), Paragraph(TEXT * 2)]
    blocks: list[tuple[Block, ...]] = [
        tuple(overview),
        (Table(proactive),),
        (Table(requests),),
        (Table(appeals),),
        (Paragraph(TEXT),),
        (Paragraph("无其他需要报告的事项。"),),
    ]
    made = AnnualDocument(
        title=f"{report['authority']}{report['year']}年政府信息公开工作年度报告",
        authority=report["authority"],
        year=report["year"],
        format=form.name,
        preface=(Paragraph(TEXT),),
        sections=tuple(map(Section, form.headings, blocks)),
        issued_on=date(report["year"] + 1, 1, 29),
        charts=(charts.outcomes(printed, report["requests_table"]), MONTHS),
    )
    return msgspec.structs.replace(made, **changes)


MONTHS = Chart(
    title="各月收到和办结申请数量",
    kind="columns",
    unit="件",
    categories=tuple(f"{month}月" for month in range(1, 13)),
    series=(
        Series("收到", (3, 5, 8, 12, 9, 7, 10, 11, 6, 8, 9, 7)),
        Series("办结", (2, 4, 9, 10, 10, 8, 9, 12, 5, 9, 8, 8)),
    ),
)


def matrix(grid: Grid) -> list[list[str]]:
    """The text in every place, merged cells repeated."""
    return [[cell.text for cell in line] for line in grid.matrix()]


def merges(grid: Grid) -> set[tuple[int, int, int, int]]:
    """Row, column, rows, columns of every merged cell."""
    return {(cell.row, cell.column, cell.rowspan, cell.colspan) for cell in grid.cells if cell.spans}
