"""The superior's pages: each unit below it, how it stands, and its requests as a superior may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from api.console.frame import at, code_of, page
from api.console.standing import TIMELINESS, of_row
from api.today import today
from api.web.audit import is_listed
from api.web.request import ApiRequest
from domain.report import annual_report
from domain.values import Period
from projections.listing import Filter, Order

MOST = 200


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
    for code in await request.register.authorities():
        if code == code_of(request):
            continue
        async with request.view(code) as view:
            office = view.authority
            if not is_listed(request, office):
                continue
            open_, overdue = await view.standing(on)
            entries = await view.entries(max(0, view.position - 1), 1)
            streams = await view.streams([annual_report.stream_of(on.year - 1)])
        history = streams.get(annual_report.stream_of(on.year - 1), [])
        report = annual_report.replay(history, on.year - 1, office.kind)
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


@get("/units/{code:str}", **at("read", "count"))
async def unit(request: ApiRequest, code: FromPath[str]) -> Response[Any]:
    """一个下级单位。"""
    on = today()
    async with request.view(code) as view:
        overdue, _ = await view.page(
            Filter(overdue_on=on), Order("due_on", descending=False), limit=MOST, offset=0
        )
        open_, count = await view.page(
            Filter(stage="in_hand"), Order("due_on", descending=False), limit=MOST, offset=0
        )
        found = await view.compliance(Period.year(on.year))
        calendar, name = view.law.calendar, view.authority.name_on(on)
    rows = {row.reference: row for row in (*overdue, *open_)}
    lines = [(row, of_row(row, on, calendar), TIMELINESS.get(row.timeliness or "")) for row in rows.values()]
    return await page(request, "unit.html", name=name, lines=lines, count=count, found=found, year=on.year)


HANDLERS = (units, unit)
