"""What one event would change, shown before it is recorded: stage, due date, outcome, cells of the years' tables."""

from __future__ import annotations

from collections import Counter
from datetime import date

import msgspec

from domain.values import Period
from projections import annual_tables
from projections.register import AppealSpell, Row


class Change(msgspec.Struct, frozen=True):
    """Pairs of before and after. cells: by year, those left and those entered as `row:column`, years unmoved left out."""

    stage: tuple[str, str]
    due_on: tuple[date | None, date | None]
    closed_on: tuple[date | None, date | None]
    outcome: tuple[str | None, str | None]
    timeliness: tuple[str | None, str | None]
    cells: dict[int, tuple[tuple[str, ...], tuple[str, ...]]]


Stood = tuple[Row | None, tuple[AppealSpell, ...]]
"""A request's row, None where it is not in the register, and the spells of its appeals."""


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
        due_on=(before.due_on if before else None, after.due_on if after else None),
        closed_on=(before.closed_on if before else None, after.closed_on if after else None),
        outcome=(before.outcome if before else None, after.outcome if after else None),
        timeliness=(before.timeliness if before else None, after.timeliness if after else None),
        cells=cells,
    )
