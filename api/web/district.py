"""What a superior authority sees of all its units: their tables added up, their state, their assessment."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta
from msgspec.structs import astuple

from adapters.register.reading.district import District
from api.today import today
from api.web.query import PeriodQuery, Query, check_day
from api.web.request import ApiRequest
from api.web.responses import json, json_or_csv
from domain.authority.assessment import Assessment, named
from domain.law.refusals import Malformed, TokenClosed
from domain.report.official_form import FormatName, ReportFormat
from domain.values import Label
from projections import annual_tables
from projections.district import assessment as assessing
from projections.district import corrections as correcting
from projections.district import matters as matter_lines
from projections.district import standing as standings
from projections.district import tables as adding_up
from projections.district import work_list as to_watch
from projections.district.assessment import AssessmentListed, AssessmentSheet
from projections.district.corrections import Corrections
from projections.district.matters import Matter
from projections.district.standing import SOON, DistrictStanding
from projections.district.tables import CellOfUnit, DistrictTables
from projections.district.work_list import UnitWarning
from projections.superior_view import OFFICE


class DistrictQuery(PeriodQuery, frozen=True, kw_only=True):
    """Period and form of the tables."""

    format: Annotated[FormatName | None, Meta(description="年报格式；缺省为期限末年的格式")] = None

    @property
    def form(self) -> ReportFormat:
        return annual_tables.form_of(self.period, self.format)


class DistrictCellQuery(DistrictQuery, frozen=True, kw_only=True):
    """One cell of the tables."""

    row: Annotated[str, Meta(description="行的代码，如granted；复议诉讼表为其类别")]
    column: Annotated[str, Meta(description="列的代码，如natural_person、total；复议诉讼表为其结果")]


async def district_of(request: ApiRequest, code: str) -> District:
    """The authority's units that the caller may see. A superior does not see its units' own units.

    Raises TokenClosed where the caller has the machine's token and a unit has officers.
    """
    found = request.register.district(code, request.caller.sight)
    if request.caller.who is None:
        for unit in await found.units(today()):
            if (await request.register.standing(unit)).has_officers:
                raise TokenClosed
    return found


async def added_up(request: ApiRequest, code: str, query: DistrictQuery) -> DistrictTables:
    """The district's tables, by the units of the period's last day, or of today where that is still to come."""
    found = await district_of(request, code)
    period, form = query.period, query.form
    on = min(period.last, today())
    name = (await request.register.authority(code)).name_on(period.last)
    registers = await found.tables(period, form, on)
    return adding_up.add_up(registers, district=name, period=period, form=form, units_on=on)


@get(
    "/district/tables",
    operation_id="getDistrictTables",
    summary="全区汇总的年报表格",
    opt={"act": "count", "csv": True},
)
async def tables(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[DistrictQuery]],
) -> Response[DistrictTables]:
    """本机关和各下级单位（按期限末日的隶属关系）之和，units为各单位的表格，not_counted为没有计入的及其原因。"""
    found = await added_up(request, code, params)
    return json_or_csv(request, found, adding_up.headings(params.form), adding_up.lines(found, params.form))


@get(
    "/district/tables/cell",
    operation_id="listUnitsInCell",
    summary="汇总表的一格在各单位各是多少",
    opt={"act": "count", "csv": True},
)
async def cell(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[DistrictCellQuery]],
) -> Response[list[CellOfUnit]]:
    """每个计入的单位一行，为零的也列出。"""
    found = await added_up(request, code, params)
    try:
        units = adding_up.by_unit(found, params.row, params.column)
    except KeyError as unknown:
        field = "row" if unknown.args[0] == params.row else "column"
        raise Malformed(field=f"{field}：", problem=f"不是{params.form.name}年格式的行或列") from None
    return json_or_csv(request, units, adding_up.CELL_HEADINGS, map(astuple, units))


class StandingQuery(PeriodQuery, frozen=True, kw_only=True):
    """The day of the state."""

    on: Annotated[date | None, Meta(description="哪一天的在办、将到期、逾期；缺省为今天")] = None
    within: Annotated[Annotated[int, Meta(ge=0, le=60)], Meta(description="将到期：余几个工作日以内")] = SOON


@get(
    "/district/standing",
    operation_id="getDistrictStanding",
    summary="各单位办理监督",
    opt={"act": "count", "csv": True},
)
async def standing(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[StandingQuery]],
) -> Response[DistrictStanding]:
    """在办、将到期、逾期，期限内的办结、纠错、迟登、未归档，最近登记，上年年报；满30件才有比率。"""
    on = today() if params.on is None else check_day("on", params.on)
    reads = await (await district_of(request, code)).standing(params.period, on)
    found = standings.together(reads, on, *params.period, params.within)
    return json_or_csv(request, found, standings.HEADINGS, standings.lines(found))


@get(
    "/district/corrections",
    operation_id="getDistrictCorrections",
    summary="纠错案件",
    opt={"act": "count", "csv": True},
)
async def corrections(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[PeriodQuery]],
) -> Response[Corrections]:
    """复议、诉讼结果纠正的各件，按原因、依据条款、原办理结果、单位、年度；causes为null的尚未登记纠错分析。"""
    period = params.period
    found = await (await district_of(request, code)).corrections(period, min(period.last, today()))
    return json_or_csv(request, found, correcting.HEADINGS, map(correcting.cells, found.cases))


@get(
    "/district/matters",
    operation_id="listSupervision",
    summary="督办和报送",
    opt={"act": "count", "csv": True},
)
async def matters(request: ApiRequest, code: FromPath[str]) -> Response[list[Matter]]:
    """上级机关对本机关的督办和报送要求，本机关对下级单位的：现在到哪一步，由谁办理（waits_for），下一步登记什么。"""
    found = await (await district_of(request, code)).matters(today())
    return json_or_csv(request, found, matter_lines.HEADINGS, matter_lines.lines(found))


class WarningsQuery(Query, frozen=True, kw_only=True):
    """The day of the work list."""

    on: Annotated[date | None, Meta(description="哪一天；缺省为今天")] = None
    within: Annotated[Annotated[int, Meta(ge=0, le=60)], Meta(description="将到期：余几个工作日以内")] = SOON


@get(
    "/district/work-list",
    operation_id="getDistrictWorkList",
    summary="对下级单位的待办",
    opt={"act": "read", "csv": True},
)
async def work_list(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[WarningsQuery]],
) -> Response[list[UnitWarning]]:
    """下级单位逾期、将到期的申请（ordered为已督办），逾期未答复的督办、未报送的报送，以及待本机关审查的报送。"""
    on = today() if params.on is None else check_day("on", params.on)
    found = await (await district_of(request, code)).work_list(on, params.within)
    return json_or_csv(request, found, to_watch.HEADINGS, to_watch.lines(found))


@get(
    "/district/assessments",
    operation_id="listAssessments",
    summary="对下级单位的各次考核",
    opt={"act": "count", "csv": True},
)
async def assessments(request: ApiRequest, code: FromPath[str]) -> Response[list[AssessmentListed]]:
    """本机关印发的，依印发的次序；评分表见/district/assessment。"""
    found = [assessing.listed(each) for each in await _announced(request, code)]
    return json_or_csv(request, found, assessing.LISTED, map(astuple, found))


async def _announced(request: ApiRequest, code: str) -> tuple[Assessment, ...]:
    """A superior does not see the assessments that a unit makes of its own units."""
    return await request.register.assessments.announced(code) if request.caller.sight is OFFICE else ()


class AssessmentQuery(Query, frozen=True, kw_only=True):
    """The name of the assessment."""

    name: Annotated[Label, Meta(description="考核的名称")]


@get(
    "/district/assessment",
    operation_id="getAssessment",
    summary="一次考核的评分表",
    opt={"act": "count", "csv": True},
)
async def assessment(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[AssessmentQuery]],
) -> Response[AssessmentSheet]:
    """各单位逐项的得分及所据的各件，申辩及其裁定，评定之后的变动（restated）。points为null的尚未评。"""
    named(await _announced(request, code), params.name)
    found = await request.register.assessments.sheet(code, params.name, today())
    return json_or_csv(request, found, assessing.DETAILS, assessing.details(found.units))


@get(
    "/assessments",
    operation_id="listOwnAssessments",
    summary="上级机关对本机关的考核",
    opt={"act": "count"},
)
async def own_assessments(request: ApiRequest, code: FromPath[str]) -> Response[list[AssessmentSheet]]:
    """只有本机关的得分、申辩和裁定；提出申辩登记score_contested。"""
    return json(await request.register.assessments.of_unit(code, today()))


OF_AUTHORITY = (
    tables, cell, standing, corrections, matters, work_list, assessments, assessment, own_assessments,
)  # fmt: skip
