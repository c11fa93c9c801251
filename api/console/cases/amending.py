"""Correcting an entry: choosing fields, entering new values beside the old ones, preview."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from api.console import forms, offers, recording
from api.console.cases.event_pages import beside, check_power, crumbs
from api.console.cases.own_amendments import REASON, amendment
from api.console.forms import Given
from api.console.frame import at, code_of, me, number_of, page, to
from api.console.recording import Occasion
from api.console.resuming import resumes
from api.web.call_refusals import NoSuchAddress
from api.web.request import ApiRequest, reference_of
from domain.entry import Event, type_of
from domain.law.refusals import Malformed
from domain.request import events
from domain.request.amendment import latest_content
from domain.request.file_events import DocumentFiled
from domain.request.judging import replay
from domain.request.refusals import AmendmentOfAmendment, AmendmentUnknown
from domain.values import Period, Reference
from projections.event_forms import EventForm, Field, filled, form_of, typed

_CHOSEN = "amend.field"
"""Parameter for the fields to be corrected; first in the query, then in the form."""
_ANNUL = "annul"
"""Choice instead of a field: annul the whole entry."""
_CLOSED = "封存的内容，不在此显示"


async def _to_amend(request: ApiRequest, reference: Reference, text: str) -> tuple[Event, Occasion]:
    """The entry in force, and the subject of an amendment of it."""
    version = number_of(text)
    async with request.register.view(code_of(request)) as view:
        entries = await view.history(reference)
        found = replay(entries, view.law)
        about, receipt = beside(view, found), None
        if version == 1 and found.received is not None:
            same_day = Period(found.received.on, found.received.on)
            receipt = await offers.with_wholes(form_of("received"), view, same_day, but=str(reference))
    if not 1 <= version <= len(entries):
        raise AmendmentUnknown(reference=reference, target=version)
    recorded = entries[version - 1].event
    if isinstance(recorded, events.EntryAmended | DocumentFiled):
        raise AmendmentOfAmendment(reference=reference, target=version)
    type_ = type_of(recorded)
    await check_power(request, "entry_amended")
    await check_power(request, type_)
    event, sits = latest_content(entries, version) or recorded, await me(request)
    return event, Occasion(
        form=receipt or form_of(type_),
        path=f"/requests/{reference}/amend/{version}",
        back=f"/requests/{reference}",
        crumbs=crumbs(reference, f"更正第{version}条"),
        mapping=lambda _: {},
        version=found.version,
        reference=str(reference),
        lines=tuple(sits.sight.lines(entries)),
        note=f"现在的登记：{sits.sentence(event)}。",
        title=f"更正第{version}条：{form_of(type_).title}",
        beside=about,
    )


def _stored(event: Any) -> dict[str, Any]:
    """The entry as a mapping, with sealed values as references."""
    found = {name: value for name, value in msgspec.to_builtins(event).items() if value is not None}
    return {**found, "type": type_of(event), **dict.fromkeys(event.sealed)}


async def _occasion(
    request: ApiRequest, reference: Reference, version: str, chosen: list[str]
) -> tuple[Occasion, Given]:
    """The form for the chosen fields, and its initial values."""
    event, occasion = await _to_amend(request, reference, version)
    whole = occasion.form
    if not chosen:
        raise Malformed(field="", problem="请选择要更正的项目")
    if not set(chosen) <= {_ANNUL, *(each.name for each in whole.fields)}:
        raise NoSuchAddress
    fields = tuple(each for each in whole.fields if each.name in chosen)
    stored = _stored(event)
    before = filled(whole, stored)
    was = {name: (label, words) for name, label, words in offers.in_words(fields, before)}
    only = msgspec.structs.replace(whole, fields=fields)
    taken_back = _ANNUL in chosen

    def mapping(given: Given) -> dict[str, Any]:
        left = {name: value for name, value in stored.items() if name not in chosen}
        replacement = None if taken_back else {**left, **typed(only, given)}
        return amendment("entry_amended", int(version), given, replacement)

    shown = tuple(_with_old(each, was) for each in fields)
    form = EventForm(whole.type, whole.title, "", "", (*shown, REASON))
    occasion = msgspec.structs.replace(
        occasion,
        form=form,
        mapping=mapping,
        carried=tuple((_CHOSEN, name) for name in chosen),
        was={name: text for name, text in was.items() if name.partition(".")[0] in chosen},
        title=f"撤销第{version}条：{whole.title}" if taken_back else occasion.title,
    )
    return occasion, {name: values for name, values in before.items() if name.partition(".")[0] in chosen}


def _with_old(field: Field, was: dict[str, tuple[str, str]]) -> Field:
    """The field with its present value as hint."""
    if field.sealed:
        return msgspec.structs.replace(field, hint=f"{_CLOSED}；填写后整项替换原来的")
    old = "；".join(words for name, (_, words) in was.items() if name.partition(".")[0] == field.name)
    return msgspec.structs.replace(field, hint=f"现为：{old or '空'}")


@get("/requests/{reference:str}/amend/{version:str}", **at("amend"))
async def amend_form(request: ApiRequest, reference: FromPath[str], version: FromPath[str]) -> Response[Any]:
    """更正一条登记：先选要更正的项目。"""
    named = reference_of(reference)
    chosen = [value for name, value in request.query_params.multi_items() if name == _CHOSEN]
    if chosen:
        occasion, given = await _occasion(request, named, version, chosen)
        return await recording.show(request, occasion, given)
    event, occasion = await _to_amend(request, named, version)
    stored = _stored(event)
    lines = []
    for each in occasion.form.fields:
        words = "；".join(text for _, _, text in offers.in_words((each,), filled(occasion.form, stored)))
        lines.append((each, _CLOSED if each.sealed else words or "空"))
    return await page(request, "amend.html", occasion=occasion, lines=lines, chosen=_CHOSEN, annul=_ANNUL)


async def _as_sent(request: ApiRequest, reference: str, version: str) -> Occasion:
    given = await forms.read(request)
    occasion, _ = await _occasion(request, reference_of(reference), version, given.get(_CHOSEN, []))
    return occasion


@post("/requests/{reference:str}/amend/{version:str}/form", status_code=200, **at("amend"))
async def amend_again(request: ApiRequest, reference: FromPath[str], version: FromPath[str]) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    occasion = await _as_sent(request, reference, version)
    return await recording.show(request, occasion, await forms.read(request))


@post("/requests/{reference:str}/amend/{version:str}/preview", status_code=200, **at("amend"))
async def preview_amendment(
    request: ApiRequest, reference: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Preview."""
    return await recording.preview(request, await _as_sent(request, reference, version))


@post("/requests/{reference:str}/amend/{version:str}", status_code=200, **at("amend"))
async def amend(request: ApiRequest, reference: FromPath[str], version: FromPath[str]) -> Response[Any]:
    """Record."""
    return await recording.confirm(request, await _as_sent(request, reference, version))


@resumes(r"/requests/(?P<reference>\d{4}-\d{4,9})/amend/(?P<version>\d{1,7})(/form|/preview)?")
async def _resume_amendment(request: ApiRequest, given: Given, reference: str, version: str) -> Response[Any]:
    if not (chosen := given.get(_CHOSEN, [])):
        return to(f"/requests/{reference}/amend/{version}")
    occasion, _ = await _occasion(request, reference_of(reference), version, chosen)
    return await recording.show(request, occasion, given)


HANDLERS = (amend_form, amend_again, preview_amendment, amend)
