"""The statutory tables of any period, compliance and carry-over; every number links to its requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from markupsafe import Markup
from msgspec import Meta

from adapters.render import svg
from adapters.views import Until, View
from api.console.cases.requests import past
from api.console.forms import query_of
from api.console.frame import at, code_of, me, page
from api.console.paging import PageNumber, Pages, part
from api.console.standing import TIMELINESS, of_row
from api.today import today
from api.web.query import until_of
from api.web.request import ApiRequest
from domain.law.irregularities import RULES
from domain.law.refusals import Malformed
from domain.report.official_form import TOTAL, FormatName, ReportFormat
from domain.values import FIRST_YEAR, LAST_YEAR, Period
from projections import annual_tables, carry_over
from projections.annual_tables import Appeals, Cells, Discrepancy
from projections.compliance import Compliance
from projections.register import RequestRow
from projections.report import grid as grids
from projections.report.content import Proactive
from projections.report.document import Grid

IDENTITIES = {
    "balance": "新收加上年结转，应等于总计加结转下年度",
    "outcomes_sum": "各项办理结果之和，应等于总计",
    "columns_sum": "各类申请人之和，应等于总计",
    "appeals_sum": "各项结果之和，应等于总计",
}

_Day = Annotated[str, Meta(max_length=20)]


class PeriodQuery(msgspec.Struct, frozen=True, rename=lambda name: name.removesuffix("_")):
    """A year, or two days, both inside; at which moment of the log."""

    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR - 1)] | None = None
    from_: date | None = None
    to: date | None = None
    format: FormatName | None = None
    recorded_until: str | None = None
    of: Annotated[str, Meta(max_length=300)] = ""
    by: carry_over.Step = "month"
    row: Annotated[str, Meta(max_length=60)] = ""
    column: Annotated[str, Meta(max_length=60)] = ""
    before: str | None = None
    after: str | None = None
    page: PageNumber = 1

    @property
    def period(self) -> Period:
        """Raises Malformed."""
        if self.from_ is None and self.to is None:
            return Period.year(self.year or today().year)
        if self.from_ is None or self.to is None or self.to < self.from_:
            raise Malformed(field="", problem="请填写统计期限的首日和末日，末日不早于首日")
        if not (self.from_.year >= FIRST_YEAR and self.to.year < LAST_YEAR):
            raise Malformed(field="", problem=f"统计期限须在{FIRST_YEAR}年至{LAST_YEAR - 1}年之间")
        return Period(self.from_, self.to)

    @property
    def form(self) -> ReportFormat:
        return annual_tables.form_of(self.period, self.format)

    @property
    def until(self) -> Until | None:
        return until_of(self.recorded_until)

    def encoded(self, **others: str) -> str:
        """The query string of this period and moment."""
        names = ("from_", "to", "format", "recorded_until")
        found = {name.removesuffix("_"): str(getattr(self, name)) for name in names if getattr(self, name)}
        if self.from_ is None:
            found["year"] = str(self.period.first.year)
        return urlencode(found | others)


class CellShown(NamedTuple):
    """One cell of a drawn table. address: of what it counts."""

    text: str
    kind: str
    rowspan: int
    colspan: int
    address: str


def _drawn(grid: Grid, address: Callable[[int, int], str]) -> dict[str, Any]:
    """Rows of a grid, head and body; address: of a number, by its row and column in the grid."""
    rows: list[list[CellShown]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        at_ = address(cell.row, cell.column) if cell.kind == "number" else ""
        rows[cell.row].append(CellShown(cell.text, cell.kind, cell.rowspan, cell.colspan, at_))
    return {"caption": grid.caption, "head": rows[: grid.header_rows], "body": rows[grid.header_rows :]}


def draw_proactive(form: ReportFormat, table: Proactive) -> dict[str, Any]:
    """The table that people enter, none of whose numbers opens."""
    return _drawn(grids.proactive(form, table), lambda *_: "")


def draw_statutory(
    form: ReportFormat,
    requests_table: Cells,
    appeals_table: Appeals,
    query: PeriodQuery,
    opens: str = "/tables/cell",
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two tables that come out of the register, each number with the address of what it counts. opens: that of a
    cell, without its query; empty: none opens.
    """
    of_requests = grids.requests(form, requests_table)
    of_appeals = grids.appeals(form, appeals_table)
    pairs = [(route.code, result.code) for route in form.appeals.routes for result in form.appeals.columns]

    def request_cell(row: int, column: int) -> str:
        line = form.requests.rows[row - of_requests.header_rows].code
        code = form.requests.columns[column - of_requests.header_columns].code
        return opens and f"{opens}?{query.encoded(row=line, column=code)}"

    def appeal_cell(_: int, column: int) -> str:
        route, result = pairs[column]
        return opens and f"{opens}?{query.encoded(row=route, column=result)}"

    return _drawn(of_requests, request_cell), _drawn(of_appeals, appeal_cell)


class Fault(NamedTuple):
    """An identity that does not hold, in words."""

    words: str
    where: str
    left: int
    right: int


def faults(found: Sequence[Discrepancy], form: ReportFormat) -> list[Fault]:
    """A failed identity in words."""
    labels = labels_of(form)
    return [
        Fault(
            IDENTITIES.get(each.identity, each.identity),
            "、".join(labels.get(code, code) for code in (each.row, each.column, each.route) if code),
            each.left,
            each.right,
        )
        for each in found
    ]


def labels_of(form: ReportFormat) -> dict[str, str]:
    """Labels of rows, columns, routes and results by code."""
    lines = (*form.requests.rows, *form.requests.columns, *form.appeals.routes, *form.appeals.columns)
    return {line.code: line.levels[-1] for line in lines}


@get("/tables", **at("count"))
async def tables(request: ApiRequest) -> Response[Any]:
    """年报表格。"""
    query = query_of(request, PeriodQuery)
    period, form = query.period, query.form
    async with request.register.view(code_of(request), query.until) as view:
        found = await view.tables(period, form)
        whole_year = period == Period.year(period.first.year)
        drawn = await view.charts(period, form) if whole_year else ()
        position, complete_since = view.position, view.authority.complete_since
    drawn_tables = draw_statutory(form, found.requests_table, found.appeals_table, query)
    return await page(
        request,
        "tables.html",
        query=query,
        period=period,
        here="tables",
        tables=drawn_tables,
        faults=faults(found.discrepancies, form),
        form=form,
        charts=[(chart, Markup(svg.render(chart))) for chart in drawn],  # noqa: S704 - escaped where it is drawn
        years=years_since(complete_since),
        past=past(query.recorded_until, position, f"/tables?{_now(query)}"),
    )


def _now(query: PeriodQuery, **others: str) -> str:
    return msgspec.structs.replace(query, recorded_until=None).encoded(**others)


def years_since(complete_since: date) -> list[int]:
    """The years for which the register is complete, the latest first."""
    return list(range(today().year, complete_since.year - 1, -1))


@get("/tables/cell", **at("count"))
async def cell(request: ApiRequest) -> Response[Any]:
    """一格所计的申请。"""
    query = query_of(request, PeriodQuery)
    period, form = query.period, query.form
    labels = labels_of(form)
    if query.row not in labels or query.column not in labels:
        raise Malformed(field="", problem=f"没有这一格：不是{form.name}年格式的行或列")
    async with request.register.view(code_of(request), query.until) as view:
        position = view.position
        if query.row in {route.code for route in form.appeals.routes}:
            spells = annual_tables.appeals_in_cell(
                await view.spells(period), query.row, query.column, period, form
            )
            found: Sequence[str] = ()
        else:
            spells = []
            found = await view.in_cell(query.row, query.column, period, form)
        lines = await _lines(part(found, query.page), view)
    line = next(
        (each.label for each in (*form.requests.rows, *form.appeals.routes) if each.code == query.row), ""
    )
    return await page(
        request,
        "cell.html",
        query=query,
        period=period,
        row=line.replace("/", " › "),
        column=labels[query.column],
        lines=lines,
        spells=part(spells, query.page),
        count=len(spells) or len(found),
        pages=_pages(query, "/tables/cell", len(spells) or len(found), row=query.row, column=query.column),
        past=past(
            query.recorded_until, position, f"/tables/cell?{_now(query, row=query.row, column=query.column)}"
        ),
    )


def _pages(query: PeriodQuery, path: str, count: int, **others: str) -> Pages:
    return Pages.of(
        query.page, count, lambda number: f"{path}?{query.encoded(**others, page=str(number))}#behind"
    )


async def _lines(references: Sequence[str], view: View) -> list[tuple[RequestRow, Any, Any]]:
    rows, on = await view.named(references), today()
    return [(row, of_row(row, on, view.law.calendar), TIMELINESS.get(row.timeliness or "")) for row in rows]


# --- how requests were handled ---

MEASURES: tuple[tuple[str, str], ...] = (
    ("closed", "办结"),
    ("on_time", "期限内办结"),
    ("late", "逾期办结"),
    ("service_unproven", "已答复，尚未登记送达"),
    ("original_on_time", "按最初期限，期限内办结"),
    ("original_late", "按最初期限，逾期办结"),
    ("answered", "以答复办结"),
    ("withdrawn", "撤回"),
    ("lapsed", "不再处理"),
    ("extended", "延期的"),
    ("suspended", "征求意见不计期限的"),
    ("supplemented", "补正的"),
    ("open", "期末在办"),
    ("overdue", "期末逾期未办结"),
    ("redo_due", "期末重新处理逾期"),
)
_OF_UNIT = ("closed", "on_time", "late", "service_unproven", "open")


@get("/compliance", **at("count"))
async def compliance(request: ApiRequest) -> Response[Any]:
    """办理情况。"""
    query = query_of(request, PeriodQuery)
    period = query.period
    async with request.register.view(code_of(request), query.until) as view:
        found = await view.compliance(period)
        wanted, words = _behind(found, query.of)
        lines = await _lines(part(wanted, query.page), view)
        position, complete_since = view.position, view.authority.complete_since
    return await page(
        request,
        "compliance.html",
        query=query,
        period=period,
        here="compliance",
        found=found,
        measures=[(name, label, len(getattr(found, name))) for name, label in MEASURES],
        of_unit=_OF_UNIT,
        words=words,
        lines=lines,
        count=len(wanted),
        pages=_pages(query, "/compliance", len(wanted), of=query.of),
        years=years_since(complete_since),
        past=past(query.recorded_until, position, f"/compliance?{_now(query)}"),
    )


def _behind(found: Compliance, of: str) -> tuple[Sequence[str], str]:
    """The requests that a measure counts, and its title; both empty if `of` names no measure."""
    kind, _, rest = of.partition(":")
    if kind in dict(MEASURES):
        return getattr(found, kind), dict(MEASURES)[kind]
    if kind == "irregularity" and rest in found.irregularities:
        return found.irregularities[rest], f"与规定不符：{RULES[rest].title}"
    if kind == "unit":
        name, _, measure = rest.rpartition(":")
        for each in found.units:
            if each.unit == name and measure in _OF_UNIT:
                return getattr(each, measure), f"{name or '尚未交办'}：{dict(MEASURES)[measure]}"
    return (), ""


# --- carry-over ---


class CarriedLine(NamedTuple):
    """A period's four numbers, each with the address of what it counts."""

    period: str
    numbers: tuple[tuple[int, str], ...]


@get("/carry-over", **at("count"))
async def carried(request: ApiRequest) -> Response[Any]:
    """结转。"""
    query = query_of(request, PeriodQuery)
    periods = list(carry_over.periods(query.period, query.by))
    if len(periods) > 120:
        raise Malformed(field="", problem="期数过多，请缩短期限或按较长的期间")
    async with request.register.view(code_of(request), query.until) as view:
        found = [carry_over.carried(each, await view.tally(each)) for each in periods]
        position, complete_since = view.position, view.authority.complete_since
    return await page(
        request,
        "carry_over.html",
        query=query,
        period=query.period,
        here="carry-over",
        lines=list(_carried_lines(found, query)),
        steps={"month": "按月", "quarter": "按季", "half": "按半年", "year": "按年"},
        years=years_since(complete_since),
        past=past(query.recorded_until, position, f"/carry-over?{_now(query, by=query.by)}"),
    )


def _carried_lines(found: list[carry_over.Carried], query: PeriodQuery) -> Iterator[CarriedLine]:
    for each in found:
        own = msgspec.structs.replace(query, year=None, from_=each.first, to=each.last)
        numbers = (
            (each.opening[TOTAL], "carried_in"), (each.new[TOTAL], "new"),
            (each.closed[TOTAL], TOTAL), (each.closing[TOTAL], "carried_out"),
        )  # fmt: skip
        yield CarriedLine(
            each.period,
            tuple((number, f"/tables/cell?{own.encoded(row=row, column=TOTAL)}") for number, row in numbers),
        )


# --- two moments ---


@get("/tables/diff", **at("count"))
async def diff(request: ApiRequest) -> Response[Any]:
    """两个时刻所见表格的不同。"""
    query = query_of(request, PeriodQuery)
    found = None
    if query.before:
        found = await request.register.comparisons.differences(
            code_of(request),
            _moment(query.before),
            until_of(query.after),
            query.period,
            query.form,
            (await me(request)).sight,
        )
    return await page(
        request, "diff.html", query=query, period=query.period, here="diff", found=found, labels=labels_of(query.form),
        years=years_since((await me(request)).who.authority.complete_since), past=None,
    )  # fmt: skip


def _moment(text: str) -> Until:
    found = until_of(text)
    assert found is not None  # noqa: S101 - a text is a moment, or refused
    return found


HANDLERS = (tables, cell, compliance, carried, diff)
