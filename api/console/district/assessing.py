"""考核: the superior's assessments of the authority, and the authority's own assessments of its units."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from adapters.render import assessment_sheet
from api.console import forms, recording
from api.console.authority import streams
from api.console.cases.requests import XLSX
from api.console.district import assessment_forms
from api.console.forms import Given, last, whole_number
from api.console.frame import at, code_of, me, page
from api.console.recording import Occasion, Problem
from api.console.reports.checking import MOST_FILES
from api.console.resuming import resumes
from api.today import today
from api.web.call_refusals import NoSuchAddress
from api.web.request import ApiRequest
from domain.authority.assessment import Assessment, named
from domain.authority.assessment_events import OF_ASSESSMENT
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.refusals import AssessmentUnknown
from domain.entry import type_of
from domain.law.refusals import Malformed
from projections.district import assessment as assessing
from projections.district.assessment import AssessmentSheet
from projections.district.indicators import BUILT_IN
from projections.event_forms import Choice, EventForm

HOME, TITLE = "/district/assessment", "考核"
_ACTS = ("assess", "conclude", "handle")
_EVENTS = frozenset(map(type_of, OF_ASSESSMENT))


@get(HOME, **at("count"))
async def assessments(request: ApiRequest) -> Response[Any]:
    """考核。"""
    code, on = code_of(request), today()
    own = await request.register.assessments.of_unit(code, on)

    def by_superior(_: str) -> str:
        """The superior, since names of its officers are not known here."""
        return "上级机关"

    return await page(
        request, "assessments.html",
        own=own, details=[_by_unit(each, by_superior, "/requests") for each in own], headings=_SHOWN_HEADINGS,
        contest_headings=assessing.CONTESTS[1:],
        contests=[[line[1:] for line in assessing.contests(each.contests)] for each in own],
        announced=list(reversed(await request.register.assessments.announced(code))),
        below=await request.register.supervises(code, on), done=request.query_params.get("done", ""),
    )  # fmt: skip


class Cell(NamedTuple):
    """A cell of a unit's table of points. cases: texts, each with the address of its request, or an empty one."""

    text: object
    cases: tuple[tuple[str, str], ...] = ()


def _by_unit(
    found: AssessmentSheet, officer: Callable[[str], str], requests_at: str
) -> list[tuple[str, list[list[Cell]]]]:
    """For each unit its name and table of points. requests_at: address of a unit's requests, with {} for its code."""
    return [
        (
            each.unit,
            [
                [
                    Cell(None, tuple(_cases(str(line[nth]), requests_at.format(each.code)))) if nth == _CASES else Cell(line[nth])
                    for nth in _SHOWN
                ]
                for line in assessing.details([each], officer)
            ],
        )
        for each in found.units
    ]  # fmt: skip


_SHOWN = [nth for nth, words in enumerate(assessing.DETAILS) if words not in ("单位", "代码")]
_SHOWN_HEADINGS = [assessing.DETAILS[nth] for nth in _SHOWN]
_CASES = assessing.DETAILS.index("各件")


def _cases(joined: str, requests_at: str) -> Iterator[tuple[str, str]]:
    for case in filter(None, joined.split("、")):
        reference = re.match(r"\d{4}-\d{4,9}", case)
        yield case, f"{requests_at}/{reference[0]}" if reference else ""


@get(HOME + "/sheet", **at("count"))
async def sheet(request: ApiRequest) -> Response[Any]:
    """一次考核的评分表。"""
    return await shown(request, request.query_params.get("name", "")[:200])


def sheet_at(name: str) -> str:
    return f"{HOME}/sheet?name={quote(name, safe='')}"


async def announced(request: ApiRequest, name: str) -> Assessment:
    """Raises Malformed."""
    try:
        return named(await request.register.assessments.announced(code_of(request)), name)
    except AssessmentUnknown as unknown:
        raise Malformed(field="", problem=str(unknown).rstrip("。")) from None


async def shown(request: ApiRequest, name: str, problems: list[Problem] | None = None) -> Response[Any]:
    chosen = await announced(request, name)
    found = await request.register.assessments.sheet(code_of(request), name, today())
    return await page(
        request, "assessment.html", status=422 if problems else 200,
        found=found, chosen=chosen, problems=problems or [], most=MOST_FILES, key=str(uuid4()),
        headings=assessing.TOTALS, totals=assessing.totals(found.units),
        detail_headings=_SHOWN_HEADINGS, details=_by_unit(found, (await me(request)).named, "/units/{}/requests"),
        missing=_missing(found), contest_headings=assessing.CONTESTS,
        contests=list(zip(found.contests, assessing.contests(found.contests), strict=True)),
        restated_headings=assessing.RESTATED, restated=assessing.restated(found),
        done=request.query_params.get("done", ""),
        recorded=whole_number(request.query_params.get("recorded", ""), 1, 999_999),
    )  # fmt: skip


def _missing(found: AssessmentSheet) -> list[tuple[str, str, str, str, str]]:
    """What is not assessed yet: code and name of unit and indicator, and what is missing."""
    return [
        (unit.code, unit.unit, score.indicator, score.name, "、".join(score.open))
        for unit in found.units
        for score in unit.scores
        if score.points is None
    ]


@get(HOME + "/workbook", **at("count"))
async def workbook(request: ApiRequest) -> Response[bytes]:
    """The sheet as a workbook."""
    name = request.query_params.get("name", "")[:200]
    await announced(request, name)
    found = await request.register.assessments.sheet(code_of(request), name, today())
    sits = await me(request)
    title = f"{sits.office}　{found.name}　满分{found.points}"
    data = await asyncio.to_thread(assessment_sheet.render, found, title, sits.named)
    return Response(
        data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="assessment.xlsx"'}
    )


# --- what is recorded, one at a time ---


async def _occasion(request: ApiRequest, event: str, given: Given) -> Occasion:
    if event not in _EVENTS:
        raise NoSuchAddress
    occasion = await streams.of_stream(request, AUTHORITY_STREAM, event, HOME, TITLE)
    if event == "assessment_announced":
        return msgspec.structs.replace(
            occasion,
            form=assessment_forms.with_sets(occasion.form),
            mapping=lambda typed_in: assessment_forms.from_set(occasion, typed_in),
        )
    known = await _known(request, event)
    form, mapping = assessment_forms.choosing(occasion.form, known, given), occasion.mapping
    if event in assessment_forms.OF_UNITS:
        units = await request.register.assessments.units(code_of(request), today())
        form, mapping = (
            assessment_forms.choosing_unit(form, units),
            lambda typed_in: assessment_forms.of_unit(occasion, typed_in),
        )
    if event == "contest_decided" and any(each.name == last(given, "assessment") for each in known):
        form = await _choosing_contest(request, form, given)
    own = event == "score_contested" or not given.get("assessment")
    back = HOME if own else sheet_at(last(given, "assessment"))
    return msgspec.structs.replace(occasion, form=form, mapping=mapping, back=back)


async def _choosing_contest(request: ApiRequest, form: EventForm, given: Given) -> EventForm:
    """The form with the chosen unit's contests in words instead of numbers."""
    found = await request.register.assessments.sheet(code_of(request), last(given, "assessment"), today())
    choices = tuple(
        Choice(str(each.version), f"{each.on}对“{each.name}”提出：{each.reason}")
        for each in found.contests
        if each.code == last(given, "unit")
    )
    return form.with_field("contest", kind="select", choices=choices) if choices else form


async def _known(request: ApiRequest, event: str) -> list[Assessment]:
    """The assessments that can be chosen."""
    code = code_of(request)
    if event != "score_contested":
        return list(await request.register.assessments.announced(code))
    return await request.register.assessments.of_superior(code, today())


@get(HOME + "/{event:str}", **at(*_ACTS))
async def form(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """印发指标、评分、申辩、裁定、评定结果。"""
    given = {name: [value] for name, value in request.query_params.items()}
    occasion = await _occasion(request, event, given)
    usual = {"set": [BUILT_IN[0]], "year": [str(today().year - 1)]} if event == "assessment_announced" else {}
    given_in = assessment_forms.unit_given(streams.given_in(request, occasion.form), occasion.form)
    return await recording.show(request, occasion, {**usual, **given_in})


@post(HOME + "/{event:str}/form", status_code=200, **at(*_ACTS))
async def again(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    given = await forms.read(request)
    return await recording.show(request, await _occasion(request, event, given), given)


@post(HOME + "/{event:str}/preview", status_code=200, **at(*_ACTS))
async def preview(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Preview."""
    return await recording.preview(request, await _occasion(request, event, await forms.read(request)))


@post(HOME + "/{event:str}", status_code=200, **at(*_ACTS))
async def record(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Record."""
    given = await forms.read(request)
    occasion = await _occasion(request, event, given)
    sign = "&" if "?" in occasion.back else "?"
    return await recording.confirm(
        request, occasion, lambda reply: f"{occasion.back}{sign}done={reply.version}"
    )


@resumes(HOME + f"/(?P<event>{'|'.join(sorted(_EVENTS))})(/form|/preview)?")
async def _resume(request: ApiRequest, given: Given, event: str) -> Response[Any]:
    return await recording.show(request, await _occasion(request, event, given), given)


HANDLERS = (assessments, sheet, workbook, form, again, preview, record)
