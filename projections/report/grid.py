"""The three statutory tables of the annual report as grids, with the exact labels and merged cells of a form.

Values are printed as they are: a blank cell stays blank, it does not become zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from domain.report.official_form import FormLine, ProactiveBlock, ReportFormat
from projections.annual_tables import Appeals, Cells
from projections.report.document import Cell, Grid, Kind

CONTENT = "信息内容"
"""Header of the first column in every block of the proactive table."""

Proactive = Mapping[str, Sequence[str | None]]
"""Cells as printed, by row code. A cell may have a remark: 22（其中修订16件）."""

_LABELS = 0.3
_REQUEST_LABELS = (0.055, 0.155, 0.298)
_REQUEST_EDGES = 0.076
"""Width of the first and last number column: three characters. Those between are two wide, so that labels break evenly."""


def grids(
    form: ReportFormat, proactive_table: Proactive, requests_table: Cells, appeals_table: Appeals
) -> tuple[Grid, Grid, Grid]:
    """The tables of sections two, three and four. Raises KeyError if the values lack a row of the form."""
    return proactive(form, proactive_table), requests(form, requests_table), appeals(form, appeals_table)


def proactive(form: ReportFormat, table: Proactive) -> Grid:
    """Blocks below each other, each with its own number of columns of equal width.

    The grid has a column boundary wherever a block has one, as in the form: blocks of three and of two columns give
    four grid columns, of which their cells span 1, 2, 1 and 2, 2.
    """
    counts = {len(block.columns) for block in form.proactive}
    cuts = sorted({Fraction(i, count) for count in counts for i in range(count + 1)})
    cells: list[Cell] = []
    row = 0
    for block in form.proactive:
        spans = _spans(block, cuts)
        cells.append(Cell(row, 0, block.block, "caption", colspan=len(cuts)))
        lines: list[tuple[str, Sequence[str | None], Kind, Kind]] = [
            (CONTENT, block.columns, "header", "header"),
            *((line.label, table[line.code], "label", "number") for line in block.rows),
        ]
        for row_, (label, texts, label_kind, kind) in enumerate(lines, row + 1):
            cells.append(Cell(row_, 0, label, label_kind))
            cells += [
                Cell(row_, 1 + column, _text(text), kind, colspan=span)
                for (column, span), text in zip(spans, texts, strict=True)
            ]
        row += 1 + len(lines)
    widths = (_LABELS, *((1 - _LABELS) * float(right - left) for left, right in pairwise(cuts)))
    return _grid("proactive", form.headings[1], row, widths, cells, header_rows=0, header_columns=1)


def requests(form: ReportFormat, table: Cells) -> Grid:
    """Corner and applicant kinds above; row labels in up to three levels at the left."""
    depth = max(len(row.levels) for row in form.requests.rows)
    levels = 1 + max(len(column.levels) for column in form.requests.columns)
    width = depth + len(form.requests.columns)
    cells = [
        Cell(0, 0, form.requests.corner, "corner", levels, depth),
        Cell(0, depth, form.requests.header, "header", colspan=width - depth),
        *_over(form.requests.columns, top=1, left=depth, bottom=levels),
    ]
    cells += _before(form.requests.rows, top=levels, depth=depth)
    for row, line in enumerate(form.requests.rows, levels):
        cells += [Cell(row, depth + column, _text(value)) for column, value in enumerate(table[line.code])]
    between = width - depth - 2
    inner = (1 - sum(_REQUEST_LABELS) - 2 * _REQUEST_EDGES) / between
    widths = (*_REQUEST_LABELS, _REQUEST_EDGES, *[inner] * between, _REQUEST_EDGES)
    rows = levels + len(form.requests.rows)
    return _grid("requests", form.headings[2], rows, widths, cells, header_rows=levels, header_columns=depth)


def appeals(form: ReportFormat, table: Appeals) -> Grid:
    """One row of numbers below the routes and their results."""
    results = form.appeals.columns
    columns = [
        FormLine(code=f"{route.code}.{result.code}", label=f"{route.label}/{result.label}")
        for route in form.appeals.routes
        for result in results
    ]
    levels = max(len(column.levels) for column in columns)
    cells = _over(columns, top=0, left=0, bottom=levels)
    values = [table[route.code][result.code] for route in form.appeals.routes for result in results]
    cells += [Cell(levels, column, _text(value)) for column, value in enumerate(values)]
    widths = [1 / len(columns)] * len(columns)
    return _grid("appeals", form.headings[3], levels + 1, widths, cells, header_rows=levels, header_columns=0)


def _grid(
    name: str, heading: str, rows: int, widths: Sequence[float], cells: Iterable[Cell], **headers: int
) -> Grid:
    grid = Grid(
        name=name,
        caption=heading.partition("、")[2],
        rows=rows,
        columns=len(widths),
        widths=tuple(widths),
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
        **headers,
    )
    grid.check()
    return grid


def _spans(block: ProactiveBlock, cuts: Sequence[Fraction]) -> list[tuple[int, int]]:
    """For each column of a block: the first grid column it covers, and how many."""
    count = len(block.columns)
    edges = [cuts.index(Fraction(i, count)) for i in range(count + 1)]
    return [(left, right - left) for left, right in pairwise(edges)]


def _over(columns: Sequence[FormLine], *, top: int, left: int, bottom: int) -> list[Cell]:
    """Labels above columns. Equal first levels are one cell; the last level of each extends to the bottom."""
    cells = []
    for label, group in groupby(enumerate(columns, left), key=lambda each: each[1].levels[0]):
        members = list(group)
        first, width = members[0][0], len(members)
        deeper = [
            FormLine(code=line.code, label="/".join(line.levels[1:]))
            for _, line in members
            if line.levels[1:]
        ]
        if deeper:
            cells.append(Cell(top, first, label, "header", colspan=width))
            cells += _over(deeper, top=top + 1, left=first, bottom=bottom)
        else:
            cells.append(Cell(top, first, label, "header", bottom - top, width))
    return cells


def _before(rows: Sequence[FormLine], *, top: int, depth: int, level: int = 0) -> list[Cell]:
    """Labels before rows. Equal first levels are one cell; the last level of each extends to the numbers."""
    cells = []
    for label, group in groupby(enumerate(rows, top), key=lambda each: each[1].levels[level]):
        members = list(group)
        first, height = members[0][0], len(members)
        if all(len(line.levels) > level + 1 for _, line in members):
            cells.append(Cell(first, level, label, "label", height))
            cells += _before([line for _, line in members], top=first, depth=depth, level=level + 1)
        else:
            cells.append(Cell(first, level, label, "label", height, depth - level))
    return cells


def _text(value: Any) -> str:
    return "" if value is None else str(value)
