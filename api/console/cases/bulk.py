"""The same step of many requests: a typed or uploaded list, preview of every line, recording."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Annotated, Any, get_args
from uuid import uuid4

import msgspec
from litestar import Response, get, post
from msgspec import Meta

from adapters.register.recording.bulk import STATE_WORDS, BulkPlan
from adapters.register.recording.submission import own_refusal
from api.console import forms
from api.console.cases.cases import PURPOSES
from api.console.cases.duties import references_in
from api.console.cases.event_pages import handlers
from api.console.cases.requests import ListQuery
from api.console.forms import last, query_of
from api.console.frame import Me, at, code_of, me, page
from api.console.offers import Chosen
from api.console.recording import Problem
from api.rendering import letters_as_pdf
from api.today import today
from api.web.imports import read_list
from api.web.letters import letter_file
from api.web.request import ApiRequest
from api.web.requests import note_reading
from domain.law.refusals import Malformed, Refusal
from domain.request.file_events import LARGEST_DOCUMENT
from projections.bulk import BULK_WORDS, MOST_LINES, BulkAct, Line, bounded, check_reference, of_book, of_text
from projections.choice_labels import CHOICES, choices
from projections.listing import Order

_FORM = 262_144
MOST_PROBLEMS = 50
_ASKED = ("act", "lines", "on", "unit", "officer", "method", "retention", "key", "carried", "partial")
_OWN = {"assigned": ("unit", "officer"), "served": ("method",), "archived": ("retention",)}


class BulkQuery(ListQuery, frozen=True, kw_only=True):
    """The requests initially in the list: those of the list of requests, of a tab of duties, or none."""

    act: Annotated[str, Meta(max_length=20)] = "assigned"
    listed: Annotated[str, Meta(max_length=1)] = ""
    tab: Annotated[str, Meta(max_length=20)] = ""
    of: Annotated[str, Meta(max_length=8)] = ""


@get("/requests/bulk", **at("handle"))
async def bulk_form(request: ApiRequest) -> Response[Any]:
    """批量办理。"""
    query = query_of(request, BulkQuery)
    text = ""
    if query.listed:
        order = Order(query.by, query.down == "1")
        async with request.register.view(code_of(request), query.until) as view:
            await view.check(query.wanted, (await me(request)).names)
            rows, _ = await view.page(query.wanted, order, limit=MOST_LINES, offset=0)
        text = "\n".join(row.reference for row in rows)
    elif query.tab:
        text = "\n".join((await references_in(request, query.tab, query.of))[:MOST_LINES])
    act = query.act if query.act in get_args(BulkAct) else "assigned"
    fields = {
        **dict.fromkeys(_ASKED, ""),
        "act": act,
        "lines": text,
        "on": str(today()),
        "method": "china_post",
    }
    return await _shown(request, fields, [], None)


@post("/requests/bulk", status_code=200, request_max_body_size=LARGEST_DOCUMENT + _FORM, **at("handle"))
async def take(request: ApiRequest) -> Response[Any]:
    """Preview; or record the lines as previewed, with the preview's idempotency key."""
    given, code = await forms.read(request), code_of(request)
    fields = {name: last(given, name).strip() for name in _ASKED}
    try:
        act = _act(fields["act"])
        commits = last(given, "step") == "commit"
        lines = _carried(last(given, "carried")) if commits else await _lines(request, act, fields)
        sits = await me(request)
        lines = [_by_code(each, sits) for each in lines]
        common = {name: fields[name] for name in ("on", *_OWN[act]) if fields[name]}
        key = fields["key"] if fields["key"].isalnum() and len(fields["key"]) == 32 else uuid4().hex
        actor, permissions = request.actor, request.caller.permissions
        plan = await request.register.bulk.plan(
            code, act, lines, common, f"bulk/{key}", actor=actor, permissions=permissions
        )
        recorded = None
        if commits:
            recorded = 0
            if plan.recordings and (not plan.refused or fields["partial"]):
                with own_refusal(), request.metrics.recording(act, preview=False):
                    recorded = len(
                        await request.register.bulk.commit(code, plan, actor=actor, permissions=permissions)
                    )
                request.checkpointer.grown(code)
    except Refusal as refusal:
        return await _shown(request, fields, [Problem("lines", "清单", str(refusal))], None)
    carried = msgspec.json.encode(lines).decode()
    return await _shown(request, {**fields, "key": key, "carried": carried}, [], plan, recorded)


@post("/requests/bulk/letters", status_code=200, **at("read_personal"))
async def print_letters(request: ApiRequest) -> Response[Any]:
    """The letters of one kind of the requests listed, in one file, once the purpose is in the access log."""
    given, code = await forms.read(request), code_of(request)
    fields = {
        **dict.fromkeys(_ASKED, ""),
        "act": "assigned",
        "lines": last(given, "lines").strip(),
        "on": str(today()),
    }
    purpose = forms.purpose(given)
    try:
        references = [check_reference(each.reference) for each in of_text(fields["lines"], "assigned")]
        await note_reading(request, code, "letters", purpose)
        found = await request.register.letters.of_requests(code, references, last(given, "kind"))
        if not found.letters or (found.refused and last(given, "partial") != "true"):
            problems = [
                Problem("", "", f"{each.reference}：{each.reason}") for each in found.refused[:MOST_PROBLEMS]
            ]
            return await _shown(request, fields, problems or [Problem("", "", "没有可以制作的文书")], None)
        on = max(each.on for each in found.letters)
        data = await asyncio.to_thread(letters_as_pdf, found.letters, on)
    except Refusal as refusal:
        return await _shown(request, fields, [Problem("", "", str(refusal))], None)
    return letter_file(data, "pdf", f"{code}-{on}")


def _act(text: str) -> BulkAct:
    """Raises Malformed."""
    for act in get_args(BulkAct):
        if act == text:
            return act  # type: ignore[no-any-return]
    raise Malformed(field="", problem="请选择交办、送达或归档")


async def _lines(request: ApiRequest, act: BulkAct, fields: dict[str, str]) -> list[Line]:
    """The lines of the file, if given, else of the text box. Raises Malformed, FileNotRead."""
    sent = next(iter(forms.files(request).get("file", [])), None)
    if sent is None or not sent.filename:
        return of_text(fields["lines"], act)
    return of_book(await read_list(request, await sent.read()))


def _by_code(line: Line, sits: Me) -> Line:
    """The officer's id for a name in the list. Ambiguous names stay as they are, and are refused."""
    codes = sits.called(line.fields.get("officer", ""))
    if len(codes) != 1:
        return line
    return msgspec.structs.replace(line, fields={**line.fields, "officer": codes[0]})


def _carried(text: str) -> list[Line]:
    """The lines as previewed, carried in the page, since the file is not kept. Raises Malformed."""
    try:
        return bounded(msgspec.json.decode(text, type=list[Line]))
    except (msgspec.MsgspecError, RecursionError):
        raise Malformed(field="", problem="请先看过再登记") from None


async def _shown(
    request: ApiRequest,
    fields: dict[str, str],
    problems: list[Problem],
    plan: BulkPlan | None,
    recorded: int | None = None,
) -> Response[Any]:
    sits = await me(request)
    sentences = {each.id: sits.sentence(each.event) for each in plan.recordings} if plan else {}
    return await page(
        request,
        "bulk.html",
        status=422 if problems else 200,
        fields=fields,
        problems=problems,
        plan=plan,
        recorded=recorded,
        counts=Counter(each.state for each in plan.rows) if plan else {},
        acts=BULK_WORDS,
        handlers=handlers(sits.who.authority, sits),
        sentences=sentences,
        chosen=Chosen(),
        methods=CHOICES["method"],
        retentions=CHOICES["retention"],
        states=STATE_WORDS,
        letters=choices("letter_wording_set", "letter"),
        purposes=PURPOSES,
        most=MOST_LINES,
    )


HANDLERS = (bulk_form, take, print_letters)
