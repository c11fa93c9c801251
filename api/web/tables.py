"""The statutory tables, the requests behind a cell, compliance, carry-over, differences, reconciliation of other tables."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.views import View
from api.web.auth import CALLER
from api.web.query import PeriodAsOfQuery, PeriodQuery, moment
from api.web.request import ApiRequest
from api.web.responses import json, json_or_csv
from domain.law.refusals import Malformed
from domain.report.official_form import FormatName, ReportFormat
from projections import annual_tables, carry_over
from projections.annual_tables import AnnualTables, Discrepancy, Tables, TablesFault
from projections.carry_over import Carried, Step
from projections.compliance import Compliance
from projections.diff import Differences
from projections.listing import HEADINGS, cells
from projections.register import AppealSpell, RequestRow


class TablesQuery(PeriodAsOfQuery, frozen=True, kw_only=True):
    """Period, moment and form of the tables."""

    format: Annotated[FormatName | None, Meta(description="年报格式；缺省为期限末年的格式")] = None

    @property
    def form(self) -> ReportFormat:
        return annual_tables.form_of(self.period, self.format)


class CellQuery(TablesQuery, frozen=True, kw_only=True):
    """One cell of the tables."""

    row: Annotated[str, Meta(description="行的代码，如granted；复议诉讼表为其类别")]
    column: Annotated[str, Meta(description="列的代码，如natural_person、total；复议诉讼表为其结果")]


class CarryOverQuery(PeriodAsOfQuery, frozen=True, kw_only=True):
    """Period and steps of the carry-over."""

    by: Annotated[Step, Meta(description="按月、季、半年或年")] = "quarter"


class DiffQuery(PeriodQuery, frozen=True, kw_only=True):
    """The two moments of the log to compare."""

    before: Annotated[str, Meta(description="前一时刻：日期（当日结束）、带时区的时刻或日志位置")]
    after: Annotated[str | None, Meta(description="后一时刻；缺省为现在")] = None
    format: Annotated[FormatName | None, Meta(description="年报格式；缺省为期限末年的格式")] = None


class Behind(msgspec.Struct, frozen=True):
    """What a cell counts: requests, or in the appeals table appeals with their result at that moment."""

    requests: list[RequestRow]
    appeals: list[AppealSpell]


class ReconcileBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tables from elsewhere, last year's for the carry-over, and those of the units of a total."""

    tables: Tables
    previous: Tables | None = None
    children: tuple[Tables, ...] = ()


class Reconciled(msgspec.Struct, frozen=True):
    """Differences, and blank cells as `row.column`."""

    discrepancies: list[Discrepancy]
    blanks: list[str]


@get("/tables", operation_id="getTables", summary="年报表格", opt={"act": "count", "csv": True})
async def tables(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[TablesQuery]],
) -> Response[AnnualTables]:
    """任意期限的申请表和复议诉讼表，附勾稽（discrepancies为空即全部相符）。"""

    async def make(view: View) -> Response[AnnualTables]:
        form = params.form
        found = await view.tables(params.period, form)
        return json_or_csv(request, found, annual_tables.headings(form), annual_tables.lines(found, form))

    return await request.response_cache.answer(request, code, params.until, make)


@get(
    "/tables/cell",
    operation_id="listRequestsInCell",
    summary="一格所计的申请",
    opt={"act": "count", "csv": True},
)
async def behind(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[CellQuery]],
) -> Response[Behind]:
    """申请表的格列出申请，复议诉讼表的格列出复议或诉讼。"""
    period, form = params.period, params.form
    where = params.row, params.column, period, form
    try:
        async with request.view(code, params.until) as view:
            if params.row in {route.code for route in form.appeals.routes}:
                spells = annual_tables.appeals_in_cell(await view.spells(period), *where)
                lines = [(each.reference, each.appeal, each.begun_on, each.decided_on) for each in spells]
                headings = ("登记号", "复议或诉讼", "提起日期", "生效日期")
                return json_or_csv(request, Behind([], spells), headings, lines)
            rows = annual_tables.requests_in_cell(await view.rows(period), *where)
    except KeyError as unknown:
        field = "row" if unknown.args[0] == params.row else "column"
        raise Malformed(field=f"{field}：", problem=f"不是{form.name}年格式的行或列") from None
    return json_or_csv(request, Behind(rows, []), HEADINGS, map(cells, rows))


@get("/compliance", operation_id="getCompliance", summary="办理情况", opt={"act": "count"})
async def compliance(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[PeriodAsOfQuery]],
) -> Response[Compliance]:
    """期限内办结率、所用工作日、逾期、与规定不符之处；每一项列出所计的申请。"""

    async def make(view: View) -> Response[Compliance]:
        return json(await view.compliance(params.period))

    return await request.response_cache.answer(request, code, params.until, make)


@get("/carry-over", operation_id="getCarryOver", summary="结转", opt={"act": "count", "csv": True})
async def carried(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[CarryOverQuery]],
) -> Response[list[Carried]]:
    """期初在办加新收，等于办结加期末在办；每期的期末即下期的期初。至多120期。"""
    periods = list(carry_over.periods(params.period, params.by))
    if len(periods) > 120:
        raise Malformed(field="by：", problem="期数过多，请缩短期限或按较长的期间")
    async with request.view(code, params.until) as view:
        found = [carry_over.carried(each, await view.tally(each)) for each in periods]
    return json_or_csv(request, found, carry_over.HEADINGS, map(carry_over.cells, found))


@get("/diff", operation_id="compareTables", summary="两个时刻所见表格的不同", opt={"act": "count"})
async def diff(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[DiffQuery]],
) -> Response[Differences]:
    """哪些格不同，由哪些登记引起。"""
    before, after = moment("before", params.before), moment("after", params.after) if params.after else None
    form = annual_tables.form_of(params.period, params.format)
    return json(
        await request.register.comparisons.differences(
            code, before, after, params.period, form, request.caller.sight
        )
    )


@post(
    "/api/v1/reconcile",
    operation_id="reconcileTables",
    summary="核对已编制的表格",
    status_code=200,
    opt={"act": CALLER},
)
async def reconcile(payload: NamedDependency[SkipValidation[ReconcileBody]]) -> Response[Reconciled]:
    """核对任一机关的报告表格：勾稽不符之处和空白格。previous为上一年度的，children为各单位的。"""
    try:
        for each in (payload.tables, *filter(None, [payload.previous]), *payload.children):
            annual_tables.check_shape(each)
    except TablesFault as wrong:
        raise Malformed(field="", problem=str(wrong)) from None
    return await asyncio.to_thread(_reconciled, payload)


def _reconciled(payload: ReconcileBody) -> Response[Reconciled]:
    found = annual_tables.reconcile(payload.tables)
    if payload.previous is not None:
        found += annual_tables.reconcile_years(payload.previous, payload.tables)
    if payload.children:
        found += annual_tables.reconcile_parent(payload.tables, payload.children)
    return json(Reconciled(found, annual_tables.blanks(payload.tables)))


OF_AUTHORITY = (tables, behind, compliance, carried, diff)
