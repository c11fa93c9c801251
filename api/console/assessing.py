"""考核 on pages: what the superior says of the office, what the office announced, entered, decided and concluded of its units."""

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

from adapters.register.decoding import convert
from adapters.register.register import Refused
from adapters.render import assessment_sheet
from api.console import forms, recording, streams
from api.console.checking import MOST_BYTES, MOST_FILES, uploaded
from api.console.forms import Given, last
from api.console.frame import at, code_of, me, page, to
from api.console.recording import Occasion, Problem
from api.console.requests import XLSX
from api.console.resuming import resumes
from api.today import today
from api.web.call_refusals import NoSuchAddress
from api.web.request import ApiRequest
from domain.authority.assessment import Assessment, named, values_of
from domain.authority.assessment_events import OF_ASSESSMENT
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.refusals import AssessmentUnknown
from domain.entry import type_of
from domain.law.refusals import Malformed
from projections.district import assessment as assessing
from projections.district import indicators, scores
from projections.district.assessment import AssessmentSheet
from projections.district.indicators import BUILT_IN, IndicatorFault
from projections.district.scores import EnteredFault
from projections.event_forms import Choice, EventForm, Field, typed
from projections.report import judged

HOME, TITLE = "/district/assessment", "考核"
_FORM = 65_536
_LARGEST = 1_000_000
"""Bytes of what was entered in a file."""
_ACTS = ("assess", "conclude", "handle")
_EVENTS = frozenset(map(type_of, OF_ASSESSMENT))


@get(HOME, **at("count"))
async def assessments(request: ApiRequest) -> Response[Any]:
    """考核。"""
    code, on = code_of(request), today()
    own = await request.register.assessments.of_unit(code, on)

    def by_superior(_: str) -> str:
        """Its officers are not known by name here."""
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
    """Of the table of one unit's points. cases: texts, each with the address of the request that it is, or none."""

    text: object
    cases: tuple[tuple[str, str], ...] = ()


def _by_unit(
    found: AssessmentSheet, officer: Callable[[str], str], requests_at: str
) -> list[tuple[str, list[list[Cell]]]]:
    """requests_at: where the requests of a unit are, {} for its code."""
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
    return await _sheet(request, request.query_params.get("name", "")[:200])


async def _announced(request: ApiRequest, name: str) -> Assessment:
    """Raises Malformed."""
    try:
        return named(await request.register.assessments.announced(code_of(request)), name)
    except AssessmentUnknown as unknown:
        raise Malformed(field="", problem=str(unknown).rstrip("。")) from None


async def _sheet(request: ApiRequest, name: str, problems: list[Problem] | None = None) -> Response[Any]:
    chosen = await _announced(request, name)
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
    )  # fmt: skip


def _missing(found: AssessmentSheet) -> list[tuple[str, str, str, str]]:
    """What is not assessed yet: code and name of the unit, code and name of the indicator."""
    return [
        (unit.code, unit.unit, score.indicator, score.name)
        for unit in found.units
        for score in unit.scores
        if score.points is None
    ]


@get(HOME + "/workbook", **at("count"))
async def workbook(request: ApiRequest) -> Response[bytes]:
    """The sheet as a workbook."""
    name = request.query_params.get("name", "")[:200]
    await _announced(request, name)
    found = await request.register.assessments.sheet(code_of(request), name, today())
    sits = await me(request)
    title = f"{sits.office}　{found.name}　满分{found.points}"
    data = await asyncio.to_thread(assessment_sheet.render, found, title, sits.named)
    return Response(
        data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="assessment.xlsx"'}
    )


@post(HOME + "/files", status_code=200, request_max_body_size=MOST_BYTES + _FORM, **at("assess"))
async def from_files(request: ApiRequest) -> Response[Any]:
    """Scores from a list that was filled in, and from the reports that came: all of them or none; the files are kept nowhere."""
    given, code, on = await forms.read(request), code_of(request), today()
    name, key = last(given, "name")[:200], last(given, "key")[:60]
    found = await _announced(request, name)
    units = await request.register.assessments.units(code, on)
    sent = await uploaded(request, "reports")
    if faults := [Problem("reports", each.file, each.fault) for each in sent if each.fault]:
        return await _sheet(request, name, faults)
    try:
        lines = await _lines(request)
        batch = (
            await asyncio.to_thread(judged.judge, sent, await uploaded(request, "previous")) if sent else None
        )
        events = scores.from_files(lines, batch, found, units, on)
    except EnteredFault as wrong:
        return await _sheet(request, name, [Problem("entered", "评分", str(wrong))])
    if not events:
        return await _sheet(request, name, [Problem("entered", "评分", "请选择文件")])
    recordings = [
        convert({"id": f"{key}-{nth}", "stream": AUTHORITY_STREAM, "event": msgspec.to_builtins(each)})
        for nth, each in enumerate(events)
    ]
    try:
        await request.register.record_all(
            code, recordings, actor=request.actor, permissions=request.caller.permissions
        )
    except Refused as refused:
        return await _sheet(request, name, [Problem("", "", str(each.refusal)) for each in refused.problems])
    request.checkpointer.grown(code)
    return to(f"{_sheet_at(name)}&done={len(recordings)}")


async def _lines(request: ApiRequest) -> list[scores.Line]:
    """Raises EnteredFault, Malformed."""
    sent = [each for each in forms.files(request).get("entered", []) if each.filename]
    if not sent:
        return []
    data = await sent[0].read()
    if len(data) > _LARGEST:
        raise Malformed(field="", problem="评分的文件至多1 MB")
    return scores.lines_of(data)


# --- what is recorded, one at a time ---


def _sheet_at(name: str) -> str:
    return f"{HOME}/sheet?name={quote(name, safe='')}"


async def _occasion(request: ApiRequest, event: str, given: Given) -> Occasion:
    if event not in _EVENTS:
        raise NoSuchAddress
    occasion = await streams.of_stream(request, AUTHORITY_STREAM, event, HOME, TITLE)
    if event == "assessment_announced":
        return msgspec.structs.replace(
            occasion, form=_with_sets(occasion.form), mapping=lambda typed_in: _from_set(occasion, typed_in)
        )
    known = await _known(request, event)
    form, mapping = _choosing(occasion.form, known, given), occasion.mapping
    if event in _OF_UNITS:
        units = await request.register.assessments.units(code_of(request), today())
        form, mapping = _choosing_unit(form, units), lambda typed_in: _of_unit(occasion, typed_in)
    own = event == "score_contested" or not given.get("assessment")
    back = HOME if own else _sheet_at(last(given, "assessment"))
    return msgspec.structs.replace(
        occasion, form=form, mapping=mapping, back=back, worded=("unit", "indicator")
    )


def _choosing(form: EventForm, known: list[Assessment], given: Given) -> EventForm:
    """The form with what there is to choose; of an indicator that is given its reasons and its values."""
    form = streams.choosing(form, "assessment", tuple(Choice(each.name, each.name) for each in known))
    named_in = [each for each in known if each.name == last(given, "assessment")] or known
    of_all = {each.code: each for one in named_in for each in one.indicators}
    choices = tuple(Choice(code, each.name) for code, each in of_all.items())
    form = streams.choosing(form, "indicator", choices)
    if (chosen := of_all.get(last(given, "indicator"))) is None:
        return form
    reasons = tuple(Choice(rule.measure, rule.called) for rule in chosen.rules)
    fields = [
        msgspec.structs.replace(each, hint=f"{values_of(chosen)}。{each.hint}")
        if each.name == "value"
        else each
        for each in streams.choosing(form, "measure", reasons).fields
        if reasons or each.name != "measure"
    ]
    return msgspec.structs.replace(form, fields=tuple(fields))


_OF_UNITS = ("score_entered", "contest_decided")
_OTHER_UNIT = Field(
    "other_unit",
    "没有台账的单位",
    "label",
    False,
    "上面没有的单位在此填全称；填写的代替上面所选的",
    longest=200,
)


def _choosing_unit(form: EventForm, units: dict[str, str]) -> EventForm:
    """The form with the units that keep a register here by their names, and a line for one that keeps none."""
    choices = tuple(Choice(code, name) for code, name in units.items())
    fields: list[Field] = []
    for each in form.fields:
        if each.name == "unit":
            chosen = msgspec.structs.replace(each, kind="select", choices=choices, hint="", required=False)
            fields += [chosen, _OTHER_UNIT]
        else:
            fields.append(each)
    return msgspec.structs.replace(form, fields=tuple(fields))


def _of_unit(occasion: Occasion, given: Given) -> dict[str, Any]:
    """Raises Malformed."""
    unit = last(given, "other_unit").strip() or last(given, "unit")
    if not unit:
        raise Malformed(field="unit：", problem="请选择单位，或填写没有台账的单位")
    return typed(occasion.form, {**given, "unit": [unit]})


def _unit_given(given: Given, form: EventForm) -> Given:
    """A unit named in the address that keeps no register stands where such a unit is filled in."""
    codes = {choice.value for each in form.fields if each.name == "unit" for choice in each.choices}
    if "unit" not in given or last(given, "unit") in codes:
        return given
    return {**given, "other_unit": given["unit"]}


async def _known(request: ApiRequest, event: str) -> list[Assessment]:
    """Those that it can be of."""
    code = code_of(request)
    if event != "score_contested":
        return list(await request.register.assessments.announced(code))
    return await request.register.assessments.of_superior(code, today())


_SET = Field(
    "set", "指标", "select", False, "程序所附的；有本地的指标文件的，贴在下面",
    choices=tuple(Choice(name, indicators.load(name).title) for name in BUILT_IN),
)  # fmt: skip
_TEXT = Field(
    "text",
    "本地的指标",
    "text",
    False,
    "由技术人员照程序所附的写成的指标文件，全文贴在这里；填写的代替上面所选的",
    longest=60_000,
)
_FROM_SET = ("source", "classes", "indicators")


def _with_sets(form: EventForm) -> EventForm:
    """The form of an announcement: its indicators come from a set."""
    fields = [each for each in form.fields if each.name not in _FROM_SET]
    return msgspec.structs.replace(form, fields=(*fields, _SET, _TEXT))


def _from_set(occasion: Occasion, given: Given) -> dict[str, Any]:
    """Raises Malformed."""
    text, name = last(given, "text"), last(given, "set")
    try:
        if not text.strip() and name not in BUILT_IN:
            raise Malformed(field="set：", problem="请选择指标，或填写本地的指标")
        chosen = indicators.parse(text) if text.strip() else indicators.load(name)
    except IndicatorFault as wrong:
        raise Malformed(field="text：", problem=str(wrong)) from None
    return {
        **typed(occasion.form, given),
        "source": chosen.source,
        "classes": list(chosen.classes),
        "indicators": msgspec.to_builtins(chosen.indicator),
    }


@get(HOME + "/{event:str}", **at(*_ACTS))
async def form(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """印发指标、评分、申辩、裁定、评定结果。"""
    given = {name: [value] for name, value in request.query_params.items()}
    occasion = await _occasion(request, event, given)
    usual = {"set": [BUILT_IN[0]], "year": [str(today().year - 1)]} if event == "assessment_announced" else {}
    given_in = _unit_given(streams.given_in(request, occasion.form), occasion.form)
    return await recording.show(request, occasion, {**usual, **given_in})


@post(HOME + "/{event:str}/form", status_code=200, **at(*_ACTS))
async def again(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Back from the consequence, as typed."""
    given = await forms.read(request)
    return await recording.show(request, await _occasion(request, event, given), given)


@post(HOME + "/{event:str}/preview", status_code=200, **at(*_ACTS))
async def preview(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """What it would change."""
    return await recording.preview(request, await _occasion(request, event, await forms.read(request)))


@post(HOME + "/{event:str}", status_code=200, **at(*_ACTS))
async def record(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """It is recorded."""
    given = await forms.read(request)
    occasion = await _occasion(request, event, given)
    sign = "&" if "?" in occasion.back else "?"
    return await recording.confirm(
        request, occasion, lambda reply: f"{occasion.back}{sign}done={reply.version}"
    )


@resumes(HOME + f"/(?P<event>{'|'.join(sorted(_EVENTS))})(/form|/preview)?")
async def _resume(request: ApiRequest, given: Given, event: str) -> Response[Any]:
    return await recording.show(request, await _occasion(request, event, given), given)


HANDLERS = (assessments, sheet, workbook, from_files, form, again, preview, record)
