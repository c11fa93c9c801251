"""考核 on pages: an indicator set, what was entered and the reports that came, and the sheet of each unit."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Response, get, post

from adapters.render import assessment_sheet
from api.console import forms
from api.console.checking import MOST_BYTES, MOST_FILES, uploaded
from api.console.forms import Given, last
from api.console.frame import at, code_of, page
from api.console.recording import Problem
from api.console.requests import XLSX
from api.today import today
from api.web.request import ApiRequest
from domain.law.refusals import Malformed
from domain.values import FIRST_YEAR, LAST_YEAR
from projections.district import assessment, indicators
from projections.district.assessment import EnteredFault, UnitSheet
from projections.district.indicators import BUILT_IN, IndicatorFault, IndicatorSet
from projections.report import judged

_FORM = 65_536
_LARGEST = 1_000_000
"""Bytes of an indicator set, and of what was entered."""
_MOST_FOUND = 20_000_000


@get("/district/assessment", **at("count"))
async def assessment_form(request: ApiRequest) -> Response[Any]:
    """考核。"""
    return await _shown(request, {"year": [str(today().year - 1)], "set": [BUILT_IN[0]]})


@post("/district/assessment", status_code=200, request_max_body_size=MOST_BYTES + _FORM, **at("count"))
async def assess(request: ApiRequest) -> Response[Any]:
    """The sheet of each unit below; the files are read and kept nowhere."""
    given = await forms.read(request)
    year = forms.whole_number(last(given, "year"), FIRST_YEAR, LAST_YEAR - 1)
    if year is None:
        return await _shown(request, given, [Problem("year", "年度", "请填写年度，如2025")])
    try:
        chosen = await _chosen(request, given)
        lines = await _entered(request)
    except (IndicatorFault, EnteredFault, KeyError, UnicodeDecodeError) as wrong:
        problem = "文件不是UTF-8的文字" if isinstance(wrong, KeyError | UnicodeDecodeError) else str(wrong)
        return await _shown(request, given, [Problem("", "", problem)])
    units = await request.register.district(code_of(request)).cases(year, today())
    sent = await uploaded(request, "reports")
    if sent:
        batch = await asyncio.to_thread(judged.judge, sent, await uploaded(request, "previous"))
        units = assessment.with_reports(units, batch)
    try:
        sheets = assessment.assess(units, chosen, lines)
    except EnteredFault as wrong:
        return await _shown(request, given, [Problem("entered", "评定", str(wrong))])
    problems = [Problem("reports", each.file, each.fault) for each in sent if each.fault]
    return await _shown(request, given, problems, chosen, sheets, year)


async def _file(request: ApiRequest, field: str) -> bytes | None:
    """Raises Malformed."""
    sent = [each for each in forms.files(request).get(field, []) if each.filename]
    if not sent:
        return None
    data = await sent[0].read()
    if len(data) > _LARGEST:
        raise Malformed(field="", problem="指标、评定的文件至多1 MB")
    return data


async def _chosen(request: ApiRequest, given: Given) -> IndicatorSet:
    """Raises IndicatorFault, UnicodeDecodeError, or KeyError for a set that is not built in."""
    data = await _file(request, "own")
    return indicators.load(last(given, "set")) if data is None else indicators.parse(data.decode("utf-8-sig"))


async def _entered(request: ApiRequest) -> list[assessment.Entered]:
    """Raises EnteredFault."""
    data = await _file(request, "entered")
    return [] if data is None else assessment.entered_in(data)


async def _shown(
    request: ApiRequest,
    given: Given,
    problems: list[Problem] | None = None,
    chosen: IndicatorSet | None = None,
    sheets: list[UnitSheet] | None = None,
    year: int = 0,
) -> Response[Any]:
    return await page(
        request, "assessment.html", status=422 if problems and sheets is None else 200,
        given=given, problems=problems or [], chosen=chosen, sheets=sheets, year=year, most=MOST_FILES,
        sets=[(name, indicators.load(name).title) for name in BUILT_IN],
        headings=assessment.TOTALS, totals=assessment.totals(sheets or ()),
        detail_headings=assessment.DETAILS[1:], details=_by_unit(sheets or []),
        found=msgspec.json.encode(sheets).decode() if sheets else "",
    )  # fmt: skip


def _by_unit(sheets: list[UnitSheet]) -> list[tuple[str, list[list[object]]]]:
    return [(sheet.unit, [line[1:] for line in assessment.details([sheet])]) for sheet in sheets]


@post("/district/assessment/workbook", status_code=200, request_max_body_size=_MOST_FOUND, **at("count"))
async def workbook(request: ApiRequest) -> Response[bytes]:
    """What was shown, as a workbook."""
    given = await forms.read(request)
    try:
        sheets = msgspec.json.decode(last(given, "found"), type=list[UnitSheet])
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise Malformed(field="", problem="考核的结果不能读出，请重新考核") from None
    data = await asyncio.to_thread(assessment_sheet.render, sheets, last(given, "title")[:200])
    return Response(
        data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="assessment.xlsx"'}
    )


HANDLERS = (assessment_form, assess, workbook)
