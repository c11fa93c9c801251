"""For auditors and for programs that follow the log: authorities, their own history, every entry by position."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.proof.checkpointing import Consistency, Inclusion
from adapters.refusals import BeyondTheLog, EntryUnknown, LogReplaced, NotSealedYet
from adapters.register.recording.decoding import EVENT_TYPES
from adapters.views import View
from api.background.growth import TooManyWait
from api.today import today
from api.web.auth import CALLER, LISTED, OFFICER
from api.web.call_refusals import Unavailable
from api.web.query import AsOfQuery, Query
from api.web.request import ApiRequest, reference_of
from api.web.responses import json, packed
from domain.authority.authority import Authority
from domain.entry import type_of
from domain.law.calendar import national_notices
from domain.law.refusals import Malformed
from projections.feed import Entry, entry_of
from projections.history import HistoryLine
from projections.rejudgement import LawBook
from projections.timeline import Replayed

LONGEST_FEED = 1000
LONGEST_WAIT = 30
"""Seconds that a caller may ask to wait for new entries."""


class AuthorityShown(msgspec.Struct, frozen=True):
    """An authority. position: of the last entry in its log."""

    code: str
    name: str
    kind: str
    complete_since: date
    position: int


class FeedQuery(Query, frozen=True, kw_only=True):
    """Which entries of the log, and how long to wait for new ones."""

    after: Annotated[
        Annotated[int, Meta(ge=0, le=2**53)], Meta(description="从这一位置之后列起，即上一页的next")
    ] = 0
    leaf: Annotated[
        Annotated[str, Meta(max_length=100)] | None,
        Meta(description="上一页的leaf：after处的登记若不是那一条，拒绝（log_replaced）"),
    ] = None
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=LONGEST_FEED)], Meta(description="一页所看的条数，选取之前")
    ] = 200
    type: Annotated[str | None, Meta(description="只列这种事项，如answered")] = None
    reference: Annotated[str | None, Meta(description="只列这一件申请的登记")] = None
    wait: Annotated[
        Annotated[int, Meta(ge=0, le=LONGEST_WAIT)], Meta(description="没有新的登记时，至多等几秒再答复")
    ] = 0


class Feed(msgspec.Struct, frozen=True):
    """A page of the log. next: value of `after` for the next page; unchanged if there is nothing new. leaf: the hash of the
    entry there, to go with it; null at the beginning.
    """

    entries: list[Entry]
    next: int
    position: int
    leaf: str | None


@get("/api/v1/authorities", operation_id="listAuthorities", summary="机关名录", opt={"act": CALLER})
async def authorities(request: ApiRequest) -> Response[list[AuthorityShown]]:
    """本机关及其下级机关；以本机令牌，则为尚未任用人员的各机关。"""
    found = []
    for code in await request.register.authorities():
        async with request.view(code) as view:
            if is_listed(request, view.authority):
                found.append(_shown(view))
    return json(found)


@get("/", operation_id="getAuthority", summary="一个机关", opt={"act": LISTED})
async def authority(request: ApiRequest, code: FromPath[str]) -> Response[AuthorityShown]:
    """名称、类别、台账自何日起完整、日志的最后位置。"""
    async with request.view(code) as view:
        return json(_shown(view))


def is_listed(request: ApiRequest, authority: Authority) -> bool:
    """Whether the caller may see the authority: an officer their own and its units, the machine's token one without officers."""
    who = request.caller.who
    if who is None:
        return not authority.has_officers
    return who.code in (authority.code, authority.superior_on(today()))


def _shown(view: View) -> AuthorityShown:
    authority = view.authority
    return AuthorityShown(
        authority.code, authority.name_on(today()), authority.kind, authority.complete_since, view.position
    )


@get("/history", operation_id="getAuthorityHistory", summary="机关自己的登记", opt={"act": OFFICER})
async def own_history(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[AsOfQuery]],
) -> Response[list[HistoryLine]]:
    """设立台账、更名、停办日、办理规则，每条一句话。"""
    async with request.view(code, params.until) as view:
        return json(view.sight.lines(await view.authority_history()))


@get("/events", operation_id="listEvents", summary="日志", opt={"act": "read"})
async def feed(
    request: ApiRequest,
    code: FromPath[str],
    params: NamedDependency[SkipValidation[FeedQuery]],
) -> Response[Feed]:
    """按位置列出每一条登记，位置连续无缺；个人信息只有封存的编号。上级机关不见文稿的起草和审批。按条件选取时，next仍指已看到的位置，一页可能为空。wait等到有新的登记为止。after在日志之后的拒绝（beyond_the_log），备用服务器除外：数据库恢复到了较早的时刻，须重新取。附上一页的leaf，其后又有登记的也能发现（log_replaced）。"""
    stream = reference_of(params.reference).stream if params.reference else None
    if params.type is not None and params.type not in EVENT_TYPES:
        raise Malformed(field="type：", problem="没有这种事项")
    loop = asyncio.get_running_loop()
    after, until = params.after, loop.time() + params.wait
    while True:
        async with request.view(code) as view:
            found = await view.entries(after, params.limit)
            position = view.position
        if after > position and not request.caller.replica:
            raise BeyondTheLog(last=position, position=after)
        if params.leaf is not None and after == params.after <= position:
            await _check_seen(request, code, after, params.leaf)
        last = max(after, min(after + params.limit, position))  # positions have no gaps
        entries = [
            entry_of(each, view.sight)
            for each in found
            if stream in (None, each.originator_id) and params.type in (None, type_of(each.event))
        ]
        left = until - loop.time()
        if entries or last < position or left <= 0 or request.wait_is_cancelled:
            leaf = await request.register.proofs.leaf_at(code, last)
            return packed(request, json(Feed(entries, last, position, leaf)))
        try:
            await request.growth.wait_beyond(code, last, left, request.on_wait_cancelled)
        except TooManyWait:
            raise Unavailable from None
        after = last


async def _check_seen(request: ApiRequest, code: str, position: int, leaf: str) -> None:
    """Raises LogReplaced if the log was cut off before the position and has grown beyond it since."""
    if leaf != (await request.register.proofs.leaf_at(code, position) or ""):
        raise LogReplaced(position=position)


@get(
    "/requests/{reference:str}/events",
    operation_id="listRequestEvents",
    summary="一件申请的登记",
    opt={"act": "read"},
)
async def events_of(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[AsOfQuery]],
) -> Response[list[Entry]]:
    """按登记的先后列出每一条登记的全部内容；个人信息只有封存的编号。上级机关不见文稿的起草和审批。"""
    named = reference_of(reference)
    async with request.view(code, params.until) as view:
        history = await view.history(named)
        shown = [entry_of(each, view.sight) for each in view.sight.entries(history, {named.stream: history})]
    return packed(request, json(shown))


class ReplayQuery(AsOfQuery, frozen=True, kw_only=True):
    """The last entry to replay."""

    version: Annotated[
        Annotated[int, Meta(ge=1, le=1_000_000)] | None, Meta(description="看到第几条登记为止；缺省为全部")
    ] = None


@get(
    "/requests/{reference:str}/replay",
    operation_id="replayRequest",
    summary="复盘一件申请",
    opt={"act": "read"},
)
async def replayed(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[ReplayQuery]],
) -> Response[Replayed]:
    """逐条列出何人何时依何条登记了什么、其后的状态和期限，并与现在并列，指出不同之处。"""
    named = reference_of(reference)
    async with request.view(code, params.until) as view:
        known = await view.history(named)
    if params.version is not None and params.version > len(known):
        raise EntryUnknown(reference=named, asked=params.version, last=len(known))
    async with request.view(code) as view:
        book = LawBook(await view.authority_history(), national_notices(), view.law.published)
        now = await view.request(named)
    return json(view.sight.replayed(now, known[: params.version], book))


class ReceiptQuery(Query, frozen=True, kw_only=True):
    """The entry to prove."""

    version: Annotated[
        Annotated[int, Meta(ge=1, le=1_000_000)] | None, Meta(description="第几条登记；缺省为最后一条")
    ] = None


class InclusionQuery(Query, frozen=True, kw_only=True):
    """The entry to prove."""

    position: Annotated[Annotated[int, Meta(ge=1, le=2**53)], Meta(description="日志位置")]


class ConsistencyQuery(Query, frozen=True, kw_only=True):
    """The two checkpoints."""

    first: Annotated[Annotated[int, Meta(ge=1, le=2**53)], Meta(description="前一存证点的条数")]
    second: Annotated[
        Annotated[int, Meta(ge=1, le=2**53)] | None, Meta(description="后一存证点的条数；缺省为最新的")
    ] = None


@get(
    "/requests/{reference:str}/receipt",
    operation_id="getEntryReceipt",
    summary="一条登记的回执",
    opt={"act": "prove", "media_type": "text/plain"},
)
async def receipt(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    params: NamedDependency[SkipValidation[ReceiptQuery]],
) -> Response[str]:
    """C2SP tlog-proof文件，可离线核验：taizhang verify 文件。"""
    found = await request.register.proofs.receipt(code, reference_of(reference), params.version)
    return Response(found.text, media_type="text/plain")


@get(
    "/checkpoint",
    operation_id="getCheckpoint",
    summary="最新的存证点",
    opt={"act": "prove", "media_type": "text/plain"},
)
async def checkpoint(request: ApiRequest, code: FromPath[str]) -> Response[str]:
    """C2SP checkpoint。请另行保存：此后的日志须与它一致。"""
    note = await request.register.proofs.checkpoint(code)
    if note is None:
        raise NotSealedYet(size=0, position=1)
    return Response(note, media_type="text/plain")


@get("/proofs/inclusion", operation_id="proveInclusion", summary="登记在日志中的证明", opt={"act": "prove"})
async def inclusion(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[InclusionQuery]]
) -> Response[Inclusion]:
    """RFC 9162的包含证明，对最新的存证点。"""
    return json(await request.register.proofs.inclusion(code, params.position))


@get(
    "/proofs/consistency",
    operation_id="proveConsistency",
    summary="存证点前后一致的证明",
    opt={"act": "prove"},
)
async def consistency(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[ConsistencyQuery]]
) -> Response[Consistency]:
    """RFC 9162的一致性证明。"""
    return json(await request.register.proofs.consistency(code, params.first, params.second))


OF_AUTHORITY = (
    authority, own_history, feed, events_of, replayed, receipt, checkpoint, inclusion, consistency,
)  # fmt: skip
