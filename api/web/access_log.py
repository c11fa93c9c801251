"""The access log, for the auditor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.access import BEGINNING, HEADINGS, Access, AccessAct, AccessFilter, Place, cells, days
from adapters.store import Store
from api.web import asked as asking
from api.web import auth
from api.web.answering import json, wants_csv
from api.web.asked import Asked, Call
from domain import errors
from domain.values import Label

LONGEST_PAGE = 500


class AccessAsked(Asked, frozen=True, kw_only=True):
    """Which lines, and which page of them."""

    from_: Annotated[date | None, Meta(description="自何日起（含）")] = None
    to: Annotated[date | None, Meta(description="至何日止（含）")] = None
    actor: Annotated[Label | None, Meta(description="只列一名人员的")] = None
    act: Annotated[AccessAct | None, Meta(description="只列一种事项，如login、personal_data_read")] = None
    after: Annotated[str | None, Meta(description="从此处之后列起，即上一页的next")] = None
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=LONGEST_PAGE)], Meta(description="一页的条数；CSV不分页")
    ] = 100

    @property
    def wanted(self) -> AccessFilter:
        """Raises Malformed."""
        for name, day in (("from", self.from_), ("to", self.to)):
            if day is not None:
                asking.check_day(name, day)
        return AccessFilter(**days(self.from_, self.to), actor=self.actor, act=self.act)

    @property
    def place(self) -> Place:
        """Raises Malformed."""
        if self.after is None:
            return BEGINNING
        moment, _, id_ = self.after.partition("~")
        try:
            return Place(datetime.fromisoformat(moment).astimezone(UTC), id_)
        except (ValueError, OverflowError):
            raise errors.Malformed(field="after：", problem="应为上一页的next") from None


class AccessPage(msgspec.Struct, frozen=True):
    """A page of the access log, in the order of time. next: what to give as `after`; null where this is the last."""

    lines: Annotated[list[Access], Meta(description="各条")]
    next: Annotated[str | None, Meta(description="下一页的after；末页为空")]


@get("/access-log", summary="访问日志", opt={"act": "read_access_log", "csv": True})
async def accesses(
    request: Call, code: FromPath[str], asked: NamedDependency[SkipValidation[AccessAsked]]
) -> Response[AccessPage]:
    """登录、锁定、退出、密钥、导出、查阅个人信息，何人何时从何处为何目的；只增不改。任用和授权见机关自己的登记。"""
    wanted, place, store = asked.wanted, asked.place, request.store
    if wants_csv(request):
        await store.entrance.log(
            code, "exported", actor=request.actor, origin=auth.origin(request), reference="access-log"
        )
        lines: Any = request.exports.stream(HEADINGS, _lines(store, code, place, wanted))
        return lines  # type: ignore[no-any-return]
    found = await store.entrance.access_log(code, place, wanted, asked.limit + 1)
    lines = list(found[: asked.limit])
    more = len(found) > asked.limit
    return json(AccessPage(lines, f"{lines[-1].at.isoformat()}~{lines[-1].id}" if more else None))


async def _lines(
    store: Store, code: str, place: Place, wanted: AccessFilter
) -> AsyncIterator[tuple[object, ...]]:
    while found := await store.entrance.access_log(code, place, wanted, LONGEST_PAGE):
        for each in found:
            yield cells(each)
        place = found[-1].place
