"""Differences between a published report and the present register: by cell, with the entries that caused them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

import msgspec

from domain.report import official_form
from domain.report.events import FigureEntered, Pinned
from domain.report.official_form import TOTAL, ReportFormat
from projections.annual_tables import Tables
from projections.diff import Differences
from projections.history import HistoryLine
from projections.report.content import Content

HEADINGS = ("表", "行", "列", "公布", "现在", "由哪些登记引起")


class Cause(msgspec.Struct, frozen=True):
    """An entry recorded after the publication. reference: of the request, or the report's stream."""

    reference: str
    line: HistoryLine


class Restated(msgspec.Struct, frozen=True):
    """A cell that differs from the published one; a blank is an empty text.

    In the appeals table row is the route and column the result.
    """

    table: str
    row: str
    column: str
    published: str
    now: str
    causes: tuple[Cause, ...]


def restated(
    pinned: Pinned,
    content: Content,
    since: Differences,
    entered: Sequence[tuple[FigureEntered, HistoryLine]] = (),
) -> list[Restated]:
    """The cells of a published report that differ now, with the entries that caused it.

    content: what would be published now. since: the register's differences since the position of the publication.
    entered: figures entered since then, in the order recorded.
    """
    found: list[Restated] = []
    for row, column, was, now in _differing(pinned, content):
        touched = [
            reference
            for cell in since.cells
            if cell.row == row and column in (cell.column, TOTAL)
            for reference in (*cell.left, *cell.entered)
        ]
        causes = [
            Cause(reference, line)
            for reference in dict.fromkeys(touched)
            for line in since.entries.get(reference, ())
        ]
        table = "appeals" if row in content.appeals_table else "requests"
        found.append(Restated(table, row, column, _text(was), _text(now), tuple(causes)))
    for row, column, was_text, now_text in differing_proactive(content.form, pinned, content):
        lines = tuple(
            Cause(f"report/{content.year}", line)
            for event, line in entered
            if (event.row, event.column) == (row, column)
        )
        found.append(Restated("proactive", row, column, was_text or "", now_text or "", lines))
    return found


def differs(pinned: Pinned, content: Content) -> bool:
    """Whether any cell of the tables differs from the published report."""
    cells = chain(_differing(pinned, content), differing_proactive(content.form, pinned, content))
    return next(cells, None) is not None


def compared(published: Tables, now: Tables) -> list[Restated]:
    """The cells that differ between a report published elsewhere and ours; a blank cell counts as zero."""
    return [
        Restated(
            "appeals" if row in now.appeals_table else "requests", row, column, _text(was), _text(is_), ()
        )
        for row, column, was, is_ in _differing(published, now)
        if (was or 0) != (is_ or 0)
    ]


def _differing(pinned: Pinned | Tables, content: Tables | Content) -> Iterator[tuple[str, str, Any, Any]]:
    for row, cells in pinned.requests_table.items():
        now = dict(zip(content.columns, content.requests_table.get(row, []), strict=False))
        for column, was in zip(pinned.columns, cells, strict=True):
            if now.get(column) != was:
                yield row, column, was, now.get(column)
    for route, results in pinned.appeals_table.items():
        of_route: Mapping[str, int | None] = content.appeals_table.get(route, {})
        for result, was in results.items():
            if of_route.get(result) != was:
                yield route, result, was, of_route.get(result)


def differing_proactive(
    form: ReportFormat, published: Pinned, now: Content | Pinned
) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Row, column, published and present text of the cells of the proactive table that differ, in the form's order."""
    for block in form.proactive:
        for row in block.rows:
            texts = published.proactive_table.get(row.code, []), now.proactive_table.get(row.code, [])
            for column, was, is_ in zip(block.columns, *texts, strict=False):
                if was != is_:
                    yield row.code, column, was, is_


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


_TABLES = {"requests": "申请", "appeals": "复议诉讼", "proactive": "主动公开"}


@cache
def _words(table: str) -> dict[str, str]:
    """Chinese labels of rows and columns by code, from the latest form that has them."""
    found: dict[str, str] = {}
    for form in map(official_form.load, sorted(official_form.NAMES)):
        lines = {
            "requests": (*form.requests.rows, *form.requests.columns),
            "appeals": (*form.appeals.routes, *form.appeals.columns),
            "proactive": tuple(row for block in form.proactive for row in block.rows),
        }
        found |= {line.code: line.levels[-1] for line in lines[table]}
    return found


def cells(each: Restated) -> tuple[object, ...]:
    """A row under HEADINGS."""
    causes = "；".join(
        f"{cause.reference}第{cause.line.version}条：{cause.line.sentence}" for cause in each.causes
    )
    return (*cell(each), causes)


def cell(each: Restated) -> tuple[str, str, str, str, str]:
    """The first five columns of HEADINGS: table, row, column, and the published and the present value."""
    words = _words(each.table)
    row, column = words.get(each.row, each.row), words.get(each.column, each.column)
    return (_TABLES[each.table], row, column, each.published, each.now)
