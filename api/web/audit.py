"""For auditors and for whoever follows the log: authorities, their own history, every entry by position."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.mapper import payload_of
from adapters.store import Store
from api.web.answering import json
from api.web.asked import Asked, AsRecorded, Call, today
from domain.events import type_of
from projections import history
from projections.history import Line

LONGEST_FEED = 1000


class AuthorityShown(msgspec.Struct, frozen=True):
    """An authority. position: of the last entry of its log."""

    code: str
    name: str
    kind: str
    complete_since: date
    position: int


class FeedAsked(Asked, frozen=True, kw_only=True):
    """From where."""

    after: Annotated[
        Annotated[int, Meta(ge=0, le=2**53)], Meta(description="从这一位置之后列起，即上一页的next")
    ] = 0
    limit: Annotated[Annotated[int, Meta(ge=1, le=LONGEST_FEED)], Meta(description="一页的条数")] = 200


class Entry(msgspec.Struct, frozen=True):
    """An entry of the log as stored: personal data and free text stand as references to the vault.

    stream: `request/2020-0095`, or `authority`. id: of the recording.
    """

    position: int
    stream: str
    version: int
    type: str
    event: Any
    recorded_at: datetime
    actor: str
    on_behalf_of: str | None
    id: str | None
    acknowledged: tuple[str, ...]


class Feed(msgspec.Struct, frozen=True):
    """A page of the log. next: what to give as `after` to go on; where nothing is new it is the same again."""

    entries: list[Entry]
    next: int
    position: int


@get("/api/v1/authorities", summary="机关名录")
async def authorities(request: Call) -> Response[list[AuthorityShown]]:
    """本台账中的各机关。"""
    return json([await _shown(request.store, code) for code in await request.store.authorities()])


@get("/", summary="一个机关")
async def authority(request: Call, code: FromPath[str]) -> Response[AuthorityShown]:
    """名称、类别、台账自何日起完整、日志的最后位置。"""
    return json(await _shown(request.store, code))


async def _shown(store: Store, code: str) -> AuthorityShown:
    async with store.view(code) as view:
        office = view.authority
        return AuthorityShown(
            code, office.name_on(today()), office.kind, office.complete_since, view.position
        )


@get("/history", summary="机关自己的登记")
async def own_history(
    request: Call,
    code: FromPath[str],
    asked: NamedDependency[SkipValidation[AsRecorded]],
) -> Response[list[Line]]:
    """设立台账、更名、停办日、办理规则，每条一句话。"""
    async with request.store.view(code, asked.until) as view:
        return json(history.lines(await view.authority_history()))


@get("/events", summary="日志")
async def feed(
    request: Call,
    code: FromPath[str],
    asked: NamedDependency[SkipValidation[FeedAsked]],
) -> Response[Feed]:
    """按位置列出每一条登记，位置连续无缺；个人信息只有封存的编号。"""
    async with request.store.view(code) as view:
        found = await view.entries(asked.after, asked.limit)
        last = found[-1].position if found else asked.after
        entries = [
            Entry(
                position=each.position,
                stream=each.originator_id,
                version=each.originator_version,
                type=type_of(each.event),
                event=msgspec.Raw(payload_of(each.event)),
                recorded_at=each.recorded_at,
                actor=each.actor,
                on_behalf_of=each.on_behalf_of,
                id=each.command_id,
                acknowledged=each.acknowledged,
            )
            for each in found
        ]
        return json(Feed(entries, last, view.position))


OF_AUTHORITY = (authority, own_history, feed)
