"""The page of a request: state, possible steps, computation of the due date, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from adapters.register.papers.documents import filed
from adapters.register.papers.letters import offered
from adapters.register.reading.personal_data import ERASED
from adapters.views import View
from api.console import forms
from api.console.cases.requests import past
from api.console.forms import query_of
from api.console.frame import Me, at, code_of, me, page
from api.console.standing import TIMELINESS, Standing, of_row
from api.today import today
from api.web.query import until_of
from api.web.request import ApiRequest, reference_of
from api.web.requests import note_reading
from domain.authority import powers
from domain.entry import Recorded, type_of
from domain.law.calendar import national_notices
from domain.law.outcomes import REVOKED
from domain.request import events
from domain.request.file_events import DocumentFiled
from domain.request.judging import replay
from domain.request.personal_data import texts_in
from domain.request.state import DisclosureRequest, check_shown
from domain.values import Period, Reference
from projections import annual_tables, deadline_days, event_fields
from projections.event_forms import form_of
from projections.register import AppealSpell, RequestRow, appeal_spells, request_row

PURPOSES = (
    "核对申请内容",
    "制作告知书、答复书",
    "送达",
    "核对身份、委托手续",
    "办理复议、诉讼",
    "归档",
    "审计、检查",
)
"""Usual purposes of reading personal data; another one can be typed."""

ORDER = (
    "assigned", "supplement_required", "supplemented", "extension_drafted", "extended", "consultation_opened",
    "consultation_closed", "explanation_required", "explained", "deferred", "fee_charged", "fee_paid", "answer_drafted",
    "draft_reviewed", "draft_approved", "answered", "served", "withdrawn", "lapsed", "archived", "handed_over", "appealed",
    "appeal_decided", "correction_analysed", "reopened", "personal_data_restricted", "restriction_lifted",
    "erasure_requested", "personal_data_erased",
)  # fmt: skip
"""The events that a case's page offers, in its order: all after the receipt, except corrections and documents, which have
forms of their own there."""


MOST_PARTS = 50
"""Maximum parts of a split request on its page; the list of requests has all."""


class NextStep(NamedTuple):
    """A possible step. may: whether the officer may take it; who: otherwise the roles that may."""

    type: str
    title: str
    may: bool
    who: str


class CaseQuery(msgspec.Struct, frozen=True):
    recorded_until: str | None = None
    done: str = ""


class Opened(NamedTuple):
    """A decrypted value. lines: label and text."""

    version: int
    label: str
    lines: list[tuple[str, str]]


@get("/requests/{reference:str}", **at("read"))
async def look(request: ApiRequest, reference: FromPath[str]) -> Response[Any]:
    """一件申请。"""
    return await _shown(request, reference_of(reference), query_of(request, CaseQuery), [])


@post("/requests/{reference:str}/sealed", status_code=200, **at("read_personal"))
async def open_sealed(request: ApiRequest, reference: FromPath[str]) -> Response[Any]:
    """The page with decrypted values; writes the purpose to the access log."""
    named, given = reference_of(reference), await forms.read(request)
    purpose = forms.purpose(given)
    code = code_of(request)
    async with request.register.view(code) as view:
        entries = await view.history(named)
        check_shown(replay(entries, view.law))
    sealed = [(entry, field, each) for entry in entries for field, each in texts_in(entry.event)]
    await note_reading(request, code, named, purpose)
    texts = await request.register.personal_data.unsealed(code, [each for _, _, each in sealed])
    opened = [_opened(entry, field, texts.get(each.id)) for entry, field, each in sealed]
    return await _shown(request, named, CaseQuery(), opened, purpose=purpose)


def _opened(entry: Recorded, field: str, text: bytes | None) -> Opened:
    if text is None:
        return Opened(entry.originator_version, event_fields.sealed_label(entry.event, field), [("", ERASED)])
    found = event_fields.opened(entry.event, field, text)
    return Opened(entry.originator_version, found.label, found.lines)


async def _shown(
    request: ApiRequest, named: Reference, query: CaseQuery, opened: Sequence[Opened], purpose: str = ""
) -> Response[Any]:
    sits, on = await me(request), today()
    until = until_of(query.recorded_until)
    async with request.register.view(code_of(request), until, sits.sight) as view:
        entries = await view.history(named)
        found = replay(entries, view.law)
        row = request_row(found, position=entries[-1].position, law_digest="")
        trace = list(deadline_days.trace(found, view.law.calendar))
        counted = await _counted_in(view, found, row) if sits.may("count") else []
        standing = of_row(row, on, view.law.calendar) if row else Standing("still", "×", "已作废")
        position = view.position
        parts = await view.parts(named)
        shown = view.sight.case(entries, view.law)
        documents = await filed(view, entries)
        letters = [] if until else offered(view.authority, entries, found)
    return await page(
        request,
        "case.html",
        case=shown,
        state=found,
        row=row,
        standing=standing,
        timeliness=TIMELINESS.get(row.timeliness or "") if row else None,
        received=found.received,
        ways=[] if until else list(_ways(shown.possible, sits)),
        usual="" if until else _usual(found, shown.possible),
        trace=trace,
        notices={each.id: f"{each.published_on}公布的{each.year}年放假安排" for each in national_notices()},
        counted=counted,
        parts=[(each, of_row(each, on, view.law.calendar)) for each in parts[:MOST_PARTS]],
        all_parts=len(parts),
        documents=documents,
        letters=letters,
        opened=opened,
        purpose=purpose,
        purposes=PURPOSES,
        sealed=any(texts_in(entry.event) for entry in entries),
        done=query.done if query.done.isdecimal() else "",
        amendable=_amendable(entries, sits),
        past=past(query.recorded_until, position, f"/requests/{named}"),
    )


def _ways(possible: Sequence[str], sits: Me) -> list[NextStep]:
    """The possible steps, in the usual order."""
    return [
        NextStep(type_, form_of(type_).title, may_record(sits, type_), sits.who_may(powers.ACT_OF[type_]))
        for type_ in ORDER
        if type_ in possible
    ]


_AWAITED = {"review": "draft_reviewed", "approval": "draft_approved"}
_OF_STAGE = {"awaiting_supplement": "supplemented", "awaiting_payment": "fee_paid"}


def _usual(found: DisclosureRequest, possible: Sequence[str]) -> str:
    """The usual next event; empty if there is none."""
    if found.stage in ("closed", "archived"):
        wanted = _after_closing(found)
        return wanted if wanted in possible else ""
    wanted = _OF_STAGE.get(found.stage, "answer_drafted" if found.unit else "assigned")
    for draft in found.drafts:
        if draft.awaits in _AWAITED:
            wanted = _AWAITED[draft.awaits]
        elif draft.stage == "approved":
            wanted = "answered" if draft.kind == "answer" else "extended"
    return wanted if wanted in possible else ""


_ANSWERED_ANEW = REVOKED | {"ordered_to_perform"}
"""Events after which the authority must answer again."""


def _after_closing(found: DisclosureRequest) -> str:
    if any(each.erased_on is None for each in found.erasures):
        return "personal_data_erased"
    if found.answers and found.answers[-1].served is None:
        return "served"
    answered_on = found.answers[-1].on if found.answers else date.min
    for appeal in found.appeals:
        disposition = appeal.disposition_on(today())
        if disposition is None:
            return "appeal_decided"
        if disposition in _ANSWERED_ANEW and answered_on < appeal.effective()[-1].on:
            return "reopened"
        if appeal.causes is None and appeal.is_corrected(today()):
            return "correction_analysed"
    return "archived"


def may_record(sits: Me, type_: str) -> bool:
    """The head may also record without an approval."""
    return sits.may(powers.ACT_OF[type_]) or (type_ in ("answered", "extended") and sits.may("approve"))


def _amendable(entries: Sequence[Recorded], sits: Me) -> frozenset[int]:
    """Entries that the officer may amend: of events that they may record, except amendments."""
    if not sits.may("amend"):
        return frozenset()
    return frozenset(
        entry.originator_version
        for entry in entries
        if not isinstance(entry.event, events.EntryAmended | DocumentFiled)
        and may_record(sits, type_of(entry.event))
    )


class CountedIn(NamedTuple):
    """A year's table in which the request is counted, and the cells."""

    year: int
    cells: list[tuple[str, str, str]]


async def _counted_in(view: View, found: DisclosureRequest, row: RequestRow | None) -> list[CountedIn]:
    """Cells of the years since its receipt: row, column, and the address behind it."""
    if row is None:
        return []
    spells = appeal_spells(found)
    years = []
    for year in range(
        max(row.received_on.year, view.authority.complete_since.year), _last_year(row, spells) + 1
    ):
        period = Period.year(year)
        if period.first < view.authority.complete_since:
            continue
        form = annual_tables.form_of(period)
        labels = {line.code: line.label for line in (*form.requests.rows, *form.requests.columns)}
        labels |= {line.code: line.label for line in (*form.appeals.routes, *form.appeals.columns)}
        codes = [*annual_tables.cells_of(row, period, form), *annual_tables.cells_of_appeals(spells, period)]
        cells = []
        for code in codes:
            line, _, column = code.partition(":")
            address = f"/tables/cell?year={year}&row={line}&column={column}"
            cells.append((labels.get(line, line), labels.get(column, column), address))
        if cells:
            years.append(CountedIn(year, cells))
    return years


def _last_year(row: RequestRow, spells: Sequence[AppealSpell]) -> int:
    dates: list[date] = [row.closed_on or today(), *(each.to_on or today() for each in spells)]
    return max(each.year for each in dates)


HANDLERS = (look, open_sealed)
