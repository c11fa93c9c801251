"""督办和报送, from both sides: orders and returns of the superior to the office, and of the office to its units."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from adapters.register.recording.decoding import convert
from api.console import forms, recording
from api.console.authority import streams
from api.console.forms import Given, last
from api.console.frame import at, code_of, me, office_named, page, to
from api.console.offers import Chosen
from api.console.recording import Occasion, Problem
from api.console.reports import beside, statistics
from api.console.reports.statistics import PeriodQuery
from api.console.resuming import resumes
from api.console.standing import Standing, of_term
from api.rendering import MEDIA_TYPES, rendered
from api.today import today
from api.web.call_refusals import NoSuchAddress
from api.web.request import ApiRequest
from domain.authority import powers
from domain.authority.authority import Authority
from domain.authority.authorization import no_power
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.powers import Permissions
from domain.authority.supervision import POSSIBLE, RETURN_STAGES, Return
from domain.law.calendar import Calendar
from domain.law.refusals import Malformed, Refusal
from domain.values import Period
from projections import annual_tables, event_forms
from projections.choice_labels import CHOICES
from projections.district import matters as district_matters
from projections.district import tables as adding_up
from projections.district.matters import Matter
from projections.event_forms import Choice, form_of, typed
from projections.report import citations

HOME, TITLE = "/district/matters", "督办和报送"
OF_UNIT = ("supervision_answered", "return_prepared", "return_handed_in")
"""Events that the unit records about orders and returns."""
OF_SUPERIOR = ("supervision_ordered", "return_requested", "return_sent_back", "return_accepted")
"""Events that the superior records in a unit's register."""
_ACTS = ("handle", "report", "approve_report")


class Shown(NamedTuple):
    """A matter in its present state. former: name of the superior that ordered it, if that is a former one; else empty.
    next: what may be recorded now, each with its address.
    """

    matter: Matter
    former: str
    standing: Standing | None
    next: tuple[tuple[str, str], ...]


@get(HOME, **at("read", "count"))
async def matters(request: ApiRequest) -> Response[Any]:
    """督办和报送。"""
    return await _listed(request)


async def _listed(
    request: ApiRequest, problems: list[Problem] | None = None, given: Given | None = None
) -> Response[Any]:
    code, on, sits = code_of(request), today(), await me(request)
    district = request.register.district(code)
    found = await district.matters(on)
    async with request.register.view(code) as view:
        calendar, above = view.law.calendar, view.authority.superior_on(on)
    shown = [_shown(each, code, await _former(request, each, code, above), calendar, on) for each in found]
    return await page(
        request, "matters.html", status=422 if problems else 200, here="matters", period=Period.year(on.year),
        own=[each for each in shown if each.matter.code == code],
        of_units=[each for each in shown if each.matter.code != code],
        below=await names_below(request), problems=problems or [], given=given or {}, key=str(uuid4()),
        returns=sorted({each.name for each in found if each.kind == "return" and each.code != code}),
        form=form_of("return_requested"), chosen=Chosen(None), may_ask=sits.may("supervise"),
        done=request.query_params.get("done", ""),
    )  # fmt: skip


async def names_below(request: ApiRequest) -> list[tuple[str, str]]:
    """Code and name of each unit below the office today."""
    on, office = today(), request.register.authority
    codes = (await request.register.district(code_of(request)).units(on))[1:]
    return [(each, (await office(each)).name_on(on)) for each in codes]


async def _former(request: ApiRequest, matter: Matter, own: str, above: str | None) -> str:
    """Name of the superior that ordered a matter, if it is not the present one; else empty. above: the office's superior."""
    present = above if matter.code == own else own
    return "" if matter.by == present else await office_named(request, matter.by)


def _shown(matter: Matter, own: str, former: str, calendar: Calendar, on: date) -> Shown:
    standing = of_term(matter.respond_by, on, calendar) if matter.waits_for == "unit" else None
    if matter.code == own:
        steps = [matter.next] if matter.waits_for == "unit" and matter.next else []
        home = HOME
    else:
        steps = ["return_accepted", "return_sent_back"] if matter.waits_for == "superior" else []
        home = f"/units/{matter.code}"
    return Shown(
        matter, former, standing, tuple((each, f"{home}/{each}?version={matter.version}") for each in steps)
    )


@get("/district/return", **at("count"))
async def collected(request: ApiRequest) -> Response[Any]:
    """各单位报送的数字。"""
    name, code, on = request.query_params.get("name", "")[:200], code_of(request), today()
    found = await request.register.district(code).handed_in(name, on)
    period = district_matters.period_of(found)
    if period is None:
        raise Malformed(field="", problem=f"下级单位中没有名为“{name}”的报送，或各单位的统计期限不同")
    form = annual_tables.form_of(period)
    district = (await request.register.authority(code)).name_on(period.last)
    whole = adding_up.add_up(
        district_matters.to_add_up(found), district=district, period=period, form=form, units_on=on
    )
    query = PeriodQuery(from_=period.first, to=period.last)
    return await page(
        request, "district_return.html",
        name=name, period=period, found=found, whole=whole, form=form, stages=RETURN_STAGES,
        labels=statistics.labels_of(form), faults=statistics.faults(whole.discrepancies, form),
        tables=statistics.draw_statutory(form, whole.requests_table, whole.appeals_table, query, ""),
    )  # fmt: skip


@get("/district/return/{code:str}", **at("count"))
async def report_of_return(request: ApiRequest, code: FromPath[str]) -> Response[bytes]:
    """The annual report that came with a unit's return, as it was then."""
    name = request.query_params.get("name", "")[:200]
    found = await request.register.district(code_of(request)).handed_in(name, today())
    report = next((each.report for each in found if each.code == code), None)
    if report is None:
        raise Malformed(field="", problem=f"该单位没有随“{name}”报送年度报告")
    data = await asyncio.to_thread(rendered, citations.document(report), "docx")
    return Response(
        data,
        media_type=MEDIA_TYPES["docx"],
        headers={"Content-Disposition": f'attachment; filename="{code}.docx"'},
    )


# --- asking several units at once ---


@post("/district/return", status_code=200, **at("supervise"))
async def ask_for_return(request: ApiRequest) -> Response[Any]:
    """Request the same return from every ticked unit, each in its own register; lists failures."""
    sits, given = await me(request), await forms.read(request)
    below, ticked = dict(await names_below(request)), set(given.get("unit", ()))
    if not ticked & below.keys():
        return await _listed(request, [Problem("", "", "请选择要求报送的单位")], given)
    form = form_of("return_requested")
    if missing := event_forms.missing(form, given):
        return await _listed(request, [Problem(each.name, each.label, "请填写") for each in missing], given)
    allowed = Permissions(request.caller.permissions.acts & powers.SUPERVISION)
    problems = []
    for unit in below.keys() & ticked:
        line = {"id": f"{last(given, 'key')}-{unit}", "stream": AUTHORITY_STREAM, "event": typed(form, given)}
        try:
            await request.register.record(
                unit, convert(line), actor=f"{sits.who.code}/{sits.officer}", permissions=allowed
            )
        except Refusal as refusal:
            problems.append(Problem("", "", f"{below[unit]}：{refusal}"))
            continue
        request.checkpointer.grown(unit)
    if problems:
        return await _listed(request, sorted(problems), given)
    return to(f"{HOME}?done={len(ticked)}")


# --- what the office records about orders and returns of its superior ---


async def _of_office(request: ApiRequest, event: str, version: str) -> Occasion:
    """The page of an event. version: of the chosen order or return; empty if none is chosen."""
    if event not in OF_UNIT:
        raise NoSuchAddress
    occasion = await streams.of_stream(request, AUTHORITY_STREAM, event, HOME, TITLE)
    office = await request.register.authority(code_of(request))
    occasion.beside["returns"] = possible = _returns(event, office)
    chosen = [each for each in possible if str(each.version) == version] or possible
    if len(chosen) == 1:
        occasion.beside["return"] = await beside.handed_in(request, chosen[0])
    return msgspec.structs.replace(
        occasion, form=streams.choosing(occasion.form, "version", _open_matters(event, office))
    )


def _returns(event: str, office: Authority) -> list[Return]:
    """The returns that the event can be of now."""
    return [each for each in office.supervision.returns if each.stage in POSSIBLE.get(event, ())]


def _open_matters(event: str, office: Authority) -> tuple[Choice, ...]:
    """The orders or returns that the event can be of now, by the version of their entry."""
    if event == "supervision_answered":
        words = CHOICES["supervision_ordered.matter"]
        return tuple(
            Choice(str(each.version), f"{words[each.matter]}（{each.document_no}，{each.respond_by}前答复）")
            for each in office.supervision.orders
            if each.answered_on is None
        )
    return tuple(
        Choice(str(each.version), f"{each.name}（{each.period}，{each.respond_by}前报送）")
        for each in _returns(event, office)
    )


@get(HOME + "/{event:str}", **at(*_ACTS))
async def office_form(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """答复督办、编制或批准报送。"""
    occasion = await _of_office(request, event, request.query_params.get("version", ""))
    return await recording.show(request, occasion, streams.given_in(request, occasion.form))


@post(HOME + "/{event:str}/form", status_code=200, **at(*_ACTS))
async def office_again(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    given = await forms.read(request)
    return await recording.show(request, await _of_office(request, event, last(given, "version")), given)


@post(HOME + "/{event:str}/preview", status_code=200, **at(*_ACTS))
async def preview_of_office(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Preview."""
    given = await forms.read(request)
    return await recording.preview(request, await _of_office(request, event, last(given, "version")))


@post(HOME + "/{event:str}", status_code=200, **at(*_ACTS))
async def record_of_office(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Record."""
    given = await forms.read(request)
    return await recording.confirm(request, await _of_office(request, event, last(given, "version")))


@resumes(HOME + "/(?P<event>[a-z_]+)(/form|/preview)?")
async def _resume_office(request: ApiRequest, given: Given, event: str) -> Response[Any]:
    return await recording.show(request, await _of_office(request, event, last(given, "version")), given)


# --- what it records in a unit's register ---


async def _of_unit(request: ApiRequest, code: str, event: str) -> Occasion:
    """Raises NoSuchAddress of what is no unit below the office today, NoPower."""
    sits = await me(request)
    if event not in OF_SUPERIOR or code not in dict(await names_below(request)):
        raise NoSuchAddress
    if not sits.may("supervise"):
        raise no_power(sits.officer, ("supervise",))
    unit, plain = await request.register.authority(code), form_of(event)
    name = unit.name_on(today())
    return Occasion(
        form=streams.choosing(plain, "version", _open_matters(event, unit)) if event in POSSIBLE else plain,
        path=f"/units/{code}/{event}",
        back=HOME,
        crumbs=((HOME, TITLE), (f"/units/{code}", name), ("", plain.title)),
        mapping=lambda given: typed(plain, given),
        version=None,
        stream=AUTHORITY_STREAM,
        title=f"{plain.title}：{name}",
        unit=code,
    )


@get("/units/{code:str}/{event:str}", **at("read", "count"))
async def unit_form(request: ApiRequest, code: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """督办、要求报送、退回或接收报送。"""
    occasion = await _of_unit(request, code, event)
    return await recording.show(request, occasion, streams.given_in(request, occasion.form))


@post("/units/{code:str}/{event:str}/form", status_code=200, **at("supervise"))
async def unit_again(request: ApiRequest, code: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    return await recording.show(request, await _of_unit(request, code, event), await forms.read(request))


@post("/units/{code:str}/{event:str}/preview", status_code=200, **at("supervise"))
async def preview_of_unit(request: ApiRequest, code: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Preview."""
    return await recording.preview(request, await _of_unit(request, code, event))


@post("/units/{code:str}/{event:str}", status_code=200, **at("supervise"))
async def record_of_unit(request: ApiRequest, code: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Record."""
    return await recording.confirm(request, await _of_unit(request, code, event))


@resumes("/units/(?P<code>[a-z0-9-]+)/(?P<event>[a-z_]+)(/form|/preview)?")
async def _resume_unit(request: ApiRequest, given: Given, code: str, event: str) -> Response[Any]:
    return await recording.show(request, await _of_unit(request, code, event), given)


HANDLERS = (
    matters, collected, report_of_return, ask_for_return, office_form, office_again, preview_of_office, record_of_office,
    unit_form, unit_again, preview_of_unit, record_of_unit,
)  # fmt: skip
