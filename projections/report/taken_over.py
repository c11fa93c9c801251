"""Adds the figures of predecessors to the report of the authority that took them over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from domain.report import official_form
from domain.report.events import Pinned
from domain.report.official_form import TOTAL, ReportFormat
from domain.report.state import TakenOver, number_in
from projections.annual_tables import Tables
from projections.report import consolidated
from projections.report.consolidated import Part
from projections.report.content import Content
from projections.report.finding import TABLES, column_label, label
from projections.report.imported import TypedReport
from projections.report.restatement import differing_proactive

_OF_TABLES = ("requests", "appeals", "proactive", "year")
"""Groups of figures that follow from the tables, and need not be added up."""


def pinned(content: Content, figures: Mapping[str, str], position: int) -> Pinned:
    """A predecessor's report as it is taken over: its tables, and the other figures that a text may cite.

    position: of the log, at which it was compiled.
    """
    return Pinned(
        content.format,
        position,
        content.columns,
        content.requests_table,
        content.appeals_table,
        content.proactive_table,
        content.digest,
        {name: text for name, text in figures.items() if name.partition(".")[0] not in _OF_TABLES},
    )


def moved(then: Pinned, now: Pinned) -> tuple[str, ...]:
    """Chinese descriptions of cells and figures in which a predecessor's report has changed since it was taken over."""
    found = [*moved_cells(then, now)]
    names = dict.fromkeys((*then.cited, *now.cited))
    found += [
        f"{name}原为{then.cited.get(name, '空白')}，现为{now.cited.get(name, '空白')}"
        for name in names
        if then.cited.get(name) != now.cited.get(name)
    ]
    return tuple(found)


def moved_cells(then: Pinned, now: Pinned) -> tuple[str, ...]:
    """As `moved`, for cells only. Both reports must be in the same form."""
    return tuple(
        f"{TABLES[table]}“{label(then.format, row, table)}”“{column_label(then.format, column, table)}”原为{was}，现为{new}"
        for table, row, column, was, new in _cells_that_differ(then, now)
    )


def _cells_that_differ(then: Pinned, now: Pinned) -> Iterator[tuple[str, str, str, object, object]]:
    for row, cells in then.requests_table.items():
        for column, was, new in zip(then.columns, cells, now.requests_table.get(row, ()), strict=False):
            if was != new and column != TOTAL:
                yield "requests", row, column, was, new
    for route, results in then.appeals_table.items():
        for result, was in results.items():
            if result != TOTAL and was != (new := now.appeals_table.get(route, {}).get(result)):
                yield "appeals", route, result, was, new
    for row, column, text, new_text in differing_proactive(official_form.load(then.format), then, now):
        yield "proactive", row, column, text or "空白", new_text or "空白"


def added(own: Content, taken: Sequence[Pinned]) -> Content:
    """The report with the figures of its predecessors added. A cell keeps its remark if nothing is added to it."""
    if not taken:
        return own
    whole = _summed(own.form, own, taken)
    return replace(
        own,
        requests_table=whole.requests_table,
        appeals_table=whole.appeals_table,
        proactive_table={
            row: [
                text if text is not None and number_in(text) == number_in(whole_text) else whole_text
                for text, whole_text in zip(own.proactive_table.get(row, cells), cells, strict=True)
            ]
            for row, cells in whole.proactive_table.items()
        },
    )


def added_tables(own: Tables, form: str, taken: Mapping[str, TakenOver]) -> Tables:
    """The tables of requests and appeals with the figures of predecessors added. form: name of the form."""
    whole = _summed(official_form.load(form), own, [each.pinned for each in taken.values()])
    return Tables(whole.columns, whole.requests_table, whole.appeals_table)


def added_figures(own: Mapping[str, str], taken: Sequence[Pinned]) -> dict[str, str]:
    """Citable figures with those of predecessors added; those that follow from the tables are unchanged."""
    return {
        name: _sum([text, *(each.cited[name] for each in taken if name in each.cited)])
        for name, text in own.items()
    }


def added_cells(
    form: ReportFormat, own: Mapping[str, Mapping[str, str]], taken: Sequence[Pinned]
) -> dict[str, dict[str, str]]:
    """Cells of the proactive table, by row and column, with those of predecessors added."""
    columns = {row.code: block.columns for block in form.proactive for row in block.rows}
    return {
        row: {
            column: _sum([text, *(_cell(each, row, columns[row].index(column)) for each in taken)])
            for column, text in cells.items()
        }
        for row, cells in own.items()
    }


def _cell(taken: Pinned, row: str, nth: int) -> str | None:
    cells = taken.proactive_table.get(row, [])
    return cells[nth] if nth < len(cells) else None


def _sum(texts: Sequence[str | None]) -> str:
    """The sum; a single text is returned unchanged."""
    if len(texts) == 1 and texts[0] is not None:
        return texts[0]
    return f"{sum((number_in(text) or Decimal(0) for text in texts), Decimal(0)):f}"


def _summed(form: ReportFormat, own: Content | Tables, taken: Sequence[Pinned]) -> Part:
    parts: list[Content | Tables | Pinned] = [own, *taken]
    return consolidated.sum_of(form, [("", _typed(each, form.name)) for each in parts])


def _typed(one: Content | Tables | Pinned, form: str) -> TypedReport:
    return TypedReport(
        columns=one.columns,
        requests_table=one.requests_table,
        appeals_table=one.appeals_table,
        proactive_table={} if isinstance(one, Tables) else one.proactive_table,
        format=form,
    )
