"""Requests: receive, record, look at one, list many, what to do next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any

import msgspec
import structlog
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.recording import Reply
from adapters.store import ERASED, Previewed, Store
from adapters.views import FIRST, Until, View
from api.today import today
from api.web import asked as asking
from api.web.answering import json, json_or_csv, wants_csv
from api.web.asked import Asked, AsRecorded, Call, PeriodAsRecorded, RecordedUntil, reference_of, types_of
from api.web.auth import origin, records
from domain import errors, events
from domain.authority import AuthorityEvent
from domain.events import type_of
from domain.personal_data import check_shown, texts_in
from domain.request import replay
from domain.values import Label, Reference
from projections import annual_tables, case, days, supervision, work_list
from projections.case import Case
from projections.days import Day
from projections.listing import HEADINGS, Filter, cells, check
from projections.register import Row
from projections.work_list import DutyShown

log = structlog.get_logger("taizhang.web")

LONGEST_PAGE = 500


class Page(msgspec.Struct, frozen=True):
    """A page of a list. next: what to give as `after` for the one that follows; null where this is the last."""

    requests: list[Row]
    next: str | None
    position: int


class Listing(Filter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which requests, and which page of them."""

    recorded_until: RecordedUntil = None
    after: Annotated[str | None, Meta(description="从这一登记号之后列起，即上一页的next")] = None
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=LONGEST_PAGE)], Meta(description="一页的件数；CSV不分页")
    ] = 100

    @property
    def until(self) -> Until | None:
        return asking.until_of(self.recorded_until)

    @property
    def wanted(self) -> Filter:
        return Filter(**{name: getattr(self, name) for name in Filter.__struct_fields__})


class DutiesAsked(AsRecorded, frozen=True, kw_only=True):
    """For which day."""

    on: Annotated[date | None, Meta(description="哪一天的待办；缺省为今天")] = None
    within: Annotated[Annotated[int, Meta(ge=0, le=250)], Meta(description="几个工作日内到期算将至")] = 5


class UnsealedAsked(Asked, frozen=True, kw_only=True):
    """What for."""

    purpose: Annotated[Label | None, Meta(description="查阅的目的；已任用人员的机关必须写明")] = None


class Cells(msgspec.Struct, frozen=True):
    """The cells that count a request in the period, as `row:column`; the columns of sums are implied."""

    reference: str
    format: str
    requests: list[str]
    appeals: list[str]


class Unsealed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sealed value of an entry in clear; null once it was erased, and then the note says so."""

    version: int
    field: str
    value: Any
    note: str | None = None


@post("/requests", summary="登记收到申请", opt=records(types_of(events.ToldReceipt)))
async def receive(
    request: Call,
    code: FromPath[str],
    asked: NamedDependency[SkipValidation[asking.Received]],
    told: NamedDependency[SkipValidation[events.ToldReceipt]],
) -> Response[Reply | Previewed]:
    """登记号由台账给出。Idempotency-Key相同且内容相同的，答复相同，不重复登记。"""
    return await record_told(request, code, asked, told, asked.reference)


@post(
    "/requests/{reference:str}/events", summary="登记申请的其他事项", opt=records(types_of(events.ToldLater))
)
async def record(
    request: Call,
    code: FromPath[str],
    reference: FromPath[str],
    asked: NamedDependency[SkipValidation[asking.Recorded]],
    told: NamedDependency[SkipValidation[events.ToldLater]],
) -> Response[Reply | Previewed]:
    """延长、补正、征求意见、答复、送达、复议诉讼、归档、更正等。If-Match写明所见的版本。"""
    return await record_told(request, code, asked, told, str(reference_of(reference)))


@post("/events", summary="登记机关自己的事项", opt=records(types_of(AuthorityEvent)))
async def record_authority(
    request: Call,
    code: FromPath[str],
    asked: NamedDependency[SkipValidation[asking.Recorded]],
    told: NamedDependency[SkipValidation[AuthorityEvent]],
) -> Response[Reply | Previewed]:
    """设立台账、更名、本机关的停办日、办理规则。"""
    return await record_told(request, code, asked, told, None)


async def record_told(
    request: Call,
    code: str,
    how: asking.Recorded,
    event: Any,
    reference: str | None,
    stream: str | None = None,
) -> Response[Any]:
    """Record an event, or preview it, and answer. stream: of an annual report, in place of a request's reference."""
    recording = asking.recording_of(request, event, how, reference, stream)
    seen = asking.expected_version(request)
    with request.metrics.recording(type_of(event), preview=how.preview):
        if how.preview:
            previewed = await request.store.preview(
                code,
                recording,
                actor=request.actor,
                expected_version=seen,
                permissions=request.caller.permissions,
            )
            return json(previewed)
        reply = await request.store.record(
            code,
            recording,
            actor=request.actor,
            expected_version=seen,
            permissions=request.caller.permissions,
        )
    request.sealer.grown(code)
    headers = {"ETag": f'"{reply.version}"'}
    if reply.reference:
        headers["Location"] = f"/api/v1/authorities/{code}/requests/{reply.reference}"
    return json(reply, status=201, headers=headers)


@get("/requests", summary="列出申请", opt={"act": "read", "csv": True})
async def listed(
    request: Call,
    code: FromPath[str],
    asked: NamedDependency[SkipValidation[Listing]],
) -> Response[Page]:
    """各条件须同时符合。Accept为text/csv时列出全部，不分页。"""
    after = reference_of(asked.after) if asked.after else FIRST
    check(asked.wanted)
    if wants_csv(request):
        async with request.store.view(code, asked.until):
            pass  # what is refused is refused before the first line
        await request.store.entrance.log(
            code, "exported", actor=request.actor, origin=origin(request), reference="requests"
        )
        lines: Any = request.exports.stream(HEADINGS, _lines(request.store, code, asked))
        return lines  # type: ignore[no-any-return]
    async with request.store.view(code, asked.until) as view:
        found = [row async for row in view.listed(asked.wanted, after=after, limit=asked.limit + 1)]
        more = len(found) > asked.limit
        rows = found[: asked.limit]
        return json(Page(rows, rows[-1].reference if more else None, view.position))


async def _lines(store: Store, code: str, wanted: Listing) -> AsyncIterator[tuple[object, ...]]:
    async with store.view(code, wanted.until) as view:
        async for row in view.listed(wanted.wanted):
            yield cells(row)


@get("/requests/{reference:str}", summary="查看一件申请", opt={"act": "read"})
async def look(
    request: Call,
    code: FromPath[str],
    reference: FromPath[str],
    asked: NamedDependency[SkipValidation[AsRecorded]],
) -> Response[Case]:
    """阶段、期限及其推算、与规定不符之处、登记经过、接下来可以登记的事项。ETag为登记的版本。"""

    async def make(view: View) -> Response[Case]:
        entries = await view.history(reference_of(reference))
        found = case.case(replay(entries, view.law), entries)
        if request.caller.supervises:
            found = supervision.case(found, entries)
        return json(found, headers={"ETag": f'"{found.version}"'})

    return await request.remembered.answer(request, code, asked.until, make)


@get("/requests/{reference:str}/days", summary="期限逐日推算", opt={"act": "read", "csv": True})
async def by_day(
    request: Call,
    code: FromPath[str],
    reference: FromPath[str],
    asked: NamedDependency[SkipValidation[AsRecorded]],
) -> Response[list[Day]]:
    """每一天是否计入、原因、依据的放假通知。"""
    async with request.store.view(code, asked.until) as view:
        found = list(days.trace(await view.request(reference_of(reference)), view.law.calendar))
    return json_or_csv(request, found, days.HEADINGS, map(days.cells, found))


@get("/requests/{reference:str}/cells", summary="一件申请计入表格的哪些格", opt={"act": "count"})
async def counted_in(
    request: Call,
    code: FromPath[str],
    reference: FromPath[str],
    asked: NamedDependency[SkipValidation[PeriodAsRecorded]],
) -> Response[Cells]:
    """写作行:列；总计列从略。"""
    named, period = reference_of(reference), asked.period
    form = annual_tables.form_of(period)
    async with request.store.view(code, asked.until) as view:
        await view.history(named)
        row, spells = await view.row(named), await view.spells(period)
    own = [spell for spell in spells if spell.reference == str(named)]
    return json(
        Cells(
            str(named),
            form.name,
            annual_tables.cells_of(row, period, form),
            annual_tables.cells_of_appeals(own, period),
        )
    )


@get("/requests/{reference:str}/sealed", summary="一件申请的封存内容", opt={"act": "read_personal"})
async def unsealed(
    request: Call,
    code: FromPath[str],
    reference: FromPath[str],
    asked: NamedDependency[SkipValidation[UnsealedAsked]],
) -> Response[list[Unsealed]]:
    """申请人信息、申请内容、理由等，属个人信息，注意保密；查阅及其目的记入访问日志。"""
    named = reference_of(reference)
    async with request.store.view(code) as view:
        entries = await view.history(named)
        check_shown(replay(entries, view.law))
    sealed = [
        (entry.originator_version, field, each) for entry in entries for field, each in texts_in(entry.event)
    ]
    await note_reading(request, code, named, asked.purpose)
    texts = await request.store.unsealed(code, [each for _, _, each in sealed])
    log.info("sealed.read", authority=code, reference=str(named), actor=request.actor)
    return json(
        [
            Unsealed(
                version,
                field,
                msgspec.Raw(texts.get(each.id, b"null")),
                None if each.id in texts else ERASED,
            )
            for version, field, each in sealed
        ]
    )


async def note_reading(request: Call, code: str, reference: Reference, purpose: str | None) -> None:
    """Into the access log, before personal data is given out. Raises PurposeRequired from an officer who gives none."""
    if purpose is None and request.caller.who is not None:
        raise errors.PurposeRequired
    await request.store.entrance.log(
        code, "personal_data_read",
        actor=request.actor, origin=origin(request), purpose=purpose, reference=str(reference),
    )  # fmt: skip


@get("/work-list", summary="待办", opt={"act": "read", "csv": True})
async def duties(
    request: Call,
    code: FromPath[str],
    asked: NamedDependency[SkipValidation[DutiesAsked]],
) -> Response[list[DutyShown]]:
    """将到期、逾期、期限已过、未送达、复议诉讼未审结等，最急的在前。"""
    on = check_on(asked.on)
    async with request.store.view(code, asked.until) as view:
        found = await view.work_list(on, asked.within)
    if request.caller.supervises:
        found = supervision.duties(found)
    shown = list(map(DutyShown.of, found))
    return json_or_csv(request, shown, work_list.HEADINGS, map(work_list.cells, found))


def check_on(day: date | None) -> date:
    return today() if day is None else asking.check_day("on", day)


HANDLERS = (
    receive, record, record_authority, listed, look, by_day, counted_in, unsealed, duties,
)  # fmt: skip
