"""Form, preview and confirmation of any event; it is recorded once.

Every form carries its idempotency key and the version seen, so a double click, a second tab, a cut connection or a
crash end in one recording or none, and what was typed is in the page that says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
from litestar import Response

from adapters.refusals import IdempotencyKeyReused, VersionConflict
from adapters.register.recording.decoding import convert
from adapters.register.recording.recording import Recording
from adapters.register.register import Previewed
from api.console import forms, offers
from api.console.forms import Given, last
from api.console.frame import Me, by_name, code_of, me_for_events, page, to
from api.console.offers import Chosen, article_of
from api.web.request import ApiRequest
from domain.entry import Event
from domain.law import outcomes
from domain.law.irregularities import NotAcknowledged
from domain.law.refusals import AcknowledgedWithoutCause, Malformed, Refusal
from domain.report.official_form import TOTAL
from domain.request.events import Received
from domain.request.subject import check_subject, subject_of
from domain.values import Period
from projections import annual_tables, event_forms, id_numbers
from projections.event_forms import EventForm, Field
from projections.history import AMENDMENTS, HistoryLine

_OWN = frozenset({"csrf", "key", "seen", "by", "acknowledged"})
"""Fields of every form that are not of the event; seen: entries of its stream when the form was made."""


class Problem(NamedTuple):
    """A problem, and its field if it has one."""

    name: str
    label: str
    text: str


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be recorded, and its subject.

    path: of the form; back: of what it belongs to. version: entries of its stream now. lines: those entries, for who
    saw fewer. mapping: the event as sent, from what was typed. beside: what the template shows beside the form.
    carried: what else the form sends along. was: label and words of what an amendment replaces, by field. unit: code of
    the unit below in whose register it is recorded; empty: in the office's own. first: address and words of what is
    recorded before it as a rule.
    """

    form: EventForm
    path: str
    back: str
    crumbs: tuple[tuple[str, str], ...]
    mapping: Callable[[Given], dict[str, Any]]
    version: int | None
    reference: str | None = None
    stream: str | None = None
    lines: tuple[HistoryLine, ...] = ()
    note: str = ""
    first: tuple[str, str] | None = None
    title: str = ""
    beside: dict[str, Any] = {}
    carried: tuple[tuple[str, str], ...] = ()
    was: dict[str, tuple[str, str]] = {}
    unit: str = ""


async def show(
    request: ApiRequest,
    occasion: Occasion,
    given: Given,
    problems: Sequence[Problem] = (),
    *,
    meanwhile: Sequence[HistoryLine] = (),
    status: int = 200,
) -> Response[Any]:
    """The form with the given values. meanwhile: entries recorded since it was first shown."""
    return await page(
        request,
        "form.html",
        status=status,
        occasion=occasion,
        form=occasion.form,
        given=given,
        problems=problems,
        at_field={each.name: each.text for each in problems if each.name},
        meanwhile=meanwhile,
        key=last(given, "key") or str(uuid4()),
        chosen=Chosen(_received_on(occasion)),
    )


async def preview(request: ApiRequest, occasion: Occasion) -> Response[Any]:
    """The page that shows what the event would change; nothing is stored."""
    given = _completed(await forms.read(request), _received_on(occasion))
    if problems := list(_missing(occasion.form, given)):
        return await show(request, occasion, given, problems, status=422)
    if (meanwhile := _meanwhile(occasion, given)) is not None:
        return await show(request, occasion, given, meanwhile=meanwhile, status=409)
    try:
        one = _recording(occasion, given, ())
        found = await request.register.preview(
            occasion.unit or code_of(request),
            one,
            actor=request.actor,
            expected_version=occasion.version,
            permissions=request.caller.permissions,
        )
    except VersionConflict:
        return await show(request, occasion, given, meanwhile=occasion.lines[-1:], status=409)
    except Refusal as refusal:
        return await show(request, occasion, given, [_problem(request, occasion.form, refusal)], status=422)
    return await _consequence(request, occasion, given, one, found)


async def _consequence(
    request: ApiRequest,
    occasion: Occasion,
    given: Given,
    one: Recording,
    found: Previewed,
    *,
    unticked: Sequence[str] = (),
) -> Response[Any]:
    return await page(
        request,
        "consequence.html",
        status=422 if unticked else 200,
        occasion=occasion,
        form=occasion.form,
        given=given,
        sentence=_sentence(one.event, await me_for_events(request, [one.event])),
        rows=list(offers.in_words(occasion.form.fields, given)),
        found=found,
        change=found.change,
        results=[outcomes.label(code) if code else None for code in found.change.outcome],
        cells=_cells(found),
        doubts=_doubts(given),
        subject=_subject(one.event, given),
        unticked=unticked,
        ticked=given.get("acknowledged", []),
        left_out=("csrf", "acknowledged"),
        questions=getattr(found, "questions", ()),
        MOST_MOVED=MOST_MOVED,
    )


async def confirm(
    request: ApiRequest, occasion: Occasion, done: Callable[[Any], str] | None = None
) -> Response[Any]:
    """Record it, once. done: where one is led then, from the reply."""
    given = _completed(await forms.read(request), _received_on(occasion))
    acknowledged = tuple(given.get("acknowledged", ()))
    code = occasion.unit or code_of(request)
    seen = last(given, "seen")
    try:
        one = _recording(occasion, given, acknowledged)
        with request.metrics.recording(occasion.form.type, preview=False):
            reply = await request.register.record(
                code,
                one,
                actor=request.actor,
                expected_version=int(seen) if re.fullmatch(r"\d{1,9}", seen) else None,
                permissions=request.caller.permissions,
            )
    except NotAcknowledged:
        found = await request.register.preview(
            code, _recording(occasion, given, ()), actor=request.actor, permissions=request.caller.permissions
        )
        unticked = [each.code for each in found.irregularities if each.code not in acknowledged]
        return await _consequence(
            request, occasion, given, _recording(occasion, given, ()), found, unticked=unticked
        )
    except AcknowledgedWithoutCause:
        return await preview(request, occasion)
    except IdempotencyKeyReused:
        return await page(request, "recorded_already.html", status=409, occasion=occasion, given=given)
    except VersionConflict:
        return await show(request, occasion, given, meanwhile=_meanwhile(occasion, given) or (), status=409)
    except Refusal as refusal:
        return await show(request, occasion, given, [_problem(request, occasion.form, refusal)], status=422)
    request.checkpointer.grown(code)
    return to(done(reply) if done else f"{occasion.back}?done={reply.version}")


def _recording(occasion: Occasion, given: Given, acknowledged: tuple[str, ...]) -> Recording:
    """Raises Malformed."""
    line: dict[str, Any] = {
        "id": last(given, "key") or str(uuid4()),
        "event": occasion.mapping(given),
        "acknowledged": sorted(acknowledged),
    }
    if occasion.reference is not None:
        line["reference"] = occasion.reference
    if occasion.stream is not None:
        line["stream"] = occasion.stream
    return convert(line)


def _received_on(occasion: Occasion) -> date | None:
    """The day of receipt of the event's request; None if there is no request yet."""
    received = getattr(occasion.beside.get("state"), "received", None)
    return received.on if received is not None else None


def _completed(given: Given, received_on: date | None) -> Given:
    """The input, completed: the article of an outcome if none is given, and id numbers in their normal form."""
    found = dict(given)
    for name in given:
        if name == "outcome" or name.endswith(".outcome"):
            basis = f"{name.removesuffix('outcome')}legal_basis"
            if basis in given and not last(given, basis).strip():
                found[basis] = [article_of(last(given, name), received_on)]
        if name.endswith(".id_number") and (number := last(given, name).strip()):
            found[name] = [id_numbers.normalised(number)]
    return found


def _subject(event: Event, given: Given) -> str | None:
    """The subject suggested by the description, for a receipt without one; None if there is none that is valid."""
    if not isinstance(event, Received) or event.subject is not None:
        return None
    offered = subject_of(last(given, "description"))
    try:
        check_subject(msgspec.structs.replace(event, subject=offered))
    except Malformed:
        return None
    return offered


def _missing(form: EventForm, given: Given) -> Sequence[Problem]:
    return [
        Problem(each.name, each.label, "请选择" if each.choices else "请填写")
        for each in event_forms.missing(form, given)
    ]


def _problem(request: ApiRequest, form: EventForm, refusal: Refusal) -> Problem:
    """A refusal at its field, if the form has it and it is not another entry's; officers by their names."""
    text = str(by_name(request, refusal))
    field = (
        str(refusal.facts.get("field", "")).rstrip("：").removeprefix("event.").removeprefix("replacement.")
    )
    name = re.sub(r"\[(\d+)\]", r".\1", field)
    label = _label(form.fields, name.split("."))
    if not label or refusal.because:
        # Of another entry the field may be one that this form has, too, by another name.
        named = "日期" if refusal.because or not label else label
        return Problem("", "", text.replace(f"{field}为", f"{named}为") if field else text)
    text = str(refusal.facts.get("problem") or text.replace(field, label))
    return Problem(name, label, "不在可选的值之中，请重新选择" if text.startswith("不在可选的值") else text)


def _label(fields: Sequence[Field], path: Sequence[str]) -> str:
    for each in fields:
        if path and each.name == path[0]:
            inner = [part for part in path[1:] if not part.isdecimal()]
            return _label(each.fields, inner) if inner else each.label
    return ""


def _meanwhile(occasion: Occasion, given: Given) -> Sequence[HistoryLine] | None:
    """Entries recorded since the form was made; None if there are none."""
    seen = last(given, "seen")
    if occasion.version is None or not re.fullmatch(r"\d{1,9}", seen) or int(seen) >= occasion.version:
        return None
    return [line for line in occasion.lines if line.version > int(seen)]


def _sentence(event: Event, sits: Me) -> str:
    if not isinstance(event, AMENDMENTS):
        return sits.sentence(event)
    replacement = event.replacement
    if replacement is None:
        return f"撤销第{event.version}条登记"
    return f"更正第{event.version}条登记为：{sits.sentence(replacement)}"


MOST_MOVED = 50
"""Requests that are listed of those whose due dates an entry moves."""


class Moved(NamedTuple):
    """A cell of a year's table that would move."""

    year: int
    row: str
    column: str
    was: int
    now: int


def _cells(found: Previewed) -> list[Moved]:
    moved = []
    for cell in found.cells:
        form = annual_tables.form_of(Period.year(cell.year))
        lines = (*form.requests.rows, *form.requests.columns, *form.appeals.routes, *form.appeals.columns)
        labels = {line.code: line.levels[-1] for line in lines}
        if cell.column != TOTAL:
            moved.append(
                Moved(
                    cell.year,
                    labels.get(cell.row, cell.row),
                    labels.get(cell.column, cell.column),
                    cell.was,
                    cell.now,
                )
            )
    return moved


def _doubts(given: Given) -> list[str]:
    """A remark on each id number, of applicants and of agents, that has a wrong form or check digit."""
    found = [
        id_numbers.doubt(last(given, f"{person}.id_kind") or None, last(given, f"{person}.id_number"))
        for person, _, field in (name.rpartition(".") for name in given)
        if field == "id_number" and last(given, f"{person}.id_number")
    ]
    return [doubt for doubt in found if doubt]


def own_fields(given: Given) -> Given:
    """The fields that belong to the form itself, such as key and version."""
    return {name: values for name, values in given.items() if name in _OWN}
