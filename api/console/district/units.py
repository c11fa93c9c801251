"""The superior's pages of its units: the state of each, and its requests as a superior may see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from msgspec import Meta
from msgspec.structs import replace

from adapters.register.reading.unit_cases import ended
from adapters.views import View
from api.console.cases.duties import TabShown
from api.console.forms import query_of
from api.console.frame import at, code_of, office_named, page
from api.console.paging import PAGE, PageNumber, Pages, part
from api.console.reports import statistics
from api.console.reports.statistics import PeriodQuery
from api.console.standing import SOON, TIMELINESS, Standing, of_row
from api.today import today
from api.web.request import ApiRequest, reference_of
from domain.law.calendar import Calendar
from domain.law.refusals import Malformed
from domain.report import annual_report
from domain.values import FIRST_YEAR, LAST_YEAR, Period
from projections import annual_tables
from projections.district import standing as standings
from projections.district.standing import UnitRead, UnitStanding
from projections.listing import Filter, Order
from projections.register import RequestRow


class StandingQuery(msgspec.Struct, frozen=True):
    """year: of what was closed, appealed and entered. on: day for which open requests are shown."""

    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR - 1)] | None = None
    on: date | None = None

    @property
    def day(self) -> date:
        """Raises Malformed."""
        on = self.on or today()
        if not (FIRST_YEAR <= on.year < LAST_YEAR):
            raise Malformed(field="", problem=f"日期须在{FIRST_YEAR}年至{LAST_YEAR - 1}年之间")
        return on

    @property
    def period(self) -> Period:
        return Period.year(self.year or self.day.year)

    @property
    def encoded(self) -> str:
        """The query string of this period and day."""
        return f"year={self.period.first.year}" + (f"&on={self.on}" if self.on else "")


@get("/units", **at("read", "count"))
async def units(request: ApiRequest) -> Response[Any]:
    """各单位办理监督。"""
    query, code = query_of(request, StandingQuery), code_of(request)
    on, period = query.day, query.period
    reads = await request.register.district(code).standing(period, on)
    below = {code, *await request.register.units_of(code, today())}
    return await page(
        request, "units.html", opens=below,
        query=query, on=on, period=period, found=standings.together(reads, on, *period, SOON), own=code,
        late=standings.LATE_ENTRY, fewest=standings.FEWEST, report_year=on.year - 1, report_stages=annual_report.STAGES,
    )  # fmt: skip


class UnitQuery(StandingQuery, frozen=True):
    """of: which of the unit's requests. page: of their list."""

    of: Literal[
        "open",
        "due_soon",
        "overdue",
        "closed",
        "on_time",
        "late",
        "ended",
        "corrected",
        "late_entries",
        "unfiled",
        "all",
    ] = "open"
    page: PageNumber = 1


_OF = {
    "open": "在办",
    "due_soon": "将到期",
    "overdue": "逾期未办结",
    "closed": "办结",
    "on_time": "期限内办结",
    "late": "逾期办结",
    "ended": "复议、诉讼审结",
    "corrected": "复议、诉讼被纠正",
    "late_entries": f"收到后迟于{standings.LATE_ENTRY}个工作日登记",
    "unfiled": "未归档",
    "all": "全部",
}


@get("/units/{code:str}", **at("read", "count"))
async def unit(request: ApiRequest, code: FromPath[str]) -> Response[Any]:
    """一个下级单位。"""
    query = query_of(request, UnitQuery)
    on, period = query.day, query.period
    reads = await request.register.district(code_of(request)).standing(period, on, [code])
    state = standings.standing(reads[0], on, SOON)
    closed = Filter(closed_from=period.first, closed_to=period.last)
    listed = {
        "all": Filter(),
        "closed": closed,
        "on_time": replace(closed, timeliness="on_time"),
        "late": replace(closed, timeliness="late"),
    }
    async with request.view(code) as view:
        if query.of in listed:
            rows, count = await view.page(
                listed[query.of], Order(), limit=PAGE, offset=PAGE * (query.page - 1)
            )
        else:
            behind = await _behind(query.of, reads[0], state, view, period)
            count, rows = len(behind), await view.named(part(behind, query.page))
        calendar = view.law.calendar
    successor = state.successor and await office_named(request, state.successor)
    encoded = query.encoded
    counts: dict[str, int | None] = {
        "open": state.open, "due_soon": len(state.due_soon), "overdue": len(state.overdue),
        "closed": state.closed, "on_time": state.on_time, "late": state.late, "ended": state.ended, "corrected": len(state.corrected),
        "late_entries": len(state.late_entries), "unfiled": state.unfiled, "all": None,
    }  # fmt: skip
    if query.of != "ended":  # of appeals, several of which may be about one request
        counts[query.of] = count
    tabs = [
        TabShown(f"/units/{code}?of={each}&{encoded}", words, counts[each], each == query.of)
        for each, words in _OF.items()
    ]
    return await page(
        request, "unit.html",
        code=code, name=state.unit, lines=[_line(row, on, calendar) for row in rows], tabs=tabs,
        words=_OF[query.of], of=query.of, encoded=encoded, count=count, state=state, successor=successor, period=period, own=code_of(request),
        pages=Pages.of(query.page, count, lambda number: f"/units/{code}?of={query.of}&{encoded}&page={number}"),
    )  # fmt: skip


def _line(row: RequestRow, on: date, calendar: Calendar) -> tuple[RequestRow, Standing, Standing | None]:
    return row, of_row(row, on, calendar), TIMELINESS.get(row.timeliness or "")


async def _behind(of: str, read: UnitRead, state: UnitStanding, view: View, period: Period) -> Sequence[str]:
    """References of what a figure counts."""
    match of:
        case "open":
            return [each.reference for each in read.open]
        case "ended":
            return list(dict.fromkeys(each.reference for each in await ended(view, period)))
        case "unfiled":
            return [each.reference for each in await view.unarchived()]
    found: Sequence[str] = getattr(state, of)
    return found


@get("/units/{code:str}/cell", **at("count"))
async def cell_of_unit(request: ApiRequest, code: FromPath[str]) -> Response[Any]:
    """汇总表的一格中一个单位的申请。"""
    query = query_of(request, PeriodQuery)
    period, form = query.period, query.form
    labels = statistics.labels_of(form)
    if query.row not in labels or query.column not in labels:
        raise Malformed(field="", problem=f"没有这一格：不是{form.name}年格式的行或列")
    on = today()
    async with request.view(code) as view:
        if query.row in {route.code for route in form.appeals.routes}:
            spells = annual_tables.appeals_in_cell(
                await view.spells(period), query.row, query.column, period, form
            )
            found: Sequence[str] = list(dict.fromkeys(each.reference for each in spells))
        else:
            found = await view.in_cell(query.row, query.column, period, form)
        rows = await view.named(part(found, query.page))
        calendar, name = view.law.calendar, view.authority.name_on(period.last)
    address = f"/units/{code}/cell?{query.encoded(row=query.row, column=query.column)}"
    return await page(
        request, "unit_cell.html",
        code=code, name=name, lines=[_line(row, on, calendar) for row in rows], count=len(found),
        query=query, period=period, row=labels[query.row], column=labels[query.column], own=code_of(request),
        pages=Pages.of(query.page, len(found), lambda number: f"{address}&page={number}"),
    )  # fmt: skip


@get("/units/{code:str}/requests/{reference:str}", **at("read"))
async def case(request: ApiRequest, code: FromPath[str], reference: FromPath[str]) -> Response[Any]:
    """下级单位的一件申请：文稿的起草和审批、封存的内容都不在此。"""
    named, on = reference_of(reference), today()
    async with request.view(code) as view:
        found = await view.case(named)
        row = await view.row(named)
        standing = of_row(row, on, view.law.calendar) if row else Standing("still", "×", "已作废")
        name = view.authority.name_on(on)
    timeliness = TIMELINESS.get(row.timeliness or "") if row else None
    return await page(
        request, "unit_case.html", code=code, name=name, case=found, row=row, standing=standing, timeliness=timeliness
    )  # fmt: skip


HANDLERS = (units, unit, cell_of_unit, case)
