"""Requests: receipt, events, one request, the list, the work list, sealed values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
import structlog
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.refusals import PurposeRequired
from adapters.register.reading.personal_data import ERASED
from adapters.register.recording.questions import of_period
from adapters.register.recording.recording import Reply
from adapters.register.register import Previewed
from adapters.views import FIRST, Until, View
from api.today import today
from api.web.auth import origin, records
from api.web.body import types_of
from api.web.query import (
    AsOfQuery,
    PeriodAsOfQuery,
    Query,
    ReceiveQuery,
    RecordedUntil,
    RecordQuery,
    check_day,
    until_of,
)
from api.web.record import record_event
from api.web.request import ApiRequest, reference_of
from api.web.responses import json, json_or_csv, packed, wants_csv
from domain.authority.events import AuthorityEventBody
from domain.law.refusals import Malformed
from domain.request import events
from domain.request.judging import replay
from domain.request.personal_data import texts_in
from domain.request.state import check_shown
from domain.values import Label, Reference
from projections import annual_tables, deadline_days, questions, work_list
from projections.case import Case
from projections.deadline_days import Day
from projections.listing import HEADINGS, Filter, Order, cells
from projections.questions import ListedQuestion
from projections.register import RequestRow
from projections.superior_view import OFFICE
from projections.work_list import DutyShown

log = structlog.get_logger("taizhang.web")

LONGEST_PAGE = 500
FURTHEST_OFFSET = 100_000


class Page(msgspec.Struct, frozen=True):
    """A page of a list. next: value of `after` for the next page; null on the last page, and if the list is sorted by a day
    or paged by `offset`. total: of all pages; only on the first.
    """

    requests: list[RequestRow]
    next: str | None
    position: int
    total: Annotated[int | None, Meta(description="共几件；第一页之后不再计数")] = None


class Listing(Filter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filter, order and page of the list."""

    recorded_until: RecordedUntil = None
    after: Annotated[str | None, Meta(description="从这一登记号之后列起，即上一页的next")] = None
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=LONGEST_PAGE)], Meta(description="一页的件数；CSV不分页")
    ] = 100
    sort: Annotated[
        Literal[
            "reference",
            "-reference",
            "received_on",
            "-received_on",
            "due_on",
            "-due_on",
            "closed_on",
            "-closed_on",
        ],
        Meta(description="按登记号、收到日期、答复期限或办结日期；-为从大到小，没有这一日期的在最后"),
    ] = "reference"
    offset: Annotated[
        Annotated[int, Meta(ge=0, le=FURTHEST_OFFSET)], Meta(description="略去前面几件；不与after同用")
    ] = 0

    @property
    def order(self) -> Order:
        by: Any = self.sort.removeprefix("-")
        return Order(by, self.sort.startswith("-"))

    @property
    def until(self) -> Until | None:
        return until_of(self.recorded_until)

    @property
    def wanted(self) -> Filter:
        return Filter(**{name: getattr(self, name) for name in Filter.__struct_fields__})


class DutiesQuery(AsOfQuery, frozen=True, kw_only=True):
    """The day of the work list."""

    on: Annotated[date | None, Meta(description="哪一天的待办；缺省为今天")] = None
    within: Annotated[Annotated[int, Meta(ge=0, le=250)], Meta(description="几个工作日内到期算将至")] = 5


class SealedValuesQuery(Query, frozen=True, kw_only=True):
    """Purpose of the access."""

    purpose: Annotated[Label | None, Meta(description="查阅的目的；已任用人员的机关必须写明")] = None


class Cells(msgspec.Struct, frozen=True):
    """The cells that count a request in the period, as `row:column`, without the columns of sums."""

    reference: str
    format: str
    requests: list[str]
    appeals: list[str]


class SealedValue(msgspec.Struct, frozen=True, omit_defaults=True):
    """A decrypted value of an entry; null if erased, which the note then says."""

    version: int
    field: str
    value: Any
    note: str | None = None


@post(
    "/requests",
    operation_id="receiveRequest",
    summary="登记收到申请",
    opt=records(types_of(events.ReceiptBody)),
)
async def receive(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[ReceiveQuery]],
    payload: NamedDependency[SkipValidation[events.ReceiptBody]],
) -> Response[Reply | Previewed]:
    """登记号由台账给出。Idempotency-Key相同且内容相同的，答复相同，不重复登记。"""
    return await record_event(request, code, params, payload, params.reference)


@post(
    "/requests/{reference:str}/events",
    operation_id="recordEvent",
    summary="登记申请的其他事项",
    opt=records(types_of(events.LaterBody)),
)
async def record(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[RecordQuery]],
    payload: NamedDependency[SkipValidation[events.LaterBody]],
) -> Response[Reply | Previewed]:
    """延长、补正、征求意见、答复、送达、复议诉讼、归档、更正等。If-Match写明所见的版本。"""
    return await record_event(request, code, params, payload, str(reference_of(reference)))


@post(
    "/events",
    operation_id="recordAuthorityEvent",
    summary="登记机关自己的事项",
    opt=records(types_of(AuthorityEventBody)),
)
async def record_authority(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[RecordQuery]],
    payload: NamedDependency[SkipValidation[AuthorityEventBody]],
) -> Response[Reply | Previewed]:
    """设立台账、更名、本机关的停办日、办理规则。"""
    return await record_event(request, code, params, payload, None)


@get("/requests", operation_id="listRequests", summary="列出申请", opt={"act": "read", "csv": True})
async def listed(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[Listing]],
) -> Response[Page]:
    """各条件须同时符合。Accept为text/csv时按登记号列出全部，不分页。"""
    if params.after and (params.offset or params.sort != "reference"):
        raise Malformed(field="after：", problem="只用于按登记号从小到大的次序，不与offset同用")
    after = reference_of(params.after) if params.after else FIRST
    if wants_csv(request):
        async with request.view(code, params.until) as view:
            await view.check(params.wanted)  # before the reply begins
        await request.register.access_log.add(
            code, "exported", actor=request.actor, origin=origin(request), reference="requests"
        )
        lines: Any = request.exports.stream(HEADINGS, _lines(request, code, params))
        return lines  # type: ignore[no-any-return]
    total: int | None = None
    async with request.view(code, params.until) as view:
        await view.check(params.wanted)
        if params.after:
            found = [row async for row in view.listed(params.wanted, after=after, limit=params.limit + 1)]
            rows, more = found[: params.limit], len(found) > params.limit
        else:
            rows, total = await view.page(
                params.wanted, params.order, limit=params.limit, offset=params.offset
            )
            by_reference = params.sort == "reference" and not params.offset
            more = by_reference and total > len(rows) and bool(rows)
        page = Page(rows, rows[-1].reference if more else None, view.position, total)
    return packed(request, json(page))


async def _lines(request: ApiRequest, code: str, wanted: Listing) -> AsyncIterator[tuple[object, ...]]:
    async with request.view(code, wanted.until) as view:
        async for row in view.listed(wanted.wanted):
            yield cells(row)


@get("/requests/{reference:str}", operation_id="getRequest", summary="查看一件申请", opt={"act": "read"})
async def look(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[AsOfQuery]],
) -> Response[Case]:
    """阶段、期限及其推算、与规定不符之处、登记经过、接下来可以登记的事项。ETag为登记的版本。"""

    async def make(view: View) -> Response[Case]:
        found = await view.case(reference_of(reference))
        return json(found, headers={"ETag": f'"{found.version}"'})

    return await request.response_cache.answer(request, code, params.until, make)


@get(
    "/requests/{reference:str}/days",
    operation_id="getDeadlineDays",
    summary="期限逐日推算",
    opt={"act": "read", "csv": True},
)
async def by_day(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[AsOfQuery]],
) -> Response[list[Day]]:
    """每一天是否计入、原因、依据的放假通知。"""
    async with request.view(code, params.until) as view:
        found = list(deadline_days.trace(await view.request(reference_of(reference)), view.law.calendar))
    return json_or_csv(request, found, deadline_days.HEADINGS, map(deadline_days.cells, found))


@get(
    "/requests/{reference:str}/cells",
    operation_id="listCellsOfRequest",
    summary="一件申请计入表格的哪些格",
    opt={"act": "count"},
)
async def counted_in(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[PeriodAsOfQuery]],
) -> Response[Cells]:
    """写作行:列；总计列从略。"""
    named, period = reference_of(reference), params.period
    form = annual_tables.form_of(period)
    async with request.view(code, params.until) as view:
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


@get(
    "/requests/{reference:str}/sealed",
    operation_id="readSealedValues",
    summary="一件申请的封存内容",
    opt={"act": "read_personal"},
)
async def unsealed(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[SealedValuesQuery]],
) -> Response[list[SealedValue]]:
    """申请人信息、申请内容、理由等，属个人信息，注意保密；查阅及其目的记入访问日志。"""
    named = reference_of(reference)
    async with request.view(code) as view:
        entries = await view.history(named)
        check_shown(replay(entries, view.law))
    sealed = [
        (entry.originator_version, field, each) for entry in entries for field, each in texts_in(entry.event)
    ]
    await note_reading(request, code, named, params.purpose)
    texts = await request.register.personal_data.unsealed(code, [each for _, _, each in sealed])
    log.info("sealed.read", authority=code, reference=str(named), actor=request.actor)
    return json(
        [
            SealedValue(
                version,
                field,
                msgspec.Raw(texts.get(each.id, b"null")),
                None if each.id in texts else ERASED,
            )
            for version, field, each in sealed
        ]
    )


async def note_reading(request: ApiRequest, code: str, what: Reference | str, purpose: str | None) -> None:
    """Write to the access log, before personal data is returned. Raises PurposeRequired if an officer gives no purpose.

    what: the request, or a description of what else is read.
    """
    if purpose is None and request.caller.who is not None:
        raise PurposeRequired
    await request.register.access_log.add(
        code, "personal_data_read",
        actor=request.actor, origin=origin(request), purpose=purpose, reference=str(what),
    )  # fmt: skip


@get("/work-list", operation_id="getWorkList", summary="待办", opt={"act": "read", "csv": True})
async def duties(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[DutiesQuery]],
) -> Response[list[DutyShown]]:
    """将到期、逾期、期限已过、未送达、复议诉讼未审结等，最急的在前。"""
    on = check_on(params.on)
    async with request.view(code, params.until) as view:
        found = await view.work_list(on, params.within)
    if params.until is None and request.caller.sight is OFFICE:
        found = [*await request.register.assessments.duties(view.authority, on), *found]
    shown = list(map(DutyShown.of, found))
    return json_or_csv(request, shown, work_list.HEADINGS, map(work_list.cells, found))


@get(
    "/questions",
    operation_id="listQuestions",
    summary="提示：不常见、请再核对之处",
    opt={"act": "read", "csv": True},
)
async def raised(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[PeriodAsOfQuery]],
) -> Response[list[ListedQuestion]]:
    """期间内收到、办结或在办的申请；不须确认。文号在当年重复、可能重复登记的申请也在其中。"""
    async with request.view(code, params.until) as view:
        found = await of_period(view, params.period)
    return json_or_csv(request, found, questions.HEADINGS, map(questions.cells, found))


def check_on(day: date | None) -> date:
    return today() if day is None else check_day("on", day)


HANDLERS = (
    receive, record, record_authority, listed, look, by_day, counted_in, unsealed, duties, raised,
)  # fmt: skip
