"""The superior's pages of all units: the tables added up, corrected cases, and the list of units."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any, Literal, NamedTuple

import msgspec
from litestar import Response, get, post

from api.console import forms
from api.console.district.list_files import sent_as_csv
from api.console.forms import query_of
from api.console.frame import at, code_of, office_named, page
from api.console.recording import Problem
from api.console.reports import statistics
from api.console.reports.checking import MOST_BYTES, MOST_FILES, uploaded
from api.console.reports.statistics import PeriodQuery
from api.rendering import MEDIA_TYPES, rendered
from api.today import today
from api.web.request import ApiRequest
from domain.authority.authority import Superior
from domain.authority.succession import Succession
from domain.law import terms
from domain.law.refusals import Malformed
from domain.values import Period
from projections.district import corrections as correcting
from projections.district import tables as adding_up
from projections.district.tables import DistrictTables
from projections.district.units import ListedUnit, listed_in
from projections.report.judged import Source

_FORM = 65_536


async def _added_up(
    request: ApiRequest,
    query: PeriodQuery,
    sources: list[Source] | None = None,
    listed: list[ListedUnit] | None = None,
) -> DistrictTables:
    code, period = code_of(request), query.period
    on = min(period.last, today())
    registers = await request.register.district(code).tables(period, query.form, on)
    name = (await request.register.authority(code)).name_on(period.last)
    return adding_up.add_up(
        registers, sources or (), listed or (), district=name, period=period, form=query.form, units_on=on
    )


@get("/district/tables", **at("count"))
async def tables(request: ApiRequest) -> Response[Any]:
    """全区汇总的年报表格。"""
    query = query_of(request, PeriodQuery)
    return await _shown(request, query, await _added_up(request, query), "/district/tables/cell")


@post("/district/tables", status_code=200, request_max_body_size=MOST_BYTES + _FORM, **at("count"))
async def tables_with_files(request: ApiRequest) -> Response[Any]:
    """The tables including reports of units without a register; the files are not kept."""
    await forms.read(request)
    query = query_of(request, PeriodQuery)
    sources = await uploaded(request, "file")
    problems = [Problem("file", each.file, each.fault) for each in sources if each.fault]
    listed = await _listed(request)
    found = await _added_up(request, query, sources, listed)
    return await _shown(request, query, found, "" if sources else "/district/tables/cell", problems)


async def _listed(request: ApiRequest) -> list[ListedUnit]:
    """The list of expected units. Raises Malformed."""
    try:
        return listed_in(data) if (data := await sent_as_csv(request, "units")) else []
    except ValueError as wrong:
        raise Malformed(field="", problem=f"应报送单位的名单：{wrong}") from None


async def _shown(
    request: ApiRequest,
    query: PeriodQuery,
    found: DistrictTables,
    opens: str,
    problems: list[Problem] | None = None,
) -> Response[Any]:
    """The page of the tables. opens: address at which a cell opens by unit; if empty, since some figures are from files that
    are not kept, the tables of each unit follow below."""
    form, office = query.form, await request.register.authority(code_of(request))
    whole = statistics.draw_statutory(form, found.requests_table, found.appeals_table, query, opens)
    return await page(
        request, "district_tables.html",
        query=query, period=query.period, here="tables", found=found, tables=whole, form=form,
        faults=statistics.faults(found.discrepancies, form), problems=problems or [],
        of_units=[
            (unit, statistics.faults(unit.discrepancies, form), () if opens else statistics.draw_statutory(
                form, unit.requests_table, unit.appeals_table, query, ""
            ))
            for unit in found.units
        ],
        proactive=statistics.draw_proactive(form, found.proactive_table) if found.proactive_table else None,
        most=MOST_FILES, opens=opens, years=statistics.years_since(office.complete_since),
    )  # fmt: skip


@get("/district/tables/cell", **at("count"))
async def cell(request: ApiRequest) -> Response[Any]:
    """汇总表的一格在各单位各是多少。"""
    query = query_of(request, PeriodQuery)
    found, labels = await _added_up(request, query), statistics.labels_of(query.form)
    try:
        units = adding_up.by_unit(found, query.row, query.column)
    except KeyError:
        raise Malformed(field="", problem=f"没有这一格：不是{query.form.name}年格式的行或列") from None
    below = {code_of(request), *await request.register.units_of(code_of(request), today())}
    lines = [
        (unit.code if unit.code in below else None, each)
        for unit, each in zip(found.units, units, strict=True)
    ]
    return await page(
        request, "district_cell.html",
        query=query, period=query.period, found=found, lines=lines, total=sum(each.count or 0 for each in units),
        row=labels[query.row], column=labels[query.column], own=code_of(request),
    )  # fmt: skip


# --- corrected cases ---


class _Document(PeriodQuery, frozen=True):
    kind: Literal["docx", "pdf", "html"] = "docx"


@get("/district/corrections", **at("count"))
async def corrections(request: ApiRequest) -> Response[Any]:
    """纠错案件。"""
    query = query_of(request, PeriodQuery)
    period, code = query.period, code_of(request)
    found = await request.register.district(code).corrections(period, min(period.last, today()))
    office = await request.register.authority(code)
    counts = (
        ("原因", found.by_cause), ("依据条款", found.by_article), ("原办理结果", found.by_outcome),
        ("单位", found.by_unit), ("生效年度", found.by_year),
    )  # fmt: skip
    below = {code, *await request.register.units_of(code, today())}
    return await page(
        request, "district_corrections.html", opens=below,
        query=query, period=period, here="corrections", found=found, own=code, counts=counts,
        headings=correcting.HEADINGS, lines=[(each, correcting.cells(each)) for each in found.cases],
        years=statistics.years_since(office.complete_since),
    )  # fmt: skip


@get("/district/corrections/document", **at("count"))
async def analysis(request: ApiRequest) -> Response[bytes]:
    """纠错案件分析。"""
    query = query_of(request, _Document)
    period, code = query.period, code_of(request)
    found = await request.register.district(code).corrections(period, min(period.last, today()))
    name = (await request.register.authority(code)).name_on(period.last)
    document = correcting.analysis(found, district=name, period=period)
    data = await asyncio.to_thread(rendered, document, query.kind)
    return Response(
        data,
        media_type=MEDIA_TYPES[query.kind],
        headers={
            "Content-Disposition": f'attachment; filename="corrections-{period.last.year}.{query.kind}"'
        },
    )


# --- the map of units ---


class _MapQuery(msgspec.Struct, frozen=True):
    on: date | None = None


class UnitOnMap(NamedTuple):
    """A unit as it was on the day. taken: the authorities that took it over, or will."""

    code: str
    name: str
    above: Superior | None
    taken: tuple[Succession, ...]


@get("/district/units", **at("read", "count"))
async def units_map(request: ApiRequest) -> Response[Any]:
    """单位和机构改革。"""
    query, code = query_of(request, _MapQuery), code_of(request)
    on = query.on or today()
    found, successors = [], {}
    for each in await request.register.district(code).units(on):
        office = await request.register.authority(each)
        for one in office.successions:
            successors[one.successor] = await office_named(request, one.successor)
        found.append(
            UnitOnMap(each, office.name_on(on), terms.in_force(office.superiors, on), office.successions)
        )
    return await page(
        request, "district_units.html", here="units", units=found, successors=successors, on=on, own=code, query=query,
        period=Period.year(on.year),
    )  # fmt: skip


HANDLERS = (tables, tables_with_files, cell, corrections, analysis, units_map)
