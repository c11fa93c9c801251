"""Differences between two moments of the register: cells of the tables, and the requests that changed them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from domain.report.official_form import TOTAL, ReportFormat
from domain.values import Period
from projections import annual_tables
from projections.annual_tables import AnnualTables
from projections.history import HistoryLine
from projections.register import AppealSpell, RequestRow, order


class Moved(msgspec.Struct, frozen=True):
    """A cell that differs. left, entered: requests it counted before only, and after only; of an appeals cell
    the requests whose appeals it counts.
    """

    table: str
    row: str
    column: str
    was: int
    now: int
    left: tuple[str, ...]
    entered: tuple[str, ...]


class Differences(msgspec.Struct, frozen=True):
    """Cells that count other requests than before, and by request the entries recorded in between."""

    cells: list[Moved]
    entries: dict[str, list[HistoryLine]]


class DiffMoment(msgspec.Struct, frozen=True):
    """The tables of one moment with what they count."""

    tables: AnnualTables
    rows: Sequence[RequestRow]
    spells: Sequence[AppealSpell]


def moved(before: DiffMoment, after: DiffMoment, period: Period, form: ReportFormat) -> list[Moved]:
    """Cells that count other requests than before, even where the number is the same; the column of sums is left
    out."""
    found: list[Moved] = []
    for row in form.requests.rows:
        for column in form.requests.columns[:-1]:
            left, entered = _exchanged(
                (
                    (each.reference,)
                    for each in annual_tables.requests_in_cell(
                        moment.rows, row.code, column.code, period, form
                    )
                )
                for moment in (before, after)
            )
            if left or entered:
                was, now = (
                    moment.tables.cell(row.code, moment.tables.columns.index(column.code))
                    for moment in (before, after)
                )
                found.append(Moved("requests", row.code, column.code, was, now, left, entered))
    for route in form.appeals.routes:
        for result in form.appeals.columns:
            if result.code == TOTAL:
                continue
            left, entered = _exchanged(
                (
                    (each.reference, each.appeal)
                    for each in annual_tables.appeals_in_cell(
                        moment.spells, route.code, result.code, period, form
                    )
                )
                for moment in (before, after)
            )
            if left or entered:
                was, now = (
                    moment.tables.appeals_table[route.code][result.code] or 0 for moment in (before, after)
                )
                found.append(Moved("appeals", route.code, result.code, was, now, left, entered))
    return found


def _exchanged(cells: Iterable[Iterable[tuple[str, ...]]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """References of what left and of what entered; a request may have several appeals in a cell."""
    was, now = (set(cell) for cell in cells)
    return _references(was - now), _references(now - was)


def _references(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({reference for reference, *_ in found}, key=order))
