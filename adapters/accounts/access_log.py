"""The access log of an authority: logins, refusals, exports and reads of personal data, with their purposes.

Lines are added and never changed, by grants and by a trigger. Powers that were granted are in the log of events.
Nothing here comes from an applicant, and no secret: a wrong id of an officer is not kept, for it may be a password
typed in the wrong place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple, TypedDict
from uuid import uuid4

import msgspec

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from domain.values import SHANGHAI

AccessAct = Literal[
    "login", "lockout", "logout", "session_ended", "password_changed", "account_created", "password_reset",
    "account_unlocked", "account_disabled", "key_created", "key_revoked", "exported", "personal_data_read",
    "webhook_added", "webhook_removed", "webhook_resumed",
    "enrolled", "code_given", "recovery_codes_renewed", "passkey_added", "passkey_used", "passkey_removed", "accesses_dropped",
    "mail_address_set", "mail_address_removed", "calendar_opened", "calendar_closed",
    "provider_login", "emergency_login",
]  # fmt: skip

ACCESS_ACTS: dict[AccessAct, str] = {
    "login": "登录",
    "lockout": "锁定",
    "logout": "退出",
    "session_ended": "结束会话",
    "password_changed": "修改口令",
    "account_created": "开立账号",
    "password_reset": "重置口令",
    "account_unlocked": "解锁账号",
    "account_disabled": "停用账号",
    "key_created": "发给密钥",
    "key_revoked": "吊销密钥",
    "enrolled": "启用动态口令",
    "code_given": "验证动态口令",
    "recovery_codes_renewed": "更换恢复码",
    "passkey_added": "登记通行密钥",
    "passkey_used": "验证通行密钥",
    "passkey_removed": "移除通行密钥",
    "mail_address_set": "填写邮件地址",
    "mail_address_removed": "停发邮件",
    "calendar_opened": "开通日历地址",
    "calendar_closed": "停用日历地址",
    "provider_login": "由统一身份认证登录",
    "emergency_login": "以本机口令应急登录",
    "webhook_added": "增设推送",
    "webhook_removed": "撤销推送",
    "webhook_resumed": "恢复推送",
    "accesses_dropped": "删除已移交的访问日志",
    "exported": "导出",
    "personal_data_read": "查阅个人信息",
}
"""The acts that are logged, with their Chinese names."""

OPENING: tuple[AccessAct, ...] = ("personal_data_read", "exported")
"""Acts that reveal personal data or export data."""

DONE, AT_THE_MACHINE = "done", "local"
"""The result of a successful act (otherwise the code of the refusal), and the source of the command line."""


class Origin(NamedTuple):
    """Where a call came from. source: an address, or `local`. route: of the call, without its parameters."""

    source: str
    route: str


class Cursor(NamedTuple):
    """The cursor of a line, after which the next page begins."""

    at: datetime
    id: str


BEGINNING = Cursor(datetime(2000, 1, 1, tzinfo=UTC), "")


class AccessEntry(msgspec.Struct, frozen=True):
    """A line of the access log. reference: of the request, the session, the key or the account concerned."""

    at: datetime
    id: str
    actor: str
    act: str
    result: str
    source: str
    purpose: str | None
    reference: str | None
    route: str

    @property
    def place(self) -> Cursor:
        return Cursor(self.at, self.id)


class AccessFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines: from a moment, before another, of one actor, of one act, about one thing. purpose: or a part of
    it."""

    since: datetime | None = None
    before: datetime | None = None
    actor: str | None = None
    act: str | None = None
    purpose: str | None = None
    reference: str | None = None


class Days(TypedDict):
    since: datetime | None
    before: datetime | None


def days(first: date | None, last: date | None) -> Days:
    """The terms of a filter: from the beginning of the first day to the end of the last, in Shanghai."""
    return Days(
        since=_midnight(first) if first else None,
        before=_midnight(last + timedelta(days=1)) if last else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


HEADINGS = ("时间", "人员", "事项", "代码", "结果", "来源", "目的", "所涉", "途径")


def cells(line: AccessEntry) -> tuple[object, ...]:
    """A line under HEADINGS; the time in Shanghai."""
    return (
        line.at.astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds"),
        line.actor,
        ACCESS_ACTS.get(line.act, line.act),  # type: ignore[call-overload]
        line.act,
        line.result,
        line.source,
        line.purpose or "",
        line.reference or "",
        line.route,
    )


class Review(msgspec.Struct, frozen=True):
    """What one officer opened or took along in a period for one purpose: how often, how often refused, and of how many
    requests.
    """

    actor: str
    act: str
    purpose: str | None
    times: int
    refused: int
    requests: int
    first_at: datetime
    last_at: datetime


REVIEW_HEADINGS = ("人员", "事项", "目的", "次数", "未予办理", "涉及申请", "首次", "末次")


def review_cells(row: Review) -> tuple[object, ...]:
    """A row under REVIEW_HEADINGS; days in Shanghai."""
    return (
        row.actor,
        ACCESS_ACTS.get(row.act, row.act),  # type: ignore[call-overload]
        row.purpose or "",
        row.times,
        row.refused,
        row.requests,
        row.first_at.astimezone(SHANGHAI).date().isoformat(),
        row.last_at.astimezone(SHANGHAI).date().isoformat(),
    )


async def log_access(
    connection: Connection,
    authority_id: int,
    act: AccessAct,
    *,
    actor: str,
    origin: Origin,
    result: str = DONE,
    purpose: str | None = None,
    reference: str | None = None,
) -> None:
    """Add a line, in the caller's transaction, which must not be read-only."""
    await connection.execute(
        SQL["log_access"],
        authority_id, uuid4().hex, actor, act, result, origin.source, purpose, reference, origin.route,
    )  # fmt: skip


async def page(
    connection: Connection, authority_id: int, after: Cursor, wanted: AccessFilter, limit: int
) -> Sequence[AccessEntry]:
    """Lines in the order of time, after a cursor."""
    rows = await connection.fetch(
        SQL["access_log"],
        authority_id, *after, wanted.since, wanted.before, wanted.actor, wanted.act, limit, wanted.purpose, wanted.reference,
    )  # fmt: skip
    return [AccessEntry(**row) for row in rows]


async def review(
    connection: Connection, authority_id: int, wanted: AccessFilter, limit: int
) -> Sequence[Review]:
    """A summary of reads and exports by person, act and purpose."""
    rows = await connection.fetch(
        SQL["access_review"], authority_id, wanted.since, wanted.before, list(OPENING), limit
    )
    return [Review(**row) for row in rows]
