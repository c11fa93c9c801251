"""The pages of each event of a request, including the receipt, derived from the events' structs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Meta

from adapters.views import View
from api.console import forms, offers, recording
from api.console.cases import approvals, splitting
from api.console.cases.cases import may_record
from api.console.forms import Given, query_of
from api.console.frame import Me, at, code_of, me
from api.console.recording import Occasion
from api.console.resuming import resumes
from api.console.standing import of_row
from api.today import today
from api.web.call_refusals import NoSuchAddress
from api.web.request import ApiRequest, reference_of
from domain.authority import powers
from domain.authority.authority import Authority
from domain.authority.authorization import no_power
from domain.entry import Recorded, type_of
from domain.request import events
from domain.request.judging import possible_next, replay
from domain.request.state import DisclosureRequest
from domain.values import Period, Reference
from projections.event_forms import Choice, EventForm, form_of, typed
from projections.register import request_row

_ACTS = ("handle", "draft", "review", "approve", "amend", "request_erasure", "erase")
_LATELY = timedelta(days=90)
"""How long ago a request was received of which a part is still likely to be split off."""
_NOT_HERE = frozenset({"received", "document_filed", "entry_amended"})
_TYPES = frozenset(type_of(kind) for kind in events.EVENTS) - _NOT_HERE


# --- the event and its subject ---


async def _of_receipt(request: ApiRequest) -> Occasion:
    await check_power(request, "received")
    async with request.register.view(code_of(request)) as view:
        form = await offers.with_number(form_of("received"), today(), view, None)
        form = await offers.with_wholes(form, view, Period(today() - _LATELY, today()))
    return Occasion(
        form=form,
        path="/requests/new",
        back="/requests",
        crumbs=(("/requests", "申请"), ("", "登记新收的申请")),
        mapping=lambda given: typed(form, given),
        version=None,
        title="登记新收的申请",
    )


async def _of_event(
    request: ApiRequest, reference: Reference, type_: str, *, beginning: bool = False
) -> tuple[Occasion, Given]:
    """The page of an event, and initial values of its form. beginning: the form is opened for the first time."""
    if type_ not in _TYPES:
        raise NoSuchAddress
    await check_power(request, type_)
    sits = await me(request)
    async with request.register.view(code_of(request)) as view:
        entries = await view.history(reference)
        found = replay(entries, view.law)
        form = offers.of_request(form_of(type_), found, handlers(view.authority, sits))
        form = await offers.with_number(form, today(), view, found)
        given = await offers.to_begin_with(form, today(), view, found)
        about = beside(view, found)
    if type_ in _PURPOSES:
        about["drafts"] = await approvals.texts(request, reference, entries, found, _PURPOSES[type_])
    if type_ in _REDRAFTING and beginning and sits.may("read_personal"):
        about["drafts"], again = await _returned(request, reference, entries, found, type_)
        given |= again
    if type_ == "extended" and beginning:
        given |= await _as_approved(request, reference, entries, found)
    if not sits.may("read"):
        return _outlined(form, reference), given
    occasion = Occasion(
        form=form,
        path=f"/requests/{reference}/{type_}",
        back=f"/requests/{reference}",
        crumbs=crumbs(reference, form.title),
        mapping=lambda given: typed(form_of(type_), given),  # what is chosen may be a number
        version=found.version,
        reference=str(reference),
        lines=tuple(sits.sight.lines(entries)),
        note=_note(type_, found, lacks := _lacks_draft(type_, form, found)),
        first=(f"/requests/{reference}/{_NEEDS_DRAFT[type_][1]}", form_of(_NEEDS_DRAFT[type_][1]).title)
        if lacks
        else None,
        title=form.title,
        beside=about,
    )
    return occasion, given


def _outlined(form: EventForm, reference: Reference) -> Occasion:
    """The same for an officer who may record the event and sees no single cases: nothing of the request but its number."""
    plain = form_of(form.type)
    return Occasion(
        form=form,
        path=f"/requests/{reference}/{form.type}",
        back="/",
        crumbs=(("/", "待办"), ("", form.title)),
        mapping=lambda given: typed(plain, given),
        version=None,
        reference=str(reference),
        title=form.title,
    )


def handlers(office: Authority, sits: Me) -> list[Choice]:
    """The officers that a request can be assigned to, by name."""
    on = today()
    members = [each for each in office.officers if each.in_office(on)]
    return [
        Choice(each.id, sits.named(each.id)) for each in members if powers.may(each.roles_on(on), "handle")
    ]


async def _returned(
    request: ApiRequest, reference: Reference, entries: list[Recorded], found: DisclosureRequest, type_: str
) -> tuple[list[approvals.DraftText], Given]:
    """Returned drafts with the reasons, and the text of the last one, to be edited."""
    kind, field = _REDRAFTING[type_]
    drafts = [each for each in found.drafts if each.kind == kind and each.stage == "returned"]
    if not drafts:
        return [], {}
    only = msgspec.structs.replace(found, drafts=tuple(drafts))
    returned = await approvals.texts(
        request, reference, entries, only, "修改退回的文稿", frozenset({"returned"})
    )
    if not returned:
        return [], {}
    given = {"draft": [drafts[-1].draft], field: [returned[-1].text]}
    return returned, given | ({"workdays": [str(drafts[-1].workdays)]} if kind == "extension" else {})


async def _as_approved(
    request: ApiRequest, reference: Reference, entries: list[Recorded], found: DisclosureRequest
) -> Given:
    """The approver of the extension, and its approved reason."""
    sits = await me(request)
    drafts = await approvals.texts(request, reference, entries, found, "登记延期", frozenset({"approved"}))
    extensions = [each for each in drafts if each.draft.kind == "extension"]
    if not extensions:
        return {}
    by = next(step.actor for step in reversed(extensions[-1].draft.steps) if step.step == "approved")
    return {"approved_by": [sits.named(by)], "reason": [extensions[-1].text]}


_REDRAFTING = {"answer_drafted": ("answer", "text"), "extension_drafted": ("extension", "reason")}
"""For each event that makes a draft: the kind of draft, and the field with its text."""
_PURPOSES = {"draft_reviewed": "审核文稿", "draft_approved": "批准文稿"}
"""Steps whose form shows the decrypted drafts."""

_NEEDS_DRAFT = {"answered": ("答复", "answer_drafted"), "extended": ("延期", "extension_drafted")}


def _lacks_draft(type_: str, form: EventForm, found: DisclosureRequest) -> bool:
    """Whether the event normally needs an approved draft, and there is none."""
    possible = type_ in _NEEDS_DRAFT and type_ in possible_next(found)
    return possible and not any(each.name == "draft" for each in form.fields)


def _note(type_: str, found: DisclosureRequest, lacks_draft: bool) -> str:
    """Remarks on the request above the form."""
    if type_ not in possible_next(found):
        return "按现在的阶段一般不办理此项；补记遗漏的事项，以事项发生的日期为准。"
    if lacks_draft:
        return f"没有已批准的{_NEEDS_DRAFT[type_][0]}文稿。经审核、批准后再登记，一般先办理："
    return ""


def beside(view: View, found: Any) -> dict[str, Any]:
    row = request_row(found, position=0, law_digest="")
    standing = of_row(row, today(), view.law.calendar) if row else None
    return {"row": row, "standing": standing, "state": found}


def crumbs(reference: Reference, title: str) -> tuple[tuple[str, str], ...]:
    return (("/requests", "申请"), (f"/requests/{reference}", str(reference)), ("", title))


async def check_power(request: ApiRequest, type_: str) -> None:
    """Raises NoPower with the roles that may."""
    sits = await me(request)
    if not may_record(sits, type_):
        raise no_power(sits.officer, (powers.ACT_OF[type_],))


# --- receipt ---


class ReceiptQuery(msgspec.Struct, frozen=True):
    """The request that this one is split from, if any."""

    split_from: Annotated[str, Meta(max_length=14)] = ""


@get("/requests/new", **at("handle"))
async def receipt_form(request: ApiRequest) -> Response[Any]:
    """登记新收的申请。"""
    occasion, given = await _of_receipt(request), {"on": [today().isoformat()]}
    if whole := query_of(request, ReceiptQuery).split_from:
        given, note = await splitting.begun(request, reference_of(whole))
        occasion = msgspec.structs.replace(occasion, note=note)
    return await recording.show(request, occasion, given)


@post("/requests/new/form", status_code=200, **at("handle"))
async def receipt_again(request: ApiRequest) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    return await recording.show(request, await _of_receipt(request), await forms.read(request))


@post("/requests/new/preview", status_code=200, **at("handle"))
async def preview_receipt(request: ApiRequest) -> Response[Any]:
    """Preview: the due date, and the applicant's other requests."""
    return await recording.preview(request, await _of_receipt(request))


@post("/requests/new", status_code=200, **at("handle"))
async def receive(request: ApiRequest) -> Response[Any]:
    """Record the receipt."""
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
    occasion, given = await _of_event(request, reference_of(reference), event, beginning=True)
    return await recording.show(request, occasion, given)


@post("/requests/{reference:str}/{event:str}/form", status_code=200, **at(*_ACTS))
async def event_again(request: ApiRequest, reference: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Return from the preview to the form, as filled in."""
    occasion, _ = await _of_event(request, reference_of(reference), event)
    return await recording.show(request, occasion, await forms.read(request))


@post("/requests/{reference:str}/{event:str}/preview", status_code=200, **at(*_ACTS))
async def preview_event(request: ApiRequest, reference: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Preview."""
    occasion, _ = await _of_event(request, reference_of(reference), event)
    return await recording.preview(request, occasion)


@post("/requests/{reference:str}/{event:str}", status_code=200, **at(*_ACTS))
async def record_event(request: ApiRequest, reference: FromPath[str], event: FromPath[str]) -> Response[Any]:
    """Record."""
    occasion, _ = await _of_event(request, reference_of(reference), event)
    return await recording.confirm(request, occasion)


@resumes(
    rf"/requests/(?P<reference>\d{{4}}-\d{{4,9}})/(?P<event>{'|'.join(sorted(_TYPES))})(/form|/preview)?"
)
async def _resume_event(request: ApiRequest, given: Given, reference: str, event: str) -> Response[Any]:
    occasion, _ = await _of_event(request, reference_of(reference), event)
    return await recording.show(request, occasion, given)


HANDLERS = (
    receipt_form, receipt_again, preview_receipt, receive, event_form, event_again, preview_event, record_event,
)  # fmt: skip
