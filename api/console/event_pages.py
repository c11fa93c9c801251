"""Pages of each event of a request, its receipt and its amendments among them, read from the events themselves."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from adapters.register.login import no_power
from adapters.views import View
from api.console import approvals, forms, offers, recording
from api.console.cases import may_record
from api.console.forms import Given
from api.console.frame import at, code_of, me, to
from api.console.recording import Occasion
from api.console.resuming import resumes
from api.console.standing import of_row
from api.today import today
from api.web.problems import NoSuchAddress
from api.web.request import ApiRequest, reference_of
from domain.authority import powers
from domain.entry import type_of
from domain.request import events
from domain.request.amendment import last_told
from domain.request.judging import possible_next, replay
from domain.request.refusals import AmendmentOfAmendment, AmendmentUnknown
from domain.request.state import DisclosureRequest
from domain.values import Reference
from projections import history
from projections.event_forms import Choice, EventForm, Field, filled, form_of, typed
from projections.register import request_row

_ACTS = ("handle", "draft", "review", "approve", "amend", "request_erasure", "erase")
_NOT_HERE = frozenset({"received", "document_filed", "entry_amended"})
_TYPES = frozenset(type_of(kind) for kind in events.EVENTS) - _NOT_HERE


# --- what is recorded, and of what ---


async def _of_receipt(request: ApiRequest) -> Occasion:
    form = form_of("received")
    await _check_power(request, "received")
    return Occasion(
        form=form,
        path="/requests/new",
        back="/requests",
        crumbs=(("/requests", "申请"), ("", "登记新收的申请")),
        mapping=lambda given: typed(form, given),
        version=None,
        title="登记新收的申请",
    )


async def _of_event(request: ApiRequest, reference: Reference, type_: str) -> tuple[Occasion, Given]:
    """And what stands in its form before anything is typed."""
    if type_ not in _TYPES:
        raise NoSuchAddress
    await _check_power(request, type_)
    async with request.register.view(code_of(request)) as view:
        entries = await view.history(reference)
        found = replay(entries, view.law)
        form = offers.of_request(form_of(type_), found)
        given = await offers.to_begin_with(form, today(), view, found)
        beside = _beside(view, found)
    if type_ in _PURPOSES:
        beside["drafts"] = await approvals.texts(request, reference, entries, found, _PURPOSES[type_])
    occasion = Occasion(
        form=form,
        path=f"/requests/{reference}/{type_}",
        back=f"/requests/{reference}",
        crumbs=_crumbs(reference, form.title),
        mapping=lambda given: typed(form, given),
        version=found.version,
        reference=str(reference),
        lines=tuple(history.lines(entries)),
        note=_note(type_, form, found),
        title=form.title,
        beside=beside,
    )
    return occasion, given


_PURPOSES = {"draft_reviewed": "审核文稿", "draft_approved": "批准文稿"}
"""Steps for which the text of the drafts is opened beside the form."""

_NEEDS_DRAFT = {"answered": ("答复", "起草答复"), "extended": ("延期", "提出延期")}


def _note(type_: str, form: EventForm, found: DisclosureRequest) -> str:
    """What to know of this request before the form is filled."""
    if type_ not in possible_next(found):
        return "按现在的阶段一般不办理此项；补记遗漏的事项，以事项发生的日期为准。"
    if type_ in _NEEDS_DRAFT and not any(each.name == "draft" for each in form.fields):
        what, first = _NEEDS_DRAFT[type_]
        return f"没有已批准的{what}文稿：一般先办理“{first}”，经审核、批准后再登记。"
    return ""


def _beside(view: View, found: Any) -> dict[str, Any]:
    row = request_row(found, position=0, law_digest="")
    standing = of_row(row, today(), view.law.calendar) if row else None
    return {"row": row, "standing": standing, "state": found}


def _crumbs(reference: Reference, title: str) -> tuple[tuple[str, str], ...]:
    return (("/requests", "申请"), (f"/requests/{reference}", str(reference)), ("", title))


async def _check_power(request: ApiRequest, type_: str) -> None:
    """Raises NoPower, which says who may."""
    sits = await me(request)
    if not may_record(sits, type_):
        raise no_power(sits.officer, (powers.ACT_OF[type_],))


# --- receipt ---


@get("/requests/new", **at("handle"))
async def receipt_form(request: ApiRequest) -> Response[Any]:
    """登记新收的申请。"""
    return await recording.show(request, await _of_receipt(request), {"on": [today().isoformat()]})


@post("/requests/new/form", status_code=200, **at("handle"))
async def receipt_again(request: ApiRequest) -> Response[Any]:
    """Back from the consequence, as typed."""
    return await recording.show(request, await _of_receipt(request), await forms.read(request))


@post("/requests/new/preview", status_code=200, **at("handle"))
async def preview_receipt(request: ApiRequest) -> Response[Any]:
    """When it is due, and who asked before."""
    return await recording.preview(request, await _of_receipt(request))


@post("/requests/new", status_code=200, **at("handle"))
async def receive(request: ApiRequest) -> Response[Any]:
    """The receipt is recorded."""
    return await recording.confirm(
        request, await _of_receipt(request), lambda reply: f"/requests/{reply.reference}?done={reply.version}"
    )


@resumes("/requests/new(/form|/preview)?")
async def _resume_receipt(request: ApiRequest, given: Given) -> Response[Any]:
    return await recording.show(request, await _of_receipt(request), given)


# --- any other event ---


@get("/requests/{reference:str}/{event:str}", **at(*_ACTS))
async def event_form(request: ApiRequest, reference: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """一项登记的表单。"""
    occasion, given = await _of_event(request, reference_of(reference), event)
    return await recording.show(request, occasion, given)


@post("/requests/{reference:str}/{event:str}/form", status_code=200, **at(*_ACTS))
async def event_again(request: ApiRequest, reference: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Back from the consequence, as typed."""
    occasion, _ = await _of_event(request, reference_of(reference), event)
    return await recording.show(request, occasion, await forms.read(request))


@post("/requests/{reference:str}/{event:str}/preview", status_code=200, **at(*_ACTS))
async def preview_event(request: ApiRequest, reference: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """What it would change."""
    occasion, _ = await _of_event(request, reference_of(reference), event)
    return await recording.preview(request, occasion)


@post("/requests/{reference:str}/{event:str}", status_code=200, **at(*_ACTS))
async def record_event(request: ApiRequest, reference: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """It is recorded."""
    occasion, _ = await _of_event(request, reference_of(reference), event)
    return await recording.confirm(request, occasion)


@resumes(r"/requests/(?P<reference>\d{4}-\d{4,9})/(?P<event>[a-z_]+)(/form|/preview)?")
async def _resume_event(request: ApiRequest, given: Given, reference: str, event: str) -> Response[Any]:
    if event not in _TYPES:
        return to(f"/requests/{reference}")
    occasion, _ = await _of_event(request, reference_of(reference), event)
    return await recording.show(request, occasion, given)


# --- amendments ---

_REASON = Field(
    "amend.reason", "更正的理由", "text", True, "写明依据，如“核对邮戳，实为3月2日签收”", True, (), 20_000
)
_WHAT = Field(
    "amend.what",
    "如何更正",
    "choice",
    True,
    choices=(Choice("replace", "改为下面所填的"), Choice("annul", "撤销这条登记")),
)


async def _of_amendment(request: ApiRequest, reference: Reference, text: str) -> tuple[Occasion, Given]:
    if not text.isascii() or not text.isdecimal() or len(text) > 7:
        raise NoSuchAddress
    version = int(text)
    async with request.register.view(code_of(request)) as view:
        entries = await view.history(reference)
        found = replay(entries, view.law)
        beside = _beside(view, found)
    lines = tuple(history.lines(entries))
    if not 1 <= version <= len(entries):
        raise AmendmentUnknown(reference=reference, amended=version)
    recorded = entries[version - 1].event
    if isinstance(recorded, events.EntryAmended | events.DocumentFiled):
        raise AmendmentOfAmendment(reference=reference, amended=version)
    type_ = type_of(recorded)
    await _check_power(request, "entry_amended")
    await _check_power(request, type_)
    form = _amending(form_of(type_))
    told: Any = last_told(entries, version) or recorded
    given = filled(
        form, {name: value for name, value in msgspec.to_builtins(told).items() if name not in told.sealed}
    )
    given["amend.what"] = ["replace"]
    occasion = Occasion(
        form=form,
        path=f"/requests/{reference}/amend/{version}",
        back=f"/requests/{reference}",
        crumbs=_crumbs(reference, f"更正第{version}条"),
        mapping=lambda given: _amendment(type_, version, told.sealed, given),
        version=found.version,
        reference=str(reference),
        lines=lines,
        note=f"现在的登记：{history.sentence(told)}。封存的内容不在此显示，不填即不变。",
        title=f"更正第{version}条：{form.title}",
        beside=beside,
    )
    return occasion, given


def _amending(form: EventForm) -> EventForm:
    """The form of what is amended: sealed values need not be told again."""
    fields = [
        msgspec.structs.replace(each, required=False, hint="不填即不变") if each.sealed else each
        for each in form.fields
    ]
    return msgspec.structs.replace(form, hint="", fields=(_WHAT, *fields, _REASON))


def _amendment(type_: str, version: int, sealed: tuple[str, ...], given: Given) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "entry_amended",
        "on": today().isoformat(),
        "version": version,
        "reason": forms.last(given, "amend.reason"),
    }
    if forms.last(given, "amend.what") != "annul":
        told["replacement"] = {**dict.fromkeys(sealed), **typed(form_of(type_), given)}
    return told


@get("/requests/{reference:str}/amend/{version:str}", **at("amend"))
async def amend_form(request: ApiRequest, reference: FromPath[str], version: FromPath[str]) -> Response[Any]:
    """更正一条登记。"""
    occasion, given = await _of_amendment(request, reference_of(reference), version)
    return await recording.show(request, occasion, given)


@post("/requests/{reference:str}/amend/{version:str}/form", status_code=200, **at("amend"))
async def amend_again(request: ApiRequest, reference: FromPath[str], version: FromPath[str]) -> Response[Any]:
    """Back from the consequence, as typed."""
    occasion, _ = await _of_amendment(request, reference_of(reference), version)
    return await recording.show(request, occasion, await forms.read(request))


@post("/requests/{reference:str}/amend/{version:str}/preview", status_code=200, **at("amend"))
async def preview_amendment(
    request: ApiRequest, reference: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """What it would change."""
    occasion, _ = await _of_amendment(request, reference_of(reference), version)
    return await recording.preview(request, occasion)


@post("/requests/{reference:str}/amend/{version:str}", status_code=200, **at("amend"))
async def amend(request: ApiRequest, reference: FromPath[str], version: FromPath[str]) -> Response[Any]:
    """It is recorded."""
    occasion, _ = await _of_amendment(request, reference_of(reference), version)
    return await recording.confirm(request, occasion)


@resumes(r"/requests/(?P<reference>\d{4}-\d{4,9})/amend/(?P<version>\d{1,7})(/form|/preview)?")
async def _resume_amendment(request: ApiRequest, given: Given, reference: str, version: str) -> Response[Any]:
    occasion, _ = await _of_amendment(request, reference_of(reference), version)
    return await recording.show(request, occasion, given)


HANDLERS = (
    receipt_form, receipt_again, preview_receipt, receive, event_form, event_again, preview_event, record_event,
    amend_form, amend_again, preview_amendment, amend,
)  # fmt: skip
