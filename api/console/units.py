"""The superior's pages: each unit below it, how it stands, and its requests as a superior may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from api.console.duties import TabShown
from api.console.forms import query
from api.console.frame import at, code_of, page
from api.console.paging import PAGE, PageNumber, Pages
from api.console.standing import TIMELINESS, Standing, of_row
from api.today import today
from api.web.request import ApiRequest, reference_of
from domain.report import annual_report
from domain.values import Period
from projections.listing import Filter, Order


class Unit(NamedTuple):
    """A unit and how it stands. last: when something was recorded last. report: of last year."""

    code: str
    name: str
    open: int
    overdue: int
    last: datetime | None
    report: str
    late: bool


@get("/units", **at("read", "count"))
async def units(request: ApiRequest) -> Response[Any]:
    """下级单位。"""
    found, on = [], today()
    for code in await request.register.units_of(code_of(request), on):
        async with request.view(code) as view:
            office = view.authority
            open_, overdue = await view.standing(on)
            entries = await view.entries(max(0, view.position - 1), 1)
            report = await view.report_state(on.year - 1)
        found.append(
            Unit(
                code,
                office.name_on(on),
                open_,
                overdue,
                entries[0].recorded_at if entries else None,
                annual_report.STAGES[report.stage],
                report.stage != "published" and annual_report.due_on(on.year - 1, office.kind) < on,
            )
        )
    return await page(request, "units.html", units=found, year=today().year - 1)


class UnitQuery(msgspec.Struct, frozen=True):
    """Which of its requests, which page."""

    of: Literal["open", "overdue", "all"] = "open"
    page: PageNumber = 1


_OF = {"open": "在办", "overdue": "逾期未办结", "all": "全部"}


@get("/units/{code:str}", **at("read", "count"))
async def unit(request: ApiRequest, code: FromPath[str]) -> Response[Any]:
    """一个下级单位。"""
    on, asked = today(), query(request, UnitQuery)
    wanted = {"open": Filter(stage="in_hand"), "overdue": Filter(overdue_on=on), "all": Filter()}
    order = Order("reference" if asked.of == "all" else "due_on", descending=asked.of == "all")
    async with request.view(code) as view:
        found = {
            name: await view.page(
                each, order, limit=PAGE if name == asked.of else 0, offset=PAGE * (asked.page - 1)
            )
            for name, each in wanted.items()
        }
        handled = await view.compliance(Period.year(on.year))
        calendar, name = view.law.calendar, view.authority.name_on(on)
    rows, count = found[asked.of]
    lines = [(row, of_row(row, on, calendar), TIMELINESS.get(row.timeliness or "")) for row in rows]
    tabs = [
        TabShown(f"/units/{code}?of={each}", words, found[each][1], each == asked.of)
        for each, words in _OF.items()
    ]
    return await page(
        request, "unit.html",
        code=code, name=name, lines=lines, tabs=tabs, words=_OF[asked.of], found=handled, year=on.year,
        pages=Pages.of(asked.page, count, lambda number: f"/units/{code}?of={asked.of}&page={number}"),
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


HANDLERS = (units, unit, case)
