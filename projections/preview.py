"""The preview of an event: what it would change in stage, due date, outcome and cells of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from domain.report.official_form import TOTAL
from domain.values import Period
from projections import annual_tables
from projections.annual_tables import AnnualTables
from projections.register import AppealSpell, RequestRow


class Change(msgspec.Struct, frozen=True):
    """Pairs of before and after. cells: by year, those left and those entered as `row:column`, years unmoved left
    out."""

    stage: tuple[str, str]
    due_on: tuple[date | None, date | None]
    closed_on: tuple[date | None, date | None]
    outcome: tuple[str | None, str | None]
    timeliness: tuple[str | None, str | None]
    cells: dict[int, tuple[tuple[str, ...], tuple[str, ...]]]


class MovedCell(msgspec.Struct, frozen=True):
    """A cell of a year's table as it is and as it would be."""

    year: int
    table: Literal["requests", "appeals"]
    row: str
    column: str
    was: int
    now: int


Stood = tuple[RequestRow | None, tuple[AppealSpell, ...]]
"""A request's row, None if it is not in the register, and the spells of its appeals."""


def change(was: Stood, now: Stood, today: date) -> Change:
    """was, now: the request before and after the event. today: its year is the last one looked at."""
    before, after = was[0], now[0]
    first = min((row.received_on.year for row in (before, after) if row), default=today.year)
    cells = {}
    for year in range(first, today.year + 1):
        period = Period.year(year)
        form = annual_tables.form_of(period)
        left, entered = (
            Counter(
                [*annual_tables.cells_of(row, period, form), *annual_tables.cells_of_appeals(spells, period)]
            )
            for row, spells in (was, now)
        )
        if left != entered:
            cells[year] = tuple((left - entered).elements()), tuple((entered - left).elements())
    return Change(
        stage=(before.stage if before else "none", after.stage if after else "none"),
        due_on=_terms(before, after),
        closed_on=(before.closed_on if before else None, after.closed_on if after else None),
        outcome=(before.outcome if before else None, after.outcome if after else None),
        timeliness=(before.timeliness if before else None, after.timeliness if after else None),
        cells=cells,
    )


def _terms(before: RequestRow | None, after: RequestRow | None) -> tuple[date | None, date | None]:
    """Of a reopening only while it is not answered: afterwards the request is judged by its first term, as before."""
    if after is not None and after.redo_by is None:
        return (before.due_on if before else None, after.due_on)
    return (before.answer_by if before else None, after.answer_by if after else None)


def moved_cells(found: Change, tables: Mapping[int, AnnualTables]) -> list[MovedCell]:
    """The counts behind `cells`, sums included, for the years of which there are tables."""
    moved = []
    for year, (left, entered) in found.cells.items():
        if (table := tables.get(year)) is None:
            continue
        differences: Counter[tuple[str, str]] = Counter()
        for cells, step in ((left, -1), (entered, 1)):
            for cell in cells:
                row, _, column = cell.partition(":")
                differences[row, column] += step
                differences[row, TOTAL] += step
        for (row, column), difference in differences.items():
            if difference:
                of_requests = row in table.requests_table
                was = (
                    table.cell(row, table.columns.index(column))
                    if of_requests
                    else table.appeals_table[row][column]
                )
                kind: Literal["requests", "appeals"] = "requests" if of_requests else "appeals"
                moved.append(MovedCell(year, kind, row, column, was or 0, (was or 0) + difference))
    return moved
