"""The access log, for the auditor."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
import structlog
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.types import Scope
from msgspec import Meta

from adapters.accounts.access_log import (
    BEGINNING,
    HEADINGS,
    REVIEW_HEADINGS,
    AccessAct,
    AccessEntry,
    AccessFilter,
    Cursor,
    Review,
    cells,
    days,
    review_cells,
)
from adapters.postgres.database import DatabaseUnavailable
from adapters.refusals import AuthorityUnknown, DocumentUnknown, PurposeRequired
from adapters.register.register import Register
from api.web import auth
from api.web.call_refusals import OnReplica
from api.web.query import PeriodQuery, Query, check_day
from api.web.request import ApiRequest, reference_of
from api.web.responses import json, wants_csv
from domain.law.refusals import Malformed
from domain.request.refusals import RequestUnknown
from domain.values import AUTHORITY_CODE_PATTERN, Label

log = structlog.get_logger("taizhang.web")

LONGEST_PAGE = 500


class AccessQuery(Query, frozen=True, kw_only=True):
    """Filter and page of the access log."""

    from_: Annotated[date | None, Meta(description="自何日起（含）")] = None
    to: Annotated[date | None, Meta(description="至何日止（含）")] = None
    actor: Annotated[Label | None, Meta(description="只列一名人员的")] = None
    act: Annotated[AccessAct | None, Meta(description="只列一种事项，如login、personal_data_read")] = None
    purpose: Annotated[Label | None, Meta(description="只列目的含有此文字的")] = None
    reference: Annotated[Label | None, Meta(description="只列所涉为此的，如登记号")] = None
    after: Annotated[str | None, Meta(description="从此处之后列起，即上一页的next")] = None
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=LONGEST_PAGE)], Meta(description="一页的条数；CSV不分页")
    ] = 100

    @property
    def wanted(self) -> AccessFilter:
        """Raises Malformed."""
        for name, day in (("from", self.from_), ("to", self.to)):
            if day is not None:
                check_day(name, day)
        return AccessFilter(
            **days(self.from_, self.to),
            actor=self.actor,
            act=self.act,
            purpose=self.purpose,
            reference=self.reference,
        )

    @property
    def place(self) -> Cursor:
        """Raises Malformed."""
        if self.after is None:
            return BEGINNING
        moment, _, id_ = self.after.partition("~")
        try:
            return Cursor(datetime.fromisoformat(moment).astimezone(UTC), id_)
        except (ValueError, OverflowError):
            raise Malformed(field="after：", problem="应为上一页的next") from None


class AccessPage(msgspec.Struct, frozen=True):
    """A page of the access log, oldest first. next: value of `after` for the next page; null on the last."""

    lines: Annotated[list[AccessEntry], Meta(description="各条")]
    next: Annotated[str | None, Meta(description="下一页的after；末页为空")]


async def note_refused(wrong: Exception, scope: Scope) -> None:
    """Log a refused attempt to read sealed data, with the reason.

    The line belongs to the caller's own authority, whose auditor reviews what its officers read.
    """
    caller: auth.Caller | None = scope.get("taizhang.caller")  # type: ignore[assignment]
    handler, refusal = scope.get("route_handler"), getattr(wrong, "code", None)
    if caller is None or refusal is None or "read_personal" not in auth.acts_of(handler):  # type: ignore[arg-type]
        return
    if isinstance(wrong, (RequestUnknown, DocumentUnknown, PurposeRequired, OnReplica)):
        return  # no such data, no purpose given by a caller who may read it, or a standby, where nobody may
    request: Request[Any, Any, Any] = Request(scope)
    register: Register = request.app.state.register
    code, reference = (request.path_params.get(each, "") for each in ("code", "reference"))
    with suppress(Malformed):
        # A search, and the letters of a day, concern no single request.
        named = str(reference_of(reference)) if reference else _asked_for(scope["path"])
        home = caller.who.code if caller.who else code
        # Anything may be in an address: only what can be an authority's code is kept of it.
        other = code if re.fullmatch(AUTHORITY_CODE_PATTERN, code) else "?"
        try:
            await register.access_log.add(
                home, "personal_data_read", actor=caller.actor, origin=auth.origin(request), result=refusal,
                reference=named if home == code else f"{other}/{named}",
            )  # fmt: skip
        except (AuthorityUnknown, DatabaseUnavailable) as failed:
            log.warning("access.unlogged", reason=failed.__class__.__name__)


def _asked_for(path: str) -> str:
    """What was attempted, if it concerns several requests: from the path, which has no personal data."""
    return "letters" if path.endswith("/letters") else "search"


@get(
    "/access-log",
    operation_id="listAccesses",
    summary="访问日志",
    opt={"act": "read_access_log", "csv": True},
)
async def accesses(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[AccessQuery]]
) -> Response[AccessPage]:
    """登录、锁定、退出、密钥、导出、查阅个人信息，何人何时从何处为何目的；只增不改。任用和授权见机关自己的登记。"""
    wanted, place, register = params.wanted, params.place, request.register
    if wants_csv(request):
        await register.access_log.add(
            code, "exported", actor=request.actor, origin=auth.origin(request), reference="access-log"
        )
        lines: Any = request.exports.stream(HEADINGS, _lines(register, code, place, wanted))
        return lines  # type: ignore[no-any-return]
    found = await register.access_log.page(code, place, wanted, params.limit + 1)
    lines = list(found[: params.limit])
    more = len(found) > params.limit
    return json(AccessPage(lines, f"{lines[-1].at.isoformat()}~{lines[-1].id}" if more else None))


async def _lines(
    register: Register, code: str, place: Cursor, wanted: AccessFilter
) -> AsyncIterator[tuple[object, ...]]:
    while found := await register.access_log.page(code, place, wanted, LONGEST_PAGE):
        for each in found:
            yield cells(each)
        place = found[-1].place


class ReceiptQuery(Query, frozen=True, kw_only=True):
    """The line to prove."""

    id: Annotated[Label, Meta(description="访问日志一条的id")]


@get(
    "/access-log/receipt",
    operation_id="getAccessReceipt",
    summary="访问日志一条的回执",
    opt={"act": "read_access_log", "media_type": "text/plain"},
)
async def receipt(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[ReceiptQuery]]
) -> Response[str]:
    """C2SP tlog-proof文件，可离线核验：taizhang verify 文件。"""
    return Response(await request.register.proofs.access_receipt(code, params.id), media_type="text/plain")


@get(
    "/access-log/review",
    operation_id="reviewAccesses",
    summary="年度审查：何人查阅、导出过什么",
    opt={"act": "read_access_log", "csv": True},
)
async def reviewed(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[PeriodQuery]]
) -> Response[list[Review]]:
    """按人员、事项、目的汇总查阅个人信息和导出的次数，供年度审查；每一行的各次见访问日志。"""
    found = await request.register.access_log.review(code, params.period)
    if wants_csv(request):
        await request.register.access_log.add(
            code, "exported", actor=request.actor, origin=auth.origin(request), reference="access-review"
        )

        async def rows() -> AsyncIterator[tuple[object, ...]]:
            for each in found:
                yield review_cells(each)

        table: Any = request.exports.stream(REVIEW_HEADINGS, rows())
        return table  # type: ignore[no-any-return]
    return json(list(found))
