"""Pages of the events of the authority itself and of annual reports: form, preview and confirmation."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec.structs import replace

from adapters.accounts.credentials import kept_in_words
from api.console import forms, recording
from api.console.cases import own_amendments
from api.console.forms import Given, last
from api.console.frame import Me, at, code_of, me, me_for_events, number_of
from api.console.recording import Occasion
from api.console.reports import beside
from api.console.resuming import resumes
from api.today import today
from api.web.call_refusals import NoSuchAddress
from api.web.reports import year_of
from api.web.request import ApiRequest
from domain.authority import powers
from domain.authority.amendment import WHOSE
from domain.authority.authority import Authority
from domain.authority.authorization import no_power
from domain.authority.events import (
    AMENDABLE,
    AUTHORITY_EVENTS,
    AUTHORITY_STREAM,
    LetterDetailsSet,
    LetterWordingSet,
)
from domain.authority.refusals import NotAmendable
from domain.entry import type_of
from domain.law import terms
from domain.letters import letter, wording
from domain.report import annual_report
from domain.report.events import REPORT_EVENTS
from domain.request.amendment import latest_content
from domain.request.refusals import AmendmentUnknown
from projections.choice_labels import CHOICES
from projections.event_forms import Choice, EventForm, filled, form_of, typed
from projections.report import citations
from projections.services import words

OF_REPORT = ("report", "approve_report")
OF_OFFICE = ("administer", "grant", "confirm_grant")

_OF_REPORT = frozenset(map(type_of, REPORT_EVENTS)) - {"figure_entered"}
_OF_OFFICE = {type_ for type_ in map(type_of, AUTHORITY_EVENTS) if powers.ACT_OF[type_] in OF_OFFICE} - {
    "registered",
    "own_entry_amended",
}


_NOBODY_TO_RESET = "没有人可以重置：无人启用动态口令或通行密钥，或者都已提出、待确认。"
WHERE_ENDED = "在“会话和密钥”中"
"""Where sessions, keys and calendar addresses are ended; see `kept_in_words`."""


async def of_stream(request: ApiRequest, stream: str, type_: str, home: str, title: str) -> Occasion:
    sits = await me(request)
    act = powers.ACT_OF[type_]
    if not sits.may(act):
        raise no_power(sits.officer, (act,))
    async with request.register.view(code_of(request)) as view:
        entries = await view.stream(stream)
        office = view.authority
    plain, note = form_of(type_), ""
    field, known = _known(type_, office, sits)
    if type_ == "second_factor_reset_requested":
        factors = await request.register.second_factors.officers_with_one(office.code)
        waiting = {each.officer for each in office.pending_factor_resets}
        known = tuple(each for each in known if each.value in factors - waiting)
        note = "只列出启用了动态口令或通行密钥、尚未提出重置的人员。" if known else _NOBODY_TO_RESET
    elif type_ == "second_factor_reset":
        valid = await request.register.credentials.listed(office.code)
        note = "".join(
            f"{sits.named(each.officer)}：{kept}"
            for each in office.pending_factor_resets
            if (kept := kept_in_words(valid, each.officer, WHERE_ENDED))
        )
    form = choosing(plain, field, known)
    return Occasion(
        form=form,
        path=f"{home}/{type_}",
        back=home,
        crumbs=((home, title), ("", form.title)),
        mapping=lambda given: typed(plain, given),  # what is chosen may be a number
        version=len(entries),
        note=note,
        stream=stream,
        lines=tuple((await me_for_events(request, (each.event for each in entries))).sight.lines(entries)),
        title=form.title,
    )


def _known(type_: str, office: Authority, sits: Me) -> tuple[str, tuple[Choice, ...]]:
    """The field of an event whose value is chosen from what the office has now, and the choices; empty for most events."""
    on = today()
    match type_:
        case "power_granted" | "power_withdrawn" | "officer_dismissed" | "second_factor_reset_requested":
            members = (each.id for each in office.officers if each.in_office(on))
            return "officer", tuple(Choice(each, sits.named(each)) for each in members)
        case "subject_bound":
            members = (each.id for each in office.officers if each.in_office(on))
            return "officer", tuple(Choice(each, sits.named(each)) for each in members)
        case "subject_unbound":
            return "officer", tuple(
                Choice(each.officer, sits.named(each.officer)) for each in office.bindings
            )
        case "grant_confirmed":
            of_officers = [
                Choice(str(grant.version), f"{sits.named(each.id)}：{powers.ROLES[grant.role]}")
                for each in office.officers
                for grant in each.grants
                if grant.is_pending(on) and each.in_office(on)
            ]
            of_services = [
                Choice(str(grant.version), f"服务账号{each.id}（{grant.name}）：{words(grant.acts)}")
                for each in office.services
                for grant in each.pending(on)
            ]
            return "version", (*of_officers, *of_services)
        case "policy_set":
            of_value: dict[str, list[str]] = {}
            for policy, values in terms.POLICIES.items():
                for value in values:
                    of_value.setdefault(value, []).append(CHOICES["policy"][policy])
            labels = CHOICES["policy_set.value"]
            return "value", tuple(
                Choice(value, f"{'、'.join(of)}：{labels[value]}") for value, of in of_value.items()
            )
        case "number_gap_explained":
            named = dict.fromkeys(each.series for each in office.number_series)
            return "series", tuple(Choice(each, each) for each in named)
        case "service_ended":
            there = (each for each in office.services if not each.has_ended(on))
            return "service", tuple(Choice(each.id, f"{each.id}（{each.name}）") for each in there)
        case "second_factor_reset":
            return "version", tuple(
                Choice(str(each.version), sits.named(each.officer)) for each in office.pending_factor_resets
            )
        case _:
            return "", ()


def choosing(form: EventForm, name: str, known: tuple[Choice, ...]) -> EventForm:
    """The form with a field that is chosen, where there is anything to choose: of people by their names, not by a
    code."""
    fields = [
        replace(each, kind="choice", choices=known, label=each.label.removesuffix("代号"))
        if each.name == name and known
        else each
        for each in form.fields
    ]
    return replace(form, fields=tuple(fields))


def given_in(request: ApiRequest, form: EventForm) -> Given:
    """Today, and the values of the form's fields in the query."""
    names = {each.name for each in form.fields}
    given = {"on": [today().isoformat()]}
    return given | {name: [value] for name, value in request.query_params.items() if name in names and value}


# --- the annual report ---


_JUDGING = ("report_approved", "report_returned")
"""Steps whose page shows the report as it was submitted."""


async def _of_report(request: ApiRequest, year: str, event: str) -> Occasion:
    if event not in _OF_REPORT:
        raise NoSuchAddress
    named = year_of(year)
    stream = annual_report.stream_of(named)
    occasion = await of_stream(request, stream, event, f"/reports/{named}", f"{named}年度报告")
    if event in _JUDGING:
        occasion.beside["report"] = await beside.submitted(request, named)
    return occasion


@get("/reports/{year:str}/{event:str}", **at(*OF_REPORT))
async def report_form(request: ApiRequest, year: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """年度报告的一个事项。"""
    occasion = await _of_report(request, year, event)
    given = given_in(request, occasion.form)
    if event == "narrative_written" and (section := forms.first(given, "section")):
        async with request.register.reports(code_of(request)) as opened:
            found = await opened.report(year_of(year))
        given["text"] = [found.texts.get(section, "")]
        form = found.content.form
        occasion.beside["figures"] = [
            (citations.words(name, form), name, value) for name, value in found.figures.items()
        ]
    return await recording.show(request, occasion, given)


@post("/reports/{year:str}/{event:str}/form", status_code=200, **at(*OF_REPORT))
async def report_again(request: ApiRequest, year: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    return await recording.show(request, await _of_report(request, year, event), await forms.read(request))


@post("/reports/{year:str}/{event:str}/preview", status_code=200, **at(*OF_REPORT))
async def preview_of_report(request: ApiRequest, year: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Preview."""
    return await recording.preview(request, await _of_report(request, year, event))


@post("/reports/{year:str}/{event:str}", status_code=200, **at(*OF_REPORT))
async def record_of_report(request: ApiRequest, year: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Record."""
    return await recording.confirm(request, await _of_report(request, year, event))


@resumes(rf"/reports/(?P<year>\d{{4}})/(?P<event>{'|'.join(sorted(_OF_REPORT))})(/form|/preview)?")
async def _resume_report(request: ApiRequest, given: Given, year: str, event: str) -> Response[Any]:
    return await recording.show(request, await _of_report(request, year, event), given)


# --- the authority's own ---


async def _of_office(request: ApiRequest, event: str) -> Occasion:
    if event not in _OF_OFFICE:
        raise NoSuchAddress
    return await of_stream(request, AUTHORITY_STREAM, event, "/people", "人员和办理规则")


@get("/people/{event:str}", **at(*OF_OFFICE))
async def office_form(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """本机关的一个事项。"""
    occasion = await _of_office(request, event)
    given = given_in(request, occasion.form)
    if event == type_of(LetterDetailsSet):
        office = await request.register.authority(code_of(request))
        if (before := office.letter_details_on(today())) is not None:
            given = {
                **filled(occasion.form, msgspec.to_builtins(before)),
                "in_force_from": [str(today())],
                **given,
            }
    if event == type_of(LetterWordingSet) and "wording" not in given:
        office = await request.register.authority(code_of(request))
        text = _text_now(office, last(given, "letter"), last(given, "paragraph"))
        given = {**given, "in_force_from": [str(today())], "wording": [text]} if text else given
    return await recording.show(request, occasion, given)


def _text_now(office: Authority, kind: str, name: str) -> str:
    """The present text of a paragraph of a letter; empty if there is no such paragraph."""
    version = wording.load(kind).on(today()) if kind in wording.KINDS else None
    paragraph = version and version.paragraph(name)
    if not version or not paragraph:
        return ""
    return letter.own_wording(office.letter_wordings, kind, version, paragraph, today())


@post("/people/{event:str}/form", status_code=200, **at(*OF_OFFICE))
async def office_again(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    return await recording.show(request, await _of_office(request, event), await forms.read(request))


@post("/people/{event:str}/preview", status_code=200, **at(*OF_OFFICE))
async def preview_of_office(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Preview."""
    return await recording.preview(request, await _of_office(request, event))


@post("/people/{event:str}", status_code=200, **at(*OF_OFFICE))
async def record_of_office(request: ApiRequest, event: FromPath[str]) -> Response[Any]:
    """Record."""
    return await recording.confirm(request, await _of_office(request, event))


@resumes(rf"/people/(?P<event>{'|'.join(sorted(_OF_OFFICE))})(/form|/preview)?")
async def _resume_office(request: ApiRequest, given: Given, event: str) -> Response[Any]:
    return await recording.show(request, await _of_office(request, event), given)


# --- amendments of the authority's own ---


async def _of_amendment(request: ApiRequest, text: str) -> tuple[Occasion, Given]:
    version = number_of(text)
    occasion = await of_stream(request, AUTHORITY_STREAM, "own_entry_amended", "/people", "人员和办理规则")
    async with request.register.view(code_of(request)) as view:
        was = latest_content(await view.authority_history(), version)
    if was is None:
        raise AmendmentUnknown(reference=WHOSE, target=version)
    if not isinstance(was, AMENDABLE):
        raise NotAmendable(target=version, event=was.title)
    form = own_amendments.form_to_amend(was)
    return replace(
        occasion,
        form=form,
        path=f"/people/amend/{version}",
        crumbs=(("/people", "人员和办理规则"), ("", f"更正第{version}条")),
        mapping=lambda given: own_amendments.own_amendment(version, was, given),
        note=f"现在的登记：{(await me_for_events(request, [was])).sentence(was)}。更正后，期限、表格一并重新推算。",
        title=f"更正第{version}条：{form.title}",
    ), own_amendments.to_begin_with(was)


@get("/people/amend/{version:str}", **at("administer"))
async def amend_office_form(request: ApiRequest, version: FromPath[str]) -> Response[Any]:
    """更正本机关的一条登记。"""
    occasion, given = await _of_amendment(request, version)
    return await recording.show(request, occasion, given)


@post("/people/amend/{version:str}/form", status_code=200, **at("administer"))
async def amend_office_again(request: ApiRequest, version: FromPath[str]) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    occasion, _ = await _of_amendment(request, version)
    return await recording.show(request, occasion, await forms.read(request))


@post("/people/amend/{version:str}/preview", status_code=200, **at("administer"))
async def preview_office_amendment(request: ApiRequest, version: FromPath[str]) -> Response[Any]:
    """Preview."""
    occasion, _ = await _of_amendment(request, version)
    return await recording.preview(request, occasion)


@post("/people/amend/{version:str}", status_code=200, **at("administer"))
async def amend_office(request: ApiRequest, version: FromPath[str]) -> Response[Any]:
    """Record."""
    occasion, _ = await _of_amendment(request, version)
    return await recording.confirm(request, occasion)


@resumes(r"/people/amend/(?P<version>\d{1,7})(/form|/preview)?")
async def _resume_office_amendment(request: ApiRequest, given: Given, version: str) -> Response[Any]:
    occasion, _ = await _of_amendment(request, version)
    return await recording.show(request, occasion, given)


HANDLERS = (
    report_form, report_again, preview_of_report, record_of_report, office_form, office_again, preview_of_office,
    record_of_office, amend_office_form, amend_office_again, preview_office_amendment, amend_office,
)  # fmt: skip
