"""The statutory tables of the annual report for any period, and their reconciliation (勾稽).

Tables are made from a tally and a form alone. `reconcile` also judges tables typed elsewhere: faults are
values that name identity, table, row, column, both sides and the difference; it never stops at the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from domain.report import official_form
from domain.report.official_form import CARRIED_IN, CARRIED_OUT, NEW, TOTAL, ReportFormat
from domain.values import Period
from projections.register import AppealSpell, RequestRow
from projections.tally import Tally, in_period, places

Number = Annotated[int, Meta(ge=-(10**12), le=10**12)]
Cells = dict[str, list[Number | None]]
Appeals = dict[str, dict[str, Number | None]]


class Discrepancy(msgspec.Struct, frozen=True, omit_defaults=True):
    """One identity that does not hold. difference = left - right."""

    identity: str
    table: str
    left: int
    right: int
    difference: int
    row: str | None = None
    column: str | None = None
    route: str | None = None


class Tables(msgspec.Struct, frozen=True):
    """The two tables of any authority and year, as made here or as typed elsewhere. None: a blank cell."""

    columns: list[str]
    requests_table: Cells
    appeals_table: Appeals

    def cell(self, row: str, column: int) -> int:
        """In arithmetic a blank counts as zero."""
        return self.requests_table[row][column] or 0


class AnnualTables(Tables, frozen=True, kw_only=True, omit_defaults=True, rename={"from_": "from"}):
    """The tables of one authority and period, as printed and as JSON. position: log position they rest on."""

    authority: str
    authority_code: str
    format: str
    position: int
    discrepancies: list[Discrepancy]
    year: int | None = None
    from_: date | None = None
    to: date | None = None


class TablesFault(ValueError):
    """Typed tables that cannot be judged: a row is missing or has another number of cells."""


def requests_table(tally: Tally, form: ReportFormat) -> Cells:
    """Seven numbers by row of the form: six applicant kinds and their sum."""
    kinds = [column.code for column in form.requests.columns[:-1]]
    counts: dict[str, Mapping[str, int]] = {
        NEW: tally.new,
        CARRIED_IN: tally.carried_in,
        CARRIED_OUT: tally.carried_out,
    }
    sums: dict[str, dict[str, int]] = {row: dict.fromkeys(kinds, 0) for row in (*form.outcome_rows, TOTAL)}
    for outcome, by_kind in tally.closed.items():
        for kind, count in by_kind.items():
            sums[form.row_of(outcome)][kind] += count
            sums[TOTAL][kind] += count
    table: Cells = {}
    for row in form.requests.rows:
        cells = [counts.get(row.code, sums.get(row.code, {}))[kind] for kind in kinds]
        table[row.code] = [*cells, sum(cells)]
    return table


def appeals_table(tally: Tally, form: ReportFormat) -> Appeals:
    """Five numbers by route: four results and their sum."""
    table: Appeals = {}
    for route in form.appeals.routes:
        results: dict[str, int | None] = {**tally.appeals[route.code]}
        table[route.code] = {**results, TOTAL: sum(count or 0 for count in results.values())}
    return table


def make(
    tally: Tally, period: Period, form: ReportFormat, *, authority: str, code: str, position: int
) -> AnnualTables:
    whole_year = period == Period.year(period.first.year)
    tables = Tables(
        columns=[column.code for column in form.requests.columns],
        requests_table=requests_table(tally, form),
        appeals_table=appeals_table(tally, form),
    )
    return AnnualTables(
        columns=tables.columns,
        requests_table=tables.requests_table,
        appeals_table=tables.appeals_table,
        authority=authority,
        authority_code=code,
        format=form.name,
        position=position,
        discrepancies=reconcile(tables),
        year=period.first.year if whole_year else None,
        from_=None if whole_year else period.first,
        to=None if whole_year else period.last,
    )


def headings(form: ReportFormat) -> list[str]:
    """Over the lines of both tables."""
    return ["表", "行", *(column.levels[-1] for column in form.requests.columns)]


def lines(tables: AnnualTables, form: ReportFormat) -> Iterator[list[object]]:
    """Both tables one below the other; the second with its own headings."""
    for row in form.requests.rows:
        yield ["申请", row.label, *tables.requests_table[row.code]]
    yield ["表", "类别", *(column.label for column in form.appeals.columns)]
    for route in form.appeals.routes:
        results = tables.appeals_table[route.code]
        yield ["复议诉讼", route.label, *(results[column.code] for column in form.appeals.columns)]


def check_shape(tables: Tables) -> None:
    """Raises TablesFault in Chinese unless every identity can be computed. Rows are those of the tables."""
    if (
        len(tables.columns) < 2
        or tables.columns[-1] != TOTAL
        or len(set(tables.columns)) != len(tables.columns)
    ):
        raise TablesFault("columns：应列出各类申请人，不重复，最后一列为total（总计）")
    for row in (NEW, CARRIED_IN, TOTAL, CARRIED_OUT):
        if row not in tables.requests_table:
            raise TablesFault(f"requests_table：缺少“{row}”行")
    for row, cells in tables.requests_table.items():
        if len(cells) != len(tables.columns):
            raise TablesFault(f"requests_table.{row}：应有{len(tables.columns)}格，实有{len(cells)}格")
    for route, results in tables.appeals_table.items():
        if TOTAL not in results:
            raise TablesFault(f"appeals_table.{route}：缺少“{TOTAL}”格")


def reconcile(tables: Tables, unread: Collection[tuple[str, str, str]] = ()) -> list[Discrepancy]:
    """What does not tie within the tables, column by column and row by row.

    balance: 一 + 二 = 三（七）总计 + 四. outcomes_sum: outcome rows = 总计 row. columns_sum: applicant kinds =
    总计 column. appeals_sum: four results = 总计. Checked per column, so opposite errors under a balanced
    total are found. unread: cells, as table, row and column, of which nothing is known, of rows that the table
    lacks as well; an identity that needs one is not judged.
    """
    found: list[Discrepancy] = []
    gaps = {(table, row, column) for table, row, column in unread}
    frame = (NEW, CARRIED_IN, TOTAL, CARRIED_OUT)
    outcome_rows = [row for row in tables.requests_table if row not in frame]
    absent = {row for table, row, _ in gaps if table == "requests" and row not in tables.requests_table}
    for index, column in enumerate(tables.columns if tables.requests_table else ()):
        known = {row for row in (*outcome_rows, *frame, *absent) if ("requests", row, column) not in gaps}
        if known.issuperset(frame):
            came = tables.cell(NEW, index) + tables.cell(CARRIED_IN, index)
            left = tables.cell(TOTAL, index) + tables.cell(CARRIED_OUT, index)
            found += _differ("balance", "requests", came, left, column=column)
        if known.issuperset({*outcome_rows, *absent, TOTAL} - {NEW, CARRIED_IN, CARRIED_OUT}):
            outcomes = sum(tables.cell(row, index) for row in outcome_rows)
            found += _differ("outcomes_sum", "requests", outcomes, tables.cell(TOTAL, index), column=column)
    last = len(tables.columns) - 1
    for row in tables.requests_table:
        if any(("requests", row, column) in gaps for column in tables.columns):
            continue
        kinds = sum(tables.cell(row, index) for index in range(last))
        found += _differ("columns_sum", "requests", kinds, tables.cell(row, last), row=row)
    for route, results in tables.appeals_table.items():
        if any(("appeals", route, result) in gaps for result in (*results, TOTAL)):
            continue
        total = results[TOTAL] or 0
        parts = sum(count or 0 for result, count in results.items() if result != TOTAL)
        found += _differ("appeals_sum", "appeals", parts, total, route=route)
    return found


def reconcile_years(previous: Tables, tables: Tables) -> list[Discrepancy]:
    """carry: what is carried in equals what the year before carried out, column by column."""
    found: list[Discrepancy] = []
    carried_in = {column: count for (row, column), count in _named(tables).items() if row == CARRIED_IN}
    carried_out = {column: count for (row, column), count in _named(previous).items() if row == CARRIED_OUT}
    for column in dict.fromkeys([*tables.columns, *previous.columns]):
        left, right = carried_in.get(column, 0), carried_out.get(column, 0)
        found += _differ("carry", "requests", left, right, row=CARRIED_IN, column=column)
    return found


def reconcile_parent(parent: Tables, children: Sequence[Tables]) -> list[Discrepancy]:
    """parent: each cell equals the sum of its children, the authority's own tables being one of them."""
    found: list[Discrepancy] = []
    for (row, column), whole, parts in _summed(_named(parent), map(_named, children)):
        found += _differ("parent", "requests", whole, parts, row=row, column=column)
    for (route, result), whole, parts in _summed(_results(parent), map(_results, children)):
        found += _differ("parent", "appeals", whole, parts, route=route, column=result)
    return found


Named = dict[tuple[str, str], int]
"""Cells by row and column, or by route and result."""


def _named(tables: Tables) -> Named:
    return {
        (row, column): cell or 0
        for row, cells in tables.requests_table.items()
        for column, cell in zip(tables.columns, cells, strict=False)
    }


def _results(tables: Tables) -> Named:
    return {
        (route, result): count or 0
        for route, results in tables.appeals_table.items()
        for result, count in results.items()
    }


def _summed(parent: Named, children: Iterable[Named]) -> Iterator[tuple[tuple[str, str], int, int]]:
    """Each cell of any of them with both sides, row by row; a step for each cell there is, however they are named."""
    parts: Counter[tuple[str, str]] = Counter()
    for child in children:
        parts.update(child)
    cells = list(dict.fromkeys([*parent, *parts]))
    rows, columns = _ranks(row for row, _ in cells), _ranks(column for _, column in cells)
    for cell in sorted(cells, key=lambda cell: (rows[cell[0]], columns[cell[1]])):
        yield cell, parent.get(cell, 0), parts[cell]


def _ranks(names: Iterable[str]) -> dict[str, int]:
    return {name: nth for nth, name in enumerate(dict.fromkeys(names))}


def blanks(tables: Tables) -> list[str]:
    """Cells published blank, as `row.column` and `route.result`, sorted. Never silently zero."""
    empty = [
        f"{row}.{column}"
        for row, cells in tables.requests_table.items()
        for column, cell in zip(tables.columns, cells, strict=True)
        if cell is None
    ]
    empty += [
        f"{route}.{result}"
        for route, results in tables.appeals_table.items()
        for result, count in results.items()
        if count is None
    ]
    return sorted(empty)


def requests_in_cell(
    rows: Iterable[RequestRow], row: str, column: str, period: Period, form: ReportFormat
) -> list[RequestRow]:
    """The requests that a cell counts. Raises KeyError for a row or column that the form has not."""
    if row not in {line.code for line in form.requests.rows}:
        raise KeyError(row)
    if column not in {line.code for line in form.requests.columns}:
        raise KeyError(column)

    def counts(request: RequestRow) -> bool:
        found = places(request.received_on, request.closed_on, period)
        if found is None or column not in (TOTAL, request.applicant_kind):
            return False
        if row in found or (row == TOTAL and "closed" in found):
            return True
        return "closed" in found and row in form.outcome_rows and form.row_of(str(request.outcome)) == row

    return [request for request in rows if counts(request)]


def cells_of(request: RequestRow | None, period: Period, form: ReportFormat) -> list[str]:
    """The cells that count the request in the period, as `row:column`; the total column is implied."""
    found = request and places(request.received_on, request.closed_on, period)
    if request is None or not found:
        return []
    rows: list[str] = [found[0], found[1]]
    if found[1] == "closed":
        rows[1:] = [form.row_of(str(request.outcome)), TOTAL]
    return [f"{row}:{request.applicant_kind}" for row in rows]


def cells_of_appeals(spells: Iterable[AppealSpell], period: Period) -> list[str]:
    """The cells that count a request's appeals in the period, as `route:result`; the totals are implied."""
    return [f"{spell.route}:{spell.result}" for spell in spells if in_period(spell, period)]


def appeals_in_cell(
    spells: Iterable[AppealSpell], route: str, result: str, period: Period, form: ReportFormat
) -> list[AppealSpell]:
    """The appeals that a cell counts. Raises KeyError for a route or result that the form has not."""
    if route not in {line.code for line in form.appeals.routes}:
        raise KeyError(route)
    if result not in {line.code for line in form.appeals.columns}:
        raise KeyError(result)
    return [
        spell
        for spell in spells
        if spell.route == route and result in (TOTAL, spell.result) and in_period(spell, period)
    ]


def form_of(period: Period, name: str | None = None) -> ReportFormat:
    """The form asked for by name, else the one in force in the period's last year."""
    return official_form.load(name) if name else official_form.in_force(period)


def _differ(identity: str, table: str, left: int, right: int, **where: str) -> list[Discrepancy]:
    if left == right:
        return []
    return [Discrepancy(identity, table, left=left, right=right, difference=left - right, **where)]
